import type { Schema } from './codec.ts';

// XMTP's notifications.v1, and in numbers from 1001 on what it has no word for (docs/notifier.md).

const hmacKey: Schema = { thirtyDayPeriodsSinceEpoch: { number: 1, kind: 'uint32' }, key: { number: 2, kind: 'bytes' } };
const subscription: Schema = {
	topic: { number: 1, kind: 'string' },
	hmacKeys: { number: 2, kind: hmacKey, isRepeated: true },
	isSilent: { number: 3, kind: 'bool' },
};
const deliveryMechanism: Schema = {
	apnsDeviceToken: { number: 1, kind: 'string' },
	firebaseDeviceToken: { number: 2, kind: 'string' },
	customToken: { number: 3, kind: 'string' },
};
const room: Schema = {
	topic: { number: 1, kind: 'string' },
	state: { number: 2, kind: 'string' },
	leavesOut: { number: 3, kind: 'bool' },
	lastPeriod: { number: 4, kind: 'uint32' },
};
const installationId = { number: 1, kind: 'string' } as const;
const topics: Schema = { installationId, topics: { number: 2, kind: 'string', isRepeated: true } };
const empty: Schema = {};

/** Request and answer of each method, by the name in its address. */
export const methods = {
	RegisterInstallation: {
		request: { installationId, deliveryMechanism: { number: 2, kind: deliveryMechanism } },
		answer: {
			installationId,
			validUntil: { number: 2, kind: 'uint64' },
			lastSeen: { number: 1001, kind: 'uint64' },
			rooms: { number: 1002, kind: room, isRepeated: true },
			delivery: { number: 1003, kind: 'string' },
			digestSeconds: { number: 1004, kind: 'uint32' },
			period: { number: 1005, kind: 'uint32' },
		},
	},
	DeleteInstallation: { request: { installationId }, answer: empty },
	Subscribe: { request: topics, answer: empty },
	SubscribeWithMetadata: {
		request: { installationId, subscriptions: { number: 2, kind: subscription, isRepeated: true } },
		answer: empty,
	},
	Unsubscribe: { request: topics, answer: empty },
} as const satisfies Record<string, { request: Schema; answer: Schema }>;

/** The name of a method. */
export type Method = keyof typeof methods;
