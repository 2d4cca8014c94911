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
import { changeShared, identityIn, isUnlisted, listed, sharedOf } from './groups.ts';
import { onRelay } from './relay-carrier.ts';
import { deviceName } from './this-device.ts';

/*
 * A device that was restored, and the others of its self. It looks for them where they sync; the user says which of them are still theirs,
 * and those get the keys of the generation that it opens. All of it by the user's hand: nothing here is called because of a post.
 */

async function lookThrough(
	relay: string,
	look: (carrier: Carrier) => Promise<OtherDevices>,
): Promise<{ found: OtherDevices | null; carrier: CarrierKind }> {
	if (relay !== '') return { found: await onRelay(relay, look), carrier: 'relay' };
	const carrier = await browserSnapshot();
	return { found: carrier && (await look(carrier)), carrier: 'browser' };
}

/** What other devices left: at the relay, or without one in the browser account's storage. `found` is null where nothing lies there. */
async function lookFor(
	id: string,
	relay: string,
	trusted: readonly string[],
): Promise<{ found: OtherDevices | null; carrier: CarrierKind }> {
	const document = await readDocument();
	const identity = identityIn(document, id);
	const { root, devices } = identity;
	if (!root) throw new BautaError('unlink-no-root');
	const known = devices ? { generations: identity.generations, group: devices } : null;
	const open = nodeFrom(root);
	return lookThrough(relay, (carrier) => findOtherDevices(known, open, carrier, Date.now(), trusted)).finally(() => wipeNode(open));
}

/** Puts this device into the list of every identity that was restored here, once. */
export async function listRestored(): Promise<void> {
	for (const identity of (await readDocument()).identities)
		if (isUnlisted(identity)) await changeShared(identity.id, (shared) => ({ shared, result: null }));
}

/** Looks once more, and hands the keys of a new generation to the devices in `keep`. The passphrase was asked by then. */
export async function rejoinFound({ identity: id, relay, keep }: DeviceRequests['device.rejoin']['in']): Promise<void> {
	const { found, carrier } = await lookFor(id, relay, keep);
	const now = Date.now();
	await changeShared(id, (shared, identity) => {
		if (identity.restored) markMadeElsewhere(identity);
		const marked = { ...shared, generations: identity.generations };
		const joined = rejoinDevices(found ? takeOtherDevices(marked, found, now) : marked, identity.root, keep, now);
		identity.restored = false;
		// where the others were found they look for the keys as well
		const sync = found?.heard ? { ...joined.group.sync, way: carrier, relay } : joined.group.sync;
		return { shared: { ...joined, group: { ...joined.group, sync } }, result: null };
	});
}

export const regainAnswers: Pick<Handlers, 'device.find' | 'device.alone'> = {
	async 'device.find'({ identity: id, relay }) {
		const { found } = await lookFor(id, relay, []);
		const document = structuredClone(await readDocument());
		const shared = sharedOf(document, identityIn(document, id), await deviceName(), Date.now());
		const { group } = found ? takeOtherDevices(shared, found, Date.now()) : shared;
		return { devices: listed(group).filter(({ here }) => !here) };
	},
	'device.alone': ({ identity }) =>
		changeShared(identity, ({ generations, group: { apart: _, ...group } }) => ({ shared: { generations, group }, result: null })),
};
