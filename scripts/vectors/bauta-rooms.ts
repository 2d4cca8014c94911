import { ProtocolError } from '../../src/protocol/error.ts';
import {
	ircRoomId,
	matrixRoomId,
	nip22RoomId,
	nip28RoomId,
	nip29RoomId,
	nip53RoomId,
	statusRoomId,
	xmppRoomId,
} from '../../src/protocol/room.ts';
import { canonicalText, normalText } from '../../src/protocol/text.ts';
import type { BautaFile, RoomCase, TextCase } from './bauta-format.ts';
import type { Case, Cases } from './cases.ts';

/** rooms, texts */
export function checkRoomsAndTexts(file: BautaFile, cases: Cases): void {
	for (const item of file.rooms ?? []) cases.run(`rooms: ${item.room}`, (at) => at.same('room', item.room, roomOf(item)));
	for (const [index, item] of (file.texts ?? []).entries())
		cases.run(`texts: ${index}, ${JSON.stringify(String(item.text).slice(0, 40))}`, (at) => checkText(item, at));
}

function roomOf(item: RoomCase): string {
	const need = (value: string | undefined) => {
		if (value === undefined) throw new Error('a field is missing');
		return value;
	};
	switch (item.transport) {
		case 'xmpp':
			return xmppRoomId(need(item.sender));
		case 'matrix':
			return matrixRoomId(need(item.roomId));
		case 'irc': {
			const { network = null, casemapping = null } = item;
			return ircRoomId({ network, server: need(item.server), channel: need(item.channel), casemapping });
		}
		case 'nostr-29':
			return nip29RoomId(need(item.url), need(item.group));
		case 'nostr-28':
			return nip28RoomId(need(item.channel));
		case 'nostr-22':
			return nip22RoomId(item.tags ?? []);
		case 'nostr-53':
			return nip53RoomId(need(item.coordinate));
		case 'status':
			return statusRoomId(need(item.chat));
		default:
			throw new Error(`unknown transport ${item.transport}`);
	}
}

/** the vectors' words for why a text is refused, and our codes */
const reasons: Record<string, string> = {
	empty: 'text-empty',
	long: 'text-long',
	control: 'text-control',
	surrogate: 'text-surrogate',
	noncharacter: 'text-noncharacter',
	line: 'text-line',
	'line is long': 'text-line',
};

function checkText({ text, times, irc, canonical, refused }: TextCase, at: Case): void {
	const whole = text.repeat(times);
	if (canonical !== null) at.same('canonical', canonical, normalText(whole));
	at.same('refused', refused === null ? null : (reasons[refused] ?? refused), refusalOf(whole, irc));
	if (refused === null) at.same('sent', normalText(whole), canonicalText(whole, { irc }));
}

function refusalOf(text: string, irc: boolean): string | null {
	try {
		canonicalText(text, { irc });
		return null;
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return thrown.code;
		throw thrown;
	}
}
