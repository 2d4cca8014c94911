import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { type KeyPath, wordBytes, wordsOf } from './author.ts';
import { concat, expectLength, readU32, u24be, u32be } from './bytes.ts';
import { headLength } from './envelope.ts';
import { ProtocolError } from './error.ts';
import { wipe } from './secret.ts';

// docs/protocol.md §5: where the author key stands, sealed for the author's own devices.

/** What is sealed: where the author key stands. */
export interface SealBody extends KeyPath {
	generation: number;
}

/** What the seal is bound to. `head`: the envelope's first 46 bytes. */
export function sealContext(head: Uint8Array, authorKey: Uint8Array, contentHash: Uint8Array): Uint8Array {
	return concat(expectLength(head, headLength), expectLength(authorKey, 33), expectLength(contentHash, 32));
}

/** 32 bytes. Throws `path-range`. */
export function encodeBody({ kind, generation, words, n }: SealBody): Uint8Array {
	if ([...words, n].some((word) => !Number.isInteger(word) || word < 0 || word >= 2 ** 31))
		throw new ProtocolError('path-range', 'expected 31 bits');
	return concat(Uint8Array.of(kind === 'one-time' ? 1 : 2), u24be(generation), wordBytes(words), u32be(n), new Uint8Array(8));
}

/** Throws `not-a-seal` on an unknown kind, a top bit, a number where none belongs, or a byte that should be zero. */
export function decodeBody(body: Uint8Array): SealBody {
	if (body.length !== 32) throw new ProtocolError('not-a-seal', `expected 32 bytes, got ${body.length}`);
	const kind = body[0] === 1 ? 'one-time' : body[0] === 2 ? 'persona' : null;
	const n = readU32(body, 20);
	const topBits = [4, 8, 12, 16, 20].some((at) => (body[at] as number) >= 0x80);
	const rest = body.subarray(24).some((byte) => byte !== 0);
	if (!kind || topBits || rest || (kind === 'one-time' && n !== 0)) throw new ProtocolError('not-a-seal');
	return { kind, generation: readU32(body, 0) & 0xffffff, words: wordsOf(body.subarray(4, 20)), n };
}

/** 48 bytes. `nonce`: the envelope's 24. */
export function seal(sealKey: Uint8Array, nonce: Uint8Array, context: Uint8Array, body: SealBody): Uint8Array {
	const plain = encodeBody(body);
	const sealed = xchacha20poly1305(sealKey, nonce, context).encrypt(plain);
	wipe(plain);
	return sealed;
}

/** Throws `not-a-seal`, whatever is wrong with it. */
export function openSeal(sealKey: Uint8Array, nonce: Uint8Array, context: Uint8Array, sealed: Uint8Array): SealBody {
	return decodeBody(decrypt(sealKey, nonce, context, sealed));
}

function decrypt(sealKey: Uint8Array, nonce: Uint8Array, context: Uint8Array, sealed: Uint8Array): Uint8Array {
	try {
		return xchacha20poly1305(sealKey, nonce, context).decrypt(sealed);
	} catch {
		throw new ProtocolError('not-a-seal');
	}
}
