import { oweAll, tellVerdicts } from '../recognition/owed-labels.ts';
import { onKeysChange } from '../state/document.ts';
import { beforeLock, onUnlock } from '../state/lock.ts';
import { allTabs } from '../state/tabs.ts';
import { roomsChanged } from './room-state.ts';

/** ms after a change of keys: what caused it, a post of one's own for instance, is over by then */
const keysDelay = 1000;
let timer: ReturnType<typeof setTimeout> | undefined;
/** Noted before verdicts are others, so that a worker that dies before it has told leaves no page with those of before. */
let debt: ReturnType<typeof oweAll> | null = null;
async function noteChange(): Promise<void> {
	debt ??= oweAll();
	await debt;
}
beforeLock(noteChange);
onUnlock(noteChange);

/**
 * Tells every page that verdicts may be others now. It asks about all of its labels, and gets them together (THREATS.md P9). A page that is
 * busy keeps no other waiting.
 */
async function renewVerdicts(): Promise<void> {
	const settle = debt;
	debt = null;
	await Promise.all((await allTabs()).map(([id]) => tellVerdicts(id, {})));
	await (await settle)?.();
}
onKeysChange(() => {
	void noteChange();
	clearTimeout(timer);
	timer = setTimeout(() => void renewVerdicts(), keysDelay);
});

/** Tells every open room its state, and every page that verdicts may be others now: the vault opened or closed, or devices share other lists. */
export async function refreshRooms(): Promise<void> {
	await renewVerdicts();
	await roomsChanged();
}
