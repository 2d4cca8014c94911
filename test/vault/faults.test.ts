/**
 * Every single fault of the two copies, generated: whatever happens to one of them, the vault opens with the newest state that a good copy
 * has, says so, and is whole again afterwards.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Store } from '../../src/vault/store/store.ts';
import { type Vault, vaultIn } from '../../src/vault/vault.ts';
import { startProcessorClock } from '../processor-time.ts';
import { type MemoryStore, memoryStore, type WriteFault } from './memory-store.ts';
import { lowCost, otherPassphrase, passphrase, sampleDocument } from './samples.ts';

type Which = Store['name'];
const both: Which[] = ['storage', 'database'];
const other = (which: Which): Which => (which === 'storage' ? 'database' : 'storage');

let key: Uint8Array;
/** file bytes by counter */
const versions: Uint8Array[] = [];
let foreign: Uint8Array;
let foreignKey: Uint8Array;

function pair(): Record<Which, MemoryStore> {
	return { storage: memoryStore('storage'), database: memoryStore('database') };
}
const over = (stores: Record<Which, MemoryStore>): Vault => vaultIn([stores.storage, stores.database], { cost: lowCost });
const names = (document: { identities: { name: string }[] }) => document.identities.map(({ name }) => name).join();

function holding(storage: Uint8Array | undefined, database: Uint8Array | undefined): Record<Which, MemoryStore> {
	const stores = pair();
	if (storage) stores.storage.held.set('vault', storage.slice());
	if (database) stores.database.held.set('vault', database.slice());
	return stores;
}

beforeAll(async () => {
	const stores = pair();
	const vault = over(stores);
	key = await vault.create(passphrase, sampleDocument('1'));
	versions[1] = stores.storage.held.get('vault') as Uint8Array;
	for (let counter = 2; counter <= 4; counter++) {
		await vault.save(key, sampleDocument(String(counter)));
		versions[counter] = stores.storage.held.get('vault') as Uint8Array;
	}
	const others = pair();
	foreignKey = await over(others).create(otherPassphrase, sampleDocument('foreign'));
	foreign = others.storage.held.get('vault') as Uint8Array;
});

afterEach(() => {
	vi.useRealTimers();
});

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined) => a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
const version = (counter: number) => versions[counter] as Uint8Array;

/** Opens, and checks that what was found is `counter`, that the two copies are alike again and nothing is told a second time. */
async function expectRecovered(stores: Record<Which, MemoryStore>, counter: number, notices: unknown): Promise<void> {
	const opened = await over(stores).open(key);
	expect(names(opened.document)).toBe(String(counter));
	expect(opened.counter).toBe(counter);
	expect(opened.notices).toEqual(notices);
	for (const which of both) expect(same(stores[which].held.get('vault'), version(counter))).toBe(true);
	expect((await over(stores).open(key)).notices).toEqual([]);
}

