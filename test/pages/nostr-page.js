// What the three pages beside it share: settings, a signer, and the simplest way to listen to a relay.

import { npubEncode } from 'nostr-tools/nip19';
import { finalizeEvent, getPublicKey } from 'nostr-tools/pure';

export const settings = JSON.parse(document.getElementById('settings').textContent);
const secret = Uint8Array.from(settings.key.match(/../g), (pair) => Number.parseInt(pair, 16));
window.nostr = { getPublicKey: async () => getPublicKey(secret), signEvent: async (template) => finalizeEvent(template, secret) };
export const me = getPublicKey(secret);
export const shortName = (pubkey) => `${npubEncode(pubkey).slice(0, 8)}…${npubEncode(pubkey).slice(-5)}`;

export function element(tag, attributes = {}, ...children) {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
	made.append(...children);
	return made;
}

/** A socket that asks for messages, and gives each one once. `onAuth` answers challenges. */
export function listen(filter, onEvent, onAuth) {
	const socket = new WebSocket(settings.relay);
	const seen = new Set();
	socket.addEventListener('open', () => socket.send(JSON.stringify(['REQ', 'room', filter])));
	socket.addEventListener('message', ({ data }) => {
		const [type, first, event] = JSON.parse(data);
		if (type === 'AUTH') onAuth?.(socket, first);
		if (type !== 'EVENT' || seen.has(event.id)) return;
		seen.add(event.id);
		onEvent(event);
	});
	return socket;
}
