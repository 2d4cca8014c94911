import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';
import { HARDENED_OFFSET, HDKey } from '@scure/bip32';
import { entropyToMnemonic, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { expectLength, fromHex, HKDF, readU32 } from '../bytes.ts';
import { checkPrivateKey } from '../curve.ts';
import { ProtocolError } from '../error.ts';
import { hardenedPath, masterNode, type Node, node, wipeNode } from '../node.ts';
import { wipe } from '../secret.ts';

// docs/protocol.md §2: the anonymous root A of every kind of import.

/** m/43'/60'/1581' of an account that has a tree: what a Status keystore's extended key is. */
const statusPath = [43, 60, 1581];
const knownWords = new Set(wordlist);

/** A of a BIP-39 phrase: m/43'/60'/1581'/0'/0'. Throws `phrase-count`, `phrase-word`, `phrase-checksum`. */
export function rootFromPhrase(phrase: string, passphrase = ''): Node {
	return rootBelow(statusNodeFromPhrase(phrase, passphrase));
}

/**
 * A of an extended private key: a master, or the node m/43'/60'/1581'.
 * Throws `key-unknown` (no base58check), `key-length`, `key-public`, `key-network`, `key-depth`, `key-zero`, `key-range`.
 */
export function rootFromXprv(xprv: string): Node {
	return rootBelow(statusNodeFromXprv(xprv));
}

/** A, two hardened steps below m/43'/60'/1581', which is overwritten. */
function rootBelow(status: Node): Node {
	const root = hardenedPath(status, [0, 0]);
	wipeNode(status);
	return root;
}

/** A of a single private key of 32 bytes, which has no tree of its own. Throws `key-length`, `key-zero`, `key-range`. */
export function rootFromPrivateKey(privateKey: Uint8Array): Node {
	checkPrivateKey(privateKey);
	const seed = HKDF(privateKey, '', 'bauta/1 raw account', 64);
	const root = masterNode(seed);
	wipe(seed);
	return root;
}

/** A of a "devices only" identity: the master of 64 random bytes that are shown to nobody. Throws `bytes-length`. */
export function rootFromSeed(seed: Uint8Array): Node {
	return masterNode(expectLength(seed, 64));
}

/** The 12 words of 16 random bytes, for a new identity (BIP-39). Throws `bytes-length`. */
export function phraseFromEntropy(entropy: Uint8Array): string {
	return entropyToMnemonic(expectLength(entropy, 16), wordlist);
}

/**
 * A phrase as people type it, made ready for BIP-39. Throws `phrase-count`, `phrase-word` (`detail`: which one, from 1),
 * `phrase-checksum`.
 */
export function normalPhrase(phrase: string): string {
	const words = phrase.toLowerCase().trim().split(/\s+/).join(' ').normalize('NFKD').split(' ');
	if (![12, 15, 18, 21, 24].includes(words.length)) throw new ProtocolError('phrase-count', `${words.length}`);
	const unknown = words.findIndex((word) => !knownWords.has(word));
	if (unknown >= 0) throw new ProtocolError('phrase-word', `${unknown + 1}`);
	if (!validateMnemonic(words.join(' '), wordlist)) throw new ProtocolError('phrase-checksum');
	return words.join(' ');
}

/** 64 hex digits as a private key of 32 bytes. Throws `key-hex`, `key-length`, `key-zero`, `key-range`. */
export function privateKeyFromHex(text: string): Uint8Array {
	const digits = text.trim().replace(/^0x/i, '');
	if (!/^[0-9a-f]*$/i.test(digits)) throw new ProtocolError('key-hex');
	if (digits.length !== 64) throw new ProtocolError('key-length', `expected 64 digits, got ${digits.length}`);
	const privateKey = fromHex(digits);
	checkPrivateKey(privateKey);
	return privateKey;
}

/** m/43'/60'/1581' of a phrase, above A: whoever calls it wipes it. Throws as `rootFromPhrase` does. */
export function statusNodeFromPhrase(phrase: string, passphrase = ''): Node {
	const seed = mnemonicToSeedSync(normalPhrase(phrase), passphrase);
	const master = HDKey.fromMasterSeed(seed);
	wipe(seed);
	return statusNodeBelow(master);
}

/** m/43'/60'/1581' of an extended private key, above A: whoever calls it wipes it. Throws as `rootFromXprv` does. */
export function statusNodeFromXprv(xprv: string): Node {
	const key = openXprv(xprv);
	if (key.depth === 0) return statusNodeBelow(key);
	if (key.depth === statusPath.length && key.index === HARDENED_OFFSET + 1581) return nodeOf(key);
	key.wipePrivateData();
	throw new ProtocolError('key-depth', `${key.depth}`);
}

/*
 * Keys of @scure/bip32 stay in the functions below, and each is overwritten when it is done with. An HDKey can tell its public twin, and it
 * becomes JSON with its private key in it. So these functions hand out a `Node` and never an HDKey.
 */

function openXprv(xprv: string): HDKey {
	const text = xprv.trim();
	// 78 bytes and a checksum are at most 112 digits; decoding takes the square of the length.
	if (text.length > 112) throw new ProtocolError('key-length', `expected at most 112 digits, got ${text.length}`);
	let key: HDKey;
	try {
		key = HDKey.fromExtendedKey(text);
	} catch {
		throw xprvFault(text);
	}
	// `privateKey` gives a copy each time
	if (!key.privateKey?.fill(0)) throw new ProtocolError('key-public');
	return key;
}

const base58check = createBase58check(sha256);

/**
 * What is wrong with an extended key that the library refused. The library tells its faults apart by English texts alone, so this looks
 * again.
 */
function xprvFault(text: string): ProtocolError {
	let bytes: Uint8Array;
	try {
		bytes = base58check.decode(text);
	} catch {
		return new ProtocolError('key-unknown', 'expected base58check');
	}
	try {
		if (bytes.length !== 78) return new ProtocolError('key-length', `expected 78 bytes, got ${bytes.length}`);
		const version = readU32(bytes, 0);
		if (version === 0x0488b21e) return new ProtocolError('key-public');
		if (version !== 0x0488ade4) return new ProtocolError('key-network');
		if (bytes[45] !== 0) return new ProtocolError('key-range', 'expected a private key');
		checkPrivateKey(bytes.subarray(46));
		// BIP-32: a master key has no parent and no index of its own
		return new ProtocolError('key-depth', `${bytes[4]}`);
	} catch (fault) {
		return fault as ProtocolError;
	} finally {
		wipe(bytes);
	}
}

/** The node m/43'/60'/1581' below a master, which is overwritten. Throws `child-invalid`. */
function statusNodeBelow(master: HDKey): Node {
	let key = master;
	for (const step of statusPath) {
		const index = HARDENED_OFFSET + step;
		const child = key.deriveChild(index);
		key.wipePrivateData();
		key = child;
		// for one child in 2^127 the library takes the next index instead; BIP-32 calls such a child invalid
		if (key.index === index) continue;
		key.wipePrivateData();
		throw new ProtocolError('child-invalid');
	}
	return nodeOf(key);
}

/** A private key of the library as a node; the key itself is overwritten. */
function nodeOf(key: HDKey): Node {
	const { privateKey, chainCode } = key;
	key.wipePrivateData();
	if (!privateKey || !chainCode) throw new ProtocolError('key-public');
	return node(privateKey, chainCode);
}
