import { randomBytes } from 'node:crypto';
import type { Message } from './connect/codec.ts';
import { Fault, wrong } from './connect/fault.ts';
import type { Method } from './connect/schemas.ts';
import { type DeliveryRules, parseToken } from './delivery/token.ts';
import {
	farthestPeriod,
	type Installation,
	isPeriodKept,
	longestSilence,
	periodKey,
	type Subscription,
} from './installations/installation.ts';
import type { Registry } from './installations/registry.ts';
import { uniform } from './rooms/digest.ts';
import { keyLengths, parseTopic, type Topic } from './rooms/topic.ts';
import { type Clock, type JumpWatch, periodAt } from './time/clock.ts';

/** What requests are judged and done by. */
export interface RequestContext {
	registry: Registry;
	clock: Clock;
	jumps: JumpWatch;
	rules: DeliveryRules & { maxRooms: number; digestSeconds: number };
	/** whether one of the networks that are watched has this room */
	watches(topic: Topic): boolean;
	/** how the room of a topic is doing */
	stateOf(topic: string): string;
	/** how the installation's last push went, or '' */
	deliveryOf(id: string): string;
}

const mostKeys = 5;
const idForm = /^[\w.-]{1,128}$/;

/** Does a request of whoever has the secret with this hash. Throws Fault; then nothing has changed. */
export async function answerRequest(context: RequestContext, method: Method, request: Message, secretHash: string): Promise<Message> {
	const id = request.installationId as string;
	if (!idForm.test(id)) throw wrong('installation_id', 'expected 1 to 128 letters, digits, dots, dashes or underscores');
	refuseStrangers(context.registry, id, secretHash);
	if (method === 'RegisterInstallation') return register(context, id, request, secretHash);
	if (method === 'DeleteInstallation') {
		await lasting(
			context.registry.change(id, () => {
				refuseStrangers(context.registry, id, secretHash);
				return null;
			}),
		);
		return {};
	}
	const change = changeOf(context, method, request);
	await lasting(
		context.registry.change(id, (current) => {
			// asked again in its turn: another request may have come between
			refuseStrangers(context.registry, id, secretHash);
			if (!current) throw new Fault('not_found', 'This installation is not registered. Register it first (RegisterInstallation).');
			const subscriptions = new Map(current.subscriptions);
			change(subscriptions);
			if (subscriptions.size > context.rules.maxRooms)
				throw new Fault(
					'resource_exhausted',
					`At most ${context.rules.maxRooms} rooms for one installation. Its operator can raise maxRooms.`,
				);
			return { ...current, subscriptions, lastSeen: context.clock.now() };
		}),
	);
	return {};
}

/** One secret, one installation: neither of them can be taken over by another. */
function refuseStrangers(registry: Registry, id: string, secretHash: string): void {
	const owner = registry.get(id)?.secretHash;
	if (owner !== undefined && owner !== secretHash)
		throw new Fault('permission_denied', 'This installation id belongs to another secret. Choose another id.');
	const other = registry.ofSecret(secretHash);
	if (other && other.id !== id)
		throw new Fault(
			'permission_denied',
			'This secret belongs to another installation. Delete that one first, or ask the operator for a secret.',
		);
}

/** A change that could not be written is no fault of the request. */
async function lasting<T>(change: Promise<T>): Promise<T> {
	try {
		return await change;
	} catch (thrown) {
		if (thrown instanceof Fault) throw thrown;
		throw new Fault('unavailable', 'The notifier cannot write to its disk. Nothing was changed; try again later.');
	}
}

async function register(context: RequestContext, id: string, request: Message, secretHash: string): Promise<Message> {
	const { registry, clock, rules } = context;
	const token = ((request.deliveryMechanism as Message | null)?.customToken ?? '') as string;
	parseToken(token, rules);
	const now = clock.now();
	let lastSeen = 0;
	const after = (await lasting(
		registry.change(id, (current) => {
			refuseStrangers(registry, id, secretHash);
			lastSeen = current?.lastSeen ?? 0;
			if (current) return { ...current, token, lastSeen: now };
			return { id, secretHash, token, lastSeen: now, phase: uniform(), chance: new Uint8Array(randomBytes(32)), subscriptions: new Map() };
		}),
	)) as Installation;
	return {
		installationId: id,
		validUntil: now + longestSilence,
		lastSeen,
		rooms: [...after.subscriptions].map(([topic, { keys }]) => ({
			topic,
			state: context.stateOf(topic),
			leavesOut: keys.length > 0,
			lastPeriod: Math.max(0, ...keys.map(({ period }) => period)),
		})),
		delivery: context.deliveryOf(id),
		digestSeconds: rules.digestSeconds,
		period: periodAt(now),
	};
}

/** What a request does to the subscriptions; all of it is judged before any of it is done. */
function changeOf(context: RequestContext, method: Method, request: Message): (subscriptions: Map<string, Subscription>) => void {
	if (method === 'Unsubscribe') {
		const topics = request.topics as string[];
		return (subscriptions) => {
			for (const topic of topics) subscriptions.delete(topic);
		};
	}
	const subscriptionsByTopic: [string, Subscription][] =
		method === 'Subscribe'
			? (request.topics as string[]).map((topic, at) => {
					readTopic(context, topic, `topics[${at}]`);
					return [topic, { isSilent: false, keys: [] }];
				})
			: (request.subscriptions as Message[]).map((each, at) => readSubscription(context, each, `subscriptions[${at}]`));
	return (subscriptions) => {
		for (const [topic, subscription] of subscriptionsByTopic) subscriptions.set(topic, subscription);
	};
}

function readTopic(context: RequestContext, id: string, place: string): Topic {
	const topic = parseTopic(id);
	if (!topic) throw new Fault('not_found', `${place}: this is no room that the notifier understands.`);
	if (!context.watches(topic))
		throw new Fault(
			'not_found',
			`${place}: this notifier watches no server that has the room. Its operator can add one to the configuration.`,
		);
	return topic;
}

function readSubscription(context: RequestContext, { topic: id, hmacKeys, isSilent }: Message, place: string): [string, Subscription] {
	const topic = readTopic(context, id as string, `${place}.topic`);
	const keyFields = hmacKeys as Message[];
	if (keyFields.length > mostKeys) throw wrong(`${place}.hmac_keys`, `at most ${mostKeys}, got ${keyFields.length}`);
	if (keyFields.length > 0 && !context.jumps.isTrusted())
		throw new Fault('unavailable', 'The notifier’s clock has just jumped, so it cannot judge periods. Its operator has to look at it.');
	const now = periodAt(context.clock.now());
	const periods = new Set<number>();
	const keys = keyFields.map(({ thirtyDayPeriodsSinceEpoch, key }, at) => {
		const [period, bytes] = [thirtyDayPeriodsSinceEpoch as number, key as Uint8Array];
		const inside = `${place}.hmac_keys[${at}]`;
		const lengths = keyLengths(topic);
		if (!lengths.includes(bytes.length)) throw wrong(`${inside}.key`, `expected ${lengths.join(' or ')} bytes, got ${bytes.length}`);
		if (Math.abs(period - now) > farthestPeriod)
			throw wrong(`${inside}.thirty_day_periods_since_epoch`, `${period} is too far from ${now}, the period by the notifier’s clock`);
		if (periods.size === periods.add(period).size) throw wrong(`${inside}.thirty_day_periods_since_epoch`, `${period} is there twice`);
		return periodKey(period, bytes);
	});
	return [id as string, { isSilent: isSilent as boolean, keys: keys.filter(({ period }) => isPeriodKept(period, now)) }];
}
