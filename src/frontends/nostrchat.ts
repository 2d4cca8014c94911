import type { Frontend, OpenRoom, ShownMessage } from './frontend.ts';
import { clipPath, discPath } from './mask.ts';
import { readTheme } from './theme.ts';

const text = (element: Element | null | undefined) => element?.textContent?.trim() ?? '';
/** The input's outermost box; its classes are made up anew with every build, so it is told by what it holds. */
const input = 'div:has(> div > div > div > .ProseMirror)';
/** Follow-ups have an empty place for the avatar and no heading. */
const headed = '.message:has(> div:nth-last-child(2) > *)';

function shownMessage(element: Element): ShownMessage | null {
	const id = element.getAttribute('data-id');
	return id ? { element, id, author: '' } : null;
}
const shown = <T>(value: T | null): value is T => value !== null;
const content = (message: Element) => message.querySelector(':scope > div:last-child');

/** NostrChat 0.1.6: public channels (NIP-28). */
export const nostrchat: Frontend = {
	id: 'nostrchat',
	name: 'NostrChat',
	network: 'nostr',
	watched: ['data-id'],
	detect: (document) =>
		document.querySelector('meta[name="description"][content="A decentralized chat application"]') !== null &&
		document.querySelector('#root') !== null,
	rooms(document): OpenRoom[] {
		const channel = /^\/channel\/([0-9a-f]{64})(?:\/|$)/.exec(document.location.pathname)?.[1];
		const view = document.querySelector(input)?.parentElement;
		if (!channel || !view) return [];
		return [{ room: { network: 'nostr', address: `28:${channel}` }, view, panel: view, direct: false }];
	},
	/** Its sockets for reading are in a worker; which relays they go to stands in its settings, by URL. */
	unseen({ room }) {
		try {
			const relays = JSON.parse(localStorage.getItem('relays') ?? '{}') as object;
			const data = JSON.stringify(['REQ', '1', { kinds: [42], '#e': [room.address.slice('28:'.length)] }]);
			return Object.keys(relays)
				.slice(0, 20)
				.map((url) => ({ url, data }));
		} catch {
			return [];
		}
	},
	closingRule: () => `${input} { display: none !important }`,
	composer: `${input} *`,
	// the first button reacts, the later ones hide or delete
	actions: '.message > div:first-child:nth-last-child(3) > div > div:not(:nth-child(2)) button, .message .MuiChip-root',
	reply: '.message > div:first-child:nth-last-child(3) > div > div:nth-child(2) button',
	messageAround(element) {
		const message = element.closest('.message');
		return message ? shownMessage(message) : null;
	},
	messages: (view) => [...view.querySelectorAll('.message[data-id]')].map(shownMessage).filter(shown),
	keyOf: (message) => message.id,
	quoted(message) {
		const parts = content(message)?.children ?? [];
		const whole = message.matches(headed);
		return { author: whole ? text(parts[0]?.firstElementChild) : '', excerpt: text(whole ? parts[1] : parts[0]) };
	},
	labelPlace(message) {
		const into = content(message)?.firstElementChild;
		return into ? { into, first: true } : null;
	},
	coverRule: (tag) => `
${headed} > div:last-child > div:first-child > ${tag} + div { display: none !important }
${headed} > div:last-child > div:first-child > ${tag} { margin-inline-end: 5px !important }
.message:has(> div:last-child > div:first-child > ${tag}) > div:nth-last-child(2) > div > * { display: none !important }
.message:has(> div:last-child > div:first-child > ${tag}) > div:nth-last-child(2) > div::before {
	content: '' !important; display: block !important; width: 40px !important; height: 40px !important; background: currentColor !important;
	opacity: 0.6 !important; forced-color-adjust: none !important; clip-path: ${clipPath(discPath, 40)} !important }
.message:has(> div:last-child > div:first-child > ${tag}) > div:nth-last-child(2) { pointer-events: none !important }`,
	hidingRule: (_address, tag) => `.message:has(> div:last-child > div:first-child > ${tag}) { display: none !important }`,
	// a throw-away key neither comes nor goes on Nostr: no list of people, no lines about it
	foldingRules: () => [],
	notice: () => null,
	noticeRule: () => '',
	theme: (open) => readTheme(open.view, '#8e67fe'),
};
