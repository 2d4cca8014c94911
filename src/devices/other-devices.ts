import { randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { toHex } from '../protocol/bytes.ts';
import type { KeyPair } from '../protocol/curve.ts';
import { newestGenerationToTry } from '../protocol/generation.ts';
import type { Node } from '../protocol/node.ts';
import type { Carrier } from './carrier.ts';
import { authorityKey } from './device-key.ts';
import { derived, type Generation, type Group, type Shared, unionOf, type Write, withTold } from './group.ts';
import { type Handover, mailboxKey, readHandover } from './handover.ts';
import { deviceKey, devicesOf, newGroup } from './registry.ts';
import { merge, withRemoved } from './shared-entries.ts';
import { openSlot, type Slot, syncKeys } from './sync-text.ts';

/*
 * What a device that holds the root and knows nothing else (restored from a phrase or an old backup) finds where its devices sync. The root
 * gives it every generation's place, and, as it is the authority, what handovers lie in the others' mailboxes.
 * Only the newest place counts: under older ones removed devices can still write.
 */

/** What was found. `removed`, `writes` and closings are taken over; to whom keys go the user decides (next-generation.ts, `rejoin`). */
export interface Found {
	/** another device left something there */
	heard: boolean;
	generations: Generation[];
	removed: string[];
	writes: Write[];
	erased: number;
}

/** more than that are no person's */
const mostDevices = 100;

interface Place {
	newest: Generation;
	slots: Slot[];
}

/** The newest place with a text of a device that is not known as removed. */
async function newestPlace(root: Node, carrier: Carrier, now: number, removed: readonly string[]): Promise<Place | null> {
	for (let generation = newestGenerationToTry(now); generation >= 0; generation--) {
		const newest = derived(root, generation, null);
		const keys = syncKeys(newest);
		const slots = (await carrier.read(keys.place)).flatMap((text) => openSlot(text, newest, keys) ?? []);
		const heard = slots.filter(({ device }) => !removed.includes(device));
		if (heard.length > 0) return { newest, slots: heard };
	}
	return null;
}

/** The newest generation that something was synced under, or null. `now`: unix seconds. Throws the carrier's faults. */
export async function newestSynced(root: Node, carrier: Carrier, now: number): Promise<number | null> {
	return (await newestPlace(root, carrier, now, []))?.newest.generation ?? null;
}

/** Closings that the slots of trusted devices tell, of generations before theirs, with the nodes that the root gives. */
function closedIn(root: Node, { newest, slots }: Place, trusted: readonly string[]): Generation[] {
	const heard = slots.filter(({ device }) => trusted.includes(device));
	return heard.flatMap(({ closings }) =>
		Object.entries(closings)
			.filter(([generation]) => Number(generation) < newest.generation)
			.map(([generation, closed]) => derived(root, Number(generation), closed)),
	);
}

/** Handovers that lie in one device's mailbox, by this authority and for it. */
async function handoversFor(device: Uint8Array, authority: KeyPair, carrier: Carrier): Promise<Handover[]> {
	const texts = await carrier.read(mailboxKey(authority, device, authority.publicKey, device));
	return texts.flatMap((text) => {
		try {
			const handover = readHandover(text, authority, device);
			return handover.authority === toHex(authority.publicKey) ? [handover] : [];
		} catch (thrown) {
			if (!(thrown instanceof BautaError)) throw thrown;
			return [];
		}
	});
}

function joined(shared: Shared, { generations, removed, writes, erased }: Omit<Found, 'heard'>, now: number): Shared {
	const most = Math.max(shared.group.erased, erased);
	const group: Group = { ...merge(withRemoved(shared.group, removed), writes, now), erased: most };
	return { generations: unionOf(shared.generations, generations).filter(({ generation }) => generation >= most), group };
}

/**
 * Looks for what the other devices of this root left.
 * @param known what this device knows of them already, from a backup; null: nothing
 * @param trusted ids of the devices whose closings count: those that the user says are theirs
 * @param now unix ms
 * Throws the carrier's faults.
 */
export async function find(known: Shared | null, root: Node, carrier: Carrier, now: number, trusted: readonly string[]): Promise<Found> {
	const authority = authorityKey(root);
	let shared = known ?? { generations: [], group: newGroup(toHex(randomBytes(32)), toHex(authority.publicKey)) };
	const place = await newestPlace(root, carrier, Math.floor(now / 1000), shared.group.removed);
	if (place) {
		const writes = place.slots.flatMap((slot) => slot.writes);
		shared = joined(shared, { generations: [place.newest, ...closedIn(root, place, trusted)], removed: [], writes, erased: 0 }, now);
	}
	// a handover has the whole list, with devices that have not spoken under the newest generation yet
	const asked = new Set<string>();
	let heard = place !== null;
	while (asked.size < mostDevices) {
		const next = devicesOf(shared.group).find(({ id, here }) => !here && !asked.has(id));
		if (!next) break;
		asked.add(next.id);
		const handovers = await handoversFor(deviceKey(shared.group, next.id), authority, carrier);
		heard ||= handovers.length > 0;
		for (const handover of handovers) shared = joined(shared, handover, now);
	}
	const { removed, writes, erased } = shared.group;
	return { heard, generations: shared.generations, removed, writes, erased };
}

/** Takes over what was found: the same however often. `now`: unix ms. */
export function takeFound(shared: Shared, found: Found, now: number): Shared {
	return joined({ ...shared, generations: withTold(shared, found.generations) }, found, now);
}
