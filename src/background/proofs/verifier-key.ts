import { base58 } from '@scure/base';
import { BautaError } from '../../messages/errors.ts';
import { concat, fromHex } from '../../protocol/bytes.ts';
import { isPublicKey, type KeyPair, keyPair } from '../../protocol/curve.ts';
import { ProtocolError } from '../../protocol/error.ts';
import { readContact } from '../../protocol/proofs/contact.ts';
import { decodeBech32 } from '../../vault/import/bech32.ts';
import { readStatement } from './statement-text.ts';

// The key under which a verifier is known, from what people write.

/** The compressed key that Nostr means by x alone (32 bytes). */
const ofX = (x: Uint8Array): Uint8Array => concat(Uint8Array.of(2), x);

/** `z`, base58btc, multicodec e7 01, then the key: how Status shows keys. */
function readChatKey(text: string): Uint8Array {
	const bytes = base58.decode(text.slice(1));
	if (bytes[0] !== 0xe7 || bytes[1] !== 0x01) throw new BautaError('proof-key-unknown');
	return bytes.slice(2);
}

function readForm(text: string): Uint8Array {
	if (/^(02|03)?[0-9a-f]{64}$/i.test(text)) return text.length === 64 ? ofX(fromHex(text)) : fromHex(text);
	if (/^npub1/i.test(text)) return ofX(decodeBech32(text.toLowerCase(), 'npub'));
	if (/^zQ3sh/.test(text)) return readChatKey(text);
	throw new BautaError('proof-key-unknown');
}

/**
 * Reads a person's public key: npub, hex, zQ3sh, or a contact code. 33 bytes.
 * @throws BautaError `proof-key-unknown`, `proof-key-private`; of a contact code also what `readStatement` throws
 */
export function readVerifierKey(input: string): Uint8Array {
	const text = input.trim().replace(/^nostr:/i, '');
	if (/^(nsec|ncryptsec)1/i.test(text)) throw new BautaError('proof-key-private');
	if (/^bauta-/.test(text)) return readStatement(text, ['contact'], readContact);
	try {
		const key = readForm(text);
		if (key.length === 33 && isPublicKey(key)) return key;
	} catch {
		// whatever is wrong with it, it is no key
	}
	throw new BautaError('proof-key-unknown');
}

/** The key pair of a secret key that somebody wrote, as nsec or 64 hex digits. The caller wipes it. @throws BautaError `proof-wrong-key` */
export function readSecretKey(input: string): KeyPair {
	const text = input.trim();
	try {
		return keyPair(/^nsec1/i.test(text) ? decodeBech32(text.toLowerCase(), 'nsec') : fromHex(text));
	} catch (thrown) {
		if (thrown instanceof BautaError || thrown instanceof ProtocolError) throw new BautaError('proof-wrong-key');
		throw thrown;
	}
}
