import { chance, dueWrite, nextWrite } from '../../devices/schedule.ts';
import { browser } from '../../platform/api/browser.ts';
import type { StoredIdentity } from '../../vault/document.ts';
import { changeDocument, readDocument } from '../state/document.ts';
import { isUnlocked, onUnlock } from '../state/lock.ts';

/*
 * THREATS.md T4: one write a day at a random hour. Nothing here is called when a message is posted, and the time of the
 * next write depends on no post. Besides that only what the user asks for by hand is written: turning sync on, unlinking, "sync now".
 */

const alarm = 'devices-sync';
/** Loaded when there is something to sync: most people link nothing. */
const syncRound = (id: string, write: boolean): Promise<void> => import('./sync-round.ts').then((sync) => sync.syncRound(id, write));

async function syncedIdentities(): Promise<StoredIdentity[]> {
	if (!(await isUnlocked())) return [];
	return (await readDocument()).identities.filter(({ devices }) => devices && devices.sync.way !== 'off');
}

/** When the next write of an identity is due, unix ms. */
const nextOf = ({ devices }: StoredIdentity): number => devices?.sync.next ?? 0;

const setNext = (times: ReadonlyMap<string, number>): Promise<void> =>
	changeDocument(({ identities }) => {
		for (const { id, devices } of identities) if (devices) devices.sync.next = times.get(id) ?? devices.sync.next;
	});

/** Sets the alarm to the earliest write that is due. */
export async function schedule(): Promise<void> {
	if (!(await isUnlocked())) return;
	const now = Date.now();
	const synced = await syncedIdentities();
	const due = new Map(synced.map((identity) => [identity.id, dueWrite(nextOf(identity), now, chance)]));
	if (synced.some((identity) => due.get(identity.id) !== nextOf(identity))) await setNext(due);
	if (due.size === 0) await browser.alarms.clear(alarm);
	else await browser.alarms.create(alarm, { when: Math.max(Math.min(...due.values()), now + 1000) });
}

/** Writes of every identity whose time has come. */
async function writeDue(): Promise<void> {
	for (const identity of await syncedIdentities())
		if (nextOf(identity) > 0 && nextOf(identity) <= Date.now() + 1000)
			// the fault is kept for the popup; the next try is the next day's
			await syncRound(identity.id, true).catch(() => setNext(new Map([[identity.id, nextWrite(Date.now(), chance)]])));
	await schedule();
}

browser.alarms.onAlarm.addListener(({ name }) => {
	if (name === alarm) void writeDue();
});
onUnlock(schedule);

// What the browser's account brings is read when it comes: the browser has it already, and no server is asked.
browser.storage.sync?.onChanged.addListener(() => {
	void (async () => {
		for (const { id, devices } of await syncedIdentities()) if (devices?.sync.way === 'browser') await syncRound(id, false).catch(() => {});
	})();
});
