import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { saidOn, unlessSeen } from '../../scripts/leaks/wire.ts';

/** The sizes that a text is padded to: 4 kB doubled, with version, nonce and the seal's tag, as base64url (src/devices/sync-text.ts). */
const sizes = Array.from({ length: 7 }, (_, at) => Math.ceil(((1 + 24 + 4096 * 2 ** at + 16) * 4) / 3));

/** What lies at the relay for syncing is ciphertext, and says nothing of rooms, devices or texts. */
export const row: RecordedRow = {
	id: 'S5',
	by: 'recording',
	mutations: [
		{
			file: 'src/devices/sync-text.ts',
			before: 'const padded = padToBucket(concat(signature, json), smallestText);',
			after: 'const padded = concat(signature, json);',
		},
	],
	check(recording) {
		const { connections, meta, posts } = recording;
		const events = connections
			.filter(({ owner }) => owner === 'sync')
			.flatMap(saidOn)
			.filter((text) => text.startsWith('["EVENT"'));
		const words = [meta.room, 'the other laptop', ...meta.account, ...posts.map(({ text }) => text)];
		const contents = events.map((text) => (JSON.parse(text) as [string, { content: string }])[1].content);
		return [
			...unlessSeen(events.length > 0, 'nothing was synced'),
			...events.flatMap((text) => words.filter((word) => text.includes(word)).map((word) => `the relay for syncing reads "${word}"`)),
			...contents
				// an empty text is one that was taken away
				.filter((content) => content !== '' && (!/^[\w+/=:.-]+$/.test(content) || !sizes.includes(content.length)))
				.map((content) => `synced with ${content.length} characters: ${content.slice(0, 100)}`),
		];
	},
};
