import { beforeEach, describe, expect, test } from 'vitest';
import { addIdentity, restoredIdentity } from '../../src/vault/identity.ts';
import { importKey } from '../../src/vault/import/identify-key.ts';
import { type Vault, vaultIn } from '../../src/vault/vault.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';
import { lowCost, otherPassphrase, passphrase, sampleDocument } from './samples.ts';

let storage: MemoryStore;
let database: MemoryStore;
let clock: number;
const make = (cost = lowCost): Vault => vaultIn([storage, database], { cost, now: () => clock });

beforeEach(() => {
	storage = memoryStore('storage');
	database = memoryStore('database');
	clock = 1_795_000_000_000;
});

describe('a vault', () => {
	test('is made, unlocked, opened, saved', async () => {
		const vault = make();
		expect(await vault.exists()).toBe(false);
		const made = await vault.create(passphrase, sampleDocument());
		expect(made).toHaveLength(32);
		const key = await make().unlock(passphrase);
		expect(key).toEqual(made);
		expect(await vault.open(key)).toEqual({ document: sampleDocument(), counter: 1, notices: [] });
		const saved = await vault.save(key, sampleDocument('Grace'));
		expect(saved).toMatchObject({ counter: 2, notices: [] });
		const opened = await make().open(key);
		expect(opened.document.identities[0]?.name).toBe('Grace');
		expect(storage.held.get('vault')).toEqual(database.held.get('vault'));
	});

	test('is not made twice, and no vault is told from a broken and a locked one', async () => {
		const vault = make();
		await expect(vault.unlock(passphrase)).rejects.toMatchObject({ code: 'no-vault' });
		const key = await vault.create(passphrase, sampleDocument());
		await expect(vault.create(passphrase, sampleDocument())).rejects.toMatchObject({ code: 'vault-exists' });
		await expect(vault.open(new Uint8Array(32))).rejects.toMatchObject({ code: 'vault-locked' });
		for (const store of [storage, database]) store.held.set('vault', new Uint8Array(200));
		await expect(vault.unlock(passphrase)).rejects.toMatchObject({ code: 'vault-broken' });
		await expect(vault.open(key)).rejects.toMatchObject({ code: 'vault-broken' });
	});

	test('refuses a weak passphrase, with the reason', async () => {
		await expect(make().create('password1', sampleDocument())).rejects.toMatchObject({ code: 'passphrase-weak', detail: 'common' });
		expect(await make().exists()).toBe(false);
	});

	test('shows nothing of its content on disk, whatever its size', async () => {
		const vault = make();
		const key = await vault.create(passphrase, sampleDocument());
		const size = storage.held.get('vault')?.length;
		await vault.save(key, sampleDocument('Ada'.repeat(200)));
		expect(storage.held.get('vault')).toHaveLength(size as number);
		for (const bytes of storage.held.values()) {
			const text = Buffer.from(bytes).toString('latin1');
			expect(text).not.toMatch(/Ada|tea@|1111/);
		}
	});

	test('does not write what it could not read again', async () => {
		const vault = make();
		const key = await vault.create(passphrase, sampleDocument());
		const wrong = sampleDocument();
		wrong.settings.delayMax = Number.NaN;
		await expect(vault.save(key, wrong)).rejects.toMatchObject({ code: 'internal', detail: 'settings.delayMax' });
		expect((await vault.open(key)).counter).toBe(1);
	});

	test('keeps every change of many that are made at once', async () => {
		const vault = make();
		const key = await vault.create(passphrase, sampleDocument());
		await Promise.all(
			Array.from({ length: 12 }, (_, index) =>
				vault.update(key, (document) => {
					document.rooms[`irc:x/#${index}`] = { hidden: true, stopped: false, anonymousHost: '', mode: 'keyless', identity: null };
					return document;
				}),
			),
		);
		const { document, counter } = await vault.open(key);
		expect(Object.keys(document.rooms)).toHaveLength(13);
		expect(counter).toBe(13);
	});
});

test('the same key imported by two tabs at once is added once', async () => {
	const vault = make();
	const key = await vault.create(passphrase, { ...sampleDocument(), identities: [] });
	const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
	const twice = await Promise.allSettled(
		['left', 'right'].map(async (name) => {
			const added = restoredIdentity(await importKey(phrase), name, 1_795_000_000);
			return vault.update(key, (document) => ({ ...document, identities: addIdentity(document.identities, added) }));
		}),
	);
	expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	expect(twice.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'identity-known' } });
	expect((await vault.open(key)).document.identities).toHaveLength(1);
});

