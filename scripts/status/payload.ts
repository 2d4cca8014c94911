import { decryptSymmetric, encryptSymmetric, postCipher, preCipher } from '@waku/message-encryption/symmetric';
import { concat } from '../../src/protocol/bytes.ts';
import { keylessSignature } from '../../src/protocol/keyless.ts';
import { payloadDigest } from '../../src/protocol/status/status.ts';

/** 26/WAKU2-PAYLOAD, the bit of the first byte that says that a signature is at the end. */
const signedFlag = 4;

/**
 * A payload in Waku's version 1: padded, signed, encrypted. Clients of Status drop what the transport did not sign, and their own sign it by
 * the account's main key. Here the message's one-time key does, or no key at all. `oneTimeKey`: 32 bytes.
 */
export async function sealPayload(payload: Uint8Array, symmetricKey: Uint8Array, oneTimeKey: Uint8Array | null): Promise<Uint8Array> {
	if (oneTimeKey) return encryptSymmetric(await preCipher(payload, oneTimeKey), symmetricKey);
	const padded = await preCipher(payload);
	padded[0] = (padded[0] as number) | signedFlag;
	return encryptSymmetric(concat(padded, keylessSignature(payloadDigest(padded))), symmetricKey);
}

/** What is in such a payload; null where the key is another, or it is cut off. */
export async function openPayload(sealed: Uint8Array, symmetricKey: Uint8Array): Promise<Uint8Array | null> {
	try {
		return postCipher(await decryptSymmetric(sealed, symmetricKey))?.payload ?? null;
	} catch {
		return null;
	}
}
