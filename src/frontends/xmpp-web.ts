import { decodePart, isPresent, textOf } from './elements.ts';
import type { Frontend, OpenRoom, PageMessage } from './frontend.ts';
import { readTheme } from './theme.ts';

const list = '#messages-container';
const row = `${list} .mx-4.my-2.is-flex`;
const nick = ':scope > .message-text > .content > b';
/** Bare room JIDs are at most 3,071 bytes long (RFC 7622), nicks 1,023. */
const longestAuthor = 4095;

/** `#/rooms/<jid>` for accounts, `#/guest/<jid>` for guests; other pages below these have no `@` in their names. */
function openAddress({ location }: Document): { address: string; direct: boolean } | null {
	const [, kind, part = ''] = /^#\/(rooms|guest|contacts)\/([^/?]+)/.exec(location.hash) ?? [];
	const address = decodePart(part);
	return kind && address.includes('@') ? { address, direct: kind === 'contacts' } : null;
}

function pageMessage(element: Element): PageMessage | null {
	const open = openAddress(element.ownerDocument);
	const name = textOf(element.querySelector(nick));
	// no id is shown: the nick that the room gives a guest once stands for it, and where two show the same none has the label
	return open && name ? { element, id: '', author: `${open.address}/${name}` } : null;
}

/** xmpp-web 0.10: one room at a time, for accounts and guests. */
export const xmppWeb: Frontend = {
	id: 'xmpp-web',
	name: 'xmpp-web',
	network: 'xmpp',
	detect: (document) => document.querySelector(`#app ${list} ~ .sendbox`) !== null,
	openRooms(document): OpenRoom[] {
		const open = openAddress(document);
		const view = document.querySelector(list)?.parentElement;
		if (!open || !view) return [];
		return [{ room: { network: 'xmpp', address: open.address }, view, panelParent: view, direct: open.direct }];
	},
	closingRule: () => `${list} ~ .sendbox { display: none !important }`,
	pageComposer: '.sendbox, .emojiPicker',
	messageAround(element) {
		const message = element.closest(row);
		return message ? pageMessage(message) : null;
	},
	messages: (view) => [...view.querySelectorAll(row)].map(pageMessage).filter(isPresent),
	messageKey: { part: 'author', length: longestAuthor },
	shownText: (message) => textOf(message.querySelector(':scope > .message-text > span')),
	labelPosition(message) {
		const parent = message.querySelector(':scope > .message-text > .content');
		return parent && { parent, first: true };
	},
	coverRule: (tag, discs) => `
${row} > .message-text > .content:has(> ${tag}) > b { display: none !important }
${row} > .message-text > .content > ${tag} ~ time { margin-inline-start: 6px !important }
${row}:has(> .message-text > .content > ${tag}) figure > * { display: none !important }
${row}:has(> .message-text > .content > ${tag}) figure {
	background: currentColor !important; opacity: 0.6 !important; forced-color-adjust: none !important; clip-path: ${discs[32]} !important }`,
	hidingRule: (_address, tag) => `${row}:has(> .message-text > .content > ${tag}) { display: none !important }`,
	theme: (open) => readTheme(open.panelParent ?? open.view, '#2da192'),
};
