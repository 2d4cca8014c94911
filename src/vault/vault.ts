import { randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { SerialQueue } from '../platform/serial-queue.ts';
import { SteadyClock } from '../platform/steady-clock.ts';
import { type Notice, newestFiles, type OpenedCopy, openBestCopy } from './best-copy.ts';
import { forgetAside, goodCopies, readAsides, readCopies, setAside, whyNone, writeCopies } from './copies.ts';
import type { VaultDocument } from './document.ts';
import { type Lock, lockOf, makeLock, openFile, openLock, sealFile, type VaultFile } from './file-format.ts';
import { type ScryptCost, todaysCost, type Watch, workOf } from './kdf.ts';
import { readDocument, writeDocument } from './migrate.ts';
import { withAnswerLimit } from './store/answer-limit.ts';
import type { Store } from './store/store.ts';
import { beginTry, forgiveTries, waitLeft } from './tries.ts';

/** A vault that was opened. */
export interface Opened {
	document: VaultDocument;
	/** grows by one with each save */
	counter: number;
	notices: Notice[];
}

/** What tests set otherwise. */
export interface VaultOptions {
	/** what new locks cost; only tests ask for less than today's */
	cost?: ScryptCost;
	/** unix ms */
	now?: () => number;
}

/** A vault that was set aside, because another one took its place. */
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
	 * A new passphrase. Keys handed out before stay good (why: file-format.ts).
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
const demandStrength = async (passphrase: string): Promise<void> =>
	(await import('../platform/strength/strength.ts')).demandStrength(passphrase);

/** What every step of a vault works with. */
interface Base {
	stores: readonly Store[];
	cost: ScryptCost;
	now: () => number;
}

/** Writes the next version of the best copy; the store that holds it comes last. */
async function writeNext({ stores }: Base, best: OpenedCopy, key: Uint8Array, document: VaultDocument, lock: Lock): Promise<Opened> {
	const counter = best.copy.file.counter + 1;
	const plain = writeDocument(document);
	const bytes = sealFile(lock, key, counter, plain);
	plain.fill(0);
	const order = [...stores.filter((store) => store !== best.copy.store), best.copy.store];
	const failedStores = await writeCopies(order, bytes);
	const notices = best.notices.filter(({ detail }) => !failedStores.some(({ name }) => name === detail));
	return {
		document,
		counter,
		notices: [...notices, ...failedStores.map(({ name }): Notice => ({ code: 'vault-one-copy', detail: name }))],
	};
}

async function update(base: Base, key: Uint8Array, change: (document: VaultDocument) => VaultDocument): Promise<Opened> {
	const best = await openBestCopy(base.stores, key);
	return writeNext(base, best, key, change(best.document), lockOf(best.copy.file));
}

/** Tries a passphrase on each of `files`, counted as one try. */
async function tryPassphrase(
	{ stores, now }: Base,
	files: readonly VaultFile[],
	passphrase: string,
	watch?: Watch,
): Promise<{ key: Uint8Array; file: VaultFile }> {
	await beginTry(stores, now());
	for (const file of files) {
		const key = await openLock(file, passphrase, watch);
		if (!key) continue;
		await forgiveTries(stores);
		return { key, file };
	}
	throw new BautaError('wrong-passphrase');
}

async function unlock(base: Base, passphrase: string, watch?: Watch): Promise<Uint8Array> {
	const copies = await readCopies(base.stores);
	if (copies.some(({ state }) => state === 'newer')) throw new BautaError('vault-newer');
	const files = newestFiles(copies);
	if (files.length === 0) throw whyNone(copies);
	const { key, file } = await tryPassphrase(base, files, passphrase, watch);
	// an upgrade that fails is tried again next time; the vault is open all the same
	if (workOf(file.cost) < workOf(base.cost)) await relock(base, key, passphrase, watch).catch(() => {});
	return key;
}

/** Puts the vault under a passphrase, at today's cost. */
async function relock(base: Base, key: Uint8Array, passphrase: string, watch?: Watch): Promise<Notice[]> {
	const best = await openBestCopy(base.stores, key);
	const lock = await makeLock(passphrase, key, base.cost, best.copy.file.id, watch);
	return (await writeNext(base, best, key, best.document, lock)).notices;
}

async function create(
	{ stores, cost }: Base,
	passphrase: string,
	document: VaultDocument,
	replace: boolean,
	watch?: Watch,
): Promise<Uint8Array> {
	await demandStrength(passphrase);
	const copies = await readCopies(stores);
	if (copies.some(({ state }) => state === 'newer')) throw new BautaError('vault-newer');
	const existing = copies.filter(({ state }) => state === 'good' || state === 'broken');
	if (existing.length > 0 && !replace) throw new BautaError('vault-exists');
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

async function openAside(base: Base, id: string, passphrase: string, watch?: Watch): Promise<{ document: VaultDocument; key: Uint8Array }> {
	const copy = (await readAsides(base.stores)).find(({ file }) => file.id === id);
	if (!copy) throw new BautaError('no-vault');
	const { key } = await tryPassphrase(base, [copy.file], passphrase, watch);
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
}

async function exists(stores: readonly Store[]): Promise<boolean> {
	const copies = await readCopies(stores);
	if (copies.some(({ state }) => state === 'good' || state === 'broken' || state === 'newer')) return true;
	if (copies.every(({ state }) => state === 'failing')) throw new BautaError('storage-failed');
	return false;
}

/** A clock for the waits between tries. */
function steadyTime(): () => number {
	const clock = new SteadyClock();
	return () => clock.now();
}

/** The vault in these stores, of which the first is the better one. Nothing is read before it is asked for. */
export function vaultIn(rawStores: readonly Store[], { cost = todaysCost, now = steadyTime() }: VaultOptions = {}): Vault {
	const stores = rawStores.map((store) => withAnswerLimit(store));
	const base: Base = { stores, cost, now };
	const queue = new SerialQueue();
	return {
		exists: () => exists(stores),
		wait: () => waitLeft(stores, now()),
		create: (passphrase, document, { replace = false, watch } = {}) => queue.run(() => create(base, passphrase, document, replace, watch)),
		unlock: (passphrase, watch) => queue.run(() => unlock(base, passphrase, watch)),
		open: (key) =>
			queue.run(async () => {
				const { copy, document, notices } = await openBestCopy(stores, key);
				return { document, counter: copy.file.counter, notices };
			}),
		save: (key, document) => queue.run(() => update(base, key, () => document)),
		update: (key, change) => queue.run(() => update(base, key, change)),
		changePassphrase: (old, next, watch) =>
			queue.run(async () => {
				await demandStrength(next);
				return relock(base, await unlock(base, old, watch), next, watch);
			}),
		asides: async () => (await readAsides(stores)).map(({ file: { id, counter } }) => ({ id, counter })),
		openAside: (id, passphrase, watch) => queue.run(() => openAside(base, id, passphrase, watch)),
		forgetAside: (id) => queue.run(() => forgetAside(stores, id)),
	};
}
