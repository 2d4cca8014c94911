import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Put before the background's own script, it tells every message from and to content scripts over a BroadcastChannel, which pages of the
 * extension hear. It changes nothing of them.
 */
const listener = `(() => {
	const api = globalThis.browser?.runtime?.id ? globalThis.browser : globalThis.chrome;
	const teller = new BroadcastChannel('leaks');
	const tell = (entry) => teller.postMessage({ at: Date.now(), answer: '', ...entry });
	const text = (value) => JSON.stringify(value) ?? '';
	const own = api.runtime.getURL('');
	const { onMessage } = api.runtime;
	const add = onMessage.addListener.bind(onMessage);
	onMessage.addListener = (listener) => add((message, sender, respond) => listener(message, sender, (value) => {
		const kind = (sender.url ?? '').startsWith(own) ? 'own' : 'content';
		// what Bauta's own pages say may be a passphrase, which must not stand in the page that hears this: memory is looked at
		const isContent = kind === 'content';
		tell({ kind, body: isContent ? text(message) : '', answer: isContent ? text(value) : '' });
		respond(value);
	}));
	const send = api.tabs.sendMessage.bind(api.tabs);
	api.tabs.sendMessage = (tab, message, ...more) => {
		tell({ kind: 'told', body: text(message) });
		return send(tab, message, ...more);
	};
})();
`;

/** Has an unpacked copy of a build tell its messages. */
export function addListener(build: string): void {
	const manifestFile = join(build, 'manifest.json');
	const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { background: { scripts?: string[] } };
	const { scripts } = manifest.background;
	if (!scripts) {
		const background = join(build, 'background.js');
		writeFileSync(background, listener + readFileSync(background, 'utf8'));
		return;
	}
	// a module's imports run before it: the listener is a script of its own
	writeFileSync(join(build, 'listener.js'), listener);
	scripts.unshift('listener.js');
	writeFileSync(manifestFile, JSON.stringify(manifest, null, 2));
}
