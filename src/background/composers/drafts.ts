import { beforeLock, onUnlock, vaultKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { openValue, sealValue } from '../state/vault.ts';
import { orderComposers } from './orders.ts';
import { type Binding, hasComposers } from './tickets.ts';

/**
 * What is being written, for a page that rebuilds its room meanwhile: in memory alone. At lock it is sealed with the vault's key, and
 * what stays in memory is ciphertext.
 */
const drafts = new SessionValue<Record<string, string>>('drafts', {});
const sealedDrafts = new SessionValue<string | null>('sealed-drafts', null);
/** How long a composer without a port may take to open one and hand its text over, in ms. */
const handOverMs = 200;
const draftName = ({ tab, site, room }: Binding): string => `${tab} ${site} ${room.address}`;

/** Keeps what is being written in a composer; '' when there is nothing. */
export async function keepDraft(binding: Binding, text: string): Promise<void> {
	await drafts.update((all) => {
		if (text) all[draftName(binding)] = text;
		else delete all[draftName(binding)];
	});
}

/** What was being written in a composer, or ''. */
export async function draftOf(binding: Binding): Promise<string> {
	return (await drafts.get())[draftName(binding)] ?? '';
}

beforeLock(async (key) => {
	if (!(await hasComposers())) return;
	orderComposers('lock');
	await new Promise((resolve) => setTimeout(resolve, handOverMs));
	const plain = await drafts.get();
	if (Object.keys(plain).length > 0) await sealedDrafts.set(sealValue(key, 'drafts', plain));
	await drafts.set({});
});

onUnlock(async () => {
	const [key, sealed] = [await vaultKey(), await sealedDrafts.get()];
	if (!key || !sealed) return;
	// a slow composer may have handed its text over after the lock: that text is newer and wins
	await drafts.set({ ...(openValue(key, 'drafts', sealed) as Record<string, string>), ...(await drafts.get()) });
	await sealedDrafts.set(null);
});
