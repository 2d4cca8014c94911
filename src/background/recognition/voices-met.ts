import type { VoiceLook } from '../../messages/rooms.ts';
import { browser } from '../../platform/api/browser.ts';
import { voicePattern } from '../../protocol/author.ts';
import { toBase64url } from '../../protocol/bytes.ts';
import { xOf } from '../../protocol/curve.ts';
import { voiceWords } from '../identities/voice-names.ts';
import { inTurns } from '../state/turns.ts';
import type { LoggedMessage } from './logged-message.ts';
import { joinProofs, noLook } from './reveals.ts';
import { publicAuthor } from './verdicts.ts';

/*
 * The voices of a room: messages that one author key has signed. All of it follows from what everybody sees of the room's messages, and so is the
 * same for one's own and for other people's, with Bauta locked or not (THREATS.md P9). One-time keys sign one message each.
 */

/** px of a cell of the pattern, of which five make a side */
const cellSize = 3;
/** letters of base64url, of 43: enough that nobody makes a key with the same ones */
const nameLength = 22;
/** words of a name that no other key in the room has */
const shortest = 2;
/** s */
const day = 86_400;

/** A voice of a room, by what is in its log. */
interface Voice {
	/** 33 bytes */
	key: Uint8Array;
	count: number;
	/** messageTime of the first of its messages, unix seconds */
	since: number;
}

/** By x alone, as the name is: one key may sign on a network that writes it with its parity, and on one that does not. */
const nameOf = (key: Uint8Array): string => toBase64url(xOf(key)).slice(0, nameLength);

/** by message as the log keeps it */
const keys = new WeakMap<LoggedMessage, Uint8Array | null>();
function keyOf(message: LoggedMessage): Uint8Array | null {
	const key = keys.get(message) ?? publicAuthor(message);
	keys.set(message, key);
	return key;
}

/** What messages of one voice are told together by; undefined where no key signs. */
export function voiceOf(message: LoggedMessage): string | undefined {
	const key = keyOf(message);
	return key ? nameOf(key) : undefined;
}

/** The keys of these messages, those met first at the front. */
async function voicesIn(messages: LoggedMessage[]): Promise<Voice[]> {
	for await (const message of inTurns(messages.filter((one) => !keys.has(one)))) keyOf(message);
	const voices = new Map<string, Voice>();
	for (const message of messages) {
		const key = keyOf(message);
		if (!key) continue;
		const { count, since } = voices.get(nameOf(key)) ?? { count: 0, since: message.time };
		voices.set(nameOf(key), { key, count: count + 1, since: Math.min(since, message.time) });
	}
	return [...voices.values()];
}

/** Midnight before a moment, by the device's clock and place, unix seconds. */
function midnightBefore(time: number): number {
	const date = new Date(time * 1000);
	return date.setHours(0, 0, 0, 0) / 1000;
}

/** "7 messages since Monday". `since`, `now`: unix seconds; of what is older than six days the date is said. */
export function spokenSince(count: number, since: number, now: number): string {
	const language = browser.i18n.getMessage('popup_language');
	const number = new Intl.NumberFormat(language).format(count);
	const today = midnightBefore(now);
	if (since >= today) return browser.i18n.getMessage('content_voice_today', [number]);
	const form: Intl.DateTimeFormatOptions = since > today - 6 * day ? { weekday: 'long' } : { dateStyle: 'medium' };
	return browser.i18n.getMessage('content_voice_since', [number, new Intl.DateTimeFormat(language, form).format(since * 1000)]);
}

const scalePattern = (pattern: string): string => pattern.replace(/\d+/g, (length) => String(Number(length) * cellSize));

/** The name of each voice, in their order: two words, and so many more where other keys have the same that no two have one name. */
async function namesOf(voices: readonly Voice[]): Promise<string[]> {
	const all = await Promise.all(voices.map(({ key }) => voiceWords(key)));
	const startOf = (words: readonly string[], length: number) => words.slice(0, length).join(' ');
	const byName = new Map<string, string[][]>();
	for (const words of all) {
		const name = startOf(words, shortest);
		byName.set(name, [...(byName.get(name) ?? []), words]);
	}
	return all.map((words) => {
		const alike = byName.get(startOf(words, shortest)) ?? [];
		let length = shortest;
		const isShared = () => alike.some((others) => others !== words && startOf(others, length) === startOf(words, length));
		while (length < words.length && isShared()) length++;
		return startOf(words, length);
	});
}

/**
 * How each voice is shown that has spoken more than once, or is proven to be somebody's, by `voiceOf`. Where two keys have the same two words,
 * each of them has a third, whoever was met first: the log may have lost what the one spoke whose name the other imitates.
 * @param messages of one room, those met first at the front, copies left out @param now unix seconds @param proofs `RevealsMet`
 */
export async function voiceLooks(
	messages: LoggedMessage[],
	now: number,
	proofs: ReadonlyMap<LoggedMessage, string>,
): Promise<Map<string, VoiceLook>> {
	const looks = new Map<string, VoiceLook>();
	for (const [message, proof] of proofs) {
		const voice = voiceOf(message) ?? '';
		looks.set(voice, { ...noLook, proof: joinProofs(looks.get(voice)?.proof ?? '', proof) });
	}
	const voices = await voicesIn(messages);
	if (voices.every(({ count }) => count === 1)) return looks;
	const names = await namesOf(voices);
	for (const [at, { key, count, since }] of voices.entries()) {
		const name = names[at] ?? '';
		const proof = looks.get(nameOf(key))?.proof ?? '';
		if (count > 1) looks.set(nameOf(key), { name, pattern: scalePattern(voicePattern(key)), title: spokenSince(count, since, now), proof });
	}
	return looks;
}
