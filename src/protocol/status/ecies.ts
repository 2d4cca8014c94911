import { ctr } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { getPublicKey, Point } from '@noble/secp256k1';
import { concat, expectLength, u32be } from '../bytes.ts';
import { ecdh, isPublicKey } from '../curve.ts';
import { ProtocolError } from '../error.ts';
import { equalBytes, wipe } from '../secret.ts';

/*
 * ECIES as go-ethereum has it (SEC 1 §5.1, AES-128-CTR, HMAC-SHA256, the concatenation KDF of NIST SP 800-56A §5.8.1):
 * ephemeral key 65 ‖ iv 16 ‖ ciphertext ‖ mac 32. Solution 2 of the source document uses it; nothing of ours does.
 */

const overhead = 65 + 16 + 32;

/** `ephemeralPrivate`: 32 random bytes below n; `iv`: 16 random bytes; `publicKey`: 33 or 65 bytes. */
export function eciesEncrypt(publicKey: Uint8Array, plain: Uint8Array, ephemeralPrivate: Uint8Array, iv: Uint8Array): Uint8Array {
	const { encryptionKey, macKey } = deriveKeys(ephemeralPrivate, publicKey);
	const sent = concat(expectLength(iv, 16), ctr(encryptionKey, iv).encrypt(plain));
	const mac = hmac(sha256, macKey, sent);
	wipe(encryptionKey, macKey);
	return concat(getPublicKey(ephemeralPrivate, false), sent, mac);
}

/** Throws `not-ecies`, whatever is wrong with it. */
export function eciesDecrypt(privateKey: Uint8Array, box: Uint8Array): Uint8Array {
	const ephemeral = box.subarray(0, 65);
	if (box.length < overhead || ephemeral[0] !== 4 || !isPublicKey(ephemeral)) throw new ProtocolError('not-ecies');
	const sent = box.subarray(65, box.length - 32);
	const { encryptionKey, macKey } = deriveKeys(privateKey, Point.fromBytes(ephemeral).toBytes());
	const right = equalBytes(hmac(sha256, macKey, sent), box.subarray(box.length - 32));
	const plain = ctr(encryptionKey, sent.subarray(0, 16)).decrypt(sent.subarray(16));
	wipe(encryptionKey, macKey);
	if (!right) throw new ProtocolError('not-ecies');
	return plain;
}

function deriveKeys(privateKey: Uint8Array, publicKey: Uint8Array): { encryptionKey: Uint8Array; macKey: Uint8Array } {
	const shared = ecdh(privateKey, publicKey);
	// one block of the KDF, counter 1, is the 32 bytes that are needed
	const both = sha256(concat(u32be(1), shared));
	const keys = { encryptionKey: both.slice(0, 16), macKey: sha256(both.subarray(16)) };
	wipe(shared, both);
	return keys;
}
