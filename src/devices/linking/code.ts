import { BautaError } from '../../messages/errors.ts';
import { concat, H, readU32, u32be, utf8 } from '../../protocol/bytes.ts';
import { isPublicKey } from '../../protocol/curve.ts';
import { sixWords } from '../codes/six-words.ts';
import { readTextForm, writeTextForm } from '../codes/text-form.ts';
import { type BrowserKind, browsers, cleanName } from '../registry.ts';

/** A code is good for this long, seconds, by either device's clock. */
export const codeSeconds = 600;

/** What a new device shows, for one that is linked already to answer. */
export interface LinkCode {
	/** public key for this one answer, 33 bytes */
	once: Uint8Array;
	/** the new device's own public key, 33 bytes */
	device: Uint8Array;
	name: string;
	browser: BrowserKind;
	/** unix seconds */
	made: number;
}

/** A code that was read. */
export interface ReadCode extends LinkCode {
	/** `H("bauta/1 link code", body)`, 32 bytes: what both screens show as words, and what the answer names */
	hash: Uint8Array;
	words: string[];
}

/*
 * body = u32be(made) ‖ once(33) ‖ device(33) ‖ u8(browser) ‖ UTF-8 of the name.
 * The words are of the whole body, so nothing in a code can be exchanged unseen.
 */
function bodyOf({ once, device, name, browser, made }: LinkCode): Uint8Array {
	return concat(u32be(made), once, device, Uint8Array.of(browsers.indexOf(browser)), utf8(cleanName(name)));
}

/** The code as text, of some 150 characters, and with its words. */
export function writeLinkCode(code: LinkCode): { text: string; hash: Uint8Array; words: string[] } {
	const body = bodyOf(code);
	const hash = H('bauta/1 link code', body);
	return { text: writeTextForm('link', body), hash, words: sixWords(hash) };
}

/**
 * Reads a code on the device that is to answer it.
 * @param now unix seconds
 * @throws BautaError `link-unknown`, `link-kind`, `link-newer`, `link-truncated`, `link-stale`
 */
export function readLinkCode(text: string, now: number): ReadCode {
	const body = readTextForm('link', text);
	if (body.length < 71) throw new BautaError('link-unknown');
	const createdAt = readU32(body, 0);
	const once = body.slice(4, 37);
	const device = body.slice(37, 70);
	const browser = browsers[body[70] as number];
	if (!browser || !isPublicKey(once) || !isPublicKey(device)) throw new BautaError('link-unknown');
	if (Math.abs(now - createdAt) > codeSeconds) throw new BautaError('link-stale');
	const hash = H('bauta/1 link code', body);
	return { once, device, browser, made: createdAt, hash, words: sixWords(hash), name: cleanName(nameIn(body.subarray(71))) };
}

function nameIn(bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw new BautaError('link-unknown');
	}
}

/** Codes that were answered, by the hex of their hash, each until the unix second when it is stale anyway. */
export type Answered = readonly { hash: string; until: number }[];

/**
 * The codes answered, with this one among them; those that are stale are let go.
 * @throws BautaError `link-used`
 */
export function answerOnce(answered: Answered, hash: string, now: number): Answered {
	const alive = answered.filter(({ until }) => until >= now);
	if (alive.some((one) => one.hash === hash)) throw new BautaError('link-used');
	return [...alive, { hash, until: now + 2 * codeSeconds }];
}
