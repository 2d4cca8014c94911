import { browserCarrier } from '../../devices/browser-carrier.ts';
import type { Carrier } from '../../devices/carrier.ts';
import type { Group } from '../../devices/group.ts';
import { chance, nextWrite } from '../../devices/schedule.ts';
import { afterPublishing, beforePublishing, fetchAll, publish, takeIn } from '../../devices/sync.ts';
import type { SyncState } from '../../messages/devices.ts';
import { BautaError, faultOf } from '../../messages/errors.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { readDocument } from '../state/document.ts';
import { SessionValue } from '../state/session-value.ts';
import { changeSharedState, identityIn, sharedStateOf } from './groups.ts';
import { onRelay } from './relay-carrier.ts';
import { deviceName } from './this-device.ts';

const faults = new SessionValue<Record<string, SyncState['fault']>>('sync-faults', {});
const rounds = new SerialQueue();

async function withCarrier<T>({ sync: { way, relay } }: Group, task: (carrier: Carrier) => Promise<T>): Promise<T> {
	if (way === 'browser') return task(browserCarrier());
	if (way === 'relay') return onRelay(relay, task);
	throw new BautaError('internal', 'sync is off');
}

async function runRound(id: string, write: boolean): Promise<void> {
	const document = await readDocument();
	const identity = identityIn(document, id);
	if (!identity.devices) return;
	const before = sharedStateOf(structuredClone(document), structuredClone(identity), await deviceName(), Date.now());
	await withCarrier(identity.devices, async (carrier) => {
		const fromOthers = await fetchAll(before, carrier, Date.now());
		const mergedState = await changeSharedState(id, (now) => {
			const state = takeIn(now, fromOthers, Date.now());
			const result = write ? beforePublishing(state, Date.now()) : state;
			return { state: result, result };
		});
		if (!write) return;
		const receipt = await publish(mergedState, carrier, Date.now());
		await changeSharedState(id, (now) => {
			const after = afterPublishing(now, receipt);
			const sync = { ...after.group.sync, next: nextWrite(Date.now(), chance) };
			return { state: { ...after, group: { ...after.group, sync } }, result: null };
		});
	});
}

/** Reads what other devices wrote and, with `write`, writes this device's text. Rounds run one at a time. Throws the carrier's faults. */
export function syncRound(id: string, write: boolean): Promise<void> {
	return rounds.run(async () => {
		try {
			await runRound(id, write);
			await faults.update((all) => {
				delete all[id];
			});
		} catch (thrown) {
			await faults.update((all) => {
				all[id] = faultOf(thrown);
			});
			throw thrown;
		}
	});
}

/** What went wrong the last time, or null. */
export async function syncFault(id: string): Promise<SyncState['fault']> {
	return (await faults.get())[id] ?? null;
}
