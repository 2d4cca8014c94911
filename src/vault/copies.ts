/**
 * Two copies of one file, in two stores, of which at every moment at least one is good.
 *
 * Writing goes store by store, each read back and compared before the next is touched, and the copy that is the best one now is touched last.
 * Where the first store takes nothing, the second is about to be the only one: it gets the file under a spare name first.
 */
import { BautaError } from '../messages/errors.ts';
import { equalBytes } from '../protocol/secret.ts';
import { parseFile, type VaultFile } from './file-format.ts';
import { type Store, saysFull } from './store/store.ts';

const mainName = 'vault';
const spareName = 'vault-spare';
const asidePrefix = 'vault-aside-';

/** What one store holds. */
export type Copy = { store: Store } & (
	| { state: 'good'; file: VaultFile; inSpare: boolean }
	| { state: 'newer'; detail: string }
	| { state: 'missing' | 'broken' | 'failing' }
);
/** A store with a whole copy. */
export type GoodCopy = Copy & { state: 'good' };

async function readNamed(store: Store, name: string): Promise<Copy> {
	let bytes: Uint8Array | null;
	try {
		bytes = await store.read(name);
	} catch {
		return { store, state: 'failing' };
	}
	if (!bytes) return { store, state: 'missing' };
	try {
		return { store, state: 'good', file: parseFile(bytes), inSpare: name === spareName };
	} catch (error) {
		if (error instanceof BautaError && error.code === 'vault-newer') return { store, state: 'newer', detail: error.detail };
		return { store, state: 'broken' };
	}
}

async function readCopy(store: Store): Promise<Copy> {
	const copy = await readNamed(store, mainName);
	if (copy.state !== 'missing' && copy.state !== 'broken') return copy;
	const other = await readNamed(store, spareName);
	return other.state === 'good' ? other : copy;
}

/** What each store holds. Never throws. */
export function readCopies(stores: readonly Store[]): Promise<Copy[]> {
	return Promise.all(stores.map(readCopy));
}

/** Whole copies, the highest counter first; of two with the same, the first store's. */
export function goodCopies(copies: readonly Copy[]): GoodCopy[] {
	return copies.filter((copy): copy is GoodCopy => copy.state === 'good').sort((a, b) => b.file.counter - a.file.counter);
}

/** Why there is no good copy, as the error to throw. */
export function whyNone(copies: readonly Copy[]): BautaError {
	if (copies.some(({ state }) => state === 'broken')) return new BautaError('vault-broken');
	if (copies.some(({ state }) => state === 'failing')) return new BautaError('storage-failed');
	return new BautaError('no-vault');
}

/** Writes and reads back. Throws what the store throws, or `storage-failed` where the store reports success and did not keep the bytes. */
async function writeChecked(store: Store, name: string, bytes: Uint8Array): Promise<void> {
	await store.write(name, bytes);
	const back = await store.read(name);
	if (!back || !equalBytes(back, bytes)) throw new BautaError('storage-failed', store.name);
}

async function removeQuietly(store: Store, name: string): Promise<void> {
	// an old copy that stays behind does no harm: it is never read while the newer one is whole
	await store.remove(name).catch(() => {});
}

/** Brings one store to `bytes`; its other copy is known to be good. @returns whether it took them */
export async function mend(store: Store, bytes: Uint8Array): Promise<boolean> {
	try {
		await writeChecked(store, mainName, bytes);
		await removeQuietly(store, spareName);
		return true;
	} catch {
		return false;
	}
}

/**
 * Writes a new file to all stores, in the order given: the one that holds the best copy now must be the last.
 * @returns the stores that did not take it
 * @throws BautaError `storage-full` or `storage-failed` where none did; then what was the best copy is still there
 */
export async function writeCopies(order: readonly Store[], bytes: Uint8Array): Promise<Store[]> {
	const failedStores: Store[] = [];
	let full = false;
	for (const [index, store] of order.entries()) {
		const alone = index === order.length - 1 && failedStores.length === index;
		try {
			if (alone) await writeChecked(store, spareName, bytes);
			await writeChecked(store, mainName, bytes);
			await removeQuietly(store, spareName);
		} catch (error) {
			full ||= saysFull(error);
			failedStores.push(store);
		}
	}
	if (failedStores.length === order.length) throw new BautaError(full ? 'storage-full' : 'storage-failed');
	return failedStores;
}

/** Keeps a copy that is about to be written over, in its own store, under the name of its vault. @returns whether it is safe there */
export async function setAside(copy: GoodCopy): Promise<boolean> {
	try {
		await writeChecked(copy.store, asidePrefix + copy.file.id, copy.file.bytes);
		return true;
	} catch {
		return false;
	}
}

/** Vaults that were set aside: of each the copy with the highest counter. */
export async function readAsides(stores: readonly Store[]): Promise<GoodCopy[]> {
	const newestById = new Map<string, GoodCopy>();
	for (const store of stores) {
		const names = await store.list(asidePrefix).catch(() => []);
		for (const name of names) {
			const copy = await readNamed(store, name);
			if (copy.state !== 'good') continue;
			const earlier = newestById.get(copy.file.id);
			if (!earlier || earlier.file.counter < copy.file.counter) newestById.set(copy.file.id, copy);
		}
	}
	return [...newestById.values()];
}

/** Forgets what was set aside under this vault id. */
export async function forgetAside(stores: readonly Store[], id: string): Promise<void> {
	await Promise.all(stores.map((store) => removeQuietly(store, asidePrefix + id)));
}
