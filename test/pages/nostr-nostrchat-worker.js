// NostrChat's way to read: nostr-tools 1 in a worker, where no page script hears it.
import { SimplePool } from 'nostr-tools-1';

globalThis.onmessage = ({ data: { relays, filters } }) => new SimplePool().sub(relays, filters).on('event', (event) => postMessage(event));
