import { BautaError, type ErrorCode } from '../messages/errors.ts';
import { equalBytes } from '../protocol/secret.ts';
import { type Copy, type GoodCopy, goodCopies, mend, readCopies, setAside, whyNone } from './copies.ts';
import type { VaultDocument } from './document.ts';
import { openFile, type VaultFile } from './file-format.ts';
import { readDocument } from './migrate.ts';
import type { Store } from './store/store.ts';

/**
 * Damage that the vault got over and that the user is told of: `vault-repaired`, `vault-one-copy`, `vault-aside`; detail = the store's
 * name.
 */
export interface Notice {
	code: ErrorCode;
	detail: string;
}

/** The best copy of a vault, opened, and what was wrong with the others. */
export interface OpenedCopy {
	copy: GoodCopy;
	document: VaultDocument;
	notices: Notice[];
}

/** Copies that this key opens and whose document can be read, the newest first. */
function readCopiesWith(copies: readonly Copy[], key: Uint8Array): { copy: GoodCopy; document: VaultDocument }[] {
	const newer = copies.find(({ state }) => state === 'newer');
	if (newer) throw new BautaError('vault-newer');
	const good = goodCopies(copies);
	if (good.length === 0) throw whyNone(copies);
	const decryptedCopies = good.flatMap((copy) => {
		const plain = openFile(copy.file, key);
		return plain ? [{ copy, plain }] : [];
	});
	if (decryptedCopies.length === 0) throw new BautaError('vault-locked');
	const readableCopies: { copy: GoodCopy; document: VaultDocument }[] = [];
	let fault: unknown;
	for (const { copy, plain } of decryptedCopies)
		try {
			readableCopies.push({ copy, document: readDocument(plain) });
		} catch (error) {
			if (error instanceof BautaError && error.code === 'vault-newer') throw error;
			fault = error;
		} finally {
			plain.fill(0);
		}
	if (readableCopies.length === 0) throw fault;
	return readableCopies;
}

/** Brings the other stores to the best copy. One that holds what may be somebody's only copy of another vault is set aside first. */
async function repair(copies: readonly Copy[], best: GoodCopy, ownCopies: readonly GoodCopy[]): Promise<Notice[]> {
	const notices: Notice[] = [];
	for (const copy of copies) {
		const detail = copy.store.name;
		if (copy.state === 'good' && !copy.inSpare && equalBytes(copy.file.bytes, best.file.bytes)) continue;
		if (copy.state === 'good' && !ownCopies.includes(copy)) {
			if (!(await setAside(copy))) {
				notices.push({ code: 'vault-one-copy', detail });
				continue;
			}
			notices.push({ code: 'vault-aside', detail });
		}
		const mended = copy.state !== 'failing' && (await mend(copy.store, best.file.bytes));
		notices.push({ code: mended ? 'vault-repaired' : 'vault-one-copy', detail });
	}
	return notices;
}

/** One vault file per vault id, the newest: an older copy of the same vault does not keep an old passphrase alive. */
export function newestFiles(copies: readonly Copy[]): VaultFile[] {
	const newest = new Map<string, VaultFile>();
	for (const { file } of goodCopies(copies)) if (!newest.has(file.id)) newest.set(file.id, file);
	return [...newest.values()];
}

/**
 * Reads both copies, takes the newest that is good, and mends the other.
 * @throws BautaError `no-vault`, `vault-broken`, `vault-newer`, `vault-locked`, `storage-failed`
 */
export async function openBestCopy(stores: readonly Store[], key: Uint8Array): Promise<OpenedCopy> {
	const copies = await readCopies(stores);
	const readableCopies = readCopiesWith(copies, key);
	const [best] = readableCopies;
	if (!best) throw new BautaError('vault-broken');
	const ownCopies = readableCopies.map(({ copy }) => copy);
	return { ...best, notices: await repair(copies, best.copy, ownCopies) };
}
