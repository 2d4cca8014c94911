import { toHex } from '../../protocol/bytes.ts';
import { signSchnorr } from '../../protocol/signature.ts';
import type { Author } from '../network.ts';
import { type Event, eventHash, type Template } from './wire/nip01.ts';

/**
 * Who signs, from what `composeMessage` gave. `random(32)` gives BIP-340's auxiliary randomness. The caller wipes `privateKey` after the
 * post.
 */
export const nostrAuthor = (key: Uint8Array, privateKey: Uint8Array, random: (length: number) => Uint8Array): Author => ({
	key,
	sign: (hash) => signSchnorr(hash, privateKey, random(32)),
});

/** x of the author's key, 64 hex digits. */
export const xHex = (author: Author): string => toHex(author.key.subarray(1));

/** The event with its id and the author's signature, NIP-01. */
export function signEvent(template: Template, author: Author): Event {
	const hash = eventHash(template);
	return { ...template, id: toHex(hash), sig: toHex(author.sign(hash)) };
}
