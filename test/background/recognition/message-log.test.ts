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
	/** The log as one site fills it: messages that its page handed over, where nothing else is said. */
	async function logOfSite(site = 'https://chat.test') {
		const { rememberMessages, messagesOf } = await log();
		return {
			rememberMessages: (messages: IncomingMessage[], source: 'page' | 'archive' = 'page') => rememberMessages(site, messages, source),
			messagesOf: (name: string) => messagesOf(site, name),
		};
	}

	test('keeps a message once, whether it came live or from the archive', async () => {
		const { rememberMessages, messagesOf } = await logOfSite();
		const one = message('a', `${room}/x`);
		expect(await rememberMessages([one])).toHaveLength(1);
		// given again: who met it first may have ended before it told anybody
		expect(await rememberMessages([{ ...one, archiveId: 'later' }])).toHaveLength(1);
		expect(await messagesOf(room)).toHaveLength(1);
	});
	test('takes a copy of the same wire bytes under another name for nothing', async () => {
		const { rememberMessages } = await logOfSite();
		const one = message('a', `${room}/x`);
		await rememberMessages([one]);
		expect(await rememberMessages([{ ...one, id: 'b', author: `${room}/copier` }])).toHaveLength(0);
	});
	test.each([
		['without an envelope, after it', (one: IncomingMessage) => [[one], [{ ...one, wires: [], bodies: ['other words'] }]]],
		['without an envelope, in the same archive', (one: IncomingMessage) => [[{ ...one, wires: [], bodies: ['other words'] }, one]]],
		['under an envelope of their own', (one: IncomingMessage) => [[one], [message('a', `${room}/x`, 'other words')]]],
		['under two envelopes', (one: IncomingMessage) => [[one], [{ ...one, wires: [...one.wires, 'x'], bodies: ['other words'] }]]],
	])('doubts a message whose name other words bear %s, and says so once', async (_, batchesOf) => {
		const { rememberMessages, messagesOf } = await logOfSite();
		const batches = batchesOf(message('a', `${room}/x`));
		const told: unknown[] = [];
		for (const batch of batches) told.push(...(await rememberMessages(batch)));
		expect(told.at(-1)).toMatchObject({ id: 'a', contested: true });
		expect(await messagesOf(room)).toMatchObject([{ id: 'a', contested: true }]);
		expect(await rememberMessages([{ ...message('a', `${room}/x`), wires: [], bodies: ['other words'] }])).toEqual([]);
	});
	test.each([
		['the same words without the envelope', (one: IncomingMessage) => ({ ...one, wires: [] })],
		['no words', (one: IncomingMessage) => ({ ...one, wires: [], bodies: [] })],
		['other words under another id', (one: IncomingMessage) => ({ ...one, wires: [], id: 'b', bodies: ['other words'] })],
		['other words of somebody else', (one: IncomingMessage) => ({ ...one, wires: [], author: `${room}/y`, bodies: ['other words'] })],
	])('does not doubt a message for %s', async (_, more) => {
		const { rememberMessages, messagesOf } = await logOfSite();
		const one = message('a', `${room}/x`);
		await rememberMessages([one]);
		expect(await rememberMessages([more(one)])).toEqual([]);
		expect((await messagesOf(room))[0]).not.toHaveProperty('contested');
	});
	test('takes the same wire bytes under another key for another author’s message, where the transport signs', async () => {
		const { rememberMessages, messagesOf } = await logOfSite();
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
		const { rememberMessages, messagesOf } = await logOfSite();
		const [first] = await rememberMessages([message('a', `${room}/x`, 'first')]);
		// the first one is told of again, as it is doubtful by now
		const [told, ...more] = await rememberMessages([message('a', `${room}/x`, 'second')]);
		expect([told?.content, more]).toEqual([first?.content, []]);
		expect((await messagesOf(room)).map(({ content }) => content)).toEqual([first?.content]);
	});
	test('leaves out what is no bauta message', async () => {
		const { rememberMessages } = await logOfSite();
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
		const { rememberMessages, messagesOf } = await logOfSite();
		await rememberMessages(Array.from({ length: 320 }, (_, index) => message(`m${index}`, `${room}/x`, 'canary text')));
		const kept = await messagesOf(room);
		expect(kept).toHaveLength(300);
		expect(JSON.stringify(kept)).not.toContain('canary');
		expect(JSON.stringify(await fakeBrowser.storage.session.get(null))).not.toContain('canary');
	});
	test('survives the death of the worker', async () => {
		await (await logOfSite()).rememberMessages([message('a', `${room}/x`)]);
		vi.resetModules();
		expect(await (await logOfSite()).messagesOf(room)).toHaveLength(1);
	});
	test('lets an archive be read once a day', async () => {
		const { mayReadArchive } = await log();
		expect(await mayReadArchive('https://chat.test', room)).toBe(true);
		expect(await mayReadArchive('https://chat.test', room)).toBe(false);
		vi.setSystemTime(Date.now() + 25 * 3600_000);
		expect(await mayReadArchive('https://chat.test', room)).toBe(true);
		vi.useRealTimers();
	});
	test('lets an archive be read once more where the worker died over it, and not where it could not be read', async () => {
		const site = 'https://chat.test';
		const first = await log();
		expect(await first.mayReadArchive(site, room)).toBe(true);
		void first.whileReading(site, room, () => new Promise(() => {}));
		await new Promise((next) => setTimeout(next));
		expect(await first.mayReadArchive(site, room)).toBe(false);
		vi.resetModules();
		const second = await log();
		expect(await second.mayReadArchive(site, room)).toBe(true);
		await expect(second.whileReading(site, room, () => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
		vi.resetModules();
		expect(await (await log()).mayReadArchive(site, room)).toBe(false);
	});
	test('of one site is not the log of another: what is shown there first takes no label away here as a copy', async () => {
		const [honest, hostile] = [await logOfSite('https://chat.test'), await logOfSite('https://hostile.test')];
		const [original, another] = [message('a', `${room}/x`), message('b', `${room}/x`)];
		// the same bytes under another name, and other bytes under the same name
		await hostile.rememberMessages(
			[
				{ ...original, id: 'copy', author: `${room}/copier` },
				{ ...another, wires: original.wires },
			],
			'archive',
		);
		expect((await honest.rememberMessages([original, another])).map(({ id }) => id)).toEqual(['a', 'b']);
		expect(await honest.messagesOf(room)).toHaveLength(2);
		expect(await hostile.messagesOf(room)).toHaveLength(1);
	});
	test('goes by the archive, where the page showed something else under an id or the same bytes under another', async () => {
		const { rememberMessages, messagesOf } = await logOfSite();
		const [one, two] = [message('a', `${room}/x`), message('b', `${room}/x`)];
		await rememberMessages([{ ...one, id: 'copy', author: `${room}/copier` }, message('b', `${room}/x`, 'made up')]);
		expect(await rememberMessages([one, two], 'archive')).toHaveLength(2);
		expect((await messagesOf(room)).map(({ wire }) => wire)).toEqual([...one.wires, ...two.wires]);
		expect(await rememberMessages([{ ...one, id: 'copy', author: `${room}/copier` }])).toHaveLength(0);
	});
	test('of earlier versions, which kept all sites together, is only a cache and not taken over', async () => {
		const [{ base64 }, { sealValue }] = await Promise.all([import('@scure/base'), import('../../../src/background/state/vault.ts')]);
		const key = new Uint8Array(32).fill(7);
		await fakeBrowser.storage.session.set({ key: base64.encode(key) });
		const { loggedForm } = await import('../../../src/background/recognition/logged-message.ts');
		const stored = { messages: [loggedForm(message('a', `${room}/x`))], archives: { [room]: Date.now() } };
		await fakeBrowser.storage.local.set({ log: sealValue(key, 'log', stored) });
		expect(await (await logOfSite()).messagesOf(room)).toEqual([]);
		expect(await (await log()).mayReadArchive('https://chat.test', room)).toBe(true);
	});
});
