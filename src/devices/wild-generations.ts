import { slotOf } from '../protocol/envelope.ts';
import { newestGenerationToTry, openRestoredGeneration } from '../protocol/generation.ts';
import type { StoredNode } from '../protocol/node.ts';
import type { Generation, Group } from './group.ts';
import { newestOf } from './group.ts';
import { replaceGenerations } from './next-generation.ts';

/*
 * A generation further ahead than any device looks was opened by a clock that was wrong: no other device recognises what is written under it,
 * and all generations after it would lie there, too. An identity goes on without it.
 */

/** Whether a clock that was wrong opened this one. `now`: unix seconds. */
export const isWild = ({ generation }: Pick<Generation, 'generation'>, now: number): boolean => generation > newestGenerationToTry(now);

/** The part of an identity that is mended. */
export interface MendedIdentity {
	root: StoredNode | null;
	created: number;
	generations: Generation[];
	devices?: Group;
	/** generations that are read, and never written under again */
	stray?: Generation[];
}

/** Puts generations aside that are not in use any more. What was written under them up to now is still read. `now`: unix seconds. */
export function strayAfter(earlier: readonly Generation[], gone: readonly Generation[], now: number): Generation[] {
	const fresh = gone.filter(({ generation }) => !earlier.some((one) => one.generation === generation));
	return [...earlier, ...fresh.map((one) => ({ ...one, closed: one.closed ?? slotOf(now) }))];
}

/**
 * Takes wild generations out of use, in place. A device with the root opens another one, and makes its keys ready for the other devices. One
 * without it goes on under an earlier one that is open, or waits for keys. Returns whether anything changed.
 * @param now unix seconds; where it is before the identity was made, the clock is wrong now, and nothing is done
 */
export function mendGenerations(identity: MendedIdentity, now: number): boolean {
	const wild = identity.generations.filter((one) => isWild(one, now));
	const sane = identity.generations.filter((one) => !isWild(one, now));
	if (wild.length === 0 || now < identity.created) return false;
	if (identity.root) {
		const generation = openRestoredGeneration({ highestSeen: newestOf(sane)?.generation ?? null, now });
		const { generations, group } = replaceGenerations(sane, identity.devices ?? null, identity.root, generation, now);
		identity.generations = generations;
		if (group) identity.devices = group;
	} else if (sane.some(({ closed }) => closed === null)) identity.generations = sane;
	else return false;
	identity.stray = strayAfter(identity.stray ?? [], wild, now);
	return true;
}
