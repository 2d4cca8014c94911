import { randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { fromHex, toHex } from '../protocol/bytes.ts';
import type { Carrier } from './carrier.ts';
import { storedKey } from './device-key.ts';
import { type Generation, newestOf, type Shared } from './group.ts';
import { mailboxKey, takeHandover } from './handover.ts';
import { devicesOf, noteSeen, ownId } from './registry.ts';
import { merge, redate } from './shared-entries.ts';
import { openSlot, sealSlot, slotName, syncKeys } from './sync-text.ts';

/*
 * One round: fetch (slow, changes nothing), takeIn (pure, so it can be done on whatever the vault holds by then), publish.
 */

/** Texts as they came, by where they lay. */
export interface Fetched {
	handovers: string[];
	slots: { generation: number; texts: string[] }[];
}

const name = (): string => toHex(randomBytes(16));

/** Handovers left for this device. One may name another authority, under which there may be more: a few rounds. */
async function fetchHandovers(shared: Shared, carrier: Carrier, now: number): Promise<{ handovers: string[]; reached: Shared }> {
	const handovers: string[] = [];
	let reached = shared;
	for (let round = 0; round < 10; round++) {
		const device = storedKey(reached.group.key);
		const authority = fromHex(reached.group.authority);
		const texts = await carrier.read(mailboxKey(device, authority, authority, device.publicKey));
		handovers.push(...texts);
		reached = withHandovers(reached, texts, now);
		if (reached.group.authority === toHex(authority)) break;
	}
	return { handovers, reached };
}

function withHandovers(shared: Shared, texts: readonly string[], now: number): Shared {
	let taken = shared;
	for (const text of texts)
		try {
			taken = takeHandover(taken, text, now);
		} catch (thrown) {
			// what does not open is not for us, or no handover at all
			if (!(thrown instanceof BautaError)) throw thrown;
		}
	return taken;
}

/** Generations whose places may hold something: the newest, and older ones that were not emptied yet. */
function live({ generations, group }: Shared): Generation[] {
	const newest = newestOf(generations);
	return generations.filter((one) => one === newest || one.generation >= group.sync.cleared);
}

/** Reads all that other devices left. `now`: unix ms. */
export async function fetchAll(shared: Shared, carrier: Carrier, now: number): Promise<Fetched> {
	const { handovers, reached } = await fetchHandovers(shared, carrier, now);
	const slots: Fetched['slots'] = [];
	for (const one of live(reached)) slots.push({ generation: one.generation, texts: await carrier.read(syncKeys(one).place) });
	return { handovers, slots };
}

/**
 * Takes in what was fetched: the same whatever the order, however often.
 * Under an older generation only devices that are known count: one that was removed still has its key.
 */
export function takeIn(shared: Shared, { handovers, slots }: Fetched, now: number): Shared {
	let { generations, group } = withHandovers(shared, handovers, now);
	const newest = newestOf(generations)?.generation;
	for (const one of [...generations].sort((a, b) => b.generation - a.generation)) {
		const texts = slots.find(({ generation }) => generation === one.generation)?.texts ?? [];
		if (texts.length === 0) continue;
		const keys = syncKeys(one);
		const known = new Set(devicesOf(group).map(({ id }) => id));
		for (const text of texts) {
			const slot = openSlot(text, one, keys);
			if (!slot || slot.device === ownId(group) || group.removed.includes(slot.device)) continue;
			if (one.generation !== newest && !known.has(slot.device)) continue;
			group = merge(group, slot.writes, now);
			if (one.generation !== newest) continue;
			group = { ...group, behind: group.behind.filter(({ device }) => device !== slot.device) };
			generations = closedBy(generations, slot.closings);
		}
	}
	return { generations, group };
}

/** Closings that this device does not know, for generations older than the one in use. */
function closedBy(generations: readonly Generation[], closings: Readonly<Record<string, number>>): Generation[] {
	const newest = newestOf(generations);
	return generations.map((one) => ({ ...one, closed: one === newest ? one.closed : (one.closed ?? closings[one.generation] ?? null) }));
}

/** What is published, with this device's sign of life of the day. `now`: unix ms. */
export function beforePublishing({ generations, group }: Shared, now: number): Shared {
	return { generations, group: noteSeen(redate(group, ownId(group), now), now) };
}

/**
 * Writes this device's text, and leaves what others are waiting for. Once nobody waits, the places of closed generations are emptied.
 * Returns the group with that noted.
 * @param now unix ms
 */
export async function publish(shared: Shared, carrier: Carrier, now: number): Promise<Published> {
	const { generations, group } = shared;
	const newest = newestOf(generations);
	if (!newest) return { left: [], cleared: group.sync.cleared, at: now };
	const left: string[] = [];
	for (const { text, place, left: there } of group.behind) {
		if (!there) await carrier.write(storedKey(place), name(), text);
		left.push(text);
	}
	const keys = syncKeys(newest);
	await carrier.write(keys.place, slotName(keys, ownId(group)), sealSlot(group, generations, newest, keys));
	if (group.behind.length > 0) return { left, cleared: group.sync.cleared, at: now };
	for (const old of generations)
		if (old.generation >= group.sync.cleared && old.generation < newest.generation) await carrier.clear(syncKeys(old).place);
	return { left, cleared: newest.generation, at: now };
}

export interface Published {
	/** handovers that now lie where their devices look */
	left: string[];
	cleared: number;
	at: number;
}

/** Notes what `publish` did, in whatever the vault holds by then. */
export function afterPublishing({ generations, group }: Shared, { left, cleared, at }: Published): Shared {
	const behind = group.behind.map((one) => (left.includes(one.text) ? { ...one, left: true } : one));
	const sync = { ...group.sync, last: at, cleared: Math.max(group.sync.cleared, cleared) };
	return { generations, group: { ...group, behind, sync } };
}
