import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { IncomingMessage } from '../../../src/networks/network.ts';
import { composeMessage } from '../../../src/protocol/compose.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));

const room = 'xmpp:lobby@muc.chat.test';
const now = 1_795_291_110;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

function message(id: string, author: string, text = 'hello'): IncomingMessage {
	const { wire } = composeMessage({ mode: 'keyless', transport: 'recoverable', room, text, replyTo: '', now, generation: null, random });
	return { room, id, archiveId: '', author, bodies: [text], replyTo: '', time: now, wires: [wire] };
}

describe('the log of a room', () => {
	beforeEach(() => {
		fakeBrowser.reset();
		vi.resetModules();
	});
	const log = () => import('../../../src/background/recognition/message-log.ts');

	test('keeps a message once, whether it came live or from the archive', async () => {
		const { rememberMessages, messagesOf } = await log();
		const one = message('a', `${room}/x`);
		expect(await rememberMessages([one])).toHaveLength(1);
		// given again: who met it first may have ended before it told anybody
		expect(await rememberMessages([{ ...one, archiveId: 'later' }])).toHaveLength(1);
		expect(await messagesOf(room)).toHaveLength(1);
	});
	test('takes a copy of the same wire bytes under another name for nothing', async () => {
		const { rememberMessages } = await log();
		const one = message('a', `${room}/x`);
		await rememberMessages([one]);
		expect(await rememberMessages([{ ...one, id: 'b', author: `${room}/copier` }])).toHaveLength(0);
	});
	test('takes the same wire bytes under another key for another author’s message, where the transport signs', async () => {
		const { rememberMessages, messagesOf } = await log();
		const noTrace = composeMessage({
			mode: 'no-trace',
			transport: 'nostr',
			room,
			text: 'hello',
			replyTo: '',
			now,
			generation: null,
			random,
		});
		const original: IncomingMessage = { ...message('a', 'k1'), wires: [noTrace.wire], authorKey: noTrace.authorKey ?? new Uint8Array(33) };
		const copy = { ...original, id: 'b', author: 'k2', authorKey: new Uint8Array(33).fill(2) };
		expect(await rememberMessages([copy])).toHaveLength(1);
		expect(await rememberMessages([original])).toHaveLength(1);
		expect(await rememberMessages([{ ...original, id: 'c' }])).toHaveLength(0);
		expect(await messagesOf(room)).toHaveLength(2);
	});
	test('does not let another message take the place of one with the same id and author', async () => {
		const { rememberMessages, messagesOf } = await log();
		await rememberMessages([message('a', `${room}/x`, 'first')]);
		expect(await rememberMessages([message('a', `${room}/x`, 'second')])).toHaveLength(0);
		expect(await messagesOf(room)).toHaveLength(1);
	});
	test('leaves out what is no bauta message', async () => {
		const { rememberMessages } = await log();
		const one = message('a', `${room}/x`);
		expect(
			await rememberMessages([
				{ ...one, wires: [] },
				{ ...one, wires: [...one.wires, ...one.wires] },
				{ ...one, time: now + 3600 },
			]),
		).toHaveLength(0);
	});
	test('keeps no text, and is bounded', async () => {
		const { rememberMessages, messagesOf } = await log();
		await rememberMessages(Array.from({ length: 320 }, (_, index) => message(`m${index}`, `${room}/x`, 'canary text')));
		const kept = await messagesOf(room);
		expect(kept).toHaveLength(300);
		expect(JSON.stringify(kept)).not.toContain('canary');
		expect(JSON.stringify(await fakeBrowser.storage.session.get(null))).not.toContain('canary');
	});
	test('survives the death of the worker', async () => {
		await (await log()).rememberMessages([message('a', `${room}/x`)]);
		vi.resetModules();
		expect(await (await log()).messagesOf(room)).toHaveLength(1);
	});
	test('lets an archive be read once a day', async () => {
		const { mayReadArchive } = await log();
		expect(await mayReadArchive(room)).toBe(true);
		expect(await mayReadArchive(room)).toBe(false);
		vi.setSystemTime(Date.now() + 25 * 3600_000);
		expect(await mayReadArchive(room)).toBe(true);
		vi.useRealTimers();
	});
});
