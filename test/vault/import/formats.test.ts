import { sha256 } from '@noble/hashes/sha2.js';
import { base58, bech32, createBase58check } from '@scure/base';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { describe, expect, test } from 'vitest';
import { identifyKey, importKey, previewKey } from '../../../src/vault/import/identify-key.ts';
import { nearestWord } from '../../../src/vault/import/nearest-word.ts';
import { masterOf, ownRootOfKey, ownRootOfPhrase, shown } from './own-roots.ts';

const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const key = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
const nsec = bech32.encode('nsec', bech32.toWords(Buffer.from(key, 'hex')));
const xprvAt = (path: string) => (path === 'm' ? masterOf(phrase) : masterOf(phrase).derive(path)).privateExtendedKey;
const versioned = (version: number, text: string) => {
	const bytes = createBase58check(sha256).decode(text);
	new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, version);
	return createBase58check(sha256).encode(bytes);
};

const code = (input: string | Uint8Array) => {
	try {
		return identifyKey(input).format;
	} catch (error) {
		return error as { code: string; detail: string };
	}
};

describe('what is found', () => {
	test.each([
		['phrase', phrase],
		['phrase', `  ${phrase.toUpperCase().replaceAll(' ', '\n ')}\t`],
		['xprv', xprvAt('m')],
		['xprv', xprvAt("m/43'/60'/1581'")],
		['hex', key],
		['hex', `0x${key.toUpperCase()}`],
		['nsec', nsec],
		['nsec', nsec.toUpperCase()],
		['nsec', `nostr:${nsec}\n`],
	])('%s', (format, text) => {
		expect(code(text)).toBe(format);
		expect(code(new TextEncoder().encode(`\uFEFF${text}`))).toBe(format);
	});

	test('a preview names the key in public, and keeps nothing', async () => {
		expect(await previewKey(nsec)).toEqual({
			kind: 'nsec',
			summary: 'npub1xtv8chx5kvwcr3dszzh59ghyzwhj20wr4yda84fudvky22gu8hnshc5cfw',
			passphrase: 'none',
		});
		const chatKey = 'zQ3sh';
		expect((await previewKey(phrase)).summary).toMatch(new RegExp(`^12 · ${chatKey}`));
		expect((await previewKey(xprvAt('m'))).summary).toMatch(new RegExp(`^${chatKey}`));
		expect((await previewKey(key)).summary).toContain('0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b');
	});

	test('the chat key of a phrase is the one at m/43’/60’/1581’/0’/0', async () => {
		const child = masterOf(phrase).derive("m/43'/60'/1581'/0'/0");
		const expected = `z${base58.encode(Uint8Array.of(0xe7, 0x01, ...(child.publicKey as Uint8Array)))}`;
		expect((await previewKey(phrase)).summary).toBe(`12 · ${expected}`);
	});
});

describe('the roots', () => {
	test('of all formats are those of docs/protocol.md §2', async () => {
		expect(shown((await importKey(phrase)).root)).toEqual(ownRootOfPhrase(phrase));
		expect(shown((await importKey(phrase, 'TREZOR ü')).root)).toEqual(ownRootOfPhrase(phrase, 'TREZOR ü'));
		expect(shown((await importKey(xprvAt('m'))).root)).toEqual(ownRootOfPhrase(phrase));
		expect(shown((await importKey(xprvAt("m/43'/60'/1581'"))).root)).toEqual(ownRootOfPhrase(phrase));
		for (const text of [key, `0x${key}`, nsec]) expect(shown((await importKey(text)).root)).toEqual(ownRootOfKey(key));
	});

	test('of 15, 18, 21 and 24 words too', async () => {
		const { entropyToMnemonic } = await import('@scure/bip39');
		for (const bytes of [16, 20, 24, 28, 32]) {
			const words = entropyToMnemonic(new Uint8Array(bytes).fill(bytes), wordlist);
			const imported = await importKey(words);
			expect(shown(imported.root)).toEqual(ownRootOfPhrase(words));
			expect(imported.phrase).toEqual({ words, passphrase: '' });
		}
	});
});

