import { labelAll } from '../recognition/labels.ts';
import { allTabs, tellTab } from '../state/tabs.ts';
import { roomsChanged } from './room-state.ts';

/** Tells every open room its state and all its labels anew: keys came or went, so that messages may be judged otherwise. */
export async function refreshRooms(): Promise<void> {
	await roomsChanged();
	for (const [id, tab] of await allTabs())
		for (const room of tab.rooms) await tellTab(id, 'labels', { room, labels: await labelAll(tab.origin, room) });
}
