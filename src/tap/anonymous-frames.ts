/**
 * The messages with an envelope that the page's server has just sent, as a notification of the page's would show them: by these the tap knows
 * a notification of an anonymous message. Whose it is nobody knows here.
 */
import type { Gate } from './gate.ts';
import { exec, includes, indexOf, isArray, later, now, parseJson, push, slice } from './primordials.ts';
import { decode, headOf, splitBosh } from './xmpp-gate.ts';

/** One message, and the frame that it came in. */
export interface AnonymousFrame {
	gate: Gate;
	/** of the connection it came by; '' where a worker has that */
	url: string;
	data: string;
	/** its text, in the ways in which web chats shorten it; without runs of white space */
	texts: string[];
	/** who wrote it, as the room names them; '' where the network names nobody */
	nick: string;
	/** unix ms */
	at: number;
	/** the background has been asked to show it */
	isReported: boolean;
}

/** Longer frames, in characters, are not handed over, so nothing of them is taken. One that holds many stanzas may be so much longer. */
export const longestFrame = 65_536;
const longestBundle = 16 * longestFrame;
/** So many are kept, for so many ms. */
const most = 64;
const lifetime = 60_000;
/** A sound this soon after a message, in ms, is about it. */
const soundDelay = 1500;
/** Longer texts are compared as far as this, and a part of one counts as the whole from so many characters on. */
const longest = 4096;
const shortestPart = 24;

/** Bauta shows notifications in place of the page */
let isActive = false;
/** Counted by a timer of the page's, as the isolated world's words are: both are slow in a tab that nobody looks at, and stand still in sleep. */
const [pulse, mostSilent] = [10_000, 3];
let silentPulses = 0;
let isCounting = false;
let lastData = '';
let latest: AnonymousFrame[] = [];
/** unix ms of the last message, if it had an envelope; else 0 */
let lastAnonymous = 0;

function count(): void {
	silentPulses++;
	if (silentPulses > mostSilent) isActive = false;
	isCounting = isActive;
	if (isCounting) later(count, pulse);
}

/** Whether what the page shows of anonymous messages is taken. It ends by itself where that is not said again: Bauta is gone then. */
export function setNotices(active: boolean): void {
	isActive = active;
	silentPulses = 0;
	if (!active || isCounting) return;
	isCounting = true;
	later(count, pulse);
}

/** The words of a text with one space between them. */
function squeeze(text: string): string {
	const word = /\S+/g;
	const part = slice(text, 0, longest);
	let words = '';
	for (let match = exec(word, part); match; match = exec(word, part)) words += (words && ' ') + match[0];
	return words;
}

/** The same without the lines that quote what it answers (XEP-0461, NIP-18 as some write it). */
function withoutQuotes(text: string): string {
	const line = /^(?!>).*$/gm;
	let rest = '';
	for (let match = exec(line, text); match; match = exec(line, text)) {
		rest += `${match[0]}\n`;
		// an empty line does not move on by itself
		if (!match[0]) line.lastIndex += 1;
	}
	return rest;
}

function note(gate: Gate, url: string, data: string, text: string, nick: string): void {
	if (data.length > longestFrame || !gate.isReported('in', data)) return;
	const texts: string[] = [];
	const whole = squeeze(text);
	const answer = squeeze(withoutQuotes(text));
	if (whole) push(texts, whole);
	if (answer && answer !== whole) push(texts, answer);
	const from = latest.length < most ? 0 : 1;
	const next: AnonymousFrame[] = [];
	for (let at = from; at < latest.length; at++) if (latest[at]) push(next, latest[at] as AnonymousFrame);
	push(next, { gate, url, data, texts, nick: squeeze(nick), at: now(), isReported: false });
	latest = next;
}

