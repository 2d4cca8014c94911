import { fakeBrowser } from '@webext-core/fake-browser';
import { vi } from 'vitest';

/** When the clock of these tests begins, unix ms. */
export const start = Date.UTC(2026, 10, 21, 12);
const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;

/** An open vault and an empty outbox, in a background of its own. What the outbox speaks to is the caller's to mock. `send` returns the entry's id. */
export async function openOutbox() {
	vi.resetModules();
	const [outbox, { enqueue }, store, { base64 }] = await Promise.all([
		import('../../../src/background/outbox/outbox.ts'),
		import('../../../src/background/outbox/enqueue.ts'),
		import('../../../src/background/outbox/store.ts'),
		import('@scure/base'),
		// loaded when a message leaves or is sought, which takes no time of the clock here
		import('../../../src/background/outbox/unknown-outcome.ts'),
		import('../../../src/background/recognition/own-posts.ts'),
	]);
	await fakeBrowser.storage.session.set({ key: base64.encode(new Uint8Array(32)) });
	const send = (text: string) => enqueue(room, { origin: 'https://chat.test' }, text, null, 'one-time', crypto.randomUUID());
	return { ...outbox, ...store, send };
}
