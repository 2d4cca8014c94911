import { ctr } from '@noble/ciphers/aes.js';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { getPublicKey } from '@noble/secp256k1';
import { HDKey } from '@scure/bip32';
import { entropyToMnemonic, mnemonicToSeedSync } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { decode, npubEncode, nsecEncode } from 'nostr-tools/nip19';
import { describe, expect, it } from 'vitest';
import { normalPhrase, phraseFromEntropy, rootFromXprv } from '../../src/protocol/account/root.ts';
import { concat, fromHex, HKDF, toHex, utf8 } from '../../src/protocol/bytes.ts';
import { keyPair } from '../../src/protocol/curve.ts';
import { ProtocolError } from '../../src/protocol/error.ts';
import { hardenedChild, masterNode, type Node, node } from '../../src/protocol/node.ts';
import { recoverKey, signDigest, signSchnorr, verifySchnorr } from '../../src/protocol/signature.ts';
import { unhardenedChildKey } from '../../src/protocol/status/chat-key.ts';
import { eciesDecrypt } from '../../src/protocol/status/ecies.ts';
import bip32 from '../vectors/bip32.json' with { type: 'json' };
import bip39 from '../vectors/bip39.json' with { type: 'json' };
import bip340 from '../vectors/bip340.json' with { type: 'json' };
import eip8 from '../vectors/ecies.json' with { type: 'json' };
import nip19 from '../vectors/nip19.json' with { type: 'json' };
import rfc5869 from '../vectors/rfc5869.json' with { type: 'json' };
import rfc6979 from '../vectors/rfc6979.json' with { type: 'json' };
import xchacha from '../vectors/xchacha20-poly1305.json' with { type: 'json' };

// The standards that the protocol is built of, held to their own vectors. Each file names its source.

function nodeIn(xprv: string): Node {
	const { privateKey, chainCode } = HDKey.fromExtendedKey(xprv);
	return node(privateKey ?? new Uint8Array(), chainCode ?? new Uint8Array());
}

describe('BIP-32', () => {
	it.each(bip32.vectors)('vector $vector', ({ seed, chains }) => {
		const master = nodeIn(chains[0]?.xprv ?? '');
		const made = masterNode(fromHex(seed));
		expect([toHex(made.privateKey), toHex(made.chainCode)]).toEqual([toHex(master.privateKey), toHex(master.chainCode)]);
		for (const [at, { path, xprv }] of chains.slice(1).entries()) {
			const parent = nodeIn(chains[at]?.xprv ?? '');
			const step = path.split('/').at(-1) ?? '';
			const child = nodeIn(xprv);
			const index = Number.parseInt(step, 10);
			if (step.endsWith('H')) {
				const derived = hardenedChild(parent, index);
				expect([toHex(derived.privateKey), toHex(derived.chainCode)]).toEqual([toHex(child.privateKey), toHex(child.chainCode)]);
			} else {
				expect(toHex(unhardenedChildKey(parent, index))).toBe(toHex(child.privateKey));
			}
		}
	});

	it.each(bip32.invalid)('vector 5 refuses %s', (key) => {
		expect(() => rootFromXprv(key)).toThrow(ProtocolError);
	});
});

describe('BIP-39', () => {
	it.each(bip39.vectors)('$phrase', ({ entropy, phrase, seed, xprv }) => {
		expect(entropyToMnemonic(fromHex(entropy), wordlist)).toBe(phrase);
		if (entropy.length === 32) expect(phraseFromEntropy(fromHex(entropy))).toBe(phrase);
		const made = mnemonicToSeedSync(normalPhrase(phrase), bip39.passphrase);
		expect(toHex(made)).toBe(seed);
		expect(toHex(masterNode(made).privateKey)).toBe(toHex(HDKey.fromExtendedKey(xprv).privateKey ?? new Uint8Array()));
	});
});

