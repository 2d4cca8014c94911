import type { Gate, Refusal } from './gate.ts';
import { contains, exec, fromCodePoint, includes, indexOf, lower, normalize, parseNumber, push, randomUuid, slice } from './primordials.ts';

/** in an anonymous message, and in one in which an account says that a voice is its own */
const marker = 'urn:x-bauta:1';
const reveal = 'bauta-reveal:';
/** from somebody who is called as anonymous authors are, whose nicks are free once they have left */
const impostor = '/Anonymous';
const bosh = 'http://jabber.org/protocol/httpbind';
const management = 'urn:xmpp:sm:3';
const namedEntities: Record<string, string> = { __proto__: null as never, amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** XML character references of an attribute's value, decoded. */
export function decode(value: string): string {
	const reference = /&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi;
	let text = '';
	let from = 0;
	for (let match = exec(reference, value); match; match = exec(reference, value)) {
		const [whole, hex, decimal, name] = match;
		const point = hex ? parseNumber(hex, 16) : decimal ? parseNumber(decimal, 10) : -1;
		const character = point >= 0 && point <= 0x10ffff ? fromCodePoint(point) : (namedEntities[name ?? ''] ?? whole);
		text += slice(value, from, match.index) + character;
		from = match.index + whole.length;
	}
	return text + slice(value, from);
}

/** A bare JID in the form that servers compare (RFC 7622, near enough to err on the side of refusing). */
export function bareJid(jid: string): string {
	const at = indexOf(jid, '/');
	const bare = lower(normalize(at < 0 ? jid : slice(jid, 0, at), 'NFKC'));
	return slice(bare, -1) === '.' ? slice(bare, 0, -1) : bare;
}

/** The room among `rooms` that a stanza speaks to, or ''. XEP-0033 lists further addresses inside. */
function spokenTo(stanza: string, rooms: string[]): string {
	const tag = /<(?:[\w.-]+:)?(?:message|address)(?=[\s/>])((?:[^<>"']|"[^"]*"|'[^']*')*)>/gi;
	for (let match = exec(tag, stanza); match; match = exec(tag, stanza)) {
		const attribute = /(?:^|\s)(?:to|jid)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
		for (let pair = exec(attribute, match[1] ?? ''); pair; pair = exec(attribute, match[1] ?? '')) {
			const jid = bareJid(decode(pair[1] ?? pair[2] ?? ''));
			for (let at = 0; at < rooms.length; at++) if (bareJid(rooms[at] ?? '') === jid) return rooms[at] ?? '';
		}
	}
	return '';
}

/** Where the elements at depth `depth` begin and end; null where the text is no well-formed row of elements. */
function elementsAt(depth: number, xml: string): { from: number; to: number }[] | null {
	const tag = /<(?:(\?)[^>]*|(\/?)(?:[\w.-]+:)?[\w.-]+(?:[^<>"']|"[^"]*"|'[^']*')*?(\/?))>|<!/g;
	const elements: { from: number; to: number }[] = [];
	let level = 0;
	let from = -1;
	for (let match = exec(tag, xml); match; match = exec(tag, xml)) {
		const [whole, instruction, closing, empty] = match;
		if (instruction) continue;
		if (whole === '<!') return null;
		if (closing) level--;
		else {
			if (level === depth) from = match.index;
			if (!empty) level++;
		}
		if (level < 0) return null;
		if (level === depth && from >= 0 && (closing || empty)) {
			push(elements, { from, to: match.index + whole.length });
			from = -1;
		}
	}
	return level === 0 ? elements : null;
}

/** The tag that opens a BOSH body, without its end; '' where there is none. */
export const headOf = (data: string): string => exec(/<body(?:[^<>"']|"[^"]*"|'[^']*')*?(?=\/?>)/, data)?.[0] ?? '';

/**
 * ids of stanzas that were refused on any connection: a page may send them again after a reconnect, when the room is open again; they must
 * not leave then either
 */
const refusedIds: string[] = [];

/** What tells of the account's own messages on one connection, without their content. */
function accountSpeech(): Gate['speech'] {
	/** messages of the account's that are on their way, without their content: what the server shows to the room has the same id */
	const underWay: { id: string; rest: string }[] = [];

	function speechOut(data: string): string {
		const [head = '', attributes = ''] = exec(/<(?:[\w.-]+:)?message(?=[\s/>])((?:[^<>"']|"[^"]*"|'[^']*')*)>/i, data) ?? [];
		if (!head || exec(/<(?:body|subject|reactions|retract|apply-to)[\s/>]/, data) === null) return '';
		const value = (name: string) => {
			const [, double, single = ''] = exec(new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^'"]*)')`), attributes) ?? [];
			return double ?? single;
		};
		if (value('type') !== 'groupchat') return '';
		const id = value('id');
		const rest = `<message type="groupchat" to="${value('to')}" id="${id}"/>`;
		if (underWay.length === 20) underWay.length = 0;
		if (id) push(underWay, { id, rest });
		return rest;
	}

	function speechIn(data: string): string {
		for (let at = 0; at < underWay.length; at++) if (includes(data, underWay[at]?.id ?? '')) return underWay[at]?.rest ?? '';
		return '';
	}

	return (direction, data) => (direction === 'out' ? speechOut(data) : speechIn(data));
}

/** Whose presences a frame tells, as their senders are named. */
function presencesIn(data: string): string[] {
	const authors: string[] = [];
	if (!includes(data, '<presence')) return authors;
	const tag = /<presence(?=[\s/>])((?:[^<>"']|"[^"]*"|'[^']*')*)>/g;
	for (let match = exec(tag, data); match; match = exec(tag, data)) {
		const [, double, single = ''] = exec(/(?:^|\s)from\s*=\s*(?:"([^"]*)"|'([^']*)')/, match[1] ?? '') ?? [];
		push(authors, decode(double ?? single));
	}
	return authors;
}

/** A BOSH body as one body for each of its stanzas; [] where it is none, or cannot be taken apart. */
export function splitBosh(data: string): string[] {
	const head = headOf(data);
	const elements = (head && elementsAt(1, data)) || [];
	const frames: string[] = [];
	for (let at = 0; at < elements.length; at++) push(frames, `${head}>${slice(data, elements[at]?.from ?? 0, elements[at]?.to)}</body>`);
	return frames;
}

/** The gate and the sieve of one XMPP connection, over WebSocket (RFC 7395) or BOSH (XEP-0124). */
export function xmppGate(): Gate {
	let domain = '';
	/** stream management (XEP-0198) is in force: unacknowledged stanzas would be sent again later */
	let isManaged = false;

	const idOf = (stanza: string): string => {
		const match = exec(/^<[^>]*?\sid\s*=\s*(?:"([^"]*)"|'([^']*)')/, stanza);
		return match ? (match[1] ?? match[2] ?? '') : '';
	};
	/** An XEP-0199 ping to the account's own server stands in, so that both sides go on counting alike (XEP-0198, 4). */
	const ping = () =>
		`<iq xmlns="jabber:client" type="get"${domain ? ` to="${domain}"` : ''} id="${randomUuid()}:ping"><ping xmlns="urn:xmpp:ping"/></iq>`;

	const speech = accountSpeech();

	function refuse(data: string, rooms: string[]): Refusal | null {
		if (rooms.length + refusedIds.length === 0 || !includes(lower(data), 'message')) return null;
		const inBody = includes(slice(data, 0, 2048), bosh);
		const elements = elementsAt(inBody ? 1 : 0, data);
		if (!elements) {
			// it cannot be taken apart, so all of it is refused if any of it speaks to a closed room
			const room = spokenTo(data, rooms);
			if (!room) return null;
			return { data: inBody ? `${headOf(data) || `<body xmlns="${bosh}"`}/>` : ping(), more: [], room };
		}
		let remainder = '';
		let from = 0;
		let room = '';
		for (let at = 0; at < elements.length; at++) {
			const element = elements[at] ?? { from: 0, to: 0 };
			const stanza = slice(data, element.from, element.to);
			const id = idOf(stanza);
			const again = id !== '' && exec(/^<(?:[\w.-]+:)?message[\s/>]/i, stanza) !== null && contains(refusedIds, id);
			const spoken = spokenTo(stanza, rooms) || (again ? 'again' : '');
			if (!spoken) continue;
			if (id && !again && refusedIds.length < 1000) push(refusedIds, id);
			room = spoken;
			remainder += slice(data, from, element.from) + (inBody ? '' : ping());
			from = element.to;
		}
		if (!room) return null;
		// the server's answer clears the page's queue at once, so that nothing is left to be sent again after a reconnect
		return { data: remainder + slice(data, from), more: isManaged && !inBody ? [`<r xmlns="${management}"/>`] : [], room };
	}

	return {
		network: 'xmpp',
		speech,
		speaks: (data) => includes(lower(data), '<message') || exec(/<[\w.-]+:message[\s/>]/i, data) !== null,
		isReported(direction, data) {
			if (includes(data, 'urn:ietf:params:xml:ns:xmpp-sasl')) return false;
			if (direction === 'out') {
				const opens = includes(data, 'urn:ietf:params:xml:ns:xmpp-framing') || includes(data, bosh);
				const to = opens ? exec(/<(?:open|body)\s[^>]*?\bto\s*=\s*(?:"([^"&]+)"|'([^'&]+)')/, data) : null;
				if (to) domain = to[1] ?? to[2] ?? '';
				return to !== null;
			}
			if (includes(data, management) && exec(/<(enabled|resumed|failed)[\s/>]/, data)) isManaged = !includes(data, '<failed');
			if (includes(data, 'urn:xmpp:time') && includes(data, '<utc')) return true;
			return (
				includes(data, marker) ||
				includes(data, reveal) ||
				(includes(data, impostor) && includes(data, '<body')) ||
				includes(data, '<subject') ||
				exec(/<status\s[^>]*code\s*=\s*["']110["']/, data) !== null
			);
		},
		presences: presencesIn,
		split: splitBosh,
		refuse,
	};
}
