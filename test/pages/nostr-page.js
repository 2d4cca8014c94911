// What the three pages beside it share: settings, a signer, and a way to make elements.

import { npubEncode } from 'nostr-tools/nip19';
import { finalizeEvent, getPublicKey } from 'nostr-tools/pure';

export const settings = JSON.parse(document.getElementById('settings').textContent);
const secret = Uint8Array.from(settings.key.match(/../g), (pair) => Number.parseInt(pair, 16));
window.nostr = { getPublicKey: async () => getPublicKey(secret), signEvent: async (template) => finalizeEvent(template, secret) };
export const shortName = (pubkey) => `${npubEncode(pubkey).slice(0, 8)}…${npubEncode(pubkey).slice(-5)}`;

export function element(tag, attributes = {}, ...children) {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
	made.append(...children);
	return made;
}
