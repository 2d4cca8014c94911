import { BautaError } from '../platform/error.ts';
import { fromHex, toHex } from '../protocol/bytes.ts';
import { generationNode, newestGenerationToTry, openRestoredGeneration } from '../protocol/generation.ts';
import { type Node, node } from '../protocol/node.ts';
import type { HeldGeneration } from '../protocol/recognise.ts';
import type { StoredGeneration, StoredIdentity, StoredNode } from '../vault/document.ts';
import { changeDocument } from './document.ts';

const nodeOf = (stored: StoredNode): Node => node(fromHex(stored.privateKey), fromHex(stored.chainCode));
const storedOf = (open: Node): StoredNode => ({ privateKey: toHex(open.privateKey), chainCode: toHex(open.chainCode) });

/**
 * Every generation under which a message of this identity may have been written: those on record, and, where A is held,
 * those that another device with the same A may have opened since (all of them, if there is no record at all).
 * @param now unix seconds
 */
export function readable(identity: StoredIdentity, now: number): HeldGeneration[] {
	const held = identity.generations.map(({ generation, node, closed }) => ({ generation, node: nodeOf(node), closed }));
	if (!identity.root) return held;
	const root = nodeOf(identity.root);
	const known = new Set(held.map((one) => one.generation));
	const first = identity.restored ? 0 : Math.max(0, ...known) + 1;
	for (let generation = first; generation <= newestGenerationToTry(now); generation++)
		if (!known.has(generation)) held.push({ generation, node: generationNode(root, generation), closed: null });
	return held;
}

function open(identity: StoredIdentity, generation: number): StoredGeneration {
	if (!identity.root) throw new BautaError('internal', 'no root');
	const opened = { generation, node: storedOf(generationNode(nodeOf(identity.root), generation)), closed: null };
	identity.generations.push(opened);
	return opened;
}

const newest = (identity: StoredIdentity): StoredGeneration | undefined =>
	identity.generations.reduce<StoredGeneration | undefined>(
		(best, one) => (best && best.generation > one.generation ? best : one),
		undefined,
	);

/**
 * The generation to write under. A restored identity opens one first, which no removed device knows.
 * @param now unix seconds
 */
export async function writable(identity: StoredIdentity, now: number): Promise<HeldGeneration> {
	const current = newest(identity);
	if (current && !identity.restored) return { generation: current.generation, node: nodeOf(current.node), closed: current.closed };
	return changeDocument((document) => {
		const kept = document.identities.find((one) => one.id === identity.id);
		if (!kept) throw new BautaError('internal', 'identity gone');
		const opened = open(kept, openRestoredGeneration({ highestSeen: newest(kept)?.generation ?? null, now }));
		kept.restored = false;
		return { generation: opened.generation, node: nodeOf(opened.node), closed: null };
	});
}

/**
 * A message of one's own was seen under `generation`, created in `slot`. Takes the generation over if it is new here, and infers
 * that every earlier one that is still open was closed by then (PROTOCOL.md §2). Returns whether anything changed.
 */
export function learn(identity: StoredIdentity, generation: number, slot: number): boolean {
	let changed = false;
	if (!identity.generations.some((one) => one.generation === generation)) {
		open(identity, generation);
		changed = true;
	}
	for (const earlier of identity.generations)
		if (earlier.generation < generation && (earlier.closed === null || earlier.closed > slot)) {
			earlier.closed = slot;
			changed = true;
		}
	return changed;
}
