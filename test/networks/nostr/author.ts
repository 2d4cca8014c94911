import { randomBytes } from 'node:crypto';
import type { Post, Sealed } from '../../../src/networks/network.ts';
import { nostrAuthor } from '../../../src/networks/nostr/sign.ts';
import { composeMessage } from '../../../src/protocol/compose.ts';
import { masterNode } from '../../../src/protocol/node.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));

/** A generation of nobody's. */
export const generation = { generation: 3, node: masterNode(new Uint8Array(64).fill(9)) };

/** What the outbox does: composes with a fresh key, lets the network finish the event, records it. */
export function sealing(room: string, text: string, replyTo = ''): { seal: Post['seal']; sealed: Sealed[] } {
	const sealed: Sealed[] = [];
	return {
		sealed,
		async seal(now, complete) {
			const at = now ?? Math.floor(Date.now() / 1000);
			const composed = composeMessage({ mode: 'one-time', transport: 'nostr', room, text, replyTo, now: at, generation, random });
			if (!composed.authorKey || !composed.authorPrivate) throw new Error('no author');
			const author = nostrAuthor(composed.authorKey, composed.authorPrivate, random);
			const bare: Sealed = { text, replyTo, wire: composed.wire, id: '', author };
			const done = complete ? await complete(bare) : bare;
			sealed.push(done);
			return done;
		},
	};
}
