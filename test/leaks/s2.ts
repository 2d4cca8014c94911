import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/**
 * A second after a lock no key, phrase or passphrase is in the heaps of the background and of a popup in which it was typed, and no key's bytes
 * in the memory of their process (Firefox: once it has collected its garbage and used that memory; strings cannot be overwritten there, SECURITY.md says).
 * No key and no unsent text is in a message from or to a content script.
 */
export const row: RecordedRow = {
	id: 'S2',
	by: 'recording',
	also: ({ browser }) =>
		browser === 'firefox'
			? [
					{
						file: 'SECURITY.md',
						words:
							'In Firefox dead copies of a key’s bytes may stay as well until the browser has collected its garbage and uses that memory again',
					},
				]
			: [],
	mutations: [
		{
			file: 'src/background/pages/room-state.ts',
			before: "await tellTab(tabId, 'room', { room: state });",
			after: "await tellTab(tabId, 'room', { room: state, vault: 'unlocked' } as never);",
		},
	],
	check({ meta, heap, messages, spied, posts }) {
		const inPage = messages.filter(({ kind }) => kind !== 'own');
		const text = inPage.map(({ body, answer }) => `${body} ${answer}`);
		const drafts = ['velvet kazoo', 'pewter walrus', 'copper lantern'];
		return [
			...unlessSeen(inPage.length > 5, 'no message of a content script was recorded'),
			...unlessSeen(
				heap.open.some((name) => name.startsWith('process: ')) &&
					(meta.browser === 'firefox' || heap.open.some((name) => name.startsWith('background.js: '))),
				'there was no secret in memory while the vault was open',
			),
			...heap.locked.map((name) => `${name} lives on after the lock`),
			...drafts.flatMap((words) => text.filter((message) => message.includes(words)).map(() => `a content script hears of "${words} …"`)),
			...text
				.filter((message) => /\b(unlocked|"locked"|"mode":|passphrase)/.test(message))
				.map((message) => `a content script hears: ${message.slice(0, 200)}`),
			...unlessSeen(posts.length > 0 && spied.events.length > 0, 'nothing happened'),
		];
	},
};
