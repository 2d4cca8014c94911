import type { PopupRequests } from '../messages.ts';
import { makeBackup, readBackup } from '../vault/backup.ts';
import { addIdentity } from '../vault/identity.ts';
import { changeDocument, readDocument } from './document.ts';
import { lock, setUnlocked } from './lock.ts';
import { identitiesChanged } from './recogniser.ts';
import type { Handlers } from './router.ts';
import { cancelWork, slowly, workProgress } from './slow-work.ts';
import { checkPassphrase, vault } from './vault.ts';

/** Says what it is and of which day, and nothing of who made it. */
const fileName = (): string => `bauta-backup-${new Date().toISOString().slice(0, 10)}.json`;

/** Takes the identities of a vault that was set aside into the open one; those that are there already are passed over. */
async function openAside({ id, passphrase }: PopupRequests['aside.open']['in']): Promise<{ identities: number }> {
	const old = await vault.openAside(id, passphrase);
	const added = await changeDocument((document) => {
		const before = document.identities.length;
		for (const identity of old.identities)
			try {
				document.identities = addIdentity(document.identities, identity);
			} catch {
				// the same self is there already
			}
		return document.identities.length - before;
	});
	identitiesChanged();
	return { identities: added };
}

async function restore({ text, backupPassphrase, passphrase, replace }: PopupRequests['backup.restore']['in']): Promise<null> {
	const document = await slowly((watch) => readBackup(text, backupPassphrase, watch));
	const key = await vault.create(passphrase, document, { replace });
	// the old key opens nothing any more
	await lock();
	await setUnlocked(key);
	return null;
}

type Names =
	| 'work.progress'
	| 'work.cancel'
	| 'backup.make'
	| 'backup.look'
	| 'backup.restore'
	| 'aside.list'
	| 'aside.open'
	| 'aside.forget';
/** What the popup asks about backups and about vaults that were set aside. */
export const backupAnswers: Pick<Handlers, Names> = {
	'work.progress': async () => ({ fraction: workProgress() }),
	async 'work.cancel'() {
		cancelWork();
		return null;
	},
	async 'backup.make'({ passphrase, backupPassphrase, roots }) {
		await checkPassphrase(passphrase);
		const document = await readDocument();
		return { name: fileName(), text: await slowly((watch) => makeBackup(document, backupPassphrase, { roots, watch })) };
	},
	async 'backup.look'({ text, backupPassphrase }) {
		const { identities, rooms } = await slowly((watch) => readBackup(text, backupPassphrase, watch));
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
