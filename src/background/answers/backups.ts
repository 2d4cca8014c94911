import type { PopupRequests } from '../../messages/popup.ts';
import { makeBackup, readBackup } from '../../vault/backup.ts';
import type { StoredIdentity, VaultDocument } from '../../vault/document.ts';
import { addIdentity } from '../../vault/identity.ts';
import { changeSharedState, requireOwnGeneration } from '../devices/groups.ts';
import { cancelSlowTask, runSlowTask, slowTaskProgress } from '../identities/slow-task.ts';
import { takeOutboxAside } from '../outbox/bring-over.ts';
import { roomsChanged } from '../pages/room-state.ts';
import type { Handlers } from '../router/router.ts';
import { changeDocument, readDocument } from '../state/document.ts';
import { checkPassphrase, lock, setUnlocked } from '../state/lock.ts';
import { vault } from '../state/vault.ts';

/** The name of a backup file. It tells the day, and nothing of who made it. */
const fileName = (): string => `bauta-backup-${new Date().toISOString().slice(0, 10)}.json`;

/** Takes over what is in a vault that was set aside: identities that the open vault does not have, and messages that waited to leave. */
async function openAside({ id, passphrase }: PopupRequests['aside.open']['in']): Promise<PopupRequests['aside.open']['out']> {
	const { document: old, key } = await vault.openAside(id, passphrase);
	try {
		const identities = await changeDocument((document) => takeIdentities(document, old.identities));
		const messages = await takeOutboxAside(key);
		if (messages > 0) await roomsChanged();
		return { identities, messages };
	} finally {
		key.fill(0);
	}
}

/** Adds the identities that the document does not have. Returns how many these were. */
function takeIdentities(document: VaultDocument, identities: readonly StoredIdentity[]): number {
	let count = 0;
	for (const identity of identities)
		try {
			document.identities = addIdentity(document.identities, identity);
			count++;
		} catch {
			// the same self is there already
		}
	return count;
}

/**
 * Whoever reads a backup without roots is one more linked device: it needs a generation to write under, and the list that says who may
 * hand it the next (docs/protocol.md §2). Both are made here, as only a holder of the root can.
 */
async function readyToLink(): Promise<void> {
	for (const { id, root, devices } of (await readDocument()).identities) {
		if (!root) continue;
		await requireOwnGeneration(id);
		if (!devices) await changeSharedState(id, (state) => ({ state, result: null }));
	}
}

async function restore({ text, backupPassphrase, passphrase, replace }: PopupRequests['backup.restore']['in']): Promise<null> {
	const document = await runSlowTask((watch) => readBackup(text, backupPassphrase, watch));
	const key = await vault.create(passphrase, document, { replace });
	// the old key opens nothing any more
	await lock();
	await setUnlocked(key);
	return null;
}

type BackupRequest = Extract<keyof PopupRequests, `${'slow-task' | 'backup' | 'aside'}.${string}`>;
/** What the popup asks about backups and about vaults that were set aside. */
export const backupAnswers: Pick<Handlers, BackupRequest> = {
	'slow-task.progress': async () => ({ fraction: slowTaskProgress() }),
	async 'slow-task.cancel'() {
		cancelSlowTask();
		return null;
	},
	async 'backup.make'({ passphrase, backupPassphrase, roots }) {
		await checkPassphrase(passphrase);
		if (!roots) await readyToLink();
		const document = await readDocument();
		return { name: fileName(), text: await runSlowTask((watch) => makeBackup(document, backupPassphrase, { roots, watch })) };
	},
	async 'backup.look'({ text, backupPassphrase }) {
		const { identities, rooms } = await runSlowTask((watch) => readBackup(text, backupPassphrase, watch));
		return { identities: identities.map(({ name, kind, created }) => ({ name, kind, created })), rooms: Object.keys(rooms).length };
	},
	'backup.restore': restore,
	'aside.list': async () => ({ asides: await vault.asides() }),
	'aside.open': openAside,
	async 'aside.forget'({ id }) {
		await vault.forgetAside(id);
		return null;
	},
};
