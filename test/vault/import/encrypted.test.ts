import { readFileSync } from 'node:fs';
import { encrypt as nostrToolsEncrypt } from 'nostr-tools/nip49';
import { describe, expect, test } from 'vitest';
import { identifyKey, importKey, previewKey } from '../../../src/vault/import/identify-key.ts';
import { startProcessorClock } from '../../processor-time.ts';
import { masterOf, ownRootOfKey, ownRootOfPhrase, shown } from './own-roots.ts';

const vectors = new URL('../../vectors/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, vectors));
const index = JSON.parse(read('keystore/index.json').toString()) as {
	password: string;
	privateKey: string;
	address: string;
	phrase: string;
	files: Record<string, string>;
	refused: Record<string, string>;
};
const { password, privateKey, phrase } = index;

type Keystore = {
	crypto: Record<string, unknown> & { kdfparams: Record<string, unknown> };
	extendedkey?: Record<string, unknown>;
} & Record<string, unknown>;
const light = () => JSON.parse(read('keystore/eth-keyfile-0.10.0-pbkdf2.json').toString()) as Keystore;
const status = () => JSON.parse(read('keystore/status-1581.json').toString()) as Keystore;
const failing = async (file: unknown, pass = password) => importKey(JSON.stringify(file), pass).catch((error: unknown) => error);

describe('keystores made by others', () => {
	test.each(Object.entries(index.files))('%s', async (file, holds) => {
		const bytes = new Uint8Array(read(`keystore/${file}`));
		const found = identifyKey(bytes);
		expect(found.format).toBe(file.startsWith('status') ? 'status' : 'keystore');
		expect(found.passphrase).toBe('needed');
		const imported = await found.open(password);
		if (holds === 'extended') {
			expect(shown(imported.root)).toEqual(ownRootOfPhrase(phrase));
			expect(imported).toMatchObject({ kind: 'xprv', summary: expect.stringMatching(/^zQ3sh/) });
			return;
		}
		const child = holds === 'privateKey' ? null : masterOf(phrase).derive(holds);
		const key = child ? Buffer.from(child.privateKey as Uint8Array).toString('hex') : privateKey;
		expect(shown(imported.root)).toEqual(ownRootOfKey(key));
		expect(imported.kind).toBe('key');
		if (!child) expect([found.summary, imported.summary]).toEqual([index.address, index.address]);
	});

	test.each(Object.entries(index.refused))('%s is refused: %s', async (file, code) => {
		await expect(importKey(read(`keystore/${file}`).toString(), password)).rejects.toMatchObject({ code });
	});
});

describe('the test vectors of Web3 Secret Storage', () => {
	const { vectors } = JSON.parse(read('keystore.json').toString()) as {
		vectors: { json: Record<string, unknown>; password: string; privateKey: string }[];
	};
	test.each(vectors)('%#', async ({ json, password, privateKey }) => {
		expect(shown((await importKey(JSON.stringify(json), password)).root)).toEqual(ownRootOfKey(privateKey));
	});
});

describe('a keystore is refused for', () => {
	test('no password, a wrong password', async () => {
		expect(await failing(light(), '')).toMatchObject({ code: 'key-passphrase-needed' });
		expect(await failing(light(), 'wrong')).toMatchObject({ code: 'key-passphrase-wrong' });
		expect(await failing(status(), 'wrong')).toMatchObject({ code: 'key-passphrase-wrong' });
		expect((await previewKey(JSON.stringify(light()))).summary).toBe(index.address);
	});

	test('a wrong mac, told from a wrong password', async () => {
		const file = light();
		file.crypto.mac = '00'.repeat(32);
		expect(await failing(file)).toMatchObject({ code: 'keystore-mac' });
		expect(await failing(file, 'wrong')).toMatchObject({ code: 'key-passphrase-wrong' });
		const extended = status();
		(extended.extendedkey as Record<string, unknown>).mac = '00'.repeat(32);
		expect(await failing(extended)).toMatchObject({ code: 'keystore-mac', detail: 'extendedkey' });
	});

	test('another address than its key has', async () => {
		expect(await failing({ ...light(), address: '11'.repeat(20) })).toMatchObject({ code: 'keystore-broken', detail: 'address' });
	});

	test('an unknown kdf, cipher or prf', async () => {
		const file = light();
		for (const [part, name] of [
			['kdf', 'argon2id'],
			['cipher', 'aes-256-gcm'],
		] as const)
			expect(await failing({ ...file, crypto: { ...file.crypto, [part]: name } })).toMatchObject({ code: 'keystore-kdf', detail: name });
		file.crypto.kdfparams.prf = 'hmac-md5';
		expect(await failing(file)).toMatchObject({ code: 'keystore-kdf', detail: 'hmac-md5' });
	});

	test('an absurd cost, before any of it is paid', async () => {
		const scrypts = [
			{ n: 2 ** 21, r: 8, p: 1 },
			{ n: 2 ** 30, r: 1, p: 1 },
			{ n: 2, r: 2 ** 40, p: 1 },
			{ n: 2 ** 18, r: 8, p: 1000 },
		];
		const spent = startProcessorClock();
		for (const cost of scrypts) {
			const file = status();
			file.crypto.kdfparams = { ...file.crypto.kdfparams, ...cost };
			expect(await failing(file)).toMatchObject({ code: 'key-cost' });
			const second = status();
			(second.extendedkey as Keystore['crypto']).kdfparams = file.crypto.kdfparams;
			expect(await failing(second)).toMatchObject({ code: 'key-cost' });
		}
		const rounds = light();
		rounds.crypto.kdfparams.c = 2 ** 31;
		expect(await failing(rounds)).toMatchObject({ code: 'key-cost' });
		expect(spent()).toBeLessThan(2000);
	});

	test('parts that are missing or malformed, other versions', async () => {
		for (const part of ['ciphertext', 'mac', 'cipherparams', 'kdfparams']) {
			const file = light();
			delete file.crypto[part];
			expect(await failing(file)).toMatchObject({ code: 'keystore-broken', detail: expect.stringContaining(part) });
		}
		expect(await failing({ ...light(), crypto: { ...light().crypto, mac: 'zz' } })).toMatchObject({ code: 'keystore-broken' });
		expect(await failing({ ...light(), version: 1 })).toMatchObject({ code: 'keystore-version', detail: '1' });
		expect(await failing({ ...light(), version: undefined })).toMatchObject({ code: 'keystore-version' });
	});

	test('being cut short anywhere', async () => {
		const text = JSON.stringify(light());
		for (let length = 1; length < text.length; length += 7)
			await expect(importKey(text.slice(0, length), password)).rejects.toMatchObject({ code: 'keystore-json' });
	});
});

test('a Status file without its extended key, or with an empty one, is a raw key', async () => {
	for (const extendedkey of [undefined, null, { ciphertext: '' }]) {
		const imported = await importKey(JSON.stringify({ ...light(), extendedkey }), password);
		expect(shown(imported.root)).toEqual(ownRootOfKey(privateKey));
	}
});

describe('ncryptsec', () => {
	const cases = (
		JSON.parse(read('ncryptsec.json').toString()) as { cases: { maker: string; password: string; privateKey: string; text: string }[] }
	).cases;

	test.each(cases)('of $maker, $password', async ({ password, privateKey, text }) => {
		expect(identifyKey(text)).toMatchObject({ format: 'ncryptsec', passphrase: 'needed' });
		for (const typed of new Set([password, password.normalize('NFD')]))
			expect(shown((await importKey(text, typed)).root)).toEqual(ownRootOfKey(privateKey));
	});

	const made = nostrToolsEncrypt(new Uint8Array(Buffer.from(privateKey, 'hex')), 'a password', 10);

	test('of nostr-tools', async () => {
		expect(shown((await importKey(made, 'a password')).root)).toEqual(ownRootOfKey(privateKey));
		expect((await previewKey(made, 'a password')).summary).toMatch(/^npub1/);
	});

	test('is refused for a wrong or no password, a slip, and an absurd cost', async () => {
		await expect(importKey(made, 'another')).rejects.toMatchObject({ code: 'key-passphrase-wrong' });
		await expect(importKey(made)).rejects.toMatchObject({ code: 'key-passphrase-needed' });
		await expect(importKey(`${made.slice(0, -1)}${made.endsWith('q') ? 'p' : 'q'}`, 'a password')).rejects.toMatchObject({
			code: 'key-checksum',
		});
		const { bech32 } = await import('@scure/base');
		const bytes = bech32.fromWords(bech32.decode(made as `${string}1${string}`, 300).words);
		const altered = (at: number, value: number) => {
			const copy = Uint8Array.from(bytes);
			copy[at] = value;
			return bech32.encode('ncryptsec', bech32.toWords(copy), 300);
		};
		await expect(importKey(altered(1, 21), 'a password')).rejects.toMatchObject({ code: 'key-cost', detail: '2^21' });
		await expect(importKey(altered(1, 255), 'a password')).rejects.toMatchObject({ code: 'key-cost' });
		await expect(importKey(altered(0, 1), 'a password')).rejects.toMatchObject({ code: 'key-version' });
		await expect(importKey(bech32.encode('ncryptsec', bech32.toWords(bytes.slice(0, 80)), 300), 'x')).rejects.toMatchObject({
			code: 'key-length',
		});
	});

	test('shows its progress and can be stopped, without holding up others', async () => {
		const costly = nostrToolsEncrypt(new Uint8Array(32).fill(1), 'a password', 14);
		const seen: number[] = [];
		await importKey(costly, 'a password', { progress: (fraction) => seen.push(fraction) });
		expect(seen.length).toBeGreaterThan(100);
		expect(seen.at(-1)).toBe(1);
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		const stop = new AbortController();
		let furthest = 0;
		const progress = (fraction: number) => {
			furthest = fraction;
			if (fraction > 0.1) stop.abort();
		};
		await expect(importKey(costly, 'a password', { progress, signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
		expect(furthest).toBeLessThan(0.15);
	});
});

describe('a keystore that takes its time', () => {
	const costly = (rounds: number) => {
		const file = light();
		file.crypto.kdfparams.c = rounds;
		return JSON.stringify(file);
	};

	test('of pbkdf2 says how far it is, by the speed of this machine', async () => {
		const seen: number[] = [];
		const progress = (fraction: number) => seen.push(fraction);
		// made for another number of rounds, so that no password fits
		await expect(importKey(costly(2_000_000), 'wrong', { progress })).rejects.toMatchObject({ code: 'key-passphrase-wrong' });
		expect(seen.length).toBeGreaterThan(1);
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(seen.at(-1)).toBe(1);
	});

	test('can be stopped, and is over at once', async () => {
		const files = [costly(4_000_000), read('keystore/go-ethereum-1.16.7-standard.json').toString()];
		for (const text of files) {
			const stop = new AbortController();
			const begun = importKey(text, password, { signal: stop.signal });
			const begin = setTimeout(() => stop.abort(), 100);
			await expect(begun).rejects.toMatchObject({ code: 'cancelled' });
			clearTimeout(begin);
		}
	});

	test('stopped before it began', async () => {
		await expect(importKey(costly(10_000_000), password, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
	});
});
