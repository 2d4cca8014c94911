import { BautaError } from '../messages/errors.ts';
import { plainLine } from './plain-line.ts';

/** A message as a room's archive shows it to a guest, and so to everybody. */
export interface ArchivedMessage {
	/** the id by which the network's replies name it (XMPP: given by the room, XEP-0359; Nostr: the event's) */
	id: string;
	/** who wrote it, one line: a nick, the beginning of a key */
	author: string;
	/** the beginning of what it says, one line */
	excerpt: string;
	/** the same with its lines, where it has several: web chats draw a quoted line apart */
	lines?: string;
	/** it carries an envelope */
	anonymous: boolean;
}

/**
 * The message that an anonymous one answers, as a page named it. Nothing of it is sent before the room showed it to a guest: a page could put
 * an id of its choice into a public message (THREATS.md D1).
 */
export interface AnsweredMessage {
	id: string;
	/**
	 * the beginning of what the page showed where the user asked to answer; null where an earlier version did not keep it. It is compared with
	 * what the room shows, so that the page cannot pick one of the room's messages by itself
	 */
	text: string | null;
	/** who wrote it as the page showed it (XMPP: the nick; Nostr: the key in hex); absent where the web chat shows neither */
	author?: string;
	/** the room's archive has shown it earlier */
	archived: boolean;
}

const longestAuthor = 60;
const longestText = 400;

/** The archive's copy of a message. `body`: its whole text. */
export const archivedMessage = (id: string, author: string, body: string, anonymous: boolean): ArchivedMessage => ({
	id,
	author: plainLine(author, longestAuthor),
	excerpt: plainLine(body),
	...(body.includes('\n') && { lines: body.slice(0, longestText) }),
	anonymous,
});

const lettersOf = (text: string): string =>
	text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, '');
/** what web chats show as something else: links, mentions, names of emoji */
const renderedParts = /nostr:\S+|https?:\S+|:[\w+-]+:/gi;
/** So many letters at the beginning tell a message. */
const telling = 24;
/** With fewer letters of its own than this a message has to be the same from end to end. */
const few = 12;
const signsOf = (text: string): string => text.normalize('NFKC').replace(/[\s\p{C}\p{M}]/gu, '');

/** Whether the letters on the page begin with these, in this order, with nothing but drawn parts between them. */
function beginsWith(onPage: string, literals: readonly string[]): boolean {
	let [at, length] = [0, 0];
	for (const [index, literal] of literals.entries()) {
		const wanted = literal.slice(0, telling - length);
		const position = index === 0 && onPage.startsWith(wanted) ? 0 : index === 0 ? -1 : onPage.indexOf(wanted, at);
		if (position < 0) return false;
		at = position + wanted.length;
		length += wanted.length;
		if (length === telling) return true;
	}
	return literals.at(-1) === '' || at === onPage.length;
}

/**
 * Whether a page showed this text, as far as letters and digits go: web chats draw markup, quotes, links and emoji each in their own way. The
 * first 24 letters have to be the same, and all of them where there are fewer.
 * @param beginning of what stood on the page
 */
export function isShownAs(beginning: string, body: string): boolean {
	const onPage = lettersOf(beginning);
	if (onPage === '') return lettersOf(body) === '' && signsOf(body) !== '' && signsOf(beginning) === signsOf(body);
	const ownWords = body.replace(/^>.*$/gm, '').replace(/^\s*\/me\s/, '');
	return [body, ownWords].some((text) => {
		const whole = lettersOf(text);
		if (whole !== '' && onPage.slice(0, telling) === whole.slice(0, telling)) return true;
		const literals = text.split(renderedParts).map(lettersOf);
		const own = literals.join('');
		if (literals.length === 1 || own === '') return false;
		return onPage === own || (own.length >= few && beginsWith(onPage, literals));
	});
}

/** A message as the room shows it now. `author`: nick, or key in hex. `body`: its text. */
export interface RoomMessage {
	id: string;
	author: string;
	body: string;
}

/**
 * Which message of the room is answered: the newest that has the text and the author that the page showed, so that the page cannot choose
 * among equal ones. Null where the one that it named has not, or where people of several names said the same and the page does not tell which.
 * @param messages oldest first
 */
export function pickAnswered({ id, text, author }: AnsweredMessage, messages: readonly RoomMessage[]): string | null {
	const fitting = messages.filter(
		(message) => (text === null || isShownAs(text, message.body)) && (author === undefined || message.author === author),
	);
	const named = fitting.find((message) => message.id === id);
	if (!named || text === null) return named?.id ?? null;
	return fitting.some((message) => message.author !== named.author) ? null : (fitting.at(-1)?.id ?? null);
}

/** The room does not show the answered message to guests. The message that answers it does not leave. */
export const replyNotShown = (): BautaError => new BautaError('reply-not-shown');
