import { randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { SerialQueue } from '../platform/serial-queue.ts';
import { type Lock, lockOf, makeLock, openFile, openLock, sealFile, type VaultFile } from './box.ts';
import { forgetAside, goodCopies, readAsides, readCopies, setAside, whyNone, writeCopies } from './copies.ts';
import type { VaultDocument } from './document.ts';
import { doors, type Judged, judge, type Notice } from './judge.ts';
import { type ScryptCost, todaysCost, type Watch, workOf } from './kdf.ts';
import { readDocument, writeDocument } from './migrate.ts';
import { patient } from './store/patient.ts';
import type { Store } from './store/store.ts';
import { beginTry, forgiveTries, waitLeft } from './tries.ts';

export interface Opened {
	document: VaultDocument;
	/** grows by one with each save */
	counter: number;
	notices: Notice[];
}

export interface VaultOptions {
	/** what new locks cost; only tests ask for less than today's */
	cost?: ScryptCost;
	/** unix ms */
	now?: () => number;
}

export interface Aside {
	/** hex of the vault's id */
	id: string;
	counter: number;
}

/**
 * The vault over two stores. A key is 32 bytes, handed to the caller and kept nowhere here; locking is forgetting it.
 * Calls that write run one after another, in the order they were made.
 * All throw BautaError: `storage-failed`, `storage-full` where no store works; the vault is then as it was.
 */
export interface Vault {
	/** Is there a vault, whole or broken? */
	exists(): Promise<boolean>;
	/** Ms until another passphrase may be tried. */
	wait(): Promise<number>;
	/**
	 * Makes a vault and returns its key. `replace`: whatever vault there is is set aside, not lost.
	 * @throws BautaError `passphrase-weak`, `vault-exists`
	 */
	create(passphrase: string, document: VaultDocument, options?: { replace?: boolean; watch?: Watch }): Promise<Uint8Array>;
	/**
	 * The key, for the right passphrase. Brings an old vault to today's cost.
	 * @throws BautaError `no-vault`, `vault-broken`, `vault-newer`, `wrong-passphrase`, `too-many-tries` (detail = ms to wait)
	 */
	unlock(passphrase: string, watch?: Watch): Promise<Uint8Array>;
	/**
	 * The document of the newest good copy. Repairs the other one and says so in `notices`.
	 * @throws BautaError `no-vault`, `vault-broken`, `vault-newer`, `vault-locked` (the key is not this vault's)
	 */
	open(key: Uint8Array): Promise<Opened>;
	/** Writes a whole new document. What another call saved since the caller's `open` is written over; `update` does not have that problem. */
	save(key: Uint8Array, document: VaultDocument): Promise<Opened>;
	/** Opens, changes, saves, with no other write in between. Where `change` throws, nothing is written. */
	update(key: Uint8Array, change: (document: VaultDocument) => VaultDocument): Promise<Opened>;
	/**
	 * A new passphrase. Keys handed out before stay good (why: box.ts).
	 * @throws BautaError as `unlock`, and `passphrase-weak`
	 */
	changePassphrase(old: string, next: string, watch?: Watch): Promise<Notice[]>;
	/** Vaults that were set aside, because another one took their place. */
	asides(): Promise<Aside[]>;
	/** The document of a vault that was set aside, and its key, which opens what was kept beside it. @throws BautaError as `unlock` */
	openAside(id: string, passphrase: string, watch?: Watch): Promise<{ document: VaultDocument; key: Uint8Array }>;
	forgetAside(id: string): Promise<void>;
}

/** Loaded when a passphrase is chosen: it comes with a list of words. @throws BautaError `passphrase-weak` */
const demandStrength = async (passphrase: string): Promise<void> => (await import('../platform/strength.ts')).demandStrength(passphrase);

export function vaultIn(rawStores: readonly Store[], { cost = todaysCost, now = Date.now }: VaultOptions = {}): Vault {
	const stores = rawStores.map((store) => patient(store));
	const queue = new SerialQueue();

	/** Writes the next version of what `judge` found; the store with the best copy comes last. */
	async function write(judged: Judged, key: Uint8Array, document: VaultDocument, lock: Lock): Promise<Opened> {
		const counter = judged.copy.file.counter + 1;
		const plain = writeDocument(document);
		const bytes = sealFile(lock, key, counter, plain);
		plain.fill(0);
		const order = [...stores.filter((store) => store !== judged.copy.store), judged.copy.store];
		const failed = await writeCopies(order, bytes);
		const notices = judged.notices.filter(({ detail }) => !failed.some(({ name }) => name === detail));
		return { document, counter, notices: [...notices, ...failed.map(({ name }): Notice => ({ code: 'vault-one-copy', detail: name }))] };
	}

	/** Tries a passphrase on each of `files`, counted as one try. */
	async function tryDoors(files: readonly VaultFile[], passphrase: string, watch?: Watch): Promise<{ key: Uint8Array; file: VaultFile }> {
		await beginTry(stores, now());
		for (const file of files) {
			const key = await openLock(file, passphrase, watch);
			if (!key) continue;
			await forgiveTries(stores);
			return { key, file };
		}
		throw new BautaError('wrong-passphrase');
	}

	async function unlockNow(passphrase: string, watch?: Watch): Promise<Uint8Array> {
		const copies = await readCopies(stores);
		if (copies.some(({ state }) => state === 'newer')) throw new BautaError('vault-newer');
		const files = doors(copies);
		if (files.length === 0) throw whyNone(copies);
		const { key, file } = await tryDoors(files, passphrase, watch);
		// an upgrade that fails is tried again next time; the vault is open all the same
		if (workOf(file.cost) < workOf(cost)) await relock(key, passphrase, watch).catch(() => {});
		return key;
	}

	async function relock(key: Uint8Array, passphrase: string, watch?: Watch): Promise<Notice[]> {
		const judged = await judge(stores, key);
		const lock = await makeLock(passphrase, key, cost, judged.copy.file.id, watch);
		return (await write(judged, key, judged.document, lock)).notices;
	}

	async function createNow(passphrase: string, document: VaultDocument, replace: boolean, watch?: Watch): Promise<Uint8Array> {
		await demandStrength(passphrase);
		const copies = await readCopies(stores);
		if (copies.some(({ state }) => state === 'newer')) throw new BautaError('vault-newer');
		const there = copies.filter(({ state }) => state === 'good' || state === 'broken');
		if (there.length > 0 && !replace) throw new BautaError('vault-exists');
		const good = goodCopies(copies);
		for (const copy of good) if (!(await setAside(copy))) throw new BautaError('storage-failed', copy.store.name);
		const key = randomBytes(32);
		const plain = writeDocument(document);
		const lock = await makeLock(passphrase, key, cost, null, watch);
		const counter = (good[0]?.file.counter ?? 0) + 1;
		await writeCopies(stores, sealFile(lock, key, counter, plain));
		plain.fill(0);
		await forgiveTries(stores);
		return key;
	}

	async function update(key: Uint8Array, change: (document: VaultDocument) => VaultDocument): Promise<Opened> {
		const judged = await judge(stores, key);
		return write(judged, key, change(judged.document), lockOf(judged.copy.file));
	}

	return {
		async exists() {
			const copies = await readCopies(stores);
			if (copies.some(({ state }) => state === 'good' || state === 'broken' || state === 'newer')) return true;
			if (copies.every(({ state }) => state === 'failing')) throw new BautaError('storage-failed');
			return false;
		},
		wait: () => waitLeft(stores, now()),
		create: (passphrase, document, { replace = false, watch } = {}) => queue.run(() => createNow(passphrase, document, replace, watch)),
		unlock: (passphrase, watch) => queue.run(() => unlockNow(passphrase, watch)),
		open: (key) =>
			queue.run(async () => {
				const { copy, document, notices } = await judge(stores, key);
				return { document, counter: copy.file.counter, notices };
			}),
		save: (key, document) => queue.run(() => update(key, () => document)),
		update: (key, change) => queue.run(() => update(key, change)),
		changePassphrase: (old, next, watch) =>
			queue.run(async () => {
				await demandStrength(next);
				return relock(await unlockNow(old, watch), next, watch);
			}),
		asides: async () => (await readAsides(stores)).map(({ file: { id, counter } }) => ({ id, counter })),
		openAside: (id, passphrase, watch) =>
			queue.run(async () => {
				const copy = (await readAsides(stores)).find(({ file }) => file.id === id);
				if (!copy) throw new BautaError('no-vault');
				const { key } = await tryDoors([copy.file], passphrase, watch);
				const plain = openFile(copy.file, key);
				try {
					if (!plain) throw new BautaError('vault-broken');
					return { document: readDocument(plain), key };
				} catch (fault) {
					key.fill(0);
					throw fault;
				} finally {
					plain?.fill(0);
				}
			}),
		forgetAside: (id) => queue.run(() => forgetAside(stores, id)),
	};
}
