import { BautaError, faultOf } from '../../messages/errors.ts';
import type { Channel } from '../../networks/channel/channel.ts';
import { lockSignal } from '../state/lock.ts';
import { tokenOf } from './address.ts';
import { type Call, type Registration, readAnswer, readRegistration } from './answers.ts';
import type { HmacKey } from './keys.ts';
import type { StoredNotifier } from './record.ts';

/** ms for all that is asked in one visit: a message of the user's waits as long. What is left is said with the next one. */
const visitMs = 8000;

/** A room as the notifier is told of it. Without keys it follows the room and knows nobody in it. */
export interface Subscription {
	topic: string;
	hmacKeys: HmacKey[];
}

/** The calls to a notifier, each of which may be repeated. They throw what `readAnswer` and the channel throw. */
export interface Connection {
	register(): Promise<Registration>;
	subscribe(subscriptions: Subscription[]): Promise<unknown>;
	unsubscribe(topics: string[]): Promise<unknown>;
	remove(): Promise<unknown>;
}

function connectionOver(channel: Channel, notifier: StoredNotifier, signal: AbortSignal): Connection {
	const { address, secret: bearer, installation: installationId, kind, target } = notifier;
	const call = async (name: Call, body: object): Promise<unknown> => {
		const response = await channel.fetch({
			url: `${address}/notifications.v1.Notifications/${name}`,
			method: 'POST',
			contentType: 'application/json',
			accept: 'application/json',
			bearer,
			body: JSON.stringify({ installationId, ...body }),
			signal,
		});
		return readAnswer(name, response);
	};
	return {
		register: async () =>
			readRegistration(await call('RegisterInstallation', { deliveryMechanism: { customToken: tokenOf(kind, target) } })),
		subscribe: (subscriptions) => call('SubscribeWithMetadata', { subscriptions }),
		unsubscribe: (topics) => call('Unsubscribe', { topics }),
		remove: () => call('DeleteInstallation', {}),
	};
}

/** What the channel says of any server, in the words of a notifier. */
function asNotifierFault(thrown: unknown): unknown {
	const { code, detail } = faultOf(thrown);
	if (code === 'server-down' || code === 'timed-out' || code === 'tls-failed') return new BautaError('notifier-down', detail);
	return code === 'bad-answer' ? new BautaError('notifier-none') : thrown;
}

/**
 * Does something over one clean channel to the notifier. It begins while no message leaves, and none leaves before it is over
 * (background/access/looks.ts): so nothing that is asked, and no end of it, tells when one left. A lock ends it.
 */
export async function onNotifier<T>(notifier: StoredNotifier, task: (connection: Connection) => Promise<T>): Promise<T> {
	const nextLock = lockSignal();
	const { onVisitChannel } = await import('../access/looks.ts');
	try {
		return await onVisitChannel(new URL(notifier.address).origin, visitMs, (channel, signal) =>
			task(connectionOver(channel, notifier, AbortSignal.any([signal, nextLock]))),
		);
	} catch (thrown) {
		throw asNotifierFault(thrown);
	}
}
