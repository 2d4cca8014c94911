import { describe, expect, test } from 'vitest';
import { openGeneration, weekOf } from '../../src/protocol/generation.ts';
import { addIdentity, devicesOnlyIdentity, isSameSelf, newIdentity, newPhrase, restoredIdentity } from '../../src/vault/identity.ts';
import { identifyKey, importKey } from '../../src/vault/import/identify-key.ts';
import { writeDocument } from '../../src/vault/migrate.ts';
import { masterOf, ownRootOfPhrase } from './import/own-roots.ts';
import { sampleDocument } from './samples.ts';

const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const key = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const now = 1_795_300_000;
const restored = async (text: string, passphrase = '') => restoredIdentity(await importKey(text, passphrase), text.slice(0, 5), now);

describe('a new identity', () => {
	test('opens the generation of this week below its root, and waits for its words to be asked back', () => {
		const made = newIdentity(phrase, 'Ada', now);
		const week = openGeneration({ current: null, now });
		expect(week).toBe(weekOf(now));
		expect(made).toMatchObject({
			kind: 'phrase',
			confirmed: false,
			restored: false,
			created: now,
			phrase: { words: phrase, passphrase: '' },
		});
		expect(made.root).toEqual(ownRootOfPhrase(phrase));
		const node = masterOf(phrase).derive(`m/43'/60'/1581'/0'/0'/${week}'`);
		expect(made.generations).toEqual([
			{
				generation: week,
				closed: null,
				node: {
					privateKey: Buffer.from(node.privateKey as Uint8Array).toString('hex'),
					chainCode: Buffer.from(node.chainCode as Uint8Array).toString('hex'),
				},
			},
		]);
	});

	test('has a phrase of 12 words that nobody had before', () => {
		const phrases = new Set(Array.from({ length: 50 }, newPhrase));
		expect(phrases.size).toBe(50);
		for (const one of phrases) expect(identifyKey(one).format).toBe('phrase');
	});

	test('can have a root that nobody sees', () => {
		const [a, b] = [devicesOnlyIdentity('a', now), devicesOnlyIdentity('b', now)];
		expect(a).toMatchObject({ kind: 'devices-only', phrase: null, confirmed: true, restored: false });
		expect(isSameSelf(a, b)).toBe(false);
		expect(a.generations).toHaveLength(1);
	});
});

describe('a restored identity', () => {
	test('has no generation of its own before it posts', async () => {
		expect(await restored(phrase)).toMatchObject({ kind: 'phrase', confirmed: true, restored: true, generations: [] });
		expect(await restored(key)).toMatchObject({ kind: 'key', phrase: null, restored: true });
		expect(await restored(masterOf(phrase).privateExtendedKey)).toMatchObject({ kind: 'xprv', phrase: null });
	});

	test('can be stored', async () => {
		const document = { ...sampleDocument(), identities: [await restored(phrase, 'x'), await restored(key), devicesOnlyIdentity('c', now)] };
		expect(writeDocument(document).length).toBeGreaterThan(500);
	});
});

describe('the same key twice', () => {
	test('is noticed in whatever form it comes', async () => {
		const there = [await restored(phrase), await restored(key)];
		expect(() => addIdentity(there, newIdentity(phrase, 'new', now))).toThrow('identity-known: legal');
		for (const text of [
			masterOf(phrase).privateExtendedKey,
			masterOf(phrase).derive("m/43'/60'/1581'").privateExtendedKey,
			`0x${key.toUpperCase()}`,
		]) {
			const added = await restored(text);
			expect(() => addIdentity(there, added)).toThrow('identity-known');
		}
		expect(addIdentity(there, await restored(phrase, 'another passphrase'))).toHaveLength(3);
	});

	test('is noticed on a linked device, which has no root', () => {
		const whole = newIdentity(phrase, 'whole', now);
		const linked = { ...whole, id: 'other', kind: 'linked' as const, root: null, phrase: null };
		const stranger = { ...devicesOnlyIdentity('stranger', now), root: null };
		expect(() => addIdentity([whole], linked)).toThrow('identity-known');
		expect(() => addIdentity([linked], { ...linked, id: 'third' })).toThrow('identity-known');
		expect(addIdentity([whole, linked].slice(0, 1), stranger)).toHaveLength(2);
		expect(isSameSelf(linked, stranger)).toBe(false);
	});

	test('gives a linked device its root, and changes nothing else of it', async () => {
		const whole = newIdentity(phrase, 'whole', now);
		const linked = { ...whole, id: 'other', name: 'Phone', kind: 'linked' as const, root: null, phrase: null };
		const other = devicesOnlyIdentity('other', now);
		const brought = await restored(phrase);
		expect(addIdentity([other, linked], brought)).toEqual([
			other,
			{ ...linked, kind: 'phrase', root: whole.root, phrase: whole.phrase, confirmed: true },
		]);
		expect(() => addIdentity(addIdentity([linked], brought), brought)).toThrow('identity-known: Phone');
	});
});
