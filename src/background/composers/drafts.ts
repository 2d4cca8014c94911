import { beforeLock, vaultKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { openValue, sealValue } from '../state/vault.ts';
import { orderComposers } from './orders.ts';
import { type Binding, hasComposers } from './tickets.ts';

/**
 * What is being written, for a page that rebuilds its room meanwhile: in memory alone, and sealed with the vault's key from the first letter
 * on. So the lock has nothing to hide, and the next unlock gives it back.
 */
const drafts = new SessionValue<Record<string, string>>('drafts', {});
/** How long a composer without a port may take to open one and hand its last half second over before the lock, in ms. */
const handOverMs = 200;
const draftName = ({ tab, site, room }: Binding): string => `${tab} ${site} ${room.address}`;
const sealName = ({ site, room }: Binding): string => `draft ${site} ${room.network} ${room.address}`;

/** Keeps what is being written in a composer; '' when there is nothing. After the lock there is no key for it, and nothing is kept. */
export async function keepDraft(binding: Binding, text: string): Promise<void> {
	const key = await vaultKey();
	if (!key) return;
	const ciphertext = text && sealValue(key, sealName(binding), text);
	key.fill(0);
	await drafts.update((all) => {
		if (ciphertext) all[draftName(binding)] = ciphertext;
		else delete all[draftName(binding)];
	});
}

/** Ids of tabs that were closed lately: what was being written for them comes with the next composer of the same room. */
const closedTabs = new SessionValue<number[]>('closed-tabs', []);
const maxClosedTabs = 50;

/** A tab was closed. */
export async function noteClosedTab(id: number): Promise<void> {
	await closedTabs.update((ids) => {
		ids.push(id);
		ids.splice(0, ids.length - maxClosedTabs);
	});
}

async function draftOfClosedTab(binding: Binding): Promise<string | undefined> {
	const names = (await closedTabs.get()).map((tab) => draftName({ ...binding, tab }));
	return drafts.update((all) => {
		const name = names.findLast((candidate) => candidate in all);
		if (name === undefined) return undefined;
		const sealed = all[name] as string;
		delete all[name];
		all[draftName(binding)] = sealed;
		return sealed;
	});
}

/** What was being written in a composer; '' where there is nothing, or it is sealed for another key or for none that is at hand. */
export async function draftOf(binding: Binding): Promise<string> {
	const [key, ciphertext] = [await vaultKey(), (await drafts.get())[draftName(binding)] ?? (await draftOfClosedTab(binding))];
	try {
		if (!key || !ciphertext) return '';
		return openValue(key, sealName(binding), ciphertext) as string;
	} catch {
		return '';
	} finally {
		key?.fill(0);
	}
}

/** A text is in the outbox: it is taken off what is being written, where that begins with it. */
export async function cutDraft(binding: Binding, text: string): Promise<void> {
	const draft = await draftOf(binding);
	if (draft.startsWith(text)) await keepDraft(binding, draft.slice(text.length).trimStart());
}

/** A tab has another id: what is being written in its rooms goes along. */
export async function moveDrafts(id: number, before: number): Promise<void> {
	await drafts.update((all) => {
		for (const [name, ciphertext] of Object.entries(all)) {
			const [tab, ...rest] = name.split(' ');
			if (tab !== String(before)) continue;
			all[[id, ...rest].join(' ')] ??= ciphertext;
			delete all[name];
		}
	});
}

beforeLock(async () => {
	if (!(await hasComposers())) return;
	orderComposers('lock');
	await new Promise((resolve) => setTimeout(resolve, handOverMs));
});