describe('a new passphrase', () => {
	test('opens, the old one does not, and the key in use stays good', async () => {
		const vault = make();
		const key = await vault.create(passphrase, sampleDocument());
		await vault.changePassphrase(passphrase, otherPassphrase);
		await expect(vault.unlock(passphrase)).rejects.toMatchObject({ code: 'wrong-passphrase' });
		expect(await vault.unlock(otherPassphrase)).toEqual(key);
		expect((await vault.open(key)).document).toEqual(sampleDocument());
	});

	test('needs the old one, and must be strong', async () => {
		const vault = make();
		await vault.create(passphrase, sampleDocument());
		await expect(vault.changePassphrase(otherPassphrase, otherPassphrase)).rejects.toMatchObject({ code: 'wrong-passphrase' });
		await expect(vault.changePassphrase(passphrase, '1234567890')).rejects.toMatchObject({ code: 'passphrase-weak' });
		await vault.unlock(passphrase);
	});

	test('leaves no way in by the old one where only one store took it', async () => {
		const vault = make();
		await vault.create(passphrase, sampleDocument());
		database.failing = true;
		const notices = await vault.changePassphrase(passphrase, otherPassphrase);
		expect(notices).toEqual([{ code: 'vault-one-copy', detail: 'database' }]);
		database.failing = false;
		await expect(vault.unlock(passphrase)).rejects.toMatchObject({ code: 'wrong-passphrase' });
		const key = await vault.unlock(otherPassphrase);
		expect((await vault.open(key)).notices).toEqual([{ code: 'vault-repaired', detail: 'database' }]);
	});
});

describe('the cost', () => {
	test('is brought to the new default by unlocking, and the new one opens', async () => {
		const key = await make().create(passphrase, sampleDocument());
		const dear = { logN: 6, r: 2, p: 1 };
		expect(await make(dear).unlock(passphrase)).toEqual(key);
		expect(storage.held.get('vault')?.slice(6, 9)).toEqual(Uint8Array.of(6, 2, 1));
		expect(await make(dear).unlock(passphrase)).toEqual(key);
		expect(database.held.get('vault')?.slice(6, 9)).toEqual(Uint8Array.of(6, 2, 1));
	});

	test('is never brought down', async () => {
		await make({ logN: 6, r: 2, p: 1 }).create(passphrase, sampleDocument());
		await make().unlock(passphrase);
		expect(storage.held.get('vault')?.slice(6, 9)).toEqual(Uint8Array.of(6, 2, 1));
	});

	test('of today takes its time, and lets others work', async () => {
		let turns = 0;
		const timer = setInterval(() => turns++, 1);
		await vaultIn([storage, database]).create(passphrase, sampleDocument());
		clearInterval(timer);
		expect(storage.held.get('vault')?.slice(6, 9)).toEqual(Uint8Array.of(17, 8, 1));
		expect(turns).toBeGreaterThan(10);
	});
});

describe('wrong passphrases', () => {
	async function wrong(): Promise<unknown> {
		return make()
			.unlock(otherPassphrase)
			.catch((error: unknown) => error);
	}

	test('wait longer and longer, across restarts, until the right one', async () => {
		await make().create(passphrase, sampleDocument());
		for (let count = 0; count < 3; count++) expect(await wrong()).toMatchObject({ code: 'wrong-passphrase' });
		expect(await make().wait()).toBe(0);
		const waits: number[] = [];
		for (let count = 0; count < 12; count++) {
			expect(await wrong()).toMatchObject({ code: 'wrong-passphrase' });
			const wait = await make().wait();
			waits.push(wait / 1000);
			expect(await wrong()).toMatchObject({ code: 'too-many-tries', detail: String(wait) });
			await expect(make().unlock(passphrase)).rejects.toMatchObject({ code: 'too-many-tries' });
			clock += wait;
		}
		expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
		await make().unlock(passphrase);
		expect(await wrong()).toMatchObject({ code: 'wrong-passphrase' });
		expect(await make().wait()).toBe(0);
	});

	test('count even where the worker dies before the answer', async () => {
		await make().create(passphrase, sampleDocument());
		for (let count = 0; count < 4; count++) {
			const stop = new AbortController();
			stop.abort();
			await expect(make().unlock(passphrase, { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
		}
		expect(await make().wait()).toBe(1000);
	});

	test('do not lock anybody out when the clock is set back, or a store is full', async () => {
		await make().create(passphrase, sampleDocument());
		for (let count = 0; count < 5; count++) {
			await wrong();
			clock += await make().wait();
		}
		await wrong();
		clock -= 86_400_000;
		expect(await make().wait()).toBeLessThanOrEqual(4000);
		clock += 86_400_000 * 2;
		for (const store of [storage, database]) store.fault = { kind: 'throws', error: new Error('QUOTA_BYTES quota exceeded') };
		await make().unlock(passphrase);
	});
});

describe('a vault that takes the place of another', () => {
	test('sets it aside, from where it can be read', async () => {
		const vault = make();
		await vault.create(passphrase, sampleDocument('Old'));
		const key = await vault.create(otherPassphrase, sampleDocument('New'), { replace: true });
		expect((await vault.open(key)).document.identities[0]?.name).toBe('New');
		const [aside] = await vault.asides();
		const id = aside?.id as string;
		expect((await vault.openAside(id, passphrase)).document.identities[0]?.name).toBe('Old');
		await expect(vault.openAside(id, otherPassphrase)).rejects.toMatchObject({ code: 'wrong-passphrase' });
		await vault.forgetAside(id);
		expect(await vault.asides()).toEqual([]);
	});
});
