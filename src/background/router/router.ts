import * as v from 'valibot';
import type { ContentRequests } from '../../messages/content.ts';
import { BautaError, faultOf } from '../../messages/errors.ts';
import type { Answer, RequestName, Requests } from '../../messages/messages.ts';
import { answerMessages } from '../../platform/api/answer-messages.ts';
import { browser, type Runtime } from '../../platform/api/browser.ts';
import type { AskerOf } from './rules.ts';
import { requestRules } from './schemas.ts';

/** Where a content script's request came from: the browser vouches for tab and origin. */
export interface Sender {
	tab: number;
	origin: string;
}

/** What answers each request. Content scripts are answered by where they are, pages of the extension are all alike. */
export type Handlers = {
	[N in RequestName]: (
		body: Requests[N]['in'],
		...from: AskerOf<N> extends 'content' ? [sender: Sender] : []
	) => Promise<Requests[N]['out']>;
};

/** Whether a page of the extension speaks, and no script of it in somebody else's page. */
export function isOwnPage(sender: Runtime.MessageSender): boolean {
	return sender.id === browser.runtime.id && sender.url?.startsWith(browser.runtime.getURL('')) === true;
}

/**
 * Only top frames of web pages count as content. Their origin is taken from the browser, never from the message; where it names one beside the
 * address, both must agree. A page that Chromium prepares (`prerender`) or keeps (`cached`) is not the one that its tab shows.
 */
function contentSender(sender: Runtime.MessageSender & { origin?: string; documentLifecycle?: string }): Sender {
	const { tab, url, frameId, origin, documentLifecycle = 'active' } = sender;
	if (tab?.id === undefined || !url || frameId !== 0 || isOwnPage(sender)) throw new BautaError('not-allowed');
	const named = new URL(url).origin;
	if ((origin ?? named) !== named || documentLifecycle === 'prerender' || documentLifecycle === 'cached')
		throw new BautaError('not-allowed');
	return { tab: tab.id, origin: named };
}

/** The handlers that are loaded, and what loads the others. */
interface HandlerSources<N extends RequestName> {
	handlers: Pick<Handlers, N>;
	loadOthers: () => Promise<Omit<Handlers, N>>;
	/** throws where a content script may not ask this, here and now */
	admit: <R extends keyof ContentRequests>(name: R, body: ContentRequests[R]['in'], sender: Sender) => Promise<void>;
}

/** Lets through whoever the request's rule names. Throws `not-allowed`. */
async function dispatch<N extends RequestName>(
	{ handlers, loadOthers, admit }: HandlerSources<N>,
	name: RequestName,
	body: unknown,
	sender: Runtime.MessageSender,
): Promise<unknown> {
	const { asker, schema } = requestRules[name];
	const parsed = v.safeParse(schema, body);
	if (!parsed.success) throw new BautaError('not-allowed', name);
	if (asker === 'page' && !isOwnPage(sender)) throw new BautaError('not-allowed');
	const from = asker === 'content' ? [contentSender(sender)] : [];
	for (const stranger of from) await admit(name as keyof ContentRequests, parsed.output as never, stranger);
	const handler = ((Object.hasOwn(handlers, name) ? handlers : await loadOthers()) as Handlers)[name];
	return (handler as (body: unknown, ...from: Sender[]) => Promise<unknown>)(parsed.output, ...from);
}

/**
 * Answers `runtime.sendMessage` of popup and content scripts, once `ready` resolves. Every answer is `{ok: true, value}` or
 * `{ok: false, fault}`. `inTurn` hears of requests of content scripts at once, in the turn of the event that brought them.
 */
export function answerRequests<N extends RequestName>(
	sources: HandlerSources<N>,
	ready: Promise<void>,
	inTurn: (to: RequestName, body: unknown, tab: number) => void = () => {},
): void {
	answerMessages((message, sender) => {
		const { to, body } = (message ?? {}) as { to?: string; body?: unknown };
		// messages to other contexts (the channel's pages) are none of ours
		if (sender.id !== browser.runtime.id || typeof to !== 'string' || !Object.hasOwn(requestRules, to)) return undefined;
		const name = to as RequestName;
		if (requestRules[name].asker === 'content' && sender.tab?.id !== undefined && !isOwnPage(sender)) inTurn(name, body, sender.tab.id);
		return ready
			.then(() => dispatch(sources, name, body, sender))
			.then(
				(value): Answer<RequestName> => ({ ok: true, value: value as Requests[RequestName]['out'] }),
				(thrown): Answer<RequestName> => ({ ok: false, fault: faultOf(thrown) }),
			);
	});
}
