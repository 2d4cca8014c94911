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
	/** the room's archive has shown it earlier */
	archived: boolean;
}

const longestAuthor = 60;

/** The archive's copy of a message. `body`: its whole text. */
export const archivedMessage = (id: string, author: string, body: string, anonymous: boolean): ArchivedMessage => ({
	id,
	author: plainLine(author, longestAuthor),
	excerpt: plainLine(body),
	anonymous,
});

const lettersOf = (text: string): string =>
	text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, '');
/** what web chats show as something else: links, mentions, names of emoji */
const renderedParts = /nostr:\S+|https?:\S+|:[\w+-]+:/gi;
const telling = 24;

/**
 * Whether a page showed this text, as far as letters and digits go: web chats draw markup, links and emoji each in their own way.
 * @param beginning of what stood on the page
 */
export function isShownAs(beginning: string, body: string): boolean {
	const [onPage, whole] = [lettersOf(beginning), lettersOf(body)];
	if (onPage === '' || whole === '') return onPage === whole;
	if (whole.includes(onPage) || onPage.includes(whole)) return true;
	const longest = body
		.split(renderedParts)
		.map(lettersOf)
		.reduce((one, other) => (other.length > one.length ? other : one), '');
	return longest !== '' && onPage.includes(longest.slice(0, telling));
}

/** Whether a message that the room shows is the one that is answered. `body`: its whole text. */
export const isAnswered = ({ id, text }: AnsweredMessage, shownId: string, body: string): boolean =>
	shownId === id && (text === null || isShownAs(text, body));

/** The room does not show the answered message to guests. The message that answers it does not leave. */
export const replyNotShown = (): BautaError => new BautaError('reply-not-shown');
