// What the pages of Nostr chats share beside page.js: a signer, and short names.

import { npubEncode } from 'nostr-tools/nip19';
import { finalizeEvent, getPublicKey } from 'nostr-tools/pure';
import { settings } from './page.js';

const secret = Uint8Array.from(settings.key.match(/../g), (pair) => Number.parseInt(pair, 16));
window.nostr = { getPublicKey: async () => getPublicKey(secret), signEvent: async (template) => finalizeEvent(template, secret) };
export const shortName = (pubkey) => `${npubEncode(pubkey).slice(0, 8)}…${npubEncode(pubkey).slice(-5)}`;
