import browser from 'webextension-polyfill';
import { browserCarrier } from '../devices/browser-carrier.ts';
import type { Carrier } from '../devices/carrier.ts';
import type { Group } from '../devices/group.ts';
import { dueWrite, nextWrite } from '../devices/schedule.ts';
import { afterPublishing, beforePublishing, fetchAll, publish, takeIn } from '../devices/sync.ts';
import type { SyncState } from '../messages.ts';
import { BautaError, errorRecord } from '../platform/error.ts';
import { changeShared, identityIn, sharedOf } from './devices-groups.ts';
import { deviceName } from './devices-here.ts';
import { onRelay } from './devices-relay.ts';
import { changeDocument, readDocument } from './document.ts';
import { onUnlock, vaultKey } from './lock.ts';
import { SessionValue } from './session-store.ts';

/*
 * LEAKS T4: one write a day at an hour that chance picked. Nothing here is called when a message is posted, and the time of the
 * next write depends on no post. Besides that only what the user asks for by hand is written: turning sync on, unlinking, "sync now".
 */

const alarm = 'devices-sync';
const faults = new SessionValue<Record<string, SyncState['fault']>>('sync-faults', {});
const chance = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32;
let queue: Promise<unknown> = Promise.resolve();

async function withCarrier<T>({ sync: { way, relay } }: Group, work: (carrier: Carrier) => Promise<T>): Promise<T> {
	if (way === 'browser') return work(browserCarrier());
	if (way === 'relay') return onRelay(relay, work);
	throw new BautaError('internal', 'sync is off');
}

async function roundNow(id: string, write: boolean): Promise<void> {
	const document = await readDocument();
	const identity = identityIn(document, id);
	if (!identity.devices) return;
	const shared = sharedOf(structuredClone(document), structuredClone(identity), await deviceName(), Date.now());
	await withCarrier(identity.devices, async (carrier) => {
		const fetched = await fetchAll(shared, carrier, Date.now());
		const taken = await changeShared(id, (now) => {
			const merged = takeIn(now, fetched, Date.now());
			const result = write ? beforePublishing(merged, Date.now()) : merged;
			return { shared: result, result };
		});
		if (!write) return;
		const published = await publish(taken, carrier, Date.now());
		await changeShared(id, (now) => {
			const done = afterPublishing(now, published);
			const sync = { ...done.group.sync, next: nextWrite(Date.now(), chance) };
			return { shared: { ...done, group: { ...done.group, sync } }, result: null };
		});
	});
}

/** Reads what other devices left and, with `write`, leaves one's own. One at a time. Throws the carrier's faults. */
export function syncRound(id: string, write: boolean): Promise<void> {
	const next = queue.then(async () => {
		try {
			await roundNow(id, write);
			await faults.update((all) => {
				delete all[id];
			});
		} catch (thrown) {
			await faults.update((all) => {
				all[id] = errorRecord(thrown);
			});
			throw thrown;
		}
	});
	queue = next.catch(() => {});
	return next;
}

/** What went wrong the last time, or null. */
export async function syncFault(id: string): Promise<SyncState['fault']> {
	return (await faults.get())[id] ?? null;
}

/** Sets the alarm to the earliest write that is due. */
export async function schedule(): Promise<void> {
	if (!(await vaultKey())) return;
	const now = Date.now();
	const { identities } = await readDocument();
	const synced = identities.filter(({ devices }) => devices && devices.sync.way !== 'off');
	const due = synced.map(({ id, devices }) => ({ id, next: dueWrite(devices?.sync.next ?? 0, now, chance) }));
	if (due.some(({ id, next }) => identities.find((one) => one.id === id)?.devices?.sync.next !== next))
		await changeDocument((document) => {
			for (const { id, next } of due) {
				const { devices } = identityIn(document, id);
				if (devices) devices.sync.next = next;
			}
		});
	if (due.length === 0) await browser.alarms.clear(alarm);
	else await browser.alarms.create(alarm, { when: Math.max(Math.min(...due.map(({ next }) => next)), now + 1000) });
}

/** Writes of every identity whose time has come. */
async function writeDue(): Promise<void> {
	if (!(await vaultKey())) return;
	for (const { id, devices } of (await readDocument()).identities)
		if (devices && devices.sync.way !== 'off' && devices.sync.next > 0 && devices.sync.next <= Date.now() + 1000)
			// the fault is kept for the popup; the next try is the next day's
			await syncRound(id, true).catch(() =>
				changeDocument((document) => {
					const kept = identityIn(document, id).devices;
					if (kept) kept.sync.next = nextWrite(Date.now(), chance);
				}),
			);
	await schedule();
}

browser.alarms.onAlarm.addListener(({ name }) => {
	if (name === alarm) void writeDue();
});
onUnlock(schedule);

// What the browser's account brings is read when it comes: that puts nothing on any wire.
browser.storage.sync?.onChanged.addListener(() => {
	void (async () => {
		if (!(await vaultKey())) return;
		for (const { id, devices } of (await readDocument()).identities)
			if (devices?.sync.way === 'browser') await syncRound(id, false).catch(() => {});
	})();
});