describe.each(both)('the copy in %s', (which) => {
	test('with any one byte changed', async () => {
		const bytes = version(4);
		for (let at = 0; at < bytes.length; at++) {
			const stores = holding(bytes, bytes);
			const broken = bytes.slice();
			broken[at] = (broken[at] as number) ^ (1 << (at % 8));
			stores[which].held.set('vault', broken);
			const opened = await over(stores).open(key);
			if (opened.counter !== 4 || opened.notices.length !== 1 || opened.notices[0]?.code !== 'vault-repaired') expect.fail(`byte ${at}`);
			if (!same(stores[which].held.get('vault'), bytes)) expect.fail(`byte ${at} was not repaired`);
		}
	});

	test('with any one byte of its header changed, still unlocks', async () => {
		for (let at = 0; at < 140; at++) {
			const broken = version(4).slice();
			broken[at] = (broken[at] as number) ^ 0x80;
			const stores = holding(version(4), version(4));
			stores[which].held.set('vault', broken);
			expect(await over(stores).unlock(passphrase)).toEqual(key);
		}
	});

	test('with its header exchanged and its sum made right again, is not believed', async () => {
		for (let at = 6; at < 137; at++) {
			// the cost must stay one that is allowed, or the file is refused for that
			const hostile = version(4).slice();
			hostile[at] = (hostile[at] as number) ^ 1;
			hostile.set(sha256(hostile.subarray(0, -16)).subarray(0, 16), hostile.length - 16);
			const stores = holding(version(3), version(3));
			stores[which].held.set('vault', hostile);
			const opened = await over(stores).open(key);
			expect(names(opened.document), `byte ${at}`).toBe('3');
			expect(opened.notices.at(-1)).toEqual({ code: 'vault-repaired', detail: which });
		}
	});

	test('missing, empty, cut anywhere', async () => {
		const told = [{ code: 'vault-repaired', detail: which }];
		const missing = holding(version(4), version(4));
		missing[which].held.delete('vault');
		expect(await over(missing).exists()).toBe(true);
		expect(await over(missing).unlock(passphrase)).toEqual(key);
		await expectRecovered(missing, 4, told);
		for (let length = 0; length < version(4).length; length += length < 200 ? 1 : 97) {
			const stores = holding(version(4), version(4));
			stores[which].held.set('vault', version(4).slice(0, length));
			await expectRecovered(stores, 4, told);
		}
	});

	test('rolled back to any earlier state', async () => {
		for (let counter = 1; counter < 4; counter++) {
			const stores = holding(version(4), version(4));
			stores[which].held.set('vault', version(counter).slice());
			expect(await over(stores).unlock(passphrase)).toEqual(key);
			await expectRecovered(stores, 4, [{ code: 'vault-repaired', detail: which }]);
		}
	});

	test('of another vault is set aside, whatever its counter', async () => {
		for (const mine of [1, 4]) {
			const stores = holding(version(mine), version(mine));
			stores[which].held.set('vault', foreign.slice());
			expect(await over(stores).unlock(passphrase)).toEqual(key);
			await expectRecovered(stores, mine, [
				{ code: 'vault-aside', detail: which },
				{ code: 'vault-repaired', detail: which },
			]);
			const [aside] = await over(stores).asides();
			expect(names((await over(stores).openAside(aside?.id as string, otherPassphrase)).document)).toBe('foreign');
		}
	});

	test('of another vault opens by its own passphrase', async () => {
		const stores = holding(version(4), version(4));
		stores[which].held.set('vault', foreign.slice());
		expect(await over(stores).unlock(otherPassphrase)).toEqual(foreignKey);
		expect(names((await over(stores).open(foreignKey)).document)).toBe('foreign');
		const [aside] = await over(stores).asides();
		expect(names((await over(stores).openAside(aside?.id as string, passphrase)).document)).toBe('4');
	});

	test('that cannot be set aside is left as it is', async () => {
		const stores = holding(version(4), version(4));
		stores[which].held.set('vault', foreign.slice());
		stores[which].fault = { kind: 'throws', error: new Error('QUOTA_BYTES quota exceeded') };
		expect((await over(stores).open(key)).notices).toEqual([{ code: 'vault-one-copy', detail: which }]);
		expect(same(stores[which].held.get('vault'), foreign)).toBe(true);
	});

	test('cannot be read or written: all goes on with the other, and is told each time', async () => {
		const stores = holding(version(4), version(4));
		stores[which].failing = true;
		const vault = over(stores);
		const told = [{ code: 'vault-one-copy', detail: which }];
		expect(await vault.exists()).toBe(true);
		expect(await vault.unlock(passphrase)).toEqual(key);
		expect((await vault.open(key)).notices).toEqual(told);
		expect((await vault.save(key, sampleDocument('5'))).notices).toEqual(told);
		await vault.changePassphrase(passphrase, otherPassphrase);
		stores[which].failing = false;
		const opened = await vault.open(await vault.unlock(otherPassphrase));
		expect(names(opened.document)).toBe('5');
		expect(opened.notices).toEqual([{ code: 'vault-repaired', detail: which }]);
	});

	test('never answers: it is waited for once, not for ever', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		const stores = holding(version(4), version(4));
		const hanging: Store = { ...stores[which], read: () => new Promise(() => {}), write: () => new Promise(() => {}) };
		const vault = vaultIn(which === 'storage' ? [hanging, stores.database] : [stores.storage, hanging], { cost: lowCost });
		const opening = vault.open(key);
		await vi.advanceTimersByTimeAsync(20_000);
		expect((await opening).notices).toEqual([{ code: 'vault-one-copy', detail: which }]);
	});
});

