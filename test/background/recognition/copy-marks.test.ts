import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { IncomingMessage } from '../../../src/networks/network.ts';
import { composeMessage } from '../../../src/protocol/compose.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const now = 1_795_291_110;
const site = 'https://chat.test';
const room = 'xmpp:lobby@muc.chat.test';
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const { wire } = composeMessage({ mode: 'keyless', transport: 'recoverable', room, text: 'x', replyTo: '', now, generation: null, random });
/** The same form with other bytes in its sealed part: the signature is not looked at yet. */
const unlike = (at: number) => wire.slice(0, 80) + at.toString(36).padStart(6, 'A') + wire.slice(86);
const message = (at: number, author = 'first', of = room): IncomingMessage => ({
	...{
		room: of,
		id: `${author}${at}`,
		archiveId: '',
		author: `${of}/${author}`,
		bodies: ['x'],
		replyTo: '',
		time: now,
		wires: [unlike(at)],
	},
});

async function background() {
	vi.resetModules();
	const [log, marks, document] = await Promise.all([
		import('../../../src/background/recognition/message-log.ts'),
		import('../../../src/background/recognition/copy-marks.ts'),
		import('../../../src/background/state/document.ts'),
	]);
	return { ...log, ...marks, ...document };
}
const many = (count: number, from = 0) => Array.from({ length: count }, (_, at) => message(from + at));
const ids = (messages: { id: string }[]) => messages.map(({ id }) => id);

beforeEach(() => fakeBrowser.reset());

test('a copy of a message that the log has long forgotten is none, also for the next worker; the message itself is no copy', async () => {
	const { rememberMessages, messagesOf } = await background();
	await rememberMessages(site, many(1000), 'page');
	// what the log keeps, else the test would show nothing
	expect(ids(await messagesOf(site, room))).not.toContain('first5');
	expect(await rememberMessages(site, [message(5, 'copier')], 'page')).toEqual([]);
	const next = await background();
	expect(await next.rememberMessages(site, [message(6, 'copier')], 'page')).toEqual([]);
	expect(ids(await next.rememberMessages(site, [message(5)], 'page'))).toEqual(['first5']);
	// another site has its own
	expect(ids(await next.rememberMessages('https://other.test', [message(6, 'copier')], 'page'))).toEqual(['copier6']);
});

test('what the archive shows is no copy of what only a page showed, and afterwards the page’s is one', async () => {
	const { rememberMessages } = await background();
	await rememberMessages(site, [message(1, 'copier'), ...many(400, 100)], 'page');
	expect(ids(await rememberMessages(site, [message(1)], 'archive'))).toEqual(['first1']);
	expect(await rememberMessages(site, [message(1, 'copier')], 'page')).toEqual([]);
	expect(await rememberMessages(site, [message(1, 'another')], 'archive')).toEqual([]);
});

test('only memory bounds it, the oldest of the largest site go, and the user is told once', async () => {
	const { withoutOldCopies, mostMarks, vaultNotices, readNotice } = await background();
	const logged = (at: number, author: string) => ({ room, id: `${author}${at}`, author, wire: `wire ${at}`, time: now, content: '' });
	const rememberAll = async (name: string, count: number) => {
		for (let at = 0; at < count; at += 5000)
			await withoutOldCopies(
				name,
				Array.from({ length: 5000 }, (_, index) => logged(at + index, 'first')),
			);
	};
	await rememberAll(`${site} ${room}`, 10_000);
	await rememberAll(`https://hostile.test ${room}`, mostMarks - 10_000);
	expect(vaultNotices()).toEqual([]);
	expect(await withoutOldCopies(`https://hostile.test ${room}`, [logged(1, 'copier')])).toEqual([]);
	await rememberAll(`https://hostile.test a${room}`, 5000);
	const notice = { code: 'copies-forgotten', detail: '' } as const;
	expect(vaultNotices()).toEqual([notice]);
	expect(await withoutOldCopies(`https://hostile.test ${room}`, [logged(1, 'copier')])).toHaveLength(1);
	expect(await withoutOldCopies(`${site} ${room}`, [logged(1, 'copier')])).toEqual([]);
	readNotice(notice);
	expect(vaultNotices()).toEqual([]);
	expect(new TextEncoder().encode(JSON.stringify(await fakeBrowser.storage.session.get(null))).length).toBeLessThan(2_000_000);
});
