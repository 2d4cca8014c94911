import { BautaError } from '../messages/errors.ts';
import { browser, type DeclarativeNetRequest, type Runtime } from './api/browser.ts';
import { channelHasFrame } from './channel-frame.ts';
import { hasProxy } from './proxy.ts';

// What the channel needs of each browser (ARCHITECTURE.md, Channels).

/** `chrome.offscreen`, which the types do not know. Chromium allows one such document at a time. */
interface Offscreen {
	createDocument(parameters: { url: string; reasons: string[]; justification: string }): Promise<void>;
	closeDocument(): Promise<void>;
	hasDocument(): Promise<boolean>;
}

function offscreen(): Offscreen {
	const found = (globalThis as { chrome?: { offscreen?: Offscreen } }).chrome?.offscreen;
	if (!found) throw new BautaError('unclean-channel', 'offscreen');
	return found;
}

/** Closes the offscreen document, also one that an earlier worker left behind. */
export async function closeOffscreen(): Promise<void> {
	if (await offscreen().hasDocument()) await offscreen().closeDocument();
}

/** Makes a fresh offscreen document and waits for its port. `token` is random and tells this document from any other. */
export async function openOffscreen(token: string): Promise<Runtime.Port> {
	if (__TARGET__ !== 'chrome') throw new BautaError('unclean-channel', 'offscreen');
	const name = `channel:${token}`;
	let listen: (port: Runtime.Port) => void = () => {};
	try {
		const port = new Promise<Runtime.Port>((resolve) => {
			listen = (candidate) => {
				const ours =
					candidate.sender?.id === browser.runtime.id && candidate.sender.url?.startsWith(browser.runtime.getURL('offscreen.html'));
				if (ours && candidate.name === name) resolve(candidate);
			};
			browser.runtime.onConnect.addListener(listen);
		});
		await offscreen().createDocument({
			url: `offscreen.html#${token}`,
			reasons: ['IFRAME_SCRIPTING'],
			justification: 'One connection that shares no cookies, sockets or sessions with any page, for one anonymous message.',
		});
		return await port;
	} finally {
		browser.runtime.onConnect.removeListener(listen);
	}
}

/**
 * Has the user allowed every one of these URLs' hosts? Chromium's header rules reach a WebSocket only where its ws(s) pattern is granted, and
 * so does Firefox's choice of a proxy.
 */
export async function hostsGranted(urls: string[]): Promise<boolean> {
	const byScheme = __TARGET__ === 'chrome' || (await hasProxy());
	const patterns = urls.map((url) => {
		const { protocol, hostname } = new URL(url);
		// Firefox's header rules know http(s) alone for a background's WebSocket
		return `${byScheme ? protocol : protocol.replace(/^ws/, 'http')}//${hostname}/*`;
	});
	return browser.permissions.contains({ origins: patterns });
}

/** What most users of this browser in the world send; the own list of languages is a fingerprint (THREATS.md N4). */
const commonLanguage = channelHasFrame ? 'en-US,en;q=0.9' : 'en-US,en;q=0.5';
const removedHeaders = [
	'cookie',
	'referer',
	'sec-fetch-site',
	'sec-fetch-mode',
	'sec-fetch-dest',
	'sec-fetch-storage-access',
	'authorization',
];

/**
 * What an answer would leave in the browser, or change there. The page's own requests would show that it was given, and so to whom:
 * `clear-site-data` has the account logged out just as a message of nobody's leaves (Firefox minds no credentials there). `link` has Chromium
 * look up and connect to whatever host the server names, granted or not.
 */
const removedAnswers = [
	'set-cookie',
	'clear-site-data',
	'link',
	'strict-transport-security',
	'alt-svc',
	'accept-ch',
	'nel',
	'report-to',
	'reporting-endpoints',
	'use-as-dictionary',
	'secure-session-registration',
	'secure-session-challenge',
	'set-login',
];

/**
 * What Firefox would act on where a request has no option against it: it goes nowhere else, asks nobody for a password, and what was asked
 * before is neither kept nor named.
 */
const removedInFirefox = { requests: ['if-none-match', 'if-modified-since'], answers: ['location', 'refresh', 'www-authenticate'] };
/** In Chromium the options of a request see to all of it. */
const moreRemoved = channelHasFrame ? { requests: [], answers: [] } : removedInFirefox;
const notKept = { header: 'cache-control', operation: 'set' as const, value: 'no-store' };

const removal = (headers: string[]) => headers.map((header) => ({ header, operation: 'remove' as const }));

/** Firefox ends a background that hears no event for 30 seconds, also one that is speaking to a server. An alarm is an event. */
export const keepAwake = (): void => void browser.alarms.create('awake', { when: Date.now() + 1 });

/**
 * Header rules for all that this extension itself requests, in force until the browser ends or the next call. `page` is the chat's own
 * origin: hosts of its own site see it, as of every other visitor, and all others see none (THREATS.md N11).
 * `bearer`: a secret that the user wrote down for the server goes along with these requests, as they set it themselves; never for a chat.
 * `initiatorDomains` is our own id, so that no page's traffic is touched (a `tabIds: [-1]` rule would also hit a page's service worker).
 */
export async function setHeaderRules(page: string, bearer = false): Promise<void> {
	const me = new URL(browser.runtime.getURL('')).hostname;
	const own = [new URL(page).hostname];
	const rule = (
		id: number,
		hosts: Pick<DeclarativeNetRequest.RuleConditionType, 'requestDomains' | 'excludedRequestDomains'>,
		resourceTypes: DeclarativeNetRequest.ResourceType[],
		requestHeaders: DeclarativeNetRequest.RuleActionRequestHeadersItemType[],
	): DeclarativeNetRequest.Rule => ({
		id,
		priority: 1,
		condition: { initiatorDomains: [me], ...hosts, resourceTypes },
		action: {
			type: 'modifyHeaders',
			requestHeaders,
			responseHeaders: [...removal([...removedAnswers, ...moreRemoved.answers]), ...(channelHasFrame ? [] : [notKept])],
		},
	});
	const all: DeclarativeNetRequest.ResourceType[] = ['xmlhttprequest', 'websocket', 'other'];
	const clean = [
		...removal([...removedHeaders, ...moreRemoved.requests].filter((header) => !bearer || header !== 'authorization')),
		{ header: 'accept-language', operation: 'set' as const, value: commonLanguage },
	];
	const rules = [
		// as `isOwnSite` has it, and so has the browser: a domain with all below it
		rule(1, { requestDomains: own }, all, [...clean, { header: 'origin', operation: 'set', value: page }]),
		rule(3, { excludedRequestDomains: own }, all, [...clean, { header: 'origin', operation: 'remove' }]),
	];
	// a second message over the same connection would be linked to the first; a WebSocket has one of its own and needs the header itself
	if (!channelHasFrame) rules.push(rule(2, {}, ['xmlhttprequest', 'other'], [{ header: 'connection', operation: 'set', value: 'close' }]));
	await browser.declarativeNetRequest.updateSessionRules({ removeRuleIds: [1, 2, 3], addRules: rules });
}