describe.each(both)('a save while %s fails', (which) => {
	const size = () => version(4).length;
	const faults = (): WriteFault[] => [
		...Array.from({ length: 150 }, (_, at): WriteFault => ({ kind: 'torn', at })),
		...Array.from({ length: 150 }, (_, at): WriteFault => ({ kind: 'mixed', at })),
		...Array.from({ length: 12 }, (_, step): WriteFault => ({ kind: 'torn', at: 150 + step * Math.floor((size() - 150) / 12) })),
		...Array.from({ length: 12 }, (_, step): WriteFault => ({ kind: 'mixed', at: 150 + step * Math.floor((size() - 150) / 12) })),
		{ kind: 'torn', at: size() - 1 },
		{ kind: 'torn', at: size() },
		{ kind: 'throws', error: new Error('QUOTA_BYTES quota exceeded') },
		{ kind: 'throws', error: new DOMException('full', 'QuotaExceededError') },
		{ kind: 'lies' },
	];

	test('at any point, is done in the other, told, and repaired', async () => {
		for (const fault of faults()) {
			const stores = holding(version(4), version(4));
			stores[which].fault = fault;
			const saved = await over(stores).save(key, sampleDocument('5'));
			expect(saved).toMatchObject({ counter: 5, notices: [{ code: 'vault-one-copy', detail: which }] });
			stores[which].fault = null;
			const opened = await over(stores).open(key);
			expect(names(opened.document)).toBe('5');
			const whole = 'at' in fault && fault.at === size() && fault.kind === 'torn';
			expect(opened.notices).toEqual(whole ? [] : [{ code: 'vault-repaired', detail: which }]);
			expect(same(stores.storage.held.get('vault'), stores.database.held.get('vault'))).toBe(true);
		}
	});

	test('and the one copy left is torn as it is written over', async () => {
		for (const at of [0, 1, 60, 105, 137, 2000, size() - 1]) {
			const stores = holding(version(4), version(4));
			stores[which].failing = true;
			stores[other(which)].fault = { kind: 'torn', at, slot: 'vault' };
			await expect(over(stores).save(key, sampleDocument('5'))).rejects.toMatchObject({ code: 'storage-failed' });
			stores[other(which)].fault = null;
			const opened = await over(stores).open(key);
			expect(['4', '5']).toContain(names(opened.document));
			stores[which].failing = false;
			expect(Number(names((await over(stores).open(key)).document))).toBeGreaterThanOrEqual(4);
		}
	});
});

describe('both stores', () => {
	test('full: the save is refused by name and the old state stands', async () => {
		const stores = holding(version(4), version(4));
		for (const which of both) stores[which].fault = { kind: 'throws', error: new DOMException('full', 'QuotaExceededError') };
		await expect(over(stores).save(key, sampleDocument('5'))).rejects.toMatchObject({ code: 'storage-full' });
		await expect(over(stores).changePassphrase(passphrase, otherPassphrase)).rejects.toMatchObject({ code: 'storage-full' });
		for (const which of both) stores[which].fault = null;
		await expectRecovered(stores, 4, []);
		expect(await over(stores).unlock(passphrase)).toEqual(key);
	});

	test('full in the middle of the first vault: nothing is left that blocks the next try', async () => {
		const stores = pair();
		for (const which of both) stores[which].fault = { kind: 'torn', at: 300 };
		await expect(over(stores).create(passphrase, sampleDocument())).rejects.toMatchObject({ code: 'storage-failed' });
		for (const which of both) stores[which].fault = null;
		await over(stores).create(passphrase, sampleDocument(), { replace: true });
		expect(names((await over(stores).open(await over(stores).unlock(passphrase))).document)).toBe('Ada');
	});

	test('failing: told from no vault', async () => {
		const stores = holding(version(4), version(4));
		for (const which of both) stores[which].failing = true;
		await expect(over(stores).exists()).rejects.toMatchObject({ code: 'storage-failed' });
		await expect(over(stores).unlock(passphrase)).rejects.toMatchObject({ code: 'storage-failed' });
		await expect(over(stores).open(key)).rejects.toMatchObject({ code: 'storage-failed' });
	});

	test('different, with the same counter: one is taken, the same one each time, and it is told', async () => {
		const a = pair();
		a.storage.held.set('vault', version(3).slice());
		a.database.held.set('vault', version(3).slice());
		await over(a).save(key, sampleDocument('4b'));
		const stores = holding(version(4), a.storage.held.get('vault'));
		const opened = await over(stores).open(key);
		expect(names(opened.document)).toBe('4');
		expect(opened.notices).toEqual([{ code: 'vault-repaired', detail: 'database' }]);
		expect(same(stores.database.held.get('vault'), version(4))).toBe(true);
	});

	test('written by a later version: nothing is touched', async () => {
		const later = version(4).slice();
		later[5] = 2;
		later.set(sha256(later.subarray(0, -16)).subarray(0, 16), later.length - 16);
		const stores = holding(later, version(3));
		for (const action of [
			() => over(stores).unlock(passphrase),
			() => over(stores).open(key),
			() => over(stores).save(key, sampleDocument()),
		])
			await expect(action()).rejects.toMatchObject({ code: 'vault-newer' });
		await expect(over(stores).create(passphrase, sampleDocument(), { replace: true })).rejects.toMatchObject({ code: 'vault-newer' });
		expect(same(stores.storage.held.get('vault'), later)).toBe(true);
		expect(same(stores.database.held.get('vault'), version(3))).toBe(true);
	});

	test('one with a header that asks for an absurd cost: the other one opens, at once', async () => {
		for (const [logN, r, p] of [
			[31, 8, 1],
			[20, 255, 255],
			[0, 8, 1],
			[17, 0, 1],
		] as const) {
			const hostile = version(4).slice();
			hostile.set([logN, r, p], 6);
			hostile.set(sha256(hostile.subarray(0, -16)).subarray(0, 16), hostile.length - 16);
			const spent = startProcessorClock();
			expect(await over(holding(hostile, version(4))).unlock(passphrase)).toEqual(key);
			expect(spent()).toBeLessThan(2000);
			await expect(over(holding(hostile, hostile)).unlock(passphrase)).rejects.toMatchObject({ code: 'vault-broken' });
		}
	});
});

