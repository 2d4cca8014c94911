import { afterEach } from 'vitest';
import type { OpenAccess, Post, Receipt } from '../../../src/networks/network.ts';
import { traffic } from '../../../src/networks/nostr/traffic.ts';
import { type RelayRules, startRelay, type TestRelay } from '../../servers/relay.ts';
import { sealing } from './author.ts';
import { directChannel } from './direct-channel.ts';

// One message straight through the transport, to relays that are gone after each test.

export const channelId = '5'.repeat(64);
export const room = `nostr:28:${channelId}`;
export const text = 'who decided this?';
export const relays: TestRelay[] = [];
afterEach(async () => {
	await Promise.all(relays.splice(0).map((relay) => relay.close()));
});

export async function start(rules: Partial<RelayRules> = {}): Promise<TestRelay> {
	const relay = await startRelay(rules);
	relays.push(relay);
	return relay;
}

export const openTo = (urls: string[], bits = 0, join = false): OpenAccess => ({
	open: true,
	route: { relays: urls, bits, ...(join && { join }) },
	modes: ['one-time'],
	maxPoints: 4096,
});

/** Posts one. `replyTo`: id of the message that is answered; the page showed what was posted last. */
export async function send(urls: string[], more: Partial<Post> & { bits?: number; replyTo?: string; room?: string; join?: boolean } = {}) {
	const channel = directChannel();
	const outbox = sealing(more.room ?? room, text, more.replyTo);
	const signal = more.signal ?? new AbortController().signal;
	const access = openTo(urls, more.bits, more.join);
	const original = more.replyTo ? { id: more.replyTo, text, archived: false } : null;
	const common = { hints: { origin: 'http://127.0.0.1' }, room, access, channel, signal, original, words: [], isHasty: true };
	const post = { ...common, seal: outbox.seal, ...more };
	const done = traffic.transport.post(post).then(
		(receipt) => ({ receipt, code: '', detail: '' }),
		(fault: { code: string; detail: string }) => ({ receipt: null, code: fault.code, detail: fault.detail }),
	);
	return { ...(await done), channel, outbox };
}

/** Throws the fault where there is no receipt. */
export const receiptOf = (sent: { receipt: Receipt | null; code: string; detail: string }): Receipt => {
	if (!sent.receipt) throw new Error(`${sent.code} ${sent.detail}`);
	return sent.receipt;
};
