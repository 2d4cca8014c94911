import { isPresent, textOf } from './elements.ts';
import type { Frontend, OpenRoom, PageMessage } from './frontend.ts';
import { readTheme } from './theme.ts';

/** The input's outermost box. Every build gives it other class names, so the selector goes by what is in it. */
const input = 'div:has(> div > div > div > .ProseMirror)';
/** Follow-ups have an empty place for the avatar and no heading. */
const messageWithHeading = '.message:has(> div:nth-last-child(2) > *)';

function pageMessage(element: Element): PageMessage | null {
	const id = element.getAttribute('data-id');
	return id ? { element, id, author: '' } : null;
}
const content = (message: Element) => message.querySelector(':scope > div:last-child');

/** NostrChat 0.1.6: public channels (NIP-28). */
export const nostrchat: Frontend = {
	id: 'nostrchat',
	name: 'NostrChat',
	network: 'nostr',
	identityAttributes: ['data-id'],
	detect: (document) =>
		document.querySelector('meta[name="description"][content="A decentralized chat application"]') !== null &&
		document.querySelector('#root') !== null,
	openRooms(document): OpenRoom[] {
		const channel = /^\/channel\/([0-9a-f]{64})(?:\/|$)/.exec(document.location.pathname)?.[1];
		const view = document.querySelector(input)?.parentElement;
		if (!channel || !view) return [];
		return [{ room: { network: 'nostr', address: `28:${channel}` }, view, panelParent: view, direct: false }];
	},
	/** Its sockets for reading are in a worker; which relays they go to stands in its settings, by URL. */
	workerRequests({ room }) {
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
	pageComposer: `${input} *`,
	// the first button reacts, the later ones hide or delete
	accountActions: '.message > div:first-child:nth-last-child(3) > div > div:not(:nth-child(2)) button, .message .MuiChip-root',
	replyButtons: '.message > div:first-child:nth-last-child(3) > div > div:nth-child(2) button',
	messageAround(element) {
		const message = element.closest('.message');
		return message ? pageMessage(message) : null;
	},
	messages: (view) => [...view.querySelectorAll('.message[data-id]')].map(pageMessage).filter(isPresent),
	messageKey: { part: 'id' },
	shownText: (message) => textOf(content(message)?.children[message.matches(messageWithHeading) ? 1 : 0]),
	labelPosition(message) {
		const parent = content(message)?.firstElementChild;
		return parent ? { parent, first: true } : null;
	},
	coverRule: (tag, discs) => `
${messageWithHeading} > div:last-child > div:first-child > ${tag} + div { display: none !important }
${messageWithHeading} > div:last-child > div:first-child > ${tag} { margin-inline-end: 5px !important }
.message:has(> div:last-child > div:first-child > ${tag}) > div:nth-last-child(2) > div > * { display: none !important }
.message:has(> div:last-child > div:first-child > ${tag}) > div:nth-last-child(2) > div::before {
	content: '' !important; display: block !important; width: 40px !important; height: 40px !important; background: currentColor !important;
	opacity: 0.6 !important; forced-color-adjust: none !important; clip-path: ${discs[40]} !important }
.message:has(> div:last-child > div:first-child > ${tag}) > div:nth-last-child(2) { pointer-events: none !important }`,
	hidingRule: (_address, tag) => `.message:has(> div:last-child > div:first-child > ${tag}) { display: none !important }`,
	theme: (open) => readTheme(open.view, '#8e67fe'),
};