describe.each(both)('a change of passphrase while %s fails', (which) => {
	test('at any point: exactly one passphrase opens, and nothing is lost', async () => {
		for (const at of [0, 6, 20, 33, 60, 104, 110, 140, 4000]) {
			const stores = holding(version(4), version(4));
			stores[which].fault = { kind: 'torn', at };
			await over(stores).changePassphrase(passphrase, otherPassphrase);
			stores[which].fault = null;
			await expect(over(stores).unlock(passphrase)).rejects.toMatchObject({ code: 'wrong-passphrase' });
			expect(await over(stores).unlock(otherPassphrase)).toEqual(key);
			expect(names((await over(stores).open(key)).document)).toBe('4');
		}
	});
});

/** A pair of stores in which nothing happens any more after `steps` operations; the last one, if it is a write, is torn half way. */
function mortal(stores: Record<Which, MemoryStore>, steps: number, torn: boolean) {
	let left = steps;
	let die = () => {};
	const died = new Promise<'died'>((resolve) => {
		die = () => resolve('died');
	});
	const never = () => {
		die();
		return new Promise<never>(() => {});
	};
	const wrap = (store: MemoryStore): Store => ({
		name: store.name,
		read: (slot) => (left-- > 0 ? store.read(slot) : never()),
		remove: (slot) => (left-- > 0 ? store.remove(slot) : never()),
		list: (prefix) => (left-- > 0 ? store.list(prefix) : never()),
		write(slot, bytes) {
			if (left-- > 0) return store.write(slot, bytes);
			if (left === -1 && torn) store.held.set(slot, bytes.slice(0, bytes.length / 2));
			return never();
		},
	});
	return { vault: vaultIn([wrap(stores.storage), wrap(stores.database)], { cost: lowCost }), died };
}

describe('the worker dies after any number of steps of', () => {
	const actions: [string, () => Record<Which, MemoryStore>, (vault: Vault) => Promise<unknown>, string[]][] = [
		['a save', () => holding(version(4), version(4)), (vault) => vault.save(key, sampleDocument('5')), ['4', '5']],
		['a repair', () => holding(version(2), version(4)), (vault) => vault.open(key), ['4']],
		['a save with one copy missing', () => holding(undefined, version(4)), (vault) => vault.save(key, sampleDocument('5')), ['4', '5']],
		[
			'a change of passphrase',
			() => holding(version(4), version(4)),
			(vault) => vault.changePassphrase(passphrase, otherPassphrase),
			['4'],
		],
		[
			'a vault in place of another',
			() => holding(version(4), version(4)),
			(vault) => vault.create(otherPassphrase, sampleDocument('new'), { replace: true }),
			['4', 'new'],
		],
	];
	test.each(actions)('%s', async (_, begin, act, allowed) => {
		const seen = new Set<string>();
		for (const torn of [false, true])
			for (let steps = 0; ; steps++) {
				const stores = begin();
				const { vault, died } = mortal(stores, steps, torn);
				const action = act(vault).then(() => 'done' as const);
				action.catch(() => {});
				const end = await Promise.race([action, died]);
				const after = over(stores);
				const keys = await Promise.all(
					[passphrase, otherPassphrase].map((one) =>
						after.unlock(one).catch((error: { code: string }) => {
							expect(error.code).toBe('wrong-passphrase');
							return null;
						}),
					),
				);
				const opened = keys.filter((one) => one !== null);
				expect(opened.length).toBeGreaterThan(0);
				for (const one of opened.slice(-1)) {
					const { document } = await after.open(one);
					expect(allowed).toContain(names(document));
					seen.add(names(document));
					expect(same(stores.storage.held.get('vault'), stores.database.held.get('vault'))).toBe(true);
				}
				if (end === 'done') break;
				expect(steps).toBeLessThan(60);
			}
		expect([...seen].sort()).toEqual([...allowed].sort());
	});
});
