import { secret, wipe } from '../../src/protocol/secret.ts';
import type { PeriodKey } from '../../src/protocol/xmtp.ts';
import { dayMs } from '../time/clock.ts';

/** What one installation wants to hear of a room. Without keys: a digest. With keys: the same, with its owner's messages left out. */
export interface Subscription {
	isSilent: boolean;
	keys: readonly PeriodKey[];
}

/** One phone that is told. */
export interface Installation {
	readonly id: string;
	/** SHA-256 of the secret that it belongs to, hex */
	readonly secretHash: string;
	/** where its pushes go (delivery/token.ts) */
	token: string;
	/** Unix milliseconds */
	lastSeen: number;
	/** from 0 to 1: how far its digests are shifted, drawn once */
	readonly phase: number;
	/** 32 random bytes, drawn once: the chance by which its own messages are covered follows from them */
	readonly chance: Uint8Array;
	/** by topic */
	subscriptions: ReadonlyMap<string, Subscription>;
}

/** after which an installation that has not been heard of goes with all its keys */
export const longestSilence = 45 * dayMs;
/** how far a key's period may be from the notifier's: with both clocks off, a client's next period is the one after the next here */
export const farthestPeriod = 2;

/** A key with its period; it refuses to become JSON. */
export const periodKey = (period: number, key: Uint8Array): PeriodKey => secret({ period, key });

/** Whether a key of this period is still of use in another: a message of the period before may come late. */
export const isPeriodKept = (period: number, now: number): boolean => period >= now - 1;

/** Overwrites the keys of subscriptions that are no more. */
export function wipeKeys(subscriptions: Iterable<Subscription>): void {
	for (const { keys } of subscriptions) wipe(...keys.map(({ key }) => key));
}

/** What is left of an installation in a period: null where nothing changes. The keys that go are overwritten by `wipeKeys`. */
export function withoutOldKeys(installation: Installation, period: number): { kept: Installation; dropped: Subscription[] } | null {
	const droppedKeys: Subscription[] = [];
	const kept = [...installation.subscriptions].map(([topic, subscription]): [string, Subscription] => {
		const keys = subscription.keys.filter((key) => isPeriodKept(key.period, period));
		if (keys.length === subscription.keys.length) return [topic, subscription];
		droppedKeys.push({ ...subscription, keys: subscription.keys.filter((key) => !keys.includes(key)) });
		return [topic, { ...subscription, keys }];
	});
	return droppedKeys.length > 0 ? { kept: { ...installation, subscriptions: new Map(kept) }, dropped: droppedKeys } : null;
}
