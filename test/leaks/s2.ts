import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** After a lock no key is in the heap of Bauta's contexts (Chromium); no key and no unsent text is in a message from or to a content script. */
export const row: RecordedRow = {
	id: 'S2',
	by: 'recording',
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
			...(meta.browser === 'chromium' ? unlessSeen((heap?.open.length ?? 0) > 1, 'the heap had no secret while the vault was open') : []),
			...(heap?.locked ?? []).map((name) => `${name} lives on after the lock`),
			...drafts.flatMap((words) => text.filter((message) => message.includes(words)).map(() => `a content script hears of "${words} …"`)),
			...text
				.filter((message) => /\b(unlocked|"locked"|"mode":|passphrase)/.test(message))
				.map((message) => `a content script hears: ${message.slice(0, 200)}`),
			...unlessSeen(posts.length > 0 && spied.events.length > 0, 'nothing happened'),
		];
	},
};
