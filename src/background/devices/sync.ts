import { browserCarrier } from '../../devices/browser-carrier.ts';
import type { Carrier } from '../../devices/carrier.ts';
import type { Group } from '../../devices/group.ts';
import { chance, nextWrite } from '../../devices/schedule.ts';
import { afterPublishing, beforePublishing, fetchAll, publish, takeIn } from '../../devices/sync.ts';
import type { SyncState } from '../../messages/devices.ts';
import { BautaError, errorRecord } from '../../messages/errors.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { readDocument } from '../state/document.ts';
import { SessionValue } from '../state/session-value.ts';
import { changeShared, identityIn, sharedOf } from './groups.ts';
import { onRelay } from './relay-carrier.ts';
import { deviceName } from './this-device.ts';

const faults = new SessionValue<Record<string, SyncState['fault']>>('sync-faults', {});
const rounds = new SerialQueue();

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
	return rounds.run(async () => {
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
}

/** What went wrong the last time, or null. */
export async function syncFault(id: string): Promise<SyncState['fault']> {
	return (await faults.get())[id] ?? null;
}