describe('refused, each in its own way', () => {
	const master = masterOf(phrase);
	const cases: [string, string, string | RegExp | null, string | Uint8Array][] = [
		['eleven words', 'phrase-count', '11', phrase.split(' ').slice(1).join(' ')],
		['a slip', 'phrase-word', '3: thnak → thank', phrase.replace('thank', 'thnak')],
		[
			'two slips',
			'phrase-word',
			'2: winer → winner, 6: sausgae → sausage',
			'legal winer thank year wave sausgae worth useful legal winner thank yellow',
		],
		['a wrong order', 'phrase-checksum', null, 'winner legal thank year wave sausage worth useful legal winner thank yellow'],
		[
			'another list',
			'phrase-language',
			'',
			'abaco abbaglio abbinato abete abisso abolire abrasivo abrogato accadere accenno accusato acetone',
		],
		['prose in another script', 'key-unknown', null, 'это не фраза восстановления'],
		['short hex', 'key-length', /62/, key.slice(2)],
		['long hex', 'key-length', /66/, `00${key}`],
		['a slip in hex', 'key-hex', null, `${key.slice(1)}g`],
		['zero', 'key-zero', null, '0'.repeat(64)],
		['n', 'key-range', null, order],
		['all ones', 'key-range', null, 'f'.repeat(64)],
		['an nsec of zero', 'key-zero', null, bech32.encode('nsec', bech32.toWords(new Uint8Array(32)))],
		['an nsec of n', 'key-range', null, bech32.encode('nsec', bech32.toWords(Buffer.from(order, 'hex')))],
		['a short nsec', 'key-length', null, bech32.encode('nsec', bech32.toWords(new Uint8Array(31).fill(1)))],
		['a slip in an nsec', 'key-checksum', null, nsec.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q'))],
		['half an nsec', 'key-checksum', null, nsec.slice(0, 40)],
		['an nsec of mixed case', 'key-checksum', null, nsec.replace('nsec1', 'nSec1')],
		['an npub', 'key-public', null, 'npub1xtv8chx5kvwcr3dszzh59ghyzwhj20wr4yda84fudvky22gu8hnshc5cfw'],
		['a Status chat key', 'key-public', null, 'zQ3shjdmSAAJVUPYuTUx1GjQHmHkyY1jZ9CsQnvPrx9HeUN4w'],
		['a compressed point', 'key-public', null, Buffer.from(master.publicKey as Uint8Array).toString('hex')],
		['an uncompressed point', 'key-public', null, `0x04${'a'.repeat(128)}`],
		['an address', 'key-public', null, '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b'],
		['an xpub', 'key-public', null, master.publicExtendedKey],
		['a tprv', 'key-network', 'tprv', versioned(0x04358394, master.privateExtendedKey)],
		['a zprv', 'key-network', 'zprv', versioned(0x04b2430c, master.privateExtendedKey)],
		['a tpub', 'key-public', null, versioned(0x043587cf, master.publicExtendedKey)],
		['Bitcoin’s own form', 'key-network', 'WIF', 'L1aW4aubDFB7yfras2S1mN3bqg9nwySY8nkoLmJebSLD5BWv3ENZ'],
		['depth 1', 'key-depth', '1', xprvAt("m/43'")],
		['depth 3, another index', 'key-depth', '3', xprvAt("m/44'/60'/0'")],
		['depth 3, not hardened', 'key-depth', '3', xprvAt("m/43'/60'/1581")],
		['depth 5', 'key-depth', '5', xprvAt("m/43'/60'/1581'/0'/0")],
		['a slip in an xprv', 'key-checksum', null, xprvAt('m').replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))],
		['half an xprv', 'key-length', '60', xprvAt('m').slice(0, 60)],
		['nothing', 'key-unknown', null, ' \n'],
		['one word', 'key-unknown', null, 'legal'],
		['a sentence', 'key-unknown', null, 'https://example.org/#key'],
		['half a file', 'keystore-json', null, '{"crypto": {"cipher'],
		['some JSON', 'key-unknown', null, '{"kty":"EC"}'],
		['a backup', 'backup-file', null, '{"format":"bauta-backup"}'],
		['a picture', 'key-file', null, Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a)],
		['a large file', 'key-file', null, 'a'.repeat(65 * 1024)],
	];
	test.each(cases)('%s: %s', (_, expected, detail, input) => {
		const found = code(input);
		expect(found).toMatchObject({ code: expected });
		if (detail !== null)
			expect((found as { detail: string }).detail).toEqual(typeof detail === 'string' ? detail : expect.stringMatching(detail));
	});

	test('an xprv whose key is 0 or n', () => {
		const base = createBase58check(sha256);
		for (const [expected, bytes] of [
			['key-zero', new Uint8Array(32)],
			['key-range', Buffer.from(order, 'hex')],
		] as const) {
			const raw = base.decode(master.privateExtendedKey);
			raw.set(bytes, 46);
			expect(code(base.encode(raw))).toMatchObject({ code: expected });
		}
	});
});

describe('the nearest word', () => {
	test.each([
		['abandn', 'abandon'],
		['abandonn', 'abandon'],
		['zooo', 'zoo'],
		['yelow', 'yellow'],
		['winer', 'winner'],
		['recieve', 'receive'],
		['abse', 'absent'],
		['wnner', 'winner'],
		['thnak', 'thank'],
		['xqzjk', null],
		['x'.repeat(1000), null],
	])('%s → %s', (word, near) => {
		expect(nearestWord(word)).toBe(near);
	});

	test('is the word itself for one dropped, doubled or swapped letter, nearly always', () => {
		const slips = (word: string, at: number) => [
			word.slice(0, at) + word.slice(at + 1),
			word.slice(0, at) + word[at] + word.slice(at),
			word.slice(0, at) + (word[at + 1] ?? '') + word[at] + word.slice(at + 2),
		];
		let right = 0;
		let all = 0;
		for (let index = 0; index < wordlist.length; index += 16) {
			const word = wordlist[index] as string;
			if (word.length < 5) continue;
			for (const slip of slips(word, 1 + (index % (word.length - 1)))) {
				if (wordlist.includes(slip)) continue;
				all++;
				if (nearestWord(slip) === word) right++;
			}
		}
		expect(all).toBeGreaterThan(200);
		expect(right / all).toBeGreaterThan(0.9);
	});
});
