import { BautaError } from '../messages/errors.ts';
import { toHex } from '../protocol/bytes.ts';
import type { KeyPair } from '../protocol/curve.ts';
import { slotOf } from '../protocol/envelope.ts';
import { openGeneration, openRestoredGeneration } from '../protocol/generation.ts';
import { masterNode, type Node, type StoredNode, storedNode, wipeNode, withNode } from '../protocol/node.ts';
import { authorityKey } from './device-key.ts';
import { deriveGeneration, type Generation, type Group, newestOf, type PendingHandover, type SharedState } from './group.ts';
import { type Handover, handoverMailbox, sealHandover } from './handover.ts';
import { deviceKey, devicesOf, ownId } from './registry.ts';
import { adoptEntries, putEntries, viewOf, withoutDevices } from './shared-entries.ts';

// docs/protocol.md §2: closing a generation, opening the next, and handing it to those that stay.

/**
 * Whether this device may unlink others: it needs the root, of which the next generation is derived.
 * Returns null, or why not: `unlink-no-root`, `unlink-alone` (there is no other device).
 */
export function unlinkRefusal({ group }: SharedState, root: StoredNode | null): 'unlink-no-root' | 'unlink-alone' | null {
	if (!root || toHex(withNode(root, authorityKey).publicKey) !== group.authority) return 'unlink-no-root';
	return devicesOf(group).some(({ here }) => !here) ? null : 'unlink-alone';
}

/** The generation after those there are. `now`: unix seconds. */
const following = (generations: readonly Generation[], now: number): number =>
	openGeneration({ current: newestOf(generations)?.generation ?? null, now });

/** Closes every open generation at the present slot and adds `generation` of `root`. `now`: unix seconds. */
function withNextGeneration(
	generations: readonly Generation[],
	root: Node,
	now: number,
	generation = following(generations, now),
): Generation[] {
	const slot = slotOf(now);
	const added = deriveGeneration(root, generation, null);
	return [...generations.map((one) => ({ ...one, closed: one.closed === null ? slot : Math.min(one.closed, slot) })), added];
}

/** Handovers of an earlier authority that a device may not have taken yet: without them it could not open those of the present one. */
function untakenHandovers(group: Group): PendingHandover[] {
	return group.behind.filter(({ authority }) => authority !== group.authority);
}

/** A handover for each of the other devices that are left, sealed by the authority that they know. */
function handoversForOthers({ generations, group }: SharedState, authority: KeyPair, next: string): PendingHandover[] {
	const handover: Handover = { authority: next, generations, erased: group.erased, removed: group.removed, writes: group.writes };
	return devicesOf(group)
		.filter(({ here }) => !here)
		.map(({ id }) => {
			const device = deviceKey(group, id);
			const mailbox = toHex(handoverMailbox(authority, device, authority.publicKey, device).privateKey);
			return {
				device: id,
				authority: toHex(authority.publicKey),
				text: sealHandover(handover, authority, device),
				place: mailbox,
				left: false,
			};
		});
}

/**
 * Unlinks devices: what they can recognise ends with the present slot, and all that is left gets the keys of a new generation.
 * The result's `group.behind` has what must reach the other devices.
 * @param root A; @param now unix ms
 * @throws BautaError `unlink-no-root`, `unlink-alone`, `device-unknown`
 */
export function unlinkDevices(state: SharedState, root: StoredNode | null, ids: readonly string[], now: number): SharedState {
	const refusal = unlinkRefusal(state, root);
	if (refusal || !root) throw new BautaError(refusal ?? 'unlink-no-root');
	const others = devicesOf(state.group).filter(({ here }) => !here);
	if (ids.length === 0 || ids.some((id) => !others.some((one) => one.id === id))) throw new BautaError('device-unknown');
	return withHandoversMade(
		adoptEntries(state.group, ids, now),
		withNode(root, (open) => withNextGeneration(state.generations, open, Math.floor(now / 1000))),
		root,
	);
}

/** The group with the keys of these generations made ready for every other device. */
function withHandoversMade(group: Group, generations: Generation[], root: StoredNode): SharedState {
	const keys = handoversForOthers({ generations, group }, withNode(root, authorityKey), group.authority);
	return { generations, group: { ...group, behind: [...untakenHandovers(group), ...keys] } };
}

