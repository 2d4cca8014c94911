import type { Care, Settings } from '../../messages/popup.ts';
import { databaseStore } from '../../vault/store/database.ts';

/**
 * The last choice of how careful the user wants to be, for the time while the vault is locked: one byte in IndexedDB of Bauta's own origin,
 * which no content script can read.
 */
const database = databaseStore();
const recordName = 'care';
const choices: Care[] = ['everyday', 'careful'];
let lastChoice: Promise<Care | null> | null = null;

/** The last choice; null where none was ever noted, or it cannot be read. */
export function lastCare(): Promise<Care | null> {
	lastChoice ??= database.read(recordName).then(
		(bytes) => choices[bytes?.[0] ?? -1] ?? null,
		() => null,
	);
	return lastChoice;
}

/** Notes the choice of an open vault. Throws where that fails; none counts as known then. */
export async function noteCare({ care = 'everyday' }: Pick<Settings, 'care'>): Promise<void> {
	if ((await lastCare()) === care) return;
	lastChoice = Promise.resolve(null);
	await database.write(recordName, Uint8Array.of(choices.indexOf(care)));
	lastChoice = Promise.resolve(care);
}
