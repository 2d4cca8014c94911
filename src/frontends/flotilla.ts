import type { Frontend, OpenRoom, ShownMessage } from './frontend.ts';
import { clipPath, discPath } from './mask.ts';
import { readTheme } from './theme.ts';

const text = (element: Element | null | undefined) => element?.textContent?.trim() ?? '';
const heading = ':scope > .flex > .flex-grow > .flex.items-center.gap-2';
/** Pages of a space that are no rooms. */
const otherPages = ['calendar', 'chat', 'goals', 'recent', 'threads'];

function shownMessage(element: Element): ShownMessage | null {
	const id = element.getAttribute('data-event');
	return id ? { element, id, author: '' } : null;
}
const shown = <T>(value: T | null): value is T => value !== null;

/** `/spaces/<relay>/<group>`; a relay reached by wss stands there without its scheme. */
function addressOf(path: string): string {
	const [, spaces, relay, group, ...rest] = path.split('/').map(decodeURIComponent);
	return spaces === 'spaces' && relay && group && rest.length === 0 && !otherPages.includes(group) ? `29:${relay}'${group}` : '';
}

/** Flotilla 1.6.3: the rooms of a space (NIP-29). */
export const flotilla: Frontend = {
	id: 'flotilla',
	name: 'Flotilla',
	network: 'nostr',
	watched: ['data-event'],
	detect: (document) =>
		document.querySelector('body[data-sveltekit-preload-data]') !== null &&
		document.querySelector('[data-component="PageBar"], .chat__compose') !== null,
	rooms(document): OpenRoom[] {
		const address = addressOf(document.location.pathname);
		const compose = document.querySelector('.chat__compose');
		const view = compose?.parentElement;
		if (!address || !view) return [];
		return [{ room: { network: 'nostr', address }, view, panel: compose, direct: false }];
	},
	closingRule: () => '.chat__compose > form, .chat__compose > div { display: none !important }',
	composer: '.chat__compose > form, .chat__compose > div',
	// reactions, zaps, edits and the menu; its buttons say nothing about which is which
	actions: '[data-event] > button.join, [data-event] > .row-2 button',
	reply: ':not(*)',
	messageAround(element) {
		const message = element.closest('[data-event]');
		return message ? shownMessage(message) : null;
	},
	messages: (view) => [...view.querySelectorAll('[data-event]')].map(shownMessage).filter(shown),
	keyOf: (message) => message.id,
	quoted: (message) => ({
		author: text(message.querySelector(`${heading} > .font-bold`)),
		excerpt: text(message.querySelector(':scope > .flex > .flex-grow > :last-child')),
	}),
	labelPlace(message) {
		const named = message.querySelector(heading);
		const into = named ?? message.querySelector(':scope > .flex > .flex-grow > div');
		return into && { into, first: true };
	},
	coverRule: (tag) => `
[data-event] .flex-grow > .flex.items-center.gap-2:has(> ${tag}) > .font-bold { display: none !important }
[data-event]:has(> .flex > .flex-grow > div > ${tag}) > .flex > .items-start > * { visibility: hidden !important }
[data-event]:has(> .flex > .flex-grow > div > ${tag}) > .flex > .items-start { pointer-events: none !important }
[data-event]:has(> .flex > .flex-grow > div > ${tag}) > .flex > .items-start::before {
	content: '' !important; position: absolute !important; width: 32px !important; height: 32px !important; background: currentColor !important;
	opacity: 0.6 !important; forced-color-adjust: none !important; clip-path: ${clipPath(discPath, 32)} !important }`,
	hidingRule: (_address, tag) => `[data-event]:has(> .flex > .flex-grow > div > ${tag}) { display: none !important }`,
	// a throw-away key neither comes nor goes on Nostr: no list of people, no lines about it
	foldingRules: () => [],
	notice: () => null,
	noticeRule: () => '',
	theme: (open) => readTheme(open.panel ?? open.view, '#7161ff'),
};
