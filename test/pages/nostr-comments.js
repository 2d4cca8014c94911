// The real nostr-comments, as a web page would put it under an article. Bundled by test/servers/nostr-comments.ts.
// The account's signer is a NIP-07 stub whose key stands in the page's settings.
import { NostrComments } from 'nostr-comments';
import { finalizeEvent, getPublicKey } from 'nostr-tools/pure';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const { url, relays, key } = JSON.parse(document.getElementById('settings').textContent);
const secret = Uint8Array.from(key.match(/../g), (pair) => Number.parseInt(pair, 16));
/** what the signer was asked to sign, for tests to look at */
window.signed = [];
window.nostr = {
	getPublicKey: async () => getPublicKey(secret),
	async signEvent(template) {
		window.signed.push(template);
		return finalizeEvent(template, secret);
	},
};
createRoot(document.getElementById('comments')).render(createElement(NostrComments, { url, relays, locale: 'en', pow: 0, theme: 'light' }));
