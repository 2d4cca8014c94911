import { H } from './bytes.ts';
import { ProtocolError } from './error.ts';

// docs/protocol.md §1: the canonical text, and the hash that a message's envelope is bound to.

/** code points */
export const maxTextPoints = 4096;
/** bytes that an IRC line takes with the longest prefix that a server may add */
const ircLineBytes = 400;

/** Further rules of a network for its texts. */
export interface TextRules {
	/** the rules of IRC apply too */
	irc?: boolean;
	/** IRC: bytes for the text where ISUPPORT LINELEN leaves more than `ircLineBytes` after 112 for the rest */
	lineBytes?: number;
}

/** CRLF and CR become LF; tab, LF and space are cut at the end. Refuses nothing. */
export function normalText(text: string): string {
	return text.slice(0, endOf(text)).replace(/\r\n?/g, '\n');
}

/**
 * The text that is sent, and that readers hash.
 * Throws `text-empty`, `text-long`, `text-control`, `text-surrogate`, `text-noncharacter`, `text-line`.
 */
export function canonicalText(text: string, rules: TextRules = {}): string {
	// No code point is more than two units, so a text that is far too long is not walked through.
	if (endOf(text) > 2 * maxTextPoints) throw new ProtocolError('text-long', `more than ${maxTextPoints}`);
	const canonical = normalText(text);
	if (canonical === '') throw new ProtocolError('text-empty');
	let points = 0;
	let bytes = 0;
	for (let at = 0; at < canonical.length; at++) {
		const point = canonical.codePointAt(at) as number;
		refusePoint(point);
		points++;
		bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
		// written in two units
		if (point >= 0x10000) at++;
	}
	if (points > maxTextPoints) throw new ProtocolError('text-long', `more than ${maxTextPoints}`);
	if (rules.irc && (canonical.includes('\n') || bytes > (rules.lineBytes ?? ircLineBytes))) throw new ProtocolError('text-line');
	return canonical;
}

/** `H("bauta/1 content", room, text, replyTo)`, 32 bytes. `text` must be canonical; `replyTo` is '' where the message answers none. */
export function contentHash(room: string, text: string, replyTo: string): Uint8Array {
	return H('bauta/1 content', room, text, replyTo);
}

/** Where the text ends once blanks are cut off. */
function endOf(text: string): number {
	let end = text.length;
	while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
	return end;
}

/** What is cut at the end; CR too, since it becomes LF. */
function isBlank(unit: number): boolean {
	return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

function refusePoint(point: number): void {
	if ((point < 0x20 && point !== 0x0a && point !== 0x09) || point === 0x7f) throw new ProtocolError('text-control');
	if (point >= 0xd800 && point <= 0xdfff) throw new ProtocolError('text-surrogate');
	if (point === 0xfffe || point === 0xffff) throw new ProtocolError('text-noncharacter');
}
