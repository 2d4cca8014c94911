import { decodePart, isPresent, textOf } from './elements.ts';
import type { Frontend, OpenRoom, PageMessage } from './frontend.ts';
import { readTheme } from './theme.ts';

const heading = ':scope > .flex > .flex-grow > .flex.items-center.gap-2';
/** Pages of a space that are no rooms. */
const otherPages = ['calendar', 'chat', 'goals', 'recent', 'threads'];

function pageMessage(element: Element): PageMessage | null {
	const id = element.getAttribute('data-event');
	return id ? { element, id, author: '' } : null;
}
/** `/spaces/<relay>/<group>`; a relay reached by wss stands there without its scheme. */
function addressOf(path: string): string {
	const [, spaces, relay, group, ...rest] = path.split('/').map(decodePart);
	return spaces === 'spaces' && relay && group && rest.length === 0 && !otherPages.includes(group) ? `29:${relay}'${group}` : '';
}

/** Flotilla 1.6.3: the rooms of a space (NIP-29). */
export const flotilla: Frontend = {
	id: 'flotilla',
	name: 'Flotilla',
	network: 'nostr',
	identityAttributes: ['data-event'],
	detect: (document) =>
		document.querySelector('body[data-sveltekit-preload-data]') !== null &&
		document.querySelector('[data-component="PageBar"], .chat__compose') !== null,
	openRooms(document): OpenRoom[] {
		const address = addressOf(document.location.pathname);
		const compose = document.querySelector('.chat__compose');
		const view = compose?.parentElement;
		if (!address || !view) return [];
		return [{ room: { network: 'nostr', address }, view, panelParent: compose, direct: false }];
	},
	closingRule: () => '.chat__compose > form, .chat__compose > div { display: none !important }',
	pageComposer: '.chat__compose > form, .chat__compose > div',
	// reactions, zaps, edits and the menu; its buttons say nothing about which is which
	accountActions: '[data-event] > button.join, [data-event] > .row-2 button',
	messageAround(element) {
		const message = element.closest('[data-event]');
		return message ? pageMessage(message) : null;
	},
	messages: (view) => [...view.querySelectorAll('[data-event]')].map(pageMessage).filter(isPresent),
	messageKey: { part: 'id' },
	shownText: (message) => textOf(message.querySelector(':scope > .flex > .flex-grow > :last-child')),
	labelPosition(message) {
		const named = message.querySelector(heading);
		const parent = named ?? message.querySelector(':scope > .flex > .flex-grow > div');
		return parent && { parent, first: true };
	},
	coverRule: (tag, discs) => `
[data-event] .flex-grow > .flex.items-center.gap-2:has(> ${tag}) > .font-bold { display: none !important }
[data-event]:has(> .flex > .flex-grow > div > ${tag}) > .flex > .items-start > * { visibility: hidden !important }
[data-event]:has(> .flex > .flex-grow > div > ${tag}) > .flex > .items-start { pointer-events: none !important }
[data-event]:has(> .flex > .flex-grow > div > ${tag}) > .flex > .items-start::before {
	content: '' !important; position: absolute !important; width: 32px !important; height: 32px !important; background: currentColor !important;
	opacity: 0.6 !important; forced-color-adjust: none !important; clip-path: ${discs[32]} !important }`,
	hidingRule: (_address, tag) => `[data-event]:has(> .flex > .flex-grow > div > ${tag}) { display: none !important }`,
	theme: (open) => readTheme(open.panelParent ?? open.view, '#7161ff'),
};