describe('BIP-340', () => {
	it.each(bip340.vectors)('vector $index: $comment', ({ secretKey, publicKey, auxRand, message, signature, valid }) => {
		if (secretKey) {
			expect(toHex(getPublicKey(fromHex(secretKey)).slice(1))).toBe(publicKey);
			expect(toHex(signSchnorr(fromHex(message), fromHex(secretKey), fromHex(auxRand)))).toBe(signature);
		}
		expect(verifySchnorr(fromHex(message), fromHex(signature), concat(Uint8Array.of(2), fromHex(publicKey)))).toBe(valid);
	});
});

describe('RFC 6979', () => {
	it.each(rfc6979.p256.vectors)('A.2.5, $message: the library that ours is compared with', ({ message, signature }) => {
		expect(toHex(p256.sign(utf8(message), fromHex(rfc6979.p256.privateKey), { lowS: false }))).toBe(signature);
	});

	it.each(rfc6979.secp256k1)('secp256k1, $message: r is the x of kG', ({ privateKey, message, k }) => {
		const signature = signDigest(sha256(utf8(message)), fromHex(privateKey));
		expect(toHex(signature.slice(0, 32))).toBe(toHex(getPublicKey(fromHex(k)).slice(1)));
		const other = secp256k1.sign(sha256(utf8(message)), fromHex(privateKey), { prehash: false, format: 'recovered' });
		expect(toHex(concat(signature.slice(64), signature.slice(0, 64)))).toBe(toHex(other));
		expect(toHex(recoverKey(sha256(utf8(message)), signature))).toBe(toHex(keyPair(fromHex(privateKey)).publicKey));
	});
});

describe('RFC 5869', () => {
	it.each(rfc5869.vectors)('L = $length, IKM $ikm', ({ ikm, salt, info, length, okm }) => {
		expect(toHex(HKDF(fromHex(ikm), fromHex(salt), fromHex(info), length))).toBe(okm);
	});
});

describe('XChaCha20-Poly1305', () => {
	it.each(xchacha.vectors)('draft-irtf-cfrg-xchacha-03 A.3.1', ({ key, nonce, aad, plaintext, ciphertext, tag }) => {
		const cipher = () => xchacha20poly1305(fromHex(key), fromHex(nonce), fromHex(aad));
		expect(toHex(cipher().encrypt(fromHex(plaintext)))).toBe(ciphertext + tag);
		expect(toHex(cipher().decrypt(fromHex(ciphertext + tag)))).toBe(plaintext);
		expect(() => cipher().decrypt(fromHex(`00${ciphertext.slice(2)}${tag}`))).toThrow();
	});
});

describe('NIP-19', () => {
	it.each(nip19.vectors)('$text', ({ kind, text, hex, relays }) => {
		const { type, data } = decode(text as `nsec1${string}`) as { type: string; data: unknown };
		expect(type).toBe(kind);
		if (kind === 'nsec') {
			expect(toHex(data as Uint8Array)).toBe(hex);
			expect(nsecEncode(fromHex(hex))).toBe(text);
		} else if (kind === 'npub') {
			expect(data).toBe(hex);
			expect(npubEncode(hex)).toBe(text);
		} else {
			expect(data).toMatchObject({ pubkey: hex, relays });
		}
	});
});

describe('ECIES as go-ethereum has it', () => {
	// EIP-8's Auth1 and Ack1 are boxes of this kind, made by a client that nobody here wrote.
	it.each(eip8.vectors)('$name', ({ receiverPrivate, box, contains }) => {
		const plain = toHex(eciesDecrypt(fromHex(receiverPrivate), fromHex(box)));
		for (const part of contains) expect(plain).toContain(part);
		const wrong = fromHex(box);
		wrong[100] = (wrong[100] as number) ^ 1;
		expect(() => eciesDecrypt(fromHex(receiverPrivate), wrong)).toThrow(ProtocolError);
	});

	it('leaves AES-128-CTR to the library: NIST SP 800-38A F.5.1', () => {
		const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c');
		const counter = fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
		expect(toHex(ctr(key, counter).encrypt(fromHex('6bc1bee22e409f96e93d7e117393172a')))).toBe('874d6191b620e3261bef6864990db6ce');
	});
});
