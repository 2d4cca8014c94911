// NostrChat's way to read: nostr-tools 1 in a worker, where no page script hears it. Events come out as Comlink sends what a callback
// is given: over a port of its own, wrapped in what says which function is meant.
import { SimplePool } from 'nostr-tools-1';

globalThis.onmessage = ({ data: { relays, filters, callback } }) =>
	new SimplePool()
		.sub(relays, filters)
		.on('event', (value) =>
			callback.postMessage({ id: crypto.randomUUID(), type: 'APPLY', path: [], argumentList: [{ type: 'RAW', value }] }),
		);
