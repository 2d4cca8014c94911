import { base64 } from '@scure/base';
import { rootFromPhrase } from '../src/protocol/account/root.ts';
import { type ReadyBauta, testPassphrase } from './bauta.ts';
import type { Secret } from './heap.ts';

declare const chrome: { storage: { session: { get(name: string): Promise<Record<string, string>> } } };

/** What an open vault lets be known: phrase, passphrase, the keys that follow, and its own key. `phrase`: the one that it was made with. */
export async function openSecrets(bauta: ReadyBauta, phrase: string): Promise<Secret[]> {
	const root = rootFromPhrase(phrase);
	const { key } = await bauta.popup.evaluate(() => chrome.storage.session.get('key'));
	return [
		{ name: 'phrase', text: phrase },
		{ name: 'passphrase', text: testPassphrase },
		{ name: 'root', bytes: root.privateKey },
		{ name: 'chain code', bytes: root.chainCode },
		{ name: 'vault key', bytes: base64.decode(key ?? '') },
		{ name: 'vault key in base64', text: key ?? 'missing' },
	];
}
