import { deriveGeneration, isLinked } from '../../devices/group.ts';
import { BautaError } from '../../messages/errors.ts';
import { generationNode, newestGenerationToTry, openRestoredGeneration } from '../../protocol/generation.ts';
import { nodeFrom, wipeNode, withNode } from '../../protocol/node.ts';
import type { HeldGeneration } from '../../protocol/recognise.ts';
import type { StoredGeneration, StoredIdentity } from '../../vault/document.ts';
import { changeDocument } from '../state/document.ts';

/**
 * The slot by which a generation that is not on record had ended at the latest. Generations follow one another: when a later one ended, this
 * one had ended before. null: of no later one it is on record when it ended.
 */
function closedBy({ generations }: StoredIdentity, generation: number): number | null {
	const later = generations.flatMap((one) => (one.generation > generation && one.closed !== null ? [one.closed] : []));
	return later.length > 0 ? Math.min(...later) : null;
}

/**
 * Every generation under which a message of this identity may have been written, the newest first. These are the ones on record and, where
 * this device has the root, those that another device with the root may have opened since or in between (all, if none is on record).
 * @param now unix seconds
 */
export function readableGenerations(identity: StoredIdentity, now: number): HeldGeneration[] {
	const onRecord = [...identity.generations, ...(identity.stray ?? [])];
	const generations = onRecord.map(({ generation, node, closed }) => ({ generation, node: nodeFrom(node), closed }));
	if (identity.root)
		withNode(identity.root, (root) => {
			const numbers = new Set(generations.map(({ generation }) => generation));
			const first = identity.restored || numbers.size === 0 ? 0 : Math.min(...numbers);
			// one that a wrong clock opened does not have a million others derived
			const newest = newestGenerationToTry(now);
			const last = Math.max(newest, ...identity.generations.map(({ generation }) => Math.min(generation, newest + mostAhead)));
			for (let generation = first; generation <= last; generation++)
				if (!numbers.has(generation))
					generations.push({ generation, node: generationNode(root, generation), closed: closedBy(identity, generation) });
		});
	return generations.sort((a, b) => b.generation - a.generation);
}

/** So many generations may be ahead of the weeks: each unlinking of a device opens one. */
const mostAhead = 500;

/** Puts a generation on record, derived from the root. */
function openFromRoot(identity: StoredIdentity, generation: number): StoredGeneration {
	if (!identity.root) throw new BautaError('internal', 'no root');
	const opened = withNode(identity.root, (root) => deriveGeneration(root, generation, closedBy(identity, generation)));
	identity.generations.push(opened);
	return opened;
}

const newest = (identity: StoredIdentity): StoredGeneration | undefined =>
	identity.generations.reduce<StoredGeneration | undefined>(
		(best, one) => (best && best.generation > one.generation ? best : one),
		undefined,
	);

/** Whether this identity came from a phrase, a key or a backup: its other devices may have opened generations that nobody here knows of. */
export const madeElsewhere = (identity: StoredIdentity): boolean =>
	identity.root !== null && (identity.restored || identity.generations.some(({ generation }) => generation === 0));

/** Puts generation 0 on record. Reading then tries all generations from 0 on, even after this device has opened one of its own. */
export function markMadeElsewhere(identity: StoredIdentity): void {
	if (!identity.generations.some(({ generation }) => generation === 0)) openFromRoot(identity, 0);
}

/** The newest generation that the browser account's storage has something of, or null. The browser has it at hand: no server is asked. */
async function inBrowserSync({ root }: StoredIdentity, now: number): Promise<number | null> {
	if (!root) return null;
	const live = nodeFrom(root);
	try {
		const { browserSnapshot, newestSyncedGeneration } = await import('./synced-generations.ts');
		const carrier = await browserSnapshot();
		return carrier ? await newestSyncedGeneration(live, carrier, now) : null;
	} catch {
		// storage that fails must not stop a post
		return null;
	} finally {
		wipeNode(live);
	}
}

/**
 * The generation to write under. A restored identity opens one first, which no removed device knows.
 * @param now unix seconds
 */
export async function writableGeneration(identity: StoredIdentity, now: number): Promise<HeldGeneration> {
	const last = newest(identity);
	if (last && !identity.restored) return { generation: last.generation, node: nodeFrom(last.node), closed: last.closed };
	const newestInSync = await inBrowserSync(identity, now);
	return changeDocument((document) => {
		const current = document.identities.find(({ id }) => id === identity.id);
		if (!current) throw new BautaError('internal', 'identity gone');
		const highestSeen = Math.max(newest(current)?.generation ?? -1, newestInSync ?? -1);
		const generation = openRestoredGeneration({ highestSeen: highestSeen < 0 ? null : highestSeen, now });
		markMadeElsewhere(current);
		const opened = openFromRoot(current, generation);
		current.restored = false;
		return { generation: opened.generation, node: nodeFrom(opened.node), closed: null };
	});
}

/**
 * A message of one's own was seen under `generation`, created in `slot`. Takes the generation over if it is new here, and infers
 * that every earlier one that is still open was closed by then (docs/protocol.md §2). Returns whether anything changed.
 *
 * On Nostr a removed device dates its messages as it likes, and under the generation that it still has they are the author's. So where
 * devices are linked, and closings are handed from one to the other, a closing that stands is never moved by a message. Where nobody hands
 * over closings, the earliest message counts: there it can be moved (THREATS.md F2).
 */
export function learnGeneration(identity: StoredIdentity, generation: number, slot: number): boolean {
	if (identity.stray?.some((one) => one.generation === generation)) return false;
	let isChange = false;
	const closingsAreShared = identity.devices !== undefined && isLinked(identity.devices);
	const take = (number: number) => {
		if (identity.generations.some((one) => one.generation === number)) return;
		openFromRoot(identity, number);
		isChange = true;
	};
	const before = identity.restored || identity.generations.some((one) => one.generation < generation);
	// on record with its closing, so that it holds for all before it, seen or not
	if (identity.root && generation > 0 && before) take(generation - 1);
	take(generation);
	for (const earlier of identity.generations) {
		if (earlier.generation >= generation) continue;
		if (earlier.closed !== null && (closingsAreShared || earlier.closed <= slot)) continue;
		earlier.closed = slot;
		isChange = true;
	}
	return isChange;
}
