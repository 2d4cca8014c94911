import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { IncomingMessage } from '../../../src/networks/network.ts';
import { composeMessage } from '../../../src/protocol/compose.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const now = 1_795_291_110;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

function message(room: string, id: string, time = now): IncomingMessage {
	const { wire } = composeMessage({
		...{ mode: 'keyless', transport: 'recoverable', room, text: 'x', replyTo: '', now, generation: null, random },
	});
	return { room, id, archiveId: '', author: `${room}/x`, bodies: ['x'], replyTo: '', time, wires: [wire] };
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
});

test('a flood of long names, in many rooms, leaves the stores room for the key and the outbox', async () => {
	const [{ rememberMessages, messagesOf }, { base64 }] = await Promise.all([
		import('../../../src/background/recognition/message-log.ts'),
		import('@scure/base'),
	]);
	await fakeBrowser.storage.session.set({ key: base64.encode(new Uint8Array(32)) });
	vi.useFakeTimers();
	const long = 'ж'.repeat(1400);
	for (let room = 0; room < 45; room++) {
		const name = `xmpp:room${room}@muc.chat.test`;
		const one = message(name, '');
		// the signature is not looked at yet, so one will do
		const flood = Array.from({ length: 60 }, (_, at) => ({ ...one, id: `${at}${long}`, wires: [unlike(one.wires[0] ?? '', at)] }));
		await rememberMessages('https://chat.test', flood, 'page');
	}
	const last = await messagesOf('https://chat.test', 'xmpp:room44@muc.chat.test');
	expect(last.at(-1)?.id).toMatch(/^59/);
	await vi.advanceTimersByTimeAsync(3000);
	vi.useRealTimers();
	const size = async (area: 'local' | 'session') =>
		new TextEncoder().encode(JSON.stringify(await fakeBrowser.storage[area].get(null))).length;
	expect(await size('session')).toBeLessThan(7_000_000);
	await expect.poll(() => size('local')).toBeGreaterThan(0);
	expect(await size('local')).toBeLessThan(5_000_000);
});

/** The same form with other random bytes in its sealed part. */
function unlike(wire: string, at: number): string {
	const mark = at.toString(36).padStart(4, 'A');
	return wire.slice(0, 80) + mark + wire.slice(84);
}

test('a site that names rooms without end pushes out its own alone', async () => {
	const { rememberMessages, messagesOf } = await import('../../../src/background/recognition/message-log.ts');
	const room = 'xmpp:lobby@muc.chat.test';
	await rememberMessages('https://chat.test', [message(room, 'a')], 'page');
	for (let at = 0; at < 60; at++) await rememberMessages('https://hostile.test', [message(`xmpp:room${at}@muc.chat.test`, 'a')], 'page');
	expect(await messagesOf('https://chat.test', room)).toHaveLength(1);
	expect(await messagesOf('https://hostile.test', 'xmpp:room0@muc.chat.test')).toHaveLength(0);
	expect(await messagesOf('https://hostile.test', 'xmpp:room59@muc.chat.test')).toHaveLength(1);
});

test('a copy that an archive shows before the message it copies does not take its place', async () => {
	const { rememberMessages } = await import('../../../src/background/recognition/message-log.ts');
	const room = 'xmpp:lobby@muc.chat.test';
	const original = message(room, 'original');
	const copy = { ...original, id: 'copy', author: `${room}/copier`, time: now + 30 };
	expect((await rememberMessages('https://chat.test', [copy, original], 'archive')).map(({ id }) => id)).toEqual(['original']);
});

test('what the disk has of earlier times pushes out nothing that was met since: an unlock would show in the page (THREATS.md P9)', async () => {
	const log = () => import('../../../src/background/recognition/message-log.ts');
	const { base64 } = await import('@scure/base');
	const room = 'xmpp:lobby@muc.chat.test';
	const several = (name: string, count: number) => {
		const one = message(room, '');
		return Array.from({ length: count }, (_, at) => ({ ...one, id: `${name} ${at}`, wires: [unlike(one.wires[0] ?? '', at)] }));
	};
	const key = { key: base64.encode(new Uint8Array(32)) };
	await fakeBrowser.storage.session.set(key);
	await (await log()).rememberMessages('https://chat.test', several('early', 200), 'page');
	await expect.poll(async () => Object.keys(await fakeBrowser.storage.local.get(null)).length, { timeout: 8000 }).toBeGreaterThan(0);
	// the browser was started anew
	await fakeBrowser.storage.session.clear();
	vi.resetModules();
	const { rememberMessages } = await log();
	await rememberMessages('https://chat.test', several('late', 150), 'page');
	await fakeBrowser.storage.session.set(key);
	vi.resetModules();
	const all = await (await log()).messagesOf('https://chat.test', room);
	expect(all.map(({ id }) => id.slice(0, 4)).filter((id, at, ids) => id !== ids[at - 1])).toEqual(['earl', 'late']);
	expect(all.filter(({ id }) => id.startsWith('late'))).toHaveLength(150);
	expect(all.length).toBeGreaterThan(200);
});
