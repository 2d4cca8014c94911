import { decodePart, textOf } from './elements.ts';
import type { Frontend, OpenRoom, PageMessage } from './frontend.ts';
import { readTheme } from './theme.ts';

const list = '.flex-col-reverse.pretty-scrollbar';
const row = 'div.flex.flex-row.gap-2.items-end';
const heading = '.flex.flex-row.gap-1.items-center:has(h3)';
const bubble = '.z-0.relative';
/** What holds list and composer, once the switch is below them. */
const withSwitch = `div:has(> ${list}):has(> .transition-height + :last-child:not(.transition-height))`;
/** How many digits of its key are shown for an account without a name. */
const keyDigits = 6;

function pageMessage(element: Element, at: number, rows: Element[]): PageMessage {
	// follow-ups have no name of their own
	const named = rows.slice(0, at + 1).findLast((one) => one.querySelector(heading));
	return { element, id: String(at), author: textOf(named?.querySelector(`${heading} h3`)) };
}
const rowsOf = (root: ParentNode): Element[] => [...root.querySelectorAll(`${list} ${row}`)];

/** `/<relay>/<group>`, with a host that has a dot or a port in it; all other pages have neither. */
function addressOf(path: string): string {
	const [, relay = '', group, ...rest] = path.split('/').map(decodePart);
	return /[.:]/.test(relay) && group && (rest.length === 0 || rest.join() === 'chat') ? `29:${relay}'${group}` : '';
}

/** Chachi (March 2026): groups (NIP-29). It shows no ids, so messages are known by what it shows of a one-time key. */
export const chachi: Frontend = {
	id: 'chachi',
	name: 'Chachi',
	network: 'nostr',
	detect: (document) => document.querySelector('meta[name="description"][content="vibe with your tribe"]') !== null,
	openRooms(document): OpenRoom[] {
		const address = addressOf(document.location.pathname);
		const view = document.querySelector(list)?.parentElement;
		if (!address || !view) return [];
		return [{ room: { network: 'nostr', address }, view, panelParent: view, direct: false }];
	},
	closingRule: () => `${list} ~ .transition-height { display: none !important }`,
	pageComposer: `${list} ~ .transition-height`,
	accountActions: `${row} button[aria-label]`,
	messageAround(element) {
		const message = element.closest(row);
		const rows = rowsOf(element.ownerDocument);
		return message ? pageMessage(message, rows.indexOf(message), rows) : null;
	},
	messages: (view) => rowsOf(view).map(pageMessage),
	messageKey: { part: 'author', length: keyDigits },
	shownText: (message) => textOf(message.querySelector(`${bubble} > :last-child`)),
	labelPosition(message) {
		const parent = message.querySelector(heading) ?? message.querySelector(bubble);
		return parent && { parent, first: true };
	},
	// the list takes all that 80 px of headings and the composer leave of the window: without these rules the switch were below it
	switchRule: `
${withSwitch} { height: calc(100dvh - 80px) !important; grid-template-rows: minmax(0, 1fr) auto auto !important }
${withSwitch} > ${list} { height: auto !important; min-height: 0 !important }`,
	coverRule: (tag, discs) => `
${row} .flex.flex-row.gap-1.items-center:has(> ${tag}) > :not(${tag}) { display: none !important }
${row}:has(${tag}) .size-7 > * { display: none !important }
${row}:has(${tag}) .size-7 {
	pointer-events: none !important; background: currentColor !important; opacity: 0.6 !important; forced-color-adjust: none !important;
	clip-path: ${discs[28]} !important }`,
	hidingRule: (_address, tag) => `${row}:has(${tag}) { display: none !important }`,
	theme: (open) => readTheme(open.view, '#7c3aed'),
};
