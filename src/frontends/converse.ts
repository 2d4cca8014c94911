import { isPresent, textOf } from './elements.ts';
import type { Frontend, OpenRoom, PageMessage } from './frontend.ts';
import { readTheme } from './theme.ts';

const form = 'converse-muc-message-form';
const view = (address: string) => `converse-muc[jid="${CSS.escape(address)}"]`;
const nickOf = (author: string) => author.slice(author.indexOf('/') + 1);

function openRoom(element: Element): OpenRoom | null {
	const address = element.getAttribute('jid');
	const direct = element.localName === 'converse-chat';
	// Converse shows several rooms side by side in its overlay mode alone; in the others it keeps hidden rooms out of the document
	if (!address) return null;
	return {
		room: { network: 'xmpp', address },
		view: element,
		panelParent: direct
			? element.querySelector('converse-chat-bottom-panel')
			: // not found by walking through all messages, as this is asked with each change of the page
				[...(element.querySelector('.chat-area')?.children ?? [])].find((one) => one.localName === 'converse-muc-bottom-panel'),
		direct,
	};
}

function pageMessage(element: Element): PageMessage | null {
	const id = element.getAttribute('data-msgid');
	const author = element.getAttribute('data-from');
	if (!id || !author) return null;
	return {
		element,
		id,
		author,
		// whoever takes a nick that is free again may correct what was said under it (XEP-0308), and Converse believes it
		get isEdited() {
			return element.querySelector('.chat-msg__edit-modal') !== null;
		},
	};
}

const mostPresences = 200;
/** who came, went or changed lately, by the address that the room gives them; the latest stands last */
let latestPresences: string[] = [];

/** Whether a line such as "X and Y have left the groupchat", in whatever language, names one of these people and no others. */
function isAbout(line: string, nicks: string[], others: string[]): boolean {
	const rest = [...nicks].sort((a, b) => b.length - a.length).reduce((left, nick) => left.replaceAll(nick, ''), line);
	return rest !== line && !others.some((nick) => rest.includes(nick));
}

const nicksIn = ({ room }: OpenRoom, authors: ReadonlySet<string>): string[] =>
	[...authors].filter((author) => author.startsWith(`${room.address}/`)).map(nickOf);

/** Converse.js 10 to 14, in all its view modes. Everything stands in the light DOM. */
export const converse: Frontend = {
	id: 'converse',
	name: 'Converse.js',
	network: 'xmpp',
	identityAttributes: ['jid', 'data-msgid', 'data-from'],
	detect: (document) => document.querySelector('converse-root, converse-chats, converse-muc, #conversejs') !== null,
	// Chromium finds one selector with `:is` more than twice as fast as a list of two
	openRooms: (document) => [...document.querySelectorAll(':is(converse-muc, converse-chat)[jid]')].map(openRoom).filter(isPresent),
	// in Converse 10 the toolbar stands beside the form
	closingRule: (address) =>
		`${view(address)} :is(${form}, converse-chat-toolbar, converse-reply-preview, reaction-picker, converse-reaction-picker) { display: none !important }`,
	pageComposer: `${form}, converse-reply-preview, converse-chat-toolbar, .emoji-picker__container, converse-emoji-picker`,
	accountActions:
		'.chat-msg__action-edit, .chat-msg__action-reaction, .chat-msg__action-retract, .chat-msg__reaction, .reaction-item, converse-reaction-picker',
	replyButtons: '.chat-msg__action-reply, .chat-msg__action-quote',
	onPresences(authors) {
		latestPresences = [...new Set([...latestPresences, ...authors].reverse())].slice(0, mostPresences).reverse();
	},
	messageAround(element) {
		const message = element.closest('converse-chat-message')?.querySelector('.chat-msg');
		return message ? pageMessage(message) : null;
	},
	messages: (view) => [...view.querySelectorAll('.chat-msg')].map(pageMessage).filter(isPresent),
	shownText: (message) => textOf(message.querySelector('.chat-msg__text')),
	labelPosition(message) {
		const author = message.querySelector('.chat-msg__author');
		if (author) return { parent: author, first: false };
		// a follow-up has no heading of its own
		const body = message.querySelector('.chat-msg__message');
		return body ? { parent: body, first: true } : null;
	},
	coverRule: (tag, discs) => `
.chat-msg__author:has(> ${tag}) > a { display: none !important }
span.chat-msg__author:has(> ${tag}) { font-size: 0 !important; color: inherit !important }
.chat-msg:has(${tag}) .chat-msg__heading > .badge { display: none !important }
.chat-msg:has(${tag}) converse-avatar > * { display: none !important }
.chat-msg:has(${tag}) converse-avatar {
	display: block !important; width: 40px !important; height: 40px !important; background: currentColor !important;
	opacity: 0.6 !important; forced-color-adjust: none !important; clip-path: ${discs[40]} !important }`,
	hidingRule: (address, tag) => `${view(address)} converse-chat-message:has(${tag}) { display: none !important }`,
	foldingRules(open, authors) {
		const nicks = nicksIn(open, authors);
		const items = [...open.view.querySelectorAll('li.occupant[id]')].filter((item) =>
			nicks.includes(textOf(item.querySelector('.occupant-nick'))),
		);
		if (items.length === 0) return [];
		const here = view(open.room.address);
		const heading = textOf(open.view.querySelector('.occupants-heading')).replace(/\d+/, (count) =>
			String(Math.max(0, Number(count) - items.length)),
		);
		return [
			...items.map((item) => `${here} li.occupant[id="${CSS.escape(item.id)}"] { display: none !important }`),
			// the heading keeps its text, so that its number stays the page's own, and shows another over it
			`${here} .occupants-heading { position: relative !important; visibility: hidden !important }`,
			`${here} .occupants-heading::after { content: "${CSS.escape(heading)}"; position: absolute; inset: 0; white-space: nowrap; visibility: visible }`,
		];
	},
	presenceNotice(open, authors) {
		const element = open.view.querySelector('.chat-content__notifications');
		const presences = latestPresences.filter((author) => author.startsWith(`${open.room.address}/`));
		// whoever else a line names was heard at the same time
		const nicks = nicksIn(open, authors).filter((nick) => presences.includes(`${open.room.address}/${nick}`));
		if (!element || nicks.length === 0) return null;
		// one text node holds all lines
		const lines = textOf(element).split('\n');
		const occupants = [...open.view.querySelectorAll('li.occupant .occupant-nick')].map(textOf);
		const others = [...occupants, ...presences.map(nickOf)].filter((nick) => nick && !nicks.includes(nick));
		const otherLines = lines.filter((line) => !isAbout(line.trim(), nicks, others));
		return otherLines.length === lines.length ? null : { element, text: otherLines.join('\n') };
	},
	presenceNoticeRule: (tag) =>
		`.chat-content__notifications:has(> ${tag}) { font-size: 0 !important; line-height: 0 !important; padding-inline: 1rem !important }`,
	theme(open) {
		const style = getComputedStyle(open.view);
		const accent = style.getPropertyValue('--muc-color').trim() || style.getPropertyValue('--link-color').trim();
		return readTheme(open.panelParent ?? open.view, accent);
	},
};