/** Who sent the message that begins at `from`, with its resource; '' where none begins there. What other attributes say in quotes is no sender. */
function senderAt(xml: string, from: number): string {
	const attributes = exec(/^<message(?=\s)((?:[^<>"']|"[^"]*"|'[^']*')*)>/, slice(xml, from))?.[1] ?? '';
	// each where the one before has ended
	const attribute = /\s+([^\s="']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
	for (let match = exec(attribute, attributes); match; match = exec(attribute, attributes))
		if (match[1] === 'from') return decode(match[2] ?? match[3] ?? '');
	return '';
}

/** @param data the frame with one stanza @param start where the stanza begins in it */
function noteStanza(gate: Gate, url: string, data: string, start: number): void {
	// somebody calls
	if (includes(data, 'urn:xmpp:jingle')) lastAnonymous = 0;
	let from = start;
	let sender = senderAt(data, from);
	// an archive's answer comes from the room itself, or the account: nobody in a room can send one
	if (indexOf(sender, '/') < 0 && includes(data, 'urn:xmpp:mam:')) {
		from = indexOf(data, '<message', indexOf(data, '<forwarded'));
		sender = senderAt(data, from);
	}
	const text = decode(exec(/<body(?:\s[^<>]*)?>([^<]+)<\/body>/, slice(data, from))?.[1] ?? '');
	if (!text) return;
	// in a tag: in a text there is no `<`
	const isAnonymous = exec(/<\w[^<>]*["']urn:x-bauta:1["']/, data) !== null;
	lastAnonymous = isAnonymous ? now() : 0;
	const slash = indexOf(sender, '/');
	if (isAnonymous && slash > 0) note(gate, url, data, text, slice(sender, slash + 1));
}

/** Kinds of events for which pages ring: what is said in public or private, reactions, reposts, zaps. */
const ringing = /"kind"\s*:\s*(1|4|6|7|9|14|16|42|1059|1111|1311|9735)\b/;

function noteEvent(gate: Gate, url: string, data: string): void {
	if (exec(ringing, data) === null) return;
	lastAnonymous = 0;
	if (!includes(data, '"bauta"')) return;
	const frame = parseJson(data) as unknown[];
	const { content, tags } = (frame[frame.length - 1] ?? {}) as { content?: unknown; tags?: unknown };
	let isAnonymous = false;
	for (let at = 0; isArray(tags) && at < tags.length; at++) isAnonymous ||= isArray(tags[at]) && tags[at][0] === 'bauta';
	if (!isAnonymous) return;
	lastAnonymous = now();
	// a key of one message has no name
	if (typeof content === 'string') note(gate, url, data, content, '');
}

/**
 * Looks at what the page's server sends. The same frame may come more than once: it counts the first time. Never throws.
 * @param url of the connection; '' where that is not known
 */
export function noteFrame(gate: Gate, url: string, data: unknown): void {
	try {
		// the page may read one event any number of times
		if (typeof data !== 'string' || data === lastData || data.length > longestBundle) return;
		lastData = data;
		if (gate.network === 'nostr') {
			if (__NETWORK__ !== 'xmpp' && exec(/^\s*\[\s*"EVENT"/, data)) noteEvent(gate, url, data);
			return;
		}
		const start = exec(/^\s*(?=<)/, data)?.[0].length ?? -1;
		if (__NETWORK__ === 'nostr' || start < 0) return;
		// a message has an element of that name, too
		const parts = exec(/^\s*<body[\s>]/, data) ? splitBosh(data) : null;
		if (!parts) noteStanza(gate, url, data, start);
		else for (let at = 0; at < parts.length; at++) noteStanza(gate, url, parts[at] ?? '', headOf(parts[at] ?? '').length + 1);
	} catch {
		// not what this tap reads
	}
}

/** What a notification says. */
interface Words {
	all: string;
	/** the same without the dots at its end; '' where there are none */
	cut: string;
}

/** Whether these words, from `from` on, are a text: all of it, or so much of it that it can be nothing else, and dots. */
function isText({ all, cut }: Words, from: number, text: string): boolean {
	if (slice(all, from) === text) return true;
	const part = slice(cut, from);
	return part.length >= shortestPart && slice(text, 0, part.length) === part;
}

/** Whether a title names somebody: no letter or digit stands next to the name. */
function names(title: string, nick: string): boolean {
	for (let at = indexOf(title, nick); at >= 0; at = indexOf(title, nick, at + 1)) {
		const beside = (at ? slice(title, at - 1, at) : '') + slice(title, at + nick.length, at + nick.length + 1);
		if (exec(/[\p{L}\p{N}\p{M}_]/u, beside) === null) return true;
	}
	return false;
}

/** Whether a notification shows this text of somebody's: with the name in its title, or before the text; on Nostr, without. */
function shows(title: string, words: Words, nick: string, text: string): boolean {
	if (isText(words, 0, text) && (!nick || (title && names(title, nick)))) return true;
	if (!nick || slice(words.all, 0, nick.length) !== nick) return false;
	// what stands between them
	for (let gap = 1; gap < 4; gap++) {
		const from = nick.length + gap;
		if (exec(/[^\s\p{P}]/u, slice(words.all, nick.length, from))) return false;
		if (isText(words, from, text)) return true;
	}
	return false;
}

/** The message that a notification with this title and body tells of; null where it tells of something else. */
export function frameShownBy(title: string, body: string): AnonymousFrame | null {
	if (!isActive) return null;
	const all = squeeze(body || title);
	const dots = slice(all, -1) === '…' ? 1 : slice(all, -3) === '...' ? 3 : 0;
	const end = all.length - dots;
	const words = { all, cut: dots ? slice(all, 0, slice(all, end - 1, end) === ' ' ? end - 1 : end) : '' };
	const about = body ? squeeze(title) : '';
	for (let at = latest.length - 1; at >= 0; at--) {
		const frame = latest[at];
		if (!frame || now() - frame.at > lifetime) continue;
		for (let text = 0; text < frame.texts.length; text++) if (shows(about, words, frame.nick, frame.texts[text] ?? '')) return frame;
	}
	return null;
}

/** Whether a sound that the page plays now is about an anonymous message: the last message was one, and has just come. */
export const isSoundAnonymous = (): boolean => isActive && now() - lastAnonymous < soundDelay;
