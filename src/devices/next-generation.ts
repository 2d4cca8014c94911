import { BautaError } from '../messages/errors.ts';
import { toHex } from '../protocol/bytes.ts';
import type { KeyPair } from '../protocol/curve.ts';
import { slotOf } from '../protocol/envelope.ts';
import { openGeneration, openRestoredGeneration } from '../protocol/generation.ts';
import { masterNode, type Node, type StoredNode, storedNode, wipeNode, withNode } from '../protocol/node.ts';
import { authorityKey } from './device-key.ts';
import { derived, type Generation, type Group, newestOf, type Pending, type Shared } from './group.ts';
import { type Handover, mailboxKey, sealHandover } from './handover.ts';
import { deviceKey, devicesOf, ownId } from './registry.ts';
import { adopt, put, viewOf, withRemoved } from './shared-entries.ts';

// docs/protocol.md §2: closing a generation, opening the next, and handing it to those that stay.

/**
 * Whether this device may unlink others: it needs the root, of which the next generation is derived.
 * Returns null, or why not: `unlink-no-root`, `unlink-alone` (there is no other device).
 */
export function unlinkRefusal({ group }: Shared, root: StoredNode | null): 'unlink-no-root' | 'unlink-alone' | null {
	if (!root || toHex(withNode(root, authorityKey).publicKey) !== group.authority) return 'unlink-no-root';
	return devicesOf(group).some(({ here }) => !here) ? null : 'unlink-alone';
}

/** The generation after those there are. `now`: unix seconds. */
const following = (generations: readonly Generation[], now: number): number =>
	openGeneration({ current: newestOf(generations)?.generation ?? null, now });

/** Closes every open generation at the present slot and adds `generation` of `root`. `now`: unix seconds. */
function opened(generations: readonly Generation[], root: Node, now: number, generation = following(generations, now)): Generation[] {
	const slot = slotOf(now);
	const added = derived(root, generation, null);
	return [...generations.map((one) => ({ ...one, closed: one.closed === null ? slot : Math.min(one.closed, slot) })), added];
}

/** What an earlier authority made and nobody took yet: without it a device could not open what the present one makes. */
function unread(group: Group): Pending[] {
	return group.behind.filter(({ authority }) => authority !== group.authority);
}

/** Handovers for every other device that is left, sealed by the authority that they know. */
function handovers({ generations, group }: Shared, authority: KeyPair, next: string): Pending[] {
	const handover: Handover = { authority: next, generations, erased: group.erased, removed: group.removed, writes: group.writes };
	return devicesOf(group)
		.filter(({ here }) => !here)
		.map(({ id }) => {
			const device = deviceKey(group, id);
			const place = toHex(mailboxKey(authority, device, authority.publicKey, device).privateKey);
			return { device: id, authority: toHex(authority.publicKey), text: sealHandover(handover, authority, device), place, left: false };
		});
}

/**
 * Unlinks devices: what they can recognise ends with the present slot, and all that is left gets the keys of a new generation.
 * The result's `group.behind` has what must reach the other devices.
 * @param root A; @param now unix ms
 * @throws BautaError `unlink-no-root`, `unlink-alone`, `device-unknown`
 */
export function unlink(shared: Shared, root: StoredNode | null, ids: readonly string[], now: number): Shared {
	const refusal = unlinkRefusal(shared, root);
	if (refusal || !root) throw new BautaError(refusal ?? 'unlink-no-root');
	const others = devicesOf(shared.group).filter(({ here }) => !here);
	if (ids.length === 0 || ids.some((id) => !others.some((one) => one.id === id))) throw new BautaError('device-unknown');
	return handedOn(
		adopt(shared.group, ids, now),
		withNode(root, (open) => opened(shared.generations, open, Math.floor(now / 1000))),
		root,
	);
}

/** The group with the keys of these generations made ready for every other device. */
function handedOn(group: Group, generations: Generation[], root: StoredNode): Shared {
	const keys = handovers({ generations, group }, withNode(root, authorityKey), group.authority);
	return { generations, group: { ...group, behind: [...unread(group), ...keys] } };
}

/**
 * Joins a device that was restored from a phrase or a backup with those of its other devices that are still the user's: opens a generation
 * that none of the others can know (docs/protocol.md §2) and makes its keys ready for those in `keep`. All others count as unlinked: which ones are
 * the user's nobody else can tell, as a list that was synced or backed up may be older than the last unlinking. Nothing that the others set is
 * taken over, but what was said of those in `keep`: a device that was removed may have written it since.
 * @param root A; @param now unix ms
 * @throws BautaError `unlink-no-root`, `device-unknown`
 */
export function rejoin({ generations, group: before }: Shared, root: StoredNode | null, keep: readonly string[], now: number): Shared {
	if (!root || toHex(withNode(root, authorityKey).publicKey) !== before.authority) throw new BautaError('unlink-no-root');
	const others = devicesOf(before).filter(({ here }) => !here);
	if (keep.some((id) => !others.some((one) => one.id === id))) throw new BautaError('device-unknown');
	const seconds = Math.floor(now / 1000);
	const generation = openRestoredGeneration({ highestSeen: newestOf(generations)?.generation ?? null, now: seconds });
	const gone = others.flatMap(({ id }) => (keep.includes(id) ? [] : [id]));
	const stay = [...keep, ownId(before)].flatMap((id) => [`device/${id}`, `name/${id}`, `seen/${id}`]);
	const said = [...viewOf(before)].filter(([entry]) => stay.includes(entry));
	const { apart: _, ...group } = put(withRemoved(before, gone), ownId(before), said, now);
	return handedOn(
		group,
		withNode(root, (open) => opened(generations, open, seconds, generation)),
		root,
	);
}

/**
 * Forgets everything before now, for an identity that has no phrase: the root is exchanged for a random one, and the old one and
 * all earlier generations are erased here and, with the handover, on the other devices. Nobody can recognise the old messages again.
 * @param seed 64 random bytes, overwritten; @param now unix ms
 * @throws BautaError `erase-has-phrase` where the root can be made again from a phrase or key; `unlink-no-root`
 */
export function erase(
	shared: Shared,
	identity: { root: StoredNode | null; kind: string },
	seed: Uint8Array,
	now: number,
): Shared & { root: StoredNode } {
	if (!identity.root) throw new BautaError('unlink-no-root');
	if (identity.kind !== 'devices-only') throw new BautaError('erase-has-phrase');
	const authority = withNode(identity.root, authorityKey);
	if (toHex(authority.publicKey) !== shared.group.authority) throw new BautaError('unlink-no-root');
	const root = masterNode(seed);
	seed.fill(0);
	const all = opened(shared.generations, root, Math.floor(now / 1000));
	const erased = newestOf(all)?.generation ?? 0;
	const generations = all.filter(({ generation }) => generation >= erased);
	const next = toHex(authorityKey(root).publicKey);
	const cleared = put(shared.group, ownId(shared.group), [['own-cleared', String(now)]], now);
	const group: Group = { ...cleared, erased };
	const behind = handovers({ generations, group }, authority, next);
	const kept = storedNode(root);
	wipeNode(root);
	return { generations, root: kept, group: { ...group, authority: next, behind: [...unread(group), ...behind] } };
}
