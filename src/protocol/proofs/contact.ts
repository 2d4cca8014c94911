import { expectLength, fromBase64url, toBase64url } from '../bytes.ts';
import { isPublicKey, type KeyPair, keyPair } from '../curve.ts';
import { ProtocolError } from '../error.ts';
import { hardenedPath, type Node, wipeNode } from '../node.ts';

// docs/protocol.md §8: a key to which things are proven, for whoever has no account with a secp256k1 key.

const prefix = 'bauta-contact:1:';
/** the last hardened index below A: generations end below 2^20 */
const branch = 2 ** 31 - 1;

/** The contact key `A/2147483647'/k'`; `renewal` is k, 31 bits. The caller wipes its private key. Throws `path-range`, `child-invalid`. */
export function contactKey(root: Node, renewal: number): KeyPair {
	const end = hardenedPath(root, [branch, renewal]);
	const pair = keyPair(end.privateKey.slice());
	wipeNode(end);
	return pair;
}

/** The text form of a contact key, 33 bytes. Throws `bytes-length`. */
export function contactText(publicKey: Uint8Array): string {
	return prefix + toBase64url(expectLength(publicKey, 33));
}

/** Reads a contact key, 33 bytes. Throws `not-base64url`, `not-a-statement`, and `key-range` where it is no point. */
export function readContact(text: string): Uint8Array {
	if (!text.startsWith(prefix)) throw new ProtocolError('not-a-statement', 'unknown form');
	const publicKey = fromBase64url(text.slice(prefix.length));
	if (publicKey.length !== 33) throw new ProtocolError('not-a-statement', publicKey.length < 33 ? 'too short' : 'bytes left over');
	if (!isPublicKey(publicKey)) throw new ProtocolError('key-range', 'not a public key');
	return publicKey;
}
