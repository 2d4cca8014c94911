import { isPresent, textOf } from './elements.ts';
import type { Frontend, OpenRoom, PageMessage } from './frontend.ts';
import { readTheme } from './theme.ts';

const author = '.nc-comment__author[title]';
/** The address of the page that is commented on. It is nowhere in the document; the component names it when it asks its relays. */
let subject = '';

function pageMessage(element: Element): PageMessage | null {
	const key = element.querySelector(author)?.getAttribute('title');
	// no id is shown; its position among all comments leads to the page's own object (tap/exact-ids.ts)
	return key ? { element, id: String([...element.ownerDocument.querySelectorAll('.nc-comment')].indexOf(element)), author: key } : null;
}
/** nostr-comments 0.6: comments under a web page (NIP-22). One component on a page; with two nobody could tell which is which. */
export const nostrComments: Frontend = {
	id: 'nostr-comments',
	name: 'nostr-comments',
	network: 'nostr',
	identityAttributes: ['title'],
	detect: (document) => document.querySelector('.nostr-comments .nc-root') !== null,
	onFrame(direction, data) {
		const asked = direction === 'out' ? /"kinds":\[1111\],"#I":\[("(?:[^"\\]|\\.)+")/.exec(data)?.[1] : undefined;
		try {
			if (asked) subject = JSON.parse(asked) as string;
		} catch {
			// no JSON: a relay would not understand it either
		}
	},
	openRooms(document): OpenRoom[] {
		const [view, second] = document.querySelectorAll('.nostr-comments .nc-root');
		if (!view || second || !subject) return [];
		const room = { network: 'nostr' as const, address: `22:I:${subject}` };
		return [{ room, view, panelParent: view.querySelector(':scope > .nc-editor'), direct: false }];
	},
	closingRule: () => '.nc-editor > .nc-editor__main, .nc-editor > .nc-editor__reply-to, .nc-modal-overlay { display: none !important }',
	pageComposer: '.nc-editor__main, .nc-editor__reply-to, .nc-modal-overlay, .nc-comment .nc-editor',
	accountActions: '.nc-comment__like-btn',
	replyButtons: '.nc-comment__reply-btn',
	messageAround(element) {
		const message = element.closest('.nc-comment');
		return message ? pageMessage(message) : null;
	},
	messages: (view) => [...view.querySelectorAll('.nc-comment')].map(pageMessage).filter(isPresent),
	messageKey: { part: 'author' },
	shownText: (message) => textOf(message.querySelector('.nc-comment__text')),
	labelPosition(message) {
		const parent = message.querySelector('.nc-comment__header');
		return parent && { parent, first: true };
	},
	coverRule: (tag, discs) => `
.nc-comment__header:has(> ${tag}) > .nc-comment__author { display: none !important }
.nc-comment__main:has(> .nc-comment__content > .nc-comment__header > ${tag}) > .nc-avatar-link { pointer-events: none !important; color: inherit !important }
.nc-comment__main:has(> .nc-comment__content > .nc-comment__header > ${tag}) .nc-avatar { visibility: hidden !important }
.nc-comment__main:has(> .nc-comment__content > .nc-comment__header > ${tag}) > .nc-avatar-link::before {
	content: '' !important; position: absolute !important; width: 28px !important; height: 28px !important; background: currentColor !important;
	opacity: 0.6 !important; forced-color-adjust: none !important; clip-path: ${discs[28]} !important }`,
	hidingRule: (_address, tag) =>
		`.nc-comment__main:has(> .nc-comment__content > .nc-comment__header > ${tag}) { display: none !important }`,
	theme(open) {
		const accent = getComputedStyle(open.view).getPropertyValue('--nc-primary').trim() || '#2563eb';
		return readTheme(open.panelParent ?? open.view, accent);
	},
};
