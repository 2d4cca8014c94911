import { decodePart, isPresent, textOf } from './elements.ts';
import type { Frontend, OpenRoom, PageMessage } from './frontend.ts';
import { coordinateIn, eventIdIn } from './nip19.ts';
import { readTheme } from './theme.ts';

// channels and groups look alike; the chat of a stream stands in a card, on small screens in a dialog
const streamBox = ':is(.chakra-card__body, .chakra-modal__body)';
const composers = `[data-type="simple-view"] > div > div + form, ${streamBox} > div:has(> form)`;
const roomRow = '[data-type="simple-view"] > div > div:has(+ form) > div > [data-id]';
const streamRow = `${streamBox} > div:has(+ div > form) > div > [data-id]`;
const rows = `${roomRow}, ${streamRow}`;
const body = ':scope > div:last-child';

/** `/channels/<event>`, `/groups/<relay>'<group>`, `/streams/<address>`; a relay reached by wss stands there without its scheme. */
function addressOf(path: string): string {
	const [, page, part = ''] = /\/(channels|groups|streams)\/([^/]+)$/.exec(path) ?? [];
	const name = decodePart(part);
	if (page === 'groups') {
		const [relay = '', group] = name.split("'");
		return /[.:]/.test(relay) ? `29:${relay}'${group || '_'}` : '';
	}
	const value = page === 'channels' ? eventIdIn(name) : coordinateIn(name);
	return value && `${page === 'channels' ? '28' : '53'}:${value}`;
}

function pageMessage(row: Element): PageMessage | null {
	const id = row.getAttribute('data-id');
	return id ? { element: row, id, author: '' } : null;
}

/** noStrudel 1.1: public channels (NIP-28), groups (NIP-29) and the chat of live streams (NIP-53). */
export const nostrudel: Frontend = {
	id: 'nostrudel',
	name: 'noStrudel',
	network: 'nostr',
	identityAttributes: ['data-id'],
	detect: (document) =>
		document.querySelector('meta[name="description"][content="A simple nostr web client focused on exploring nostr"]') !== null &&
		document.querySelector('#root') !== null,
	openRooms(document): OpenRoom[] {
		const address = addressOf(document.location.pathname);
		const view = document.querySelector(composers)?.parentElement;
		if (!address || !view) return [];
		return [{ room: { network: 'nostr', address }, view, panelParent: view, direct: false }];
	},
	closingRule: () => `${composers} { display: none !important }`,
	pageComposer: composers,
	// reactions, zaps and the menu of a message
	accountActions: `.message-actions button, ${roomRow} > div:last-child > .chakra-button__group button, ${streamRow} > button`,
	messageAround(element) {
		const row = element.closest(rows);
		return row ? pageMessage(row) : null;
	},
	messages: (view) => [...view.querySelectorAll(rows)].map(pageMessage).filter(isPresent),
	messageKey: { part: 'id' },
	shownText: (row) => textOf(row.querySelector(`${body} > div:nth-child(2)`) ?? row.querySelector(body)),
	labelPosition(row) {
		// a follow-up has neither a face nor a heading of its own
		const heading = row.querySelector(':scope > div:nth-last-child(2) .chakra-avatar') ? `${body} > div:first-child` : body;
		const parent = row.querySelector(':scope > .chakra-avatar:first-child + span') ?? row.querySelector(heading);
		return parent && { parent, first: true };
	},
	coverRule(tag, discs) {
		const inRoom = `${roomRow}:has(> div:last-child > div:first-child > ${tag})`;
		const inStream = `${streamRow}:has(> span > ${tag})`;
		return `
${inRoom} > div:last-child > div:first-child > a, ${inStream} > span:has(> ${tag}) > a { display: none !important }
${inRoom} > div:nth-last-child(2) > a, ${inStream} > .chakra-avatar { pointer-events: none !important; color: inherit !important }
${inRoom} > div:nth-last-child(2) .chakra-avatar > *, ${inStream} > .chakra-avatar > * { visibility: hidden !important }
${inRoom} > div:nth-last-child(2) .chakra-avatar { clip-path: ${discs[32]} !important }
${inStream} > .chakra-avatar { clip-path: ${discs[24]} !important }
${inRoom} > div:nth-last-child(2) .chakra-avatar, ${inStream} > .chakra-avatar {
	background: currentColor !important; color: inherit !important; opacity: 0.6 !important; forced-color-adjust: none !important }`;
	},
	hidingRule: (_address, tag) => `:is(${rows}):has(${tag}) { display: none !important }`,
	theme(open) {
		const accent = getComputedStyle(document.documentElement).getPropertyValue('--chakra-colors-primary-500').trim() || '#8db600';
		return readTheme(open.view, accent);
	},
};
