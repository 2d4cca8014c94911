import { browserSnapshot } from '../../devices/browser-carrier.ts';
import type { Carrier } from '../../devices/carrier.ts';
import type { CarrierKind } from '../../devices/group.ts';
import { rejoinDevices } from '../../devices/next-generation.ts';
import { findOtherDevices, type OtherDevices, takeOtherDevices } from '../../devices/other-devices.ts';
import type { DeviceRequests } from '../../messages/devices.ts';
import { BautaError } from '../../messages/errors.ts';
import { nodeFrom, wipeNode } from '../../protocol/node.ts';
import { markMadeElsewhere } from '../identities/generations.ts';
import type { Handlers } from '../router/router.ts';
import { readDocument } from '../state/document.ts';
import { changeSharedState, deviceList, identityIn, isUnlisted, sharedStateOf } from './groups.ts';
import { onRelay } from './relay-carrier.ts';
import { deviceName } from './this-device.ts';

/*
 * A device that was restored from a phrase or a backup finds the other devices of its self. It looks where they sync. The user says which of
 * them are still theirs. Those get the keys of a new generation. All of this happens by the user's hand, never because of a post.
 */

/** What a look at a carrier found, and which carrier it was. `others` is null where nothing lies there. */
interface Lookup {
	others: OtherDevices | null;
	carrier: CarrierKind;
}

async function lookThrough(relay: string, look: (carrier: Carrier) => Promise<OtherDevices>): Promise<Lookup> {
	if (relay !== '') return { others: await onRelay(relay, look), carrier: 'relay' };
	const carrier = await browserSnapshot();
	return { others: carrier && (await look(carrier)), carrier: 'browser' };
}

/**
 * What other devices left: at the relay, or without one in the browser account's storage.
 * @param stillOurs ids of devices whose word counts
 */
async function lookForOthers(id: string, relay: string, stillOurs: readonly string[]): Promise<Lookup> {
	const identity = identityIn(await readDocument(), id);
	const { root, devices } = identity;
	if (!root) throw new BautaError('unlink-no-root');
	const state = devices ? { generations: identity.generations, group: devices } : null;
	const rootNode = nodeFrom(root);
	return lookThrough(relay, (carrier) => findOtherDevices(state, rootNode, carrier, Date.now(), stillOurs)).finally(() =>
		wipeNode(rootNode),
	);
}

/** Puts this device into the list of every identity that was restored here, once. */
export async function listRestored(): Promise<void> {
	for (const identity of (await readDocument()).identities)
		if (isUnlisted(identity)) await changeSharedState(identity.id, (state) => ({ state, result: null }));
}

/** Looks once more, and hands the keys of a new generation to the devices in `keep`. The passphrase was asked by then. */
export async function rejoinOtherDevices({ identity: id, relay, keep }: DeviceRequests['device.rejoin']['in']): Promise<void> {
	const { others, carrier } = await lookForOthers(id, relay, keep);
	const now = Date.now();
	await changeSharedState(id, (state, identity) => {
		if (identity.restored) markMadeElsewhere(identity);
		const before = { ...state, generations: identity.generations };
		const after = rejoinDevices(others ? takeOtherDevices(before, others, now) : before, identity.root, keep, now);
		identity.restored = false;
		// where the others were found they look for the keys as well
		const sync = others?.heard ? { ...after.group.sync, way: carrier, relay } : after.group.sync;
		return { state: { ...after, group: { ...after.group, sync } }, result: null };
	});
}

/** What the popup asks after a restore. */
export const rejoinAnswers: Pick<Handlers, 'device.find' | 'device.alone'> = {
	async 'device.find'({ identity: id, relay }) {
		const { others } = await lookForOthers(id, relay, []);
		const document = structuredClone(await readDocument());
		const state = sharedStateOf(document, identityIn(document, id), await deviceName(), Date.now());
		const { group } = others ? takeOtherDevices(state, others, Date.now()) : state;
		return { devices: deviceList(group).filter(({ here }) => !here) };
	},
	'device.alone': ({ identity }) =>
		changeSharedState(identity, ({ generations, group: { apart: _, ...group } }) => ({ state: { generations, group }, result: null })),
};
