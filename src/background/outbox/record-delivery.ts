import type { Receipt } from '../../networks/network.ts';
import { roomIdOf } from '../access/adapters.ts';
import { announceChange } from './changes.ts';
import type { Entry } from './entry.ts';
import { countPost } from './rate-limits.ts';
import { applyEvent } from './store.ts';
import type { OutboxEvent } from './transitions.ts';

/**
 * The room has a message: it is counted against the rate limits, and `event` takes its entry out of the outbox.
 * @param relays where it went to several servers (Nostr)
 */
export async function recordDelivery(
	{ id, room, hints }: Pick<Entry, 'id' | 'room' | 'hints'>,
	event: OutboxEvent,
	relays?: Receipt['relays'],
): Promise<void> {
	await countPost(roomIdOf(room));
	await applyEvent(id, event);
	const count = relays && { reached: relays.reached.length, all: relays.reached.length + relays.missed.length };
	announceChange({ site: hints.origin, room, delivered: id, ...(count ? { relays: count } : {}) });
}
