import { deviceId, storedKey } from './device-key.ts';
import type { Group, Write } from './group.ts';
import { compareClocks, isAhead, tick, witness } from './hybrid-clock.ts';

/*
 * The entries that all devices share. For each entry, the last write of every device is kept, and the last of these counts. So it makes no
 * difference in which order writes arrive, or how often. Writes of an unlinked device are left out.
 */

/** entry → value (JSON) of everything that is there */
export type View = ReadonlyMap<string, string>;

const isOwnPost = (entry: string): boolean => entry.startsWith('own/');
/** Whether what was taken away under this name is gone for good, on every device. */
const isForgettable = (entry: string): boolean => isOwnPost(entry) || entry.startsWith('voice/');

/**
 * The later of two writes by the same device on the same entry. Of two at the same clock the one that takes away, else the greater text.
 * What was taken out of the own list, or a voice that was given up, never comes back under its name, whichever is later.
 */
function laterWrite(a: Write, b: Write): Write {
	const order = compareClocks(a, b);
	if (isForgettable(a.entry) && (a.value === null || b.value === null)) return { ...(order > 0 ? a : b), value: null };
	if (order !== 0) return order > 0 ? a : b;
	if (a.value === null || b.value === null) return a.value === null ? a : b;
	return a.value >= b.value ? a : b;
}

const writeName = ({ entry, device }: Write): string => `${device} ${entry}`;

function sortWrites(writes: Iterable<Write>): Write[] {
	return [...writes].sort((a, b) => (writeName(a) < writeName(b) ? -1 : 1));
}

/** A write that counts: not by an unlinked device, and not about one. */
function isCounted({ entry, device }: Write, removedIds: readonly string[]): boolean {
	return !removedIds.includes(device) && !removedIds.some((id) => /^(device|name|seen)\//.test(entry) && entry.endsWith(`/${id}`));
}

/** What was forgotten, of the own list or of voices, is overwritten wherever it stands, not only hidden. */
function scrubForgotten(writes: Map<string, Write>): void {
	const clearings = [...writes.values()].filter(({ entry }) => entry === 'own-cleared');
	const forgettable = [...writes].filter(([, { entry }]) => isForgettable(entry));
	const forgottenEntries = new Set(
		forgettable
			.filter(
				([, write]) => write.value === null || (isOwnPost(write.entry) && clearings.some((clearing) => compareClocks(write, clearing) < 0)),
			)
			.map(([, { entry }]) => entry),
	);
	for (const [at, write] of forgettable) if (forgottenEntries.has(write.entry)) writes.set(at, { ...write, value: null });
}

function joinWrites(a: readonly Write[], b: readonly Write[], removedIds: readonly string[]): Write[] {
	const all = new Map<string, Write>();
	for (const write of [...a, ...b]) {
		if (!isCounted(write, removedIds)) continue;
		const earlier = all.get(writeName(write));
		all.set(writeName(write), earlier ? laterWrite(earlier, write) : write);
	}
	scrubForgotten(all);
	return sortWrites(all.values());
}

/** The group with these writes taken in. `now`: unix ms; what is further ahead than a day waits until its time has come. */
export function mergeWrites(group: Group, writes: readonly Write[], now: number): Group {
	const acceptedWrites = writes.filter((write) => !isAhead(write, now) && !group.removed.includes(write.device));
	return {
		...group,
		writes: joinWrites(group.writes, acceptedWrites, group.removed),
		clock: acceptedWrites.reduce((clock, write) => witness(clock, write), group.clock),
	};
}

/** The group with these devices unlinked: whatever they wrote is gone. */
export function withoutDevices(group: Group, ids: readonly string[]): Group {
	const removedIds = [...new Set([...group.removed, ...ids])].sort();
	return {
		...group,
		removed: removedIds,
		writes: joinWrites(group.writes, [], removedIds),
		behind: group.behind.filter(({ device }) => !removedIds.includes(device)),
	};
}

/** What is there now: of every entry the last write of any device. */
export function viewOf(group: Group): View {
	const best = new Map<string, Write>();
	for (const write of group.writes) {
		const earlier = best.get(write.entry);
		if (!earlier || compareWrites(write, earlier) > 0) best.set(write.entry, write);
	}
	const view = new Map<string, string>();
	for (const [entry, { value }] of best) if (value !== null) view.set(entry, value);
	return view;
}

/** Between devices the id breaks a tie. */
function compareWrites(a: Write, b: Write): number {
	return compareClocks(a, b) || (a.device < b.device ? -1 : 1);
}

/** Writes entries as device `id`. Those that stand as they are already are not written again. `now`: unix ms. */
export function putEntries(group: Group, id: string, entries: Iterable<readonly [string, string | null]>, now: number): Group {
	const view = viewOf(group);
	let { clock } = group;
	const newWrites: Write[] = [];
	for (const [entry, value] of entries) {
		if ((view.get(entry) ?? null) === value) continue;
		clock = tick(clock, now);
		newWrites.push({ entry, device: id, ...clock, value });
	}
	return { ...group, clock, writes: joinWrites(withoutAheadWrites(group.writes, id, newWrites, now), newWrites, group.removed) };
}

/** A write of one's own from a time when the clock was wrong must not outlive the new one. */
function withoutAheadWrites(writes: readonly Write[], id: string, newWrites: readonly Write[], now: number): Write[] {
	return writes.filter((write) => write.device !== id || !isAhead(write, now) || !newWrites.some(({ entry }) => entry === write.entry));
}

/** Dates this device's writes anew that a wrong clock put too far ahead for the others to take in. */
export function redateWrites(group: Group, id: string, now: number): Group {
	const wrong = sortWrites(group.writes.filter((write) => write.device === id && isAhead(write, now)));
	if (wrong.length === 0) return group;
	let { clock } = group;
	const anew = wrong.map((write) => {
		clock = tick(clock, now);
		return { ...write, ...clock };
	});
	return { ...group, clock, writes: joinWrites(withoutAheadWrites(group.writes, id, anew, now), anew, group.removed) };
}

/**
 * The group with these devices unlinked, and what they wrote last in this device's name, so that nothing is lost with them. `now`: unix
 * ms.
 */
export function adoptEntries(group: Group, removedIds: readonly string[], now: number): Group {
	const before = viewOf(group);
	const rest = withoutDevices(group, removedIds);
	const about = new Set(removedIds.flatMap((id) => [`device/${id}`, `name/${id}`, `seen/${id}`]));
	return putEntries(
		rest,
		deviceId(storedKey(group.key).publicKey),
		[...before].filter(([entry]) => !about.has(entry)),
		now,
	);
}
