import { describe, expect, test } from 'vitest';
import { makeBackup, readBackup } from '../../src/vault/backup.ts';
import { identifyKey } from '../../src/vault/import/identify-key.ts';
import { startProcessorClock } from '../processor-time.ts';
import { lowCost, otherPassphrase, passphrase, sampleDocument } from './samples.ts';

const make = (options = {}) => makeBackup(sampleDocument(), passphrase, { cost: lowCost, ...options });
const altered = (text: string, change: Record<string, unknown>) => JSON.stringify({ ...JSON.parse(text), ...change });

describe('a backup', () => {
	test('gives back the document; what holds a root opens a generation of its own first', async () => {
		const expected = sampleDocument();
		for (const identity of expected.identities) identity.restored = true;
		const text = await make();
		expect(await readBackup(text, passphrase)).toEqual(expected);
		expect(await readBackup(new TextEncoder().encode(`\uFEFF${text}`), passphrase)).toEqual(expected);
	});

	test('shows nothing of its content, and always has a size of a few', async () => {
		const text = await make();
		// three letters do stand in 8 kB of base64 now and then
		const long = await makeBackup(sampleDocument('Adalbertine'), passphrase, { cost: lowCost });
		expect(long).not.toMatch(/Adalbertine|tea@|11111111/);
		expect((await makeBackup(sampleDocument('Ada'.repeat(300)), passphrase, { cost: lowCost })).length).toBe(text.length);
	});

	test('can leave the roots out', async () => {
		const document = sampleDocument();
		const [identity] = document.identities;
		if (identity) identity.phrase = { words: 'legal winner', passphrase: '' };
		const read = await readBackup(await makeBackup(document, passphrase, { roots: false, cost: lowCost }), passphrase);
		expect(read.identities[0]).toMatchObject({ kind: 'linked', root: null, phrase: null, restored: false });
		expect(read.identities[0]?.generations).toEqual(document.identities[0]?.generations);
		expect(document.identities[0]?.root).not.toBeNull();
	});

	test('holds no device’s own key, and gives each that reads it another one', async () => {
		const document = sampleDocument();
		const key = 'ab'.repeat(32);
		const sync = { way: 'off', relay: '', last: 0, next: 0, cleared: 0 } as const;
		const devices = { key, authority: 'cd', clock: { time: 1, count: 0 }, writes: [], removed: ['x'], behind: [], erased: 0, sync };
		for (const identity of document.identities) identity.devices = devices;
		const text = await makeBackup(document, passphrase, { cost: lowCost });
		const read = [await readBackup(text, passphrase), await readBackup(text, passphrase)].map(({ identities }) => identities[0]?.devices);
		expect(new Set([key, ...read.map((one) => one?.key)]).size).toBe(3);
		for (const one of read) expect({ ...one, key }).toEqual(devices);
		expect(document.identities[0]?.devices?.key).toBe(key);
	});

	test('costs what a vault costs by default', async () => {
		expect(JSON.parse(await makeBackup(sampleDocument(), passphrase)).scrypt).toEqual({ logN: 17, r: 8, p: 1 });
	});

	test('needs a strong passphrase, and its own', async () => {
		await expect(makeBackup(sampleDocument(), 'password')).rejects.toMatchObject({ code: 'passphrase-weak' });
		await expect(readBackup(await make(), otherPassphrase)).rejects.toMatchObject({ code: 'backup-passphrase' });
	});

	test('is known for what it is where a key is asked for', async () => {
		const text = await make();
		expect(() => identifyKey(text)).toThrow('backup-file');
	});

	test('of a later version is refused by that name', async () => {
		await expect(readBackup(altered(await make(), { version: 2, sealed: 7 }), passphrase)).rejects.toMatchObject({
			code: 'backup-newer',
			detail: '2',
		});
	});

	test('with any part changed, missing or cut is told from a wrong passphrase', async () => {
		const text = await make();
		const broken = async (file: string) => expect(readBackup(file, passphrase)).rejects.toMatchObject({ code: 'backup-broken' });
		for (const field of ['salt', 'nonce', 'sealed', 'sum'] as const) {
			const value = JSON.parse(text)[field] as string;
			await broken(altered(text, { [field]: `${value[0] === 'A' ? 'B' : 'A'}${value.slice(1)}` }));
			await broken(altered(text, { [field]: '' }));
			await broken(altered(text, { [field]: '%%%' }));
			await broken(altered(text, { [field]: undefined }));
		}
		await broken(altered(text, { scrypt: { logN: 5, r: 1, p: 1 } }));
		await broken(altered(text, { format: 'other' }));
		await broken(altered(text, { version: 0 }));
		for (let length = 0; length < text.length - 2; length += 211) await broken(text.slice(0, length));
		for (const other of ['', 'null', '7', '[]', '{}']) await broken(other);
	});

	test('that asks for an absurd cost is refused at once, with a right sum too', async () => {
		const { sha256 } = await import('@noble/hashes/sha2.js');
		const file = JSON.parse(await make()) as { salt: string; nonce: string; sealed: string };
		const raw = (text: string) => Buffer.from(text, 'base64');
		const scrypt = { logN: 24, r: 8, p: 1 };
		const head = Buffer.concat([Buffer.from('bauta-backup'), Buffer.of(1, 24, 8, 1), raw(file.salt), raw(file.nonce)]);
		const sum = Buffer.from(sha256(Buffer.concat([head, raw(file.sealed)])).subarray(0, 16)).toString('base64');
		const spent = startProcessorClock();
		await expect(readBackup(JSON.stringify({ ...file, scrypt, sum }), passphrase)).rejects.toMatchObject({
			code: 'backup-broken',
			detail: '',
		});
		expect(spent()).toBeLessThan(2000);
	});
});
