import { bytesToHex } from '@noble/hashes/utils.js';
import { npubEncode } from 'nostr-tools/nip19';
import { finalizeEvent, generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import { nostrAuthor, signEvent, xHex } from '../../src/networks/nostr/sign.ts';
import { parseRoom, roomId } from '../../src/networks/nostr/wire/room.ts';
import { template } from '../../src/networks/nostr/wire/template.ts';
import { serveNostrComments } from '../../test/servers/nostr-comments.ts';
import { type Recorder, startRecorder } from '../../test/servers/recorder.ts';
import { startRelay } from '../../test/servers/relay.ts';
import { composeAs } from '../../test/servers/voices.ts';
import type { Person, Scene } from './scene.ts';

const article = 'https://blog.test/who-decides';

/**
 * A recording relay in this process and nostr-comments under an article, with a recorder on the author's side of the wire.
 * Needs nothing but npm and a browser. `roundTrip`: ms to put in there.
 */
export async function nostrScene({ roundTrip = 0 } = {}): Promise<Scene & { recorder: Recorder }> {
	const relay = await startRelay();
	const recorder = await startRecorder({ target: relay.port, roundTrip });
	const authors = `ws://127.0.0.1:${recorder.port}/`;
	const comments = await serveNostrComments();
	const keys: Record<Person, Uint8Array> = { author: generateSecretKey(), neighbour: generateSecretKey(), stranger: generateSecretKey() };
	const account = getPublicKey(keys.author);
	await relay.add(
		finalizeEvent(
			{
				kind: 1111,
				tags: [
					['I', article],
					['K', 'web'],
					['i', article],
					['k', 'web'],
				],
				content: 'Does anybody know who decided this?',
				created_at: Math.floor(Date.now() / 1000) - 600,
			},
			keys.neighbour,
		),
	);
	return {
		network: 'nostr',
		frontend: 'nostr-comments',
		chat: 'nostr-comments',
		origin: comments.origin,
		room: article,
		account: npubEncode(account),
		recorder,
		page: (person) => comments.page({ relays: [person === 'author' ? authors : relay.url], url: article, key: bytesToHex(keys[person]) }),
		accountOf: (person) => npubEncode(getPublicKey(keys[person])),
		field: 'form.nc-editor textarea',
		send: ['text=Browser Extension', '.nc-editor__submit'],
		// a key has no name, and nobody is in a room
		whenGone: async () => {},
		async imitate(_, text) {
			const room = parseRoom(`22:I:${article}`);
			const now = Math.floor(Date.now() / 1000);
			const { wire, authorKey, authorPrivate } = composeAs('stranger', 'nostr', roomId(room), text, now);
			const author = nostrAuthor(authorKey as Uint8Array, authorPrivate as Uint8Array, (length) =>
				crypto.getRandomValues(new Uint8Array(length)),
			);
			const post = template({ room, author: xHex(author), text, wire, createdAt: now, reply: null, root: null });
			await relay.add(signEvent(post, author));
		},
		ready: ['form.nc-editor textarea', '.nc-comment'],
		message: {
			selector: '.nc-comment',
			is: ({ attributes }) => (attributes.class ?? '').split(' ').includes('nc-comment'),
			author: '.nc-comment__author',
			text: '.nc-comment__text',
		},
		own: (values) => values.filter((value) => value.includes(account)).length,
		wire(since) {
			const events = relay.frames
				.filter(({ direction, at, data }) => direction === 'in' && at >= since && data.startsWith('["EVENT"'))
				.map(({ data }) => (JSON.parse(data) as [string, { pubkey: string; kind: number }])[1])
				.filter(({ pubkey }) => pubkey === account);
			// NIP-01: kinds from 20000 to 29999 are not stored, as typing notices are not
			const ephemeral = events.filter(({ kind }) => kind >= 20_000 && kind < 30_000).length;
			return { typing: ephemeral, sent: events.length - ephemeral };
		},
		async stop() {
			await comments.close();
			await recorder.stop();
			await relay.close();
		},
	};
}
