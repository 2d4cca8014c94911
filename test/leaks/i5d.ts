import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { compareSnapshot } from '../../scripts/leaks/snapshot.ts';
import { carriersOf, saidOn, unlessSeen } from '../../scripts/leaks/wire.ts';

/** Elements with their attributes (XMPP), or an event's fields and tags (Nostr), in their order and without their values. */
export function shapeOf(text: string): string {
	if (text.startsWith('[')) {
		const [verb, event] = JSON.parse(text) as [string, { tags?: string[][] } | unknown];
		const tags = (event as { tags?: string[][] })?.tags;
		return `${verb} ${typeof event === 'object' && event !== null ? Object.keys(event).join(' ') : ''}${tags ? ` [${tags.map(([name, ...rest]) => `${name}:${rest.length}`).join(' ')}]` : ''}`.trim();
	}
	return [...text.matchAll(/<\/?([a-z][\w:-]*)([^>]*)>/gi)]
		.map(
			([whole, name, attributes]) =>
				`${whole.startsWith('</') ? '/' : ''}${name}${[...(attributes ?? '').matchAll(/([\w:-]+)=/g)].map(([, key]) => ` ${key}`).join('')}`,
		)
		.join(' | ');
}

/** All that leaves for a message has the shapes of a committed list. */
export const row: RecordedRow = {
	id: 'I5d',
	by: 'recording',
	mutations: [
		{
			file: 'src/networks/xmpp/wire/stanzas.ts',
			before: "{ type: 'groupchat', id, to: room },",
			after: "{ type: 'groupchat', id, to: room, lang: 'de' },",
		},
		{
			file: 'src/networks/xmpp/wire/gate.ts',
			before: "must: ['type', 'id', 'to'],",
			after: "must: ['type', 'id', 'to'],\n\t\tmay: ['lang'],",
		},
		{
			file: 'src/networks/nostr/wire/template.ts',
			before: "['bauta', '1', draft.wire]]",
			after: "['bauta', '1', draft.wire], ['client', 'bauta']]",
		},
		{
			file: 'src/networks/nostr/wire/gate.ts',
			before: "\t\tbauta: is('1', intent.wire),",
			after: "\t\tbauta: is('1', intent.wire),\n\t\tclient: () => true,",
		},
	],
	check: (recording) => [
		...unlessSeen(recording.posts.length > 0, 'nothing was posted'),
		...compareSnapshot(
			`fields-${recording.meta.network}`,
			recording.posts.flatMap(({ text }) => carriersOf(recording, text).flatMap((connection) => saidOn(connection).map(shapeOf))),
		),
	],
};
