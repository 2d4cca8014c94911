import type { Carrier } from '../devices/carrier.ts';
import { RelayConnection } from '../networks/nostr/connection.ts';
import { nostrAuthor, signed, xHex } from '../networks/nostr/sign.ts';
import type { KeyPair } from '../protocol/curve.ts';
import { onChannel } from './deadline.ts';

/*
 * A Nostr relay as carrier: addressable events of kind 30078 (NIP-78, application data), one for each name, by a key that is made
 * for this alone. The relay sees texts of a few sizes and keys that appear nowhere else. The channel is a clean one of its own.
 */

const kind = 30_078;
const roundSeconds = 60;
/** more than that at one place is not ours */
const most = 200;
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const authorOf = ({ publicKey, privateKey }: KeyPair) => nostrAuthor(publicKey, privateKey, random);

/** Runs one round over one connection. Throws what the channel and the relay throw. */
export function onRelay<T>(relay: string, work: (carrier: Carrier) => Promise<T>): Promise<T> {
	const url = new URL(relay);
	const origin = `${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}`;
	return onChannel(origin, roundSeconds, async (channel, signal) => {
		const connection = await RelayConnection.open(channel, relay, signal);
		const write = async (place: KeyPair, tags: string[][], content: string, as: number) => {
			const author = authorOf(place);
			const created_at = Math.floor(Date.now() / 1000);
			const event = signed({ pubkey: xHex(author), created_at, kind: as, tags, content }, author);
			await connection.publish(JSON.stringify(['EVENT', event]), event, author, created_at, signal);
		};
		const read = (place: KeyPair) => connection.ask([{ authors: [xHex(authorOf(place))], kinds: [kind] }], most, signal);
		try {
			return await work({
				read: async (place) => (await read(place)).map(({ content }) => content).filter((content) => content !== ''),
				write: (place, name, text) => write(place, [['d', name]], text, kind),
				// an empty text instead of the old one: relays need not obey deletions, but they keep the newest of an address
				async clear(place) {
					for (const { tags, content } of await read(place))
						if (content !== '') await write(place, [['d', tags.find(([name]) => name === 'd')?.[1] ?? '']], '', kind);
				},
			});
		} finally {
			connection.close();
		}
	});
}
