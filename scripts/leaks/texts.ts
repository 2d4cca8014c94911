import { rootFromPhrase } from '../../src/protocol/account/root.ts';
import { toHex } from '../../src/protocol/bytes.ts';
import type { Secret } from '../../test/heap.ts';
import { testPassphrase } from '../../test/setup.ts';
import type { Canary } from './recording.ts';
import type { Stage } from './stage.ts';

/** Texts by what becomes of them: each is found wherever it stands. */
export const texts = {
	erased: 'velvet kazoo typed and taken away',
	draft: 'pewter walrus half written',
	waiting: 'copper lantern still waiting to leave',
	privately: 'walnut gondola in a private window',
	posts: [
		'marble otter first to leave',
		'indigo turnip leaves no trace',
		'saffron beetle has no key',
		'jade puffin is a voice of the room',
		'cobalt heron answers',
		'amber lynx after the restart',
	],
	others: ['bob says that the room is cold', 'bob asks who decided'],
	/** what the page tries to send itself while the switch is on */
	page: 'crimson badger the page itself',
};

/** What must not be found, by a name. `key`: the vault's own, base64 */
export function canariesOf(phrase: string, key: string, stage: Stage): { canaries: Canary[]; secrets: Secret[] } {
	const { privateKey, chainCode } = rootFromPhrase(phrase);
	const secret = (name: string, bytes: Uint8Array): Canary => ({ name, kind: 'key', bytes: toHex(bytes) });
	const words: Canary[] = [
		{ name: 'phrase', kind: 'key', text: phrase },
		{ name: 'passphrase', kind: 'key', text: testPassphrase },
	];
	const keys = [secret('root', privateKey), secret('chain code', chainCode), secret('vault key', Buffer.from(key, 'base64'))];
	const texted = (kind: Canary['kind'], all: Record<string, string>): Canary[] =>
		Object.entries(all).map(([name, text]) => ({ name, kind, text }));
	return {
		canaries: [
			...words,
			...keys,
			...texted('unsent', {
				'erased text': texts.erased,
				draft: texts.draft,
				'waiting text': texts.waiting,
				'private text': texts.privately,
			}),
			...texted(
				'own',
				Object.fromEntries([
					...texts.posts.map((text, at) => [`post ${at + 1}`, text]),
					...texts.others.map((text, at) => [`other ${at + 1}`, text]),
					['room', stage.room],
				]),
			),
			...texted('control', { 'page origin': stage.origin }),
		],
		secrets: [
			...words.map(({ name, text }) => ({ name, text: text ?? '' })),
			...keys.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes ?? '', 'hex') })),
			{ name: 'vault key in base64', text: key },
			{ name: 'draft', text: texts.draft },
		],
	};
}
