import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import type { ContentRequests } from '../../messages/content.ts';
import type { DeviceRequests } from '../../messages/devices.ts';
import { BautaError, errorRecord } from '../../messages/errors.ts';
import type { Answer, RequestName, Requests } from '../../messages/messages.ts';
import type { PopupRequests } from '../../messages/popup.ts';
import { requestSchemas } from './schemas.ts';

/** Where a request came from. For content scripts the browser vouches for tab and origin. */
export interface Sender {
	tab: number;
	origin: string;
}

type ContentHandlers = {
	[N in keyof ContentRequests]: (body: ContentRequests[N]['in'], sender: Sender) => Promise<ContentRequests[N]['out']>;
};
type PopupHandlers = { [N in keyof PopupRequests]: (body: PopupRequests[N]['in']) => Promise<PopupRequests[N]['out']> };
export type DeviceHandlers = { [N in keyof DeviceRequests]: (body: DeviceRequests[N]['in']) => Promise<DeviceRequests[N]['out']> };
export type Handlers = ContentHandlers & PopupHandlers & DeviceHandlers;

const fromContent = (name: string): name is keyof ContentRequests => name.startsWith('content.');

/** Whether a page of the extension speaks, and no script of it in somebody else's page. */
export function isOwnPage(sender: Runtime.MessageSender): boolean {
	return sender.id === browser.runtime.id && sender.url?.startsWith(browser.runtime.getURL('')) === true;
}

/** Only top frames of web pages count as content; their origin is taken from the browser, never from the message. */
function contentSender(sender: Runtime.MessageSender): Sender {
	if (sender.tab?.id === undefined || !sender.url || sender.frameId !== 0 || isOwnPage(sender)) throw new BautaError('not-allowed');
	return { tab: sender.tab.id, origin: new URL(sender.url).origin };
}

/** Handlers that are at hand, and how the others are loaded. */
interface Desk<N extends RequestName> {
	handlers: Pick<Handlers, N>;
	others: () => Promise<Omit<Handlers, N>>;
}

async function handlerOf<N extends RequestName>({ handlers, others }: Desk<N>, name: RequestName): Promise<unknown> {
	return ((Object.hasOwn(handlers, name) ? handlers : await others()) as Handlers)[name];
}

async function dispatch<N extends RequestName>(
	desk: Desk<N>,
	name: RequestName,
	body: unknown,
	sender: Runtime.MessageSender,
): Promise<unknown> {
	const parsed = v.safeParse(requestSchemas[name], body);
	if (!parsed.success) throw new BautaError('not-allowed', name);
	if (fromContent(name)) {
		const from = contentSender(sender);
		const handler = (await handlerOf(desk, name)) as (body: unknown, sender: Sender) => Promise<unknown>;
		return handler(parsed.output, from);
	}
	if (!isOwnPage(sender)) throw new BautaError('not-allowed');
	const handler = (await handlerOf(desk, name)) as (body: unknown) => Promise<unknown>;
	return handler(parsed.output);
}

/** Answers `runtime.sendMessage` of popup and content scripts. Every answer is `{ok: true, value}` or `{ok: false, fault}`. */
export function listen<N extends RequestName>(desk: Desk<N>, ready: Promise<void>): void {
	browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
		const { to, body } = (message ?? {}) as { to?: string; body?: unknown };
		// messages to other contexts (the channel's pages) are none of ours
		if (sender.id !== browser.runtime.id || typeof to !== 'string' || !Object.hasOwn(requestSchemas, to)) return undefined;
		const name = to as RequestName;
		return ready
			.then(() => dispatch(desk, name, body, sender))
			.then(
				(value): Answer<RequestName> => ({ ok: true, value: value as Requests[RequestName]['out'] }),
				(thrown): Answer<RequestName> => ({ ok: false, fault: errorRecord(thrown) }),
			);
	});
}
