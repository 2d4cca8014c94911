import { randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { toHex } from '../protocol/bytes.ts';
import type { KeyPair } from '../protocol/curve.ts';
import { newestGenerationToTry } from '../protocol/generation.ts';
import type { Node } from '../protocol/node.ts';
import type { Carrier } from './carrier.ts';
import { authorityKey } from './device-key.ts';
import {
	deriveGeneration,
	type Generation,
	type Group,
	preferToldClosings,
	type SharedState,
	unionOf,
	type Write,
	withoutWild,
} from './group.ts';
import { type Handover, handoverMailbox, readHandover } from './handover.ts';
import { deviceKey, devicesOf, newGroup } from './registry.ts';
import { mergeWrites, withoutDevices } from './shared-entries.ts';
import { openSyncText, type SyncText, syncKeys } from './sync-text.ts';

/*
 * What a device that holds the root and knows nothing else (restored from a phrase or an old backup) finds where its devices sync. The root
 * gives it every generation's mailbox, and, as it is the authority, what handovers lie in the others' mailboxes.
 * Only the newest mailbox counts: into older ones removed devices can still write.
 */

/** What they left. `removed`, `writes` and closings are taken over; to whom keys go the user decides (next-generation.ts). */
export interface OtherDevices {
	/** another device left something there */
	heard: boolean;
	generations: Generation[];
	removed: string[];
	writes: Write[];
	erased: number;
}

/** no person has more devices */
const mostDevices = 100;

/** The newest generation with something in its mailbox, and what lies there. */
interface NewestMailbox {
	newest: Generation;
	texts: SyncText[];
}

/** The newest mailbox with a text of a device that is not known as removed. */
async function newestMailbox(root: Node, carrier: Carrier, now: number, removedIds: readonly string[]): Promise<NewestMailbox | null> {
	for (let generation = newestGenerationToTry(now); generation >= 0; generation--) {
		const newest = deriveGeneration(root, generation, null);
		const keys = syncKeys(newest);
		const texts = (await carrier.read(keys.mailbox)).flatMap((text) => openSyncText(text, newest, keys) ?? []);
		const heard = texts.filter(({ device }) => !removedIds.includes(device));
		if (heard.length > 0) return { newest, texts: heard };
	}
	return null;
}

/** The newest generation that something was synced under, or null. `now`: unix seconds. Throws the carrier's faults. */
export async function newestSyncedGeneration(root: Node, carrier: Carrier, now: number): Promise<number | null> {
	return (await newestMailbox(root, carrier, now, []))?.newest.generation ?? null;
}

/** Closings that the texts of trusted devices tell, of generations before theirs, with the nodes that the root gives. */
function closingsIn(root: Node, { newest, texts }: NewestMailbox, trustedIds: readonly string[]): Generation[] {
	const heard = texts.filter(({ device }) => trustedIds.includes(device));
	return heard.flatMap(({ closings }) =>
		Object.entries(closings)
			.filter(([generation]) => Number(generation) < newest.generation)
			.map(([generation, closed]) => deriveGeneration(root, Number(generation), closed)),
	);
}

/** Handovers that lie in one device's mailbox, by this authority and for it. */
async function handoversFor(device: Uint8Array, authority: KeyPair, carrier: Carrier): Promise<Handover[]> {
	const texts = await carrier.read(handoverMailbox(authority, device, authority.publicKey, device));
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

function withOthers(
	state: SharedState,
	{ generations, removed: removedIds, writes, erased }: Omit<OtherDevices, 'heard'>,
	now: number,
): SharedState {
	const most = Math.max(state.group.erased, erased);
	const group: Group = { ...mergeWrites(withoutDevices(state.group, removedIds), writes, now), erased: most };
	const all = withoutWild(unionOf(state.generations, generations), Math.floor(now / 1000));
	return { generations: all.filter(({ generation }) => generation >= most), group };
}

/**
 * Looks for what the other devices of this root left.
 * @param earlier what this device knows of them already, from a backup; null: nothing
 * @param trustedIds ids of the devices whose closings count: those that the user says are theirs
 * @param now unix ms
 * Throws the carrier's faults.
 */
export async function findOtherDevices(
	earlier: SharedState | null,
	root: Node,
	carrier: Carrier,
	now: number,
	trustedIds: readonly string[],
): Promise<OtherDevices> {
	const authority = authorityKey(root);
	let self = earlier ?? { generations: [], group: newGroup(toHex(randomBytes(32)), toHex(authority.publicKey)) };
	const mailbox = await newestMailbox(root, carrier, Math.floor(now / 1000), self.group.removed);
	if (mailbox) {
		const writes = mailbox.texts.flatMap((text) => text.writes);
		self = withOthers(
			self,
			{ generations: [mailbox.newest, ...closingsIn(root, mailbox, trustedIds)], removed: [], writes, erased: 0 },
			now,
		);
	}
	// a handover has the whole list, with devices that have not spoken under the newest generation yet
	const askedIds = new Set<string>();
	let isHeard = mailbox !== null;
	while (askedIds.size < mostDevices) {
		const next = devicesOf(self.group).find(({ id, here }) => !here && !askedIds.has(id));
		if (!next) break;
		askedIds.add(next.id);
		const handovers = await handoversFor(deviceKey(self.group, next.id), authority, carrier);
		isHeard ||= handovers.length > 0;
		for (const handover of handovers) self = withOthers(self, handover, now);
	}
	const { removed: removedIds, writes, erased } = self.group;
	return { heard: isHeard, generations: self.generations, removed: removedIds, writes, erased };
}

/** Takes over what the others left: the same however often. `now`: unix ms. */
export function takeOtherDevices(state: SharedState, others: OtherDevices, now: number): SharedState {
	return withOthers({ ...state, generations: preferToldClosings(state, others.generations) }, others, now);
}
