import type { RecordedRow } from '../../scripts/leaks/row.ts';
import { unlessSeen } from '../../scripts/leaks/wire.ts';

/** What a message may have in common with another: what the room, the network and the protocol give to every message alike. */
const field = /(?:\b([\w:-]+)=["']([^"']{6,})["'])|"(id|pubkey|sig)":"([0-9a-f]+)"/g;
const shared = new Set(['xmlns', 'type', 'to', 'by', 'xml:lang']);

/** Every value of a stanza or event by its field, those that are the same for everybody left out. */
function valuesOf(message: string): string[] {
	return [...message.matchAll(field)].flatMap(([, name, value, key, hex]) => {
		if (key) return [`${key} ${hex}`];
		return shared.has(name ?? '') ? [] : [`${name} ${value}`];
	});
}

/** No id that the server or Bauta makes comes in two messages. */
export const row: RecordedRow = {
	id: 'I4d',
	by: 'recording',
	mutations: [{ file: 'src/networks/xmpp/join.ts', before: 'nickOf(words, attempt)', after: "'Anonymous same same'" }],
	provable: ({ network }) => network === 'xmpp',
	check({ heard, posts }) {
		const distinct = [...new Map(heard.map((message) => [JSON.stringify(valuesOf(message)), message])).values()].map(valuesOf);
		const seen = new Map<string, number>();
		const twice: string[] = [];
		for (const [at, values] of distinct.entries())
			for (const value of new Set(values)) {
				// what one message answers is the other's id, and no mark of its author
				if (seen.has(value) && seen.get(value) !== at) twice.push(`two messages have ${value}`);
				seen.set(value, at);
			}
		return [
			...unlessSeen(distinct.length >= posts.length && posts.length > 1, 'the room heard fewer messages than were posted'),
			...new Set(twice),
		];
	},
};
