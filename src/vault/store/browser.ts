import { isPrivateWindow } from '../../platform/private-window.ts';
import { databaseStore } from './database.ts';
import { localStore } from './local.ts';
import type { Store } from './store.ts';

/**
 * The stores of this browser. A private window of Chromium shares `storage.local` with the others, while its IndexedDB begins empty and is
 * thrown away: there the vault has the one copy, and it is no fault.
 */
export function browserStores(): Store[] {
	return isPrivateWindow() ? [localStore()] : [localStore(), databaseStore()];
}
