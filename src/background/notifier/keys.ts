import { BautaError } from '../../messages/errors.ts';
import { toBase64 } from '../../platform/base64.ts';
import { generationSecret, roomKeys } from '../../protocol/generation.ts';
import { wipeNode } from '../../protocol/node.ts';
import { wipe } from '../../protocol/secret.ts';
import type { StoredIdentity } from '../../vault/document.ts';
import { writableGeneration } from '../identities/generations.ts';
import { identityFor } from '../state/document.ts';
import type { FollowedRoom, GivenKeys } from './record.ts';
import { periodAt } from './times.ts';

/** A key as `notifications.v1` takes it. */
export interface HmacKey {
	thirtyDayPeriodsSinceEpoch: number;
	/** 32 bytes, base64 */
	key: string;
}

const seconds = (now: number): number => Math.floor(now / 1000);

/** A restored identity opens its own generation before anything is shared: nothing is written under the others (docs/protocol.md §2). */
const writesHere = ({ restored, generations }: StoredIdentity): boolean => !restored && generations.length > 0;

/**
 * Opens the generation under which the identity in use in a room writes from here, if it has none yet. By hand alone. Returns the id of that
 * identity: the one of which the user now says that its keys are given.
 */
export async function openOwnGeneration(room: string): Promise<string> {
	const identity = await identityFor(room);
	const { node } = await writableGeneration(identity, seconds(Date.now()));
	wipeNode(node);
	return identity.id;
}

/** Whether keys are to be given, and the identity in use in the room (canonical id) is not the one that the user said so of. */
export const asksAnew = async (id: string, { follow, keys, owner }: FollowedRoom): Promise<boolean> =>
	follow && keys && (await identityFor(id)).id !== owner;

/** Whether keys of these two are of one identity and generation: then they are the same where the periods are. */
export const isSameOwner = (one: GivenKeys | null, other: GivenKeys | null): boolean =>
	one !== null && other !== null && one.identity === other.identity && one.generation === other.generation;

/**
 * Which keys a notifier is to have for a room (canonical id), null for none: so it is with an identity that the user was not asked about. Those
 * that it has stay as they are, until they are of another generation, do not cover the present or are to be renewed. Those of the past are given
 * once, in the period in which the user asked for it. `now`: unix ms.
 */
export async function wantedKeys(
	id: string,
	{ keys, owner, past, given }: FollowedRoom,
	{ now, isRenewal }: { now: number; isRenewal: boolean },
): Promise<GivenKeys | null> {
	if (!keys) return null;
	const identity = await identityFor(id);
	if (identity.id !== owner || !writesHere(identity)) return null;
	const generation = Math.max(...identity.generations.map((one) => one.generation));
	const before = given?.keys ?? null;
	const period = periodAt(now);
	const fresh: GivenKeys = { identity: identity.id, generation, periods: [period, period + 1] };
	if (past === period - 1) return { ...fresh, periods: [past, ...fresh.periods] };
	return isSameOwner(before, fresh) && !isRenewal && before?.periods.includes(period) ? before : fresh;
}

/**
 * The keys themselves: of one room, of these periods, of this generation alone. What they are derived from is overwritten. Throws `internal` where
 * the room has another identity or generation by now: then nothing is given.
 */
export async function hmacKeys(id: string, { identity: owner, generation, periods }: GivenKeys, now: number): Promise<HmacKey[]> {
	const identity = await identityFor(id);
	if (identity.id !== owner) throw new BautaError('internal', 'identity');
	const { node, generation: current } = await writableGeneration(identity, seconds(now));
	const secret = generationSecret(node);
	try {
		if (current !== generation) throw new BautaError('internal', 'generation');
		return periods.map((period) => {
			const { tagKey, sealKey } = roomKeys(secret, id, period);
			const key = toBase64(tagKey);
			wipe(tagKey, sealKey);
			return { thirtyDayPeriodsSinceEpoch: period, key };
		});
	} finally {
		wipe(secret);
		wipeNode(node);
	}
}
