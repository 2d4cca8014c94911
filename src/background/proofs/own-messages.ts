import { BautaError } from '../../messages/errors.ts';
import type { MetVoice, OwnMessage, ShownVoice } from '../../messages/proofs.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import type { ArchivedMessage } from '../../networks/answered.ts';
import { plainLine } from '../../networks/plain-line.ts';
import { voicePattern } from '../../protocol/author.ts';
import { toHex } from '../../protocol/bytes.ts';
import { contentHash, normalText } from '../../protocol/text.ts';
import { roomIdOf } from '../access/adapters.ts';
import { voiceWords } from '../identities/voice-names.ts';
import { listArchived } from '../recognition/archived-messages.ts';
import type { LoggedMessage } from '../recognition/logged-message.ts';
import { messagesOf } from '../recognition/message-log.ts';
import { judge, publicAuthor, verdictAge, withOwnKey } from '../recognition/verdicts.ts';
import { requireUnlocked } from '../state/lock.ts';
import { readTab, type Tab } from '../state/tabs.ts';
import { inTurns } from '../state/turns.ts';
import { accountOnPage } from './accounts.ts';

/** words of a voice's name: 44 bits */
const nameLength = 4;

/** A room that a tab shows, with its canonical id and the messages met in it on the tab's site. */
interface RoomOnShow {
	tab: Tab;
	room: RoomRef;
	id: string;
	messages: LoggedMessage[];
}

/** The rooms that a tab shows. @throws BautaError `vault-locked` */
export async function roomsOnShow(tabId: number): Promise<RoomOnShow[]> {
	await requireUnlocked();
	const tab = await readTab(tabId);
	if (!tab) return [];
	return Promise.all(
		tab.rooms.map(async (room) => {
			const id = roomIdOf(room);
			return { tab, room, id, messages: await messagesOf(tab.origin, id) };
		}),
	);
}

/** One of them, by its canonical id. @throws BautaError `vault-locked`, `proof-room-closed` where the tab does not show it */
export async function roomOnShow(tabId: number, id: string): Promise<RoomOnShow> {
	const room = (await roomsOnShow(tabId)).find((one) => one.id === id);
	if (!room) throw new BautaError('proof-room-closed', plainLine(id));
	return room;
}

/** Name and pattern of an author key, 33 bytes. Two words are soon imitated by whoever tries many keys; four take long. */
export const shownVoice = async (authorKey: Uint8Array): Promise<ShownVoice> => ({
	name: (await voiceWords(authorKey)).slice(0, nameLength).join(' '),
	pattern: voicePattern(authorKey),
});

/**
 * The beginning of a logged message as the room's archive showed it. The log has no text, and an imitator may have the same id and author: so
 * a copy is shown alone whose words have the message's content hash. '' where there is none, as with an answer, or a text that the archive's
 * copy does not have whole.
 */
export function excerptOf({ room, content }: LoggedMessage, archive: readonly ArchivedMessage[]): string {
	const isCopy = ({ lines, excerpt }: ArchivedMessage) => toHex(contentHash(room, normalText(lines ?? excerpt), '')) === content;
	return archive.find(isCopy)?.excerpt ?? '';
}

async function ownMessage(message: LoggedMessage, { tab, room, id: roomId }: RoomOnShow): Promise<OwnMessage | null> {
	const label = await judge(message);
	if (!label?.mine) return null;
	const authorKey = publicAuthor(message);
	const hasKey = authorKey !== null && (await withOwnKey(message, () => true)) === true;
	const { id, author, time } = message;
	return {
		...{ room, id, author, time },
		excerpt: excerptOf(message, await listArchived(tab.origin, roomId)),
		voice: authorKey && (await shownVoice(authorKey)),
		whyNot: hasKey ? null : authorKey ? 'no-trace' : 'keyless',
		account: await accountOnPage(tab, roomId),
	};
}

/**
 * The user's own messages in the rooms that a tab shows, newest first. From memory alone: no server is asked and no page told, and of
 * messages that are not the user's own the same is looked at (THREATS.md P9). @throws BautaError `vault-locked`
 */
export async function listOwnMessages(tabId: number): Promise<OwnMessage[]> {
	for (;;) {
		const ageBefore = verdictAge();
		const list: OwnMessage[] = [];
		for (const shown of await roomsOnShow(tabId))
			for await (const message of inTurns(shown.messages)) {
				const own = await ownMessage(message, shown);
				if (own) list.push(own);
			}
		await requireUnlocked();
		// else the keys changed meanwhile, and some of these may be of earlier ones
		if (ageBefore === verdictAge()) return list.sort((a, b) => b.time - a.time);
	}
}

/** Every voice in the rooms that a tab shows, the one that spoke last first: mine and foreign alike. @throws BautaError `vault-locked` */
export async function listVoices(tabId: number): Promise<MetVoice[]> {
	const voices = new Map<string, MetVoice>();
	for (const { tab, room, id, messages } of await roomsOnShow(tabId))
		for await (const message of inTurns(messages)) {
			const authorKey = publicAuthor(message);
			if (!authorKey) continue;
			const [key, name] = [toHex(authorKey), `${id} ${toHex(authorKey)}`];
			const voice = voices.get(name) ?? {
				...{ room, key, messages: 0, last: 0, account: await accountOnPage(tab, id) },
				...(await shownVoice(authorKey)),
			};
			voices.set(name, { ...voice, messages: voice.messages + 1, last: Math.max(voice.last, message.time) });
		}
	return [...voices.values()].sort((a, b) => b.last - a.last);
}
