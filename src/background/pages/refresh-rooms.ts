import { onKeysChange } from '../state/document.ts';
import { allTabs, tellTab } from '../state/tabs.ts';
import { roomsChanged } from './room-state.ts';

/** ms after a change of keys: what caused it, a post of one's own for instance, is over by then */
const keysDelay = 1000;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Tells every page that verdicts may be others now. It asks about all of its labels, and gets them together (THREATS.md P9). A page that is
 * busy keeps no other waiting.
 */
async function renewVerdicts(): Promise<void> {
	await Promise.all([...(await allTabs())].map(([id]) => tellTab(id, 'verdicts', {})));
}
onKeysChange(() => {
	clearTimeout(timer);
	timer = setTimeout(() => void renewVerdicts(), keysDelay);
});

/** Tells every open room its state, and every page that verdicts may be others now: the vault opened or closed, or devices share other lists. */
export async function refreshRooms(): Promise<void> {
	await renewVerdicts();
	await roomsChanged();
}
