import { randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { fromHex, toHex } from '../protocol/bytes.ts';
import type { Carrier } from './carrier.ts';
import { storedKey } from './device-key.ts';
import { type Generation, newestOf, type SharedState } from './group.ts';
import { handoverMailbox, takeHandover } from './handover.ts';
import { devicesOf, noteSeen, ownId } from './registry.ts';
import { mergeWrites, redateWrites } from './shared-entries.ts';
import { openSyncText, sealSyncText, syncKeys, syncTextName } from './sync-text.ts';

/*
 * One round of sync: `fetchAll` is slow and changes nothing. `takeIn` is pure, so it works on what the vault holds when the fetch is done.
 * `publish` writes this device's text.
 */

/** Texts as they came, by the mailboxes in which they lay. */
export interface FetchedTexts {
	handovers: string[];
	byGeneration: { generation: number; texts: string[] }[];
}

const randomName = (): string => toHex(randomBytes(16));

/** Handovers left for this device. One may name another authority, under which there may be more: a few rounds. */
async function fetchHandovers(before: SharedState, carrier: Carrier, now: number): Promise<{ handovers: string[]; state: SharedState }> {
	const handovers: string[] = [];
	let state = before;
	for (let round = 0; round < 10; round++) {
		const device = storedKey(state.group.key);
		const authority = fromHex(state.group.authority);
		const texts = await carrier.read(handoverMailbox(device, authority, authority, device.publicKey));
		handovers.push(...texts);
		state = withHandovers(state, texts, now);
		if (state.group.authority === toHex(authority)) break;
	}
	return { handovers, state };
}

function withHandovers(before: SharedState, texts: readonly string[], now: number): SharedState {
	let state = before;
	for (const text of texts)
		try {
			state = takeHandover(state, text, now);
		} catch (thrown) {
			// what does not open is not for us, or no handover at all
			if (!(thrown instanceof BautaError)) throw thrown;
		}
	return state;
}

/** Generations whose mailboxes may hold something: the newest, and older ones that were not emptied yet. */
function withMailbox({ generations, group }: SharedState): Generation[] {
	const newest = newestOf(generations);
	return generations.filter((entry) => entry === newest || entry.generation >= group.sync.cleared);
}

/** Reads all that other devices left. `now`: unix ms. Throws the carrier's faults. */
export async function fetchAll(before: SharedState, carrier: Carrier, now: number): Promise<FetchedTexts> {
	const { handovers, state } = await fetchHandovers(before, carrier, now);
	const byGeneration: FetchedTexts['byGeneration'] = [];
	for (const entry of withMailbox(state))
		byGeneration.push({ generation: entry.generation, texts: await carrier.read(syncKeys(entry).mailbox) });
	return { handovers, byGeneration };
}

/**
 * Takes in what was fetched: the same whatever the order, however often.
 * Under an older generation only devices that are known count: one that was removed still has its key.
 */
export function takeIn(before: SharedState, { handovers, byGeneration }: FetchedTexts, now: number): SharedState {
	let { generations, group } = withHandovers(before, handovers, now);
	const newest = newestOf(generations)?.generation;
	for (const entry of [...generations].sort((a, b) => b.generation - a.generation)) {
		const texts = byGeneration.find(({ generation }) => generation === entry.generation)?.texts ?? [];
		if (texts.length === 0) continue;
		const isNewest = entry.generation === newest;
		const keys = syncKeys(entry);
		const deviceIds = new Set(devicesOf(group).map(({ id }) => id));
		for (const text of texts) {
			const opened = openSyncText(text, entry, keys);
			if (!opened || opened.device === ownId(group) || group.removed.includes(opened.device)) continue;
			if (!isNewest && !deviceIds.has(opened.device)) continue;
			group = mergeWrites(group, opened.writes, now);
			if (!isNewest) continue;
			group = { ...group, behind: group.behind.filter(({ device }) => device !== opened.device) };
			generations = withClosings(generations, opened.closings);
		}
	}
	return { generations, group };
}

/** Closings that this device does not know, for generations older than the one in use. */
function withClosings(generations: readonly Generation[], closings: Readonly<Record<string, number>>): Generation[] {
	const newest = newestOf(generations);
	return generations.map((entry) => ({
		...entry,
		closed: entry === newest ? entry.closed : (entry.closed ?? closings[entry.generation] ?? null),
	}));
}

/** The state to publish: this device notes that it was in use today. `now`: unix ms. */
export function beforePublishing({ generations, group }: SharedState, now: number): SharedState {
	return { generations, group: noteSeen(redateWrites(group, ownId(group), now), now) };
}

/**
 * Writes this device's text, and leaves what others are waiting for. Once nobody waits, the mailboxes of closed generations are emptied.
 * Throws the carrier's faults.
 * @param now unix ms
 */
export async function publish({ generations, group }: SharedState, carrier: Carrier, now: number): Promise<Published> {
	const newest = newestOf(generations);
	if (!newest) return { handovers: [], cleared: group.sync.cleared, at: now };
	const handovers: string[] = [];
	for (const { text, place, left } of group.behind) {
		if (!left) await carrier.write(storedKey(place), randomName(), text);
		handovers.push(text);
	}
	const keys = syncKeys(newest);
	await carrier.write(keys.mailbox, syncTextName(keys, ownId(group)), sealSyncText(group, generations, newest, keys));
	if (group.behind.length > 0) return { handovers, cleared: group.sync.cleared, at: now };
	for (const old of generations)
		if (old.generation >= group.sync.cleared && old.generation < newest.generation) await carrier.clear(syncKeys(old).mailbox);
	return { handovers, cleared: newest.generation, at: now };
}

/** What `publish` did. */
export interface Published {
	/** handovers that now lie where their devices look */
	handovers: string[];
	/** the mailboxes of generations below this one are empty */
	cleared: number;
	/** unix ms */
	at: number;
}

/** Notes what `publish` did, in whatever the vault holds by then. */
export function afterPublishing({ generations, group }: SharedState, { handovers, cleared, at }: Published): SharedState {
	const behind = group.behind.map((entry) => (handovers.includes(entry.text) ? { ...entry, left: true } : entry));
	const sync = { ...group.sync, last: at, cleared: Math.max(group.sync.cleared, cleared) };
	return { generations, group: { ...group, behind, sync } };
}
