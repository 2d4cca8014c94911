import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { statusNodeFromPhrase, statusNodeFromXprv } from '../account/root.ts';
import { concat, u32be } from '../bytes.ts';
import { checkPrivateKey, isBelow, type KeyPair, keyPair, n, nBytes, toBytes32, toNumber } from '../curve.ts';
import { ProtocolError } from '../error.ts';
import { hardenedChild, type Node, wipeNode } from '../node.ts';
import { wipe } from '../secret.ts';

/*
 * The account's own chat key, m/43'/60'/1581'/0'/0, whose last step Status left unhardened (docs/protocol.md §2).
 * It is for the compatibility of §9 and stands in a file of its own, so that a test can see that anonymous messages do without it.
 */

/** The chat key of a phrase. Throws as `rootFromPhrase` does. */
export function chatKeyFromPhrase(phrase: string, passphrase = ''): KeyPair {
	return chatKeyOf(statusNodeFromPhrase(phrase, passphrase));
}

/** The chat key of an extended private key. Throws as `rootFromXprv` does. */
export function chatKeyFromXprv(xprv: string): KeyPair {
	return chatKeyOf(statusNodeFromXprv(xprv));
}

/** The raw key is its own chat key. Throws `key-length`, `key-zero`, `key-range`. */
export function chatKeyFromPrivateKey(privateKey: Uint8Array): KeyPair {
	return keyPair(privateKey.slice());
}

/** BIP-32, CKDpriv, not hardened: the private key of child `index` of `parent`, which computes the parent's public key on the way. */
export function unhardenedChildKey(parent: Node, index: number): Uint8Array {
	const pair = keyPair(parent.privateKey.slice());
	const I = hmac(sha512, parent.chainCode, concat(pair.publicKey, u32be(index)));
	wipe(pair.privateKey);
	const key = toBytes32((toNumber(I.subarray(0, 32)) + toNumber(parent.privateKey)) % n);
	if (!isBelow(I.subarray(0, 32), nBytes)) throw new ProtocolError('child-invalid');
	wipe(I);
	checkPrivateKey(key);
	return key;
}

function chatKeyOf(status: Node): KeyPair {
	const account = hardenedChild(status, 0);
	wipeNode(status);
	const key = unhardenedChildKey(account, 0);
	wipeNode(account);
	return keyPair(key);
}