/**
 * Goes on under one more generation; those there were are closed. Its keys are made ready for every other device, where there are any and
 * they know this root's authority.
 * @param root A; @param generation its number; @param now unix seconds
 */
export function replaceGenerations(
	before: readonly Generation[],
	group: Group | null,
	root: StoredNode,
	generation: number,
	now: number,
): { generations: Generation[]; group: Group | null } {
	const generations = withNode(root, (open) => withNextGeneration(before, open, now, generation));
	const isAuthority = group !== null && toHex(withNode(root, authorityKey).publicKey) === group.authority;
	return isAuthority ? withHandoversMade(group, generations, root) : { generations, group };
}

/**
 * Joins a device that was restored from a phrase or a backup with those of its other devices that are still the user's. It opens a generation
 * that none of the others can know (docs/protocol.md §2) and makes its keys ready for the devices in `keep`. All others count as unlinked.
 * The user names the devices to keep, since a list that was synced or backed up may be older than the last unlinking. Of what the others
 * wrote, only entries about devices in `keep` are taken over: a removed device may have written the rest.
 * @param root A; @param now unix ms
 * @throws BautaError `unlink-no-root`, `device-unknown`
 */
export function rejoinDevices(
	{ generations, group: before }: SharedState,
	root: StoredNode | null,
	keep: readonly string[],
	now: number,
): SharedState {
	if (!root || toHex(withNode(root, authorityKey).publicKey) !== before.authority) throw new BautaError('unlink-no-root');
	const others = devicesOf(before).filter(({ here }) => !here);
	if (keep.some((id) => !others.some((one) => one.id === id))) throw new BautaError('device-unknown');
	const seconds = Math.floor(now / 1000);
	const generation = openRestoredGeneration({ highestSeen: newestOf(generations)?.generation ?? null, now: seconds });
	const goneIds = others.flatMap(({ id }) => (keep.includes(id) ? [] : [id]));
	const stayingEntries = [...keep, ownId(before)].flatMap((id) => [`device/${id}`, `name/${id}`, `seen/${id}`]);
	const stayingValues = [...viewOf(before)].filter(([entry]) => stayingEntries.includes(entry));
	const { apart: _, ...group } = putEntries(withoutDevices(before, goneIds), ownId(before), stayingValues, now);
	return withHandoversMade(
		group,
		withNode(root, (open) => withNextGeneration(generations, open, seconds, generation)),
		root,
	);
}

/**
 * Forgets everything before now, for an identity that has no phrase: the root is exchanged for a random one, and the old one and
 * all earlier generations are erased here and, with the handover, on the other devices. Nobody can recognise the old messages again.
 * @param seed 64 random bytes, overwritten; @param now unix ms
 * @throws BautaError `erase-has-phrase` where the root can be made again from a phrase or key; `unlink-no-root`
 */
export function eraseGenerations(
	state: SharedState,
	identity: { root: StoredNode | null; kind: string },
	seed: Uint8Array,
	now: number,
): SharedState & { root: StoredNode } {
	if (!identity.root) throw new BautaError('unlink-no-root');
	if (identity.kind !== 'devices-only') throw new BautaError('erase-has-phrase');
	const authority = withNode(identity.root, authorityKey);
	if (toHex(authority.publicKey) !== state.group.authority) throw new BautaError('unlink-no-root');
	const root = masterNode(seed);
	seed.fill(0);
	const nextGenerations = withNextGeneration(state.generations, root, Math.floor(now / 1000));
	const firstGeneration = newestOf(nextGenerations)?.generation ?? 0;
	const generations = nextGenerations.filter(({ generation }) => generation >= firstGeneration);
	const next = toHex(authorityKey(root).publicKey);
	const clearedGroup = putEntries(state.group, ownId(state.group), [['own-cleared', String(now)]], now);
	const group: Group = { ...clearedGroup, erased: firstGeneration };
	const behind = handoversForOthers({ generations, group }, authority, next);
	const storedRoot = storedNode(root);
	wipeNode(root);
	return { generations, root: storedRoot, group: { ...group, authority: next, behind: [...untakenHandovers(group), ...behind] } };
}
