import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultRoom } from '../../src/vault/document.ts';
import { documentVersion, migrate, readDocument, type Step, steps, writeDocument } from '../../src/vault/migrate.ts';
import { vaultIn } from '../../src/vault/vault.ts';
import { memoryStore } from './memory-store.ts';
import { lowCost, passphrase, sampleDocument } from './samples.ts';

describe('a document of version 1', () => {
	/** A vault that was written when version 1 was new, and must be read for ever. Its passphrase is that of samples.ts. */
	const file = new Uint8Array(readFileSync(new URL('../vectors/vault/version-1.bin', import.meta.url)));

	test('in a vault file of that time is opened by today’s code', async () => {
		const [storage, database] = [memoryStore('storage'), memoryStore('database')];
		for (const store of [storage, database]) store.held.set('vault', file);
		const vault = vaultIn([storage, database], { cost: lowCost });
		const { document, notices } = await vault.open(await vault.unlock(passphrase));
		expect(document).toEqual({ ...sampleDocument('version 1'), version: documentVersion });
		expect(notices).toEqual([]);
	});

	test('has a step for every version since', () => {
		expect(Object.keys(steps).map(Number)).toEqual(Array.from({ length: documentVersion - 1 }, (_, index) => index + 1));
	});
});

describe('migration', () => {
	const two: Record<number, Step> = {
		1: (document) => ({ ...document, order: [...((document.order as number[]) ?? []), 1] }),
		2: (document) => ({ ...document, order: [...((document.order as number[]) ?? []), 2] }),
	};

	test('takes each step once, in order, from wherever the document is', () => {
		expect(migrate({ version: 1 }, 3, two)).toEqual({ version: 3, order: [1, 2] });
		expect(migrate({ version: 2 }, 3, two)).toEqual({ version: 3, order: [2] });
		expect(migrate({ version: 3 }, 3, two)).toEqual({ version: 3 });
	});

	test('refuses a later version, a missing step, and what has no version', () => {
		expect(() => migrate({ version: 4 }, 3, two)).toThrow('vault-newer');
		expect(() => migrate({ version: 1 }, 3, { 1: two[1] as Step })).toThrow('vault-broken');
		for (const wrong of [{}, null, [], 'text', { version: '1' }, { version: 0 }, { version: 1.5 }])
			expect(() => migrate(wrong, 3, two)).toThrow('vault-broken');
	});

	test('a document is read as it was written, and nothing else is', () => {
		const document = sampleDocument();
		expect(readDocument(writeDocument(document))).toEqual(document);
		const ofAnotherNetwork = { ...document, rooms: { 'irc:net/#tea': { ...defaultRoom(), server: 'irc.test', ports: ['6697'] } } };
		expect(readDocument(writeDocument(ofAnotherNetwork))).toEqual(ofAnotherNetwork);
		const wrong = (change: object) => () => readDocument(new TextEncoder().encode(JSON.stringify({ ...document, ...change })));
		expect(wrong({ identities: [{ ...document.identities[0], root: { privateKey: 'short', chainCode: '' } }] })).toThrow(
			'vault-broken: identities',
		);
		expect(wrong({ rooms: { a: { hidden: 'yes' } } })).toThrow('vault-broken: rooms.a');
		expect(wrong({ version: 99 })).toThrow('vault-newer: 99');
		expect(() => readDocument(Uint8Array.of(0xff))).toThrow('vault-broken');
	});
});
