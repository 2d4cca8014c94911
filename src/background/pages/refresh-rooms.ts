import { allTabs, tellTab } from '../state/tabs.ts';
import { roomsChanged } from './room-state.ts';

/** Tells every open room its state, and every page that its labels may be others now: keys came or went, or what the lists of devices hold. */
export async function refreshRooms(): Promise<void> {
	for (const [id] of await allTabs()) await tellTab(id, 'verdicts', {});
	await roomsChanged();
}
