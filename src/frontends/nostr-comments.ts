import type { Frontend, OpenRoom, ShownMessage } from './frontend.ts';
import { clipPath, discPath } from './mask.ts';
import { readTheme } from './theme.ts';

const author = '.nc-comment__author[title]';
const text = (element: Element | null | undefined) => element?.textContent?.trim() ?? '';
/** The page that is commented on stands nowhere in the document: it is what the component asks its relays for. */
let subject = '';

function shownMessage(element: Element): ShownMessage | null {
	const key = element.querySelector(author)?.getAttribute('title');
	// no id is shown; its place among all comments leads to the page's own object (`nostrCommentsExactId`)
	return key ? { element, id: String([...element.ownerDocument.querySelectorAll('.nc-comment')].indexOf(element)), author: key } : null;
}
const shown = <T>(value: T | null): value is T => value !== null;

/** nostr-comments 0.6: comments under a web page (NIP-22). One component on a page; with two nobody could tell which is which. */
export const nostrComments: Frontend = {
	id: 'nostr-comments',
	name: 'nostr-comments',
	network: 'nostr',
	watched: ['title'],
	detect: (document) => document.querySelector('.nostr-comments .nc-root') !== null,
	heard(direction, data) {
		const asked = direction === 'out' ? /"kinds":\[1111\],"#I":\[("(?:[^"\\]|\\.)+")/.exec(data)?.[1] : undefined;
		if (asked) subject = JSON.parse(asked) as string;
	},
	rooms(document): OpenRoom[] {
		const [view, second] = document.querySelectorAll('.nostr-comments .nc-root');
		if (!view || second || !subject) return [];
		const room = { network: 'nostr' as const, address: `22:I:${subject}` };
		return [{ room, view, panel: view.querySelector(':scope > .nc-editor'), direct: false }];
	},
	closingRule: () => '.nc-editor > .nc-editor__main, .nc-editor > .nc-editor__reply-to, .nc-modal-overlay { display: none !important }',
	composer: '.nc-editor__main, .nc-editor__reply-to, .nc-modal-overlay, .nc-comment .nc-editor',
	actions: '.nc-comment__like-btn',
	reply: '.nc-comment__reply-btn',
	messageAround(element) {
		const message = element.closest('.nc-comment');
		return message ? shownMessage(message) : null;
	},
	messages: (view) => [...view.querySelectorAll('.nc-comment')].map(shownMessage).filter(shown),
	keyOf: (message) => message.author,
	quoted: (message) => ({ author: text(message.querySelector(author)), excerpt: text(message.querySelector('.nc-comment__text')) }),
	labelPlace(message) {
		const into = message.querySelector('.nc-comment__header');
		return into && { into, first: true };
	},
	coverRule: (tag) => `
.nc-comment__header:has(> ${tag}) > .nc-comment__author { display: none !important }
.nc-comment__main:has(> .nc-comment__content > .nc-comment__header > ${tag}) > .nc-avatar-link { pointer-events: none !important; color: inherit !important }
.nc-comment__main:has(> .nc-comment__content > .nc-comment__header > ${tag}) .nc-avatar { visibility: hidden !important }
.nc-comment__main:has(> .nc-comment__content > .nc-comment__header > ${tag}) > .nc-avatar-link::before {
	content: '' !important; position: absolute !important; width: 28px !important; height: 28px !important; background: currentColor !important;
	opacity: 0.6 !important; forced-color-adjust: none !important; clip-path: ${clipPath(discPath, 28)} !important }`,
	hidingRule: (_address, tag) =>
		`.nc-comment__main:has(> .nc-comment__content > .nc-comment__header > ${tag}) { display: none !important }`,
	// a throw-away key neither comes nor goes on Nostr: no list of people, no lines about it
	foldingRules: () => [],
	notice: () => null,
	noticeRule: () => '',
	theme(open) {
		const accent = getComputedStyle(open.view).getPropertyValue('--nc-primary').trim() || '#2563eb';
		return readTheme(open.panel ?? open.view, accent);
	},
};
