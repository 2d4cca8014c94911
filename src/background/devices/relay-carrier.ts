import type { Carrier } from '../../devices/carrier.ts';
import { RelayConnection } from '../../networks/nostr/connection.ts';
import { nostrAuthor, signEvent, xHex } from '../../networks/nostr/sign.ts';
import type { KeyPair } from '../../protocol/curve.ts';
import { onChannel } from '../access/on-channel.ts';

/*
 * A Nostr relay as carrier: addressable events of kind 30078 (NIP-78, application data), one for each name, by a key that is made
 * for this alone. The relay sees texts of a few sizes and keys that appear nowhere else. The channel is a clean one of its own.
 */

const kind = 30_078;
const roundSeconds = 60;
/** more than these in one mailbox are not ours */
const mostEvents = 200;
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const authorOf = ({ publicKey, privateKey }: KeyPair) => nostrAuthor(publicKey, privateKey, random);

/** Runs a task over one connection to a relay. Throws what the channel and the relay throw. */
export function onRelay<T>(relay: string, task: (carrier: Carrier) => Promise<T>): Promise<T> {
	const url = new URL(relay);
	const origin = `${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}`;
	return onChannel(origin, roundSeconds, async (channel, signal) => {
		const connection = await RelayConnection.open(channel, relay, signal);
		// of two events at one address a relay keeps the later, and of the same second whichever it likes (NIP-01)
		const dates = new Map<string, number>();
		const nameOf = ({ tags }: { tags: string[][] }) => tags.find(([tag]) => tag === 'd')?.[1] ?? '';
		const write = async (mailbox: KeyPair, name: string, content: string) => {
			const author = authorOf(mailbox);
			const pubkey = xHex(author);
			const now = Math.floor(Date.now() / 1000);
			const created_at = Math.max(now, (dates.get(`${pubkey} ${name}`) ?? 0) + 1);
			const event = signEvent({ pubkey, created_at, kind, tags: [['d', name]], content }, author);
			await connection.publish(JSON.stringify(['EVENT', event]), event, author, now, signal);
		};
		const read = async (mailbox: KeyPair) => {
			const events = await connection.ask([{ authors: [xHex(authorOf(mailbox))], kinds: [kind] }], mostEvents, signal);
			for (const event of events) dates.set(`${event.pubkey} ${nameOf(event)}`, event.created_at);
			return events;
		};
		try {
			return await task({
				read: async (mailbox) => (await read(mailbox)).map(({ content }) => content).filter((content) => content !== ''),
				write,
				// an empty text instead of the old one: relays need not obey deletions, but they keep the newest of an address
				async clear(mailbox) {
					for (const event of await read(mailbox)) if (event.content !== '') await write(mailbox, nameOf(event), '');
				},
			});
		} finally {
			connection.close();
		}
	});
}
