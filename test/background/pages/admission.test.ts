import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';
import { startProcessorClock } from '../../processor-time.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		action: { setIcon: async () => {}, setTitle: async () => {} },
		i18n: { getMessage: (key: string) => key },
	}),
}));
vi.mock('../../../src/background/access/room-access.ts', () => ({
	accessTo: async () => ({ state: 'looking' }),
	lookWhereUnknown: async () => {},
	roomFault: async () => null,
}));

const here = { tab: 1, origin: 'https://chat.test' };
const room = { network: 'xmpp' as const, address: 'lobby@muc.chat.test' };
const other = { network: 'xmpp' as const, address: 'secret@muc.other.test' };

/** A background with a page of the site in tab 1 that shows one room. */
async function background() {
	vi.resetModules();
	const [admission, tabs, switches, frames, schemas] = await Promise.all([
		import('../../../src/background/pages/admission.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/pages/switches.ts'),
		import('../../../src/background/answers/frames.ts'),
		import('../../../src/background/router/schemas.ts'),
	]);
	await tabs.helloTab(here.tab, here.origin, 'converse', 'xmpp');
	await switches.noteShown(here.tab, [room]);
	return { ...admission, ...tabs, ...frames, ...schemas };
}
const refused = { code: 'not-allowed' };

beforeEach(() => {
	fakeBrowser.reset();
	vi.useRealTimers();
});

test('a page is heard of the rooms that it has shown, in its own tab, and of no others', async () => {
	const { admit } = await background();
	const speak = (about: typeof room, sender = here) => admit('content.blocked', { room: about }, sender);
	await speak(room);
	await expect(speak(other)).rejects.toMatchObject(refused);
	await expect(speak({ ...room, network: 'nostr' } as never)).rejects.toMatchObject(refused);
	await expect(speak(room, { tab: 2, origin: here.origin })).rejects.toMatchObject({ code: 'site-unknown' });
	await expect(speak(room, { tab: 1, origin: 'https://evil.test' })).rejects.toMatchObject({ code: 'site-unknown' });
	for (const name of ['content.tampered', 'content.reply'] as const)
		await expect(admit(name, { room: other, reply: null } as never, here)).rejects.toMatchObject(refused);
	await expect(admit('content.unlabelled', { room: other, messages: [] }, here)).rejects.toMatchObject(refused);
});

test('what a site may ask is bounded, over all of its tabs and reloads, and comes back with time; another site has its own', async () => {
	vi.useFakeTimers({ toFake: ['Date'] });
	const { admit, helloTab } = await background();
	const ask = (sender = here) => admit('content.rooms', { rooms: Array.from({ length: 200 }, () => room) }, sender);
	for (let time = 0; time < 10; time++) await ask();
	await expect(ask()).rejects.toMatchObject(refused);
	await helloTab(here.tab, here.origin, 'converse', 'xmpp');
	await helloTab(2, here.origin, 'converse', 'xmpp');
	await helloTab(3, 'https://other.test', 'converse', 'xmpp');
	await expect(ask()).rejects.toMatchObject(refused);
	await expect(ask({ ...here, tab: 2 })).rejects.toMatchObject(refused);
	await ask({ tab: 3, origin: 'https://other.test' });
	vi.setSystemTime(Date.now() + 60_000);
	await ask();
	// a clock that was put back gives nothing
	vi.setSystemTime(Date.now() - 3_600_000);
	for (let time = 0; time < 4; time++) await ask();
	await expect(ask()).rejects.toMatchObject(refused);
});

/** What fills a frame, as a hostile page would make it. */
const fillings = {
	text: (length: number) => `<subject>${'x'.repeat(length)}</subject>`,
	elements: (length: number) => '<a/>'.repeat(length / 4),
	attributes: (length: number) => `<a ${Array.from({ length: length / 16 }, (_, at) => `a${at}="&lt;"`).join(' ')}/>`,
	prefixes: (length: number) =>
		`<a ${Array.from({ length: 50 }, (_, at) => `xmlns:p${at}="u"`).join(' ')}>${Array.from({ length: length / 20 }, (_, at) => `<p${at % 50}:a p${at % 7}:b="">`).join('')}`,
	nesting: (length: number) => '<a>'.repeat(length / 7) + '</a>'.repeat(length / 7),
	markers: (length: number) => '<anonymous xmlns="urn:bauta:0">AAAA</anonymous>'.repeat(length / 48),
};

test.each(Object.entries(fillings))('all that a site may have read in a minute costs little processor time: %s', async (_, filling) => {
	// on a machine with other work a minute may be over before that
	vi.useFakeTimers({ toFake: ['Date', 'performance'] });
	const { admit, readFrames, requestRules } = await background();
	const { safeParse } = await import('valibot');
	const frame = (at: number) => ({
		direction: 'in' as const,
		url: 'wss://chat.test/ws',
		data: `<message xmlns="jabber:client" type="groupchat" id="f${at}" from="${room.address}/x">${filling(65_000)}</message>`.slice(
			0,
			65_536,
		),
	});
	const batch = (count: number) => ({ network: 'xmpp' as const, frames: Array.from({ length: count }, (__, at) => frame(at)) });
	const { schema } = requestRules['content.frames'];
	// what kept the worker busy for 22 s is no request any more
	expect(safeParse(schema, batch(500)).success).toBe(false);
	const largest = batch(16);
	expect(safeParse(schema, largest).success).toBe(true);
	const spent = startProcessorClock();
	let batches = 0;
	for (; batches < 1000; batches++) {
		if (
			await admit('content.frames', largest, here).then(
				() => false,
				() => true,
			)
		)
			break;
		await readFrames(largest, here);
	}
	expect(batches).toBeGreaterThan(2);
	expect(batches).toBeLessThan(10);
	expect(spent()).toBeLessThan(6000);
});

test('of what was read nothing stays in memory but what is kept: no frame lives on because of a name or an envelope in it', async () => {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	const { readFrames } = await background();
	const time = Math.floor(Date.now() / 1000);
	const said = {
		mode: 'no-trace',
		transport: 'recoverable',
		room: `xmpp:${room.address}`,
		text: 'so it is',
		replyTo: '',
		now: time,
	} as const;
	const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
	const frames = Array.from({ length: 60 }, (_, at) => {
		const { wire } = composeMessage({ ...said, generation: null, random });
		const padding = `<x>${String(at).repeat(60_000)}</x>`;
		const start = `<message xmlns="jabber:client" type="groupchat" id="${'i'.repeat(20)}${at}" from="${room.address}/${'n'.repeat(20)}${at}">`;
		return `${start}<body>so it is</body><anonymous xmlns="urn:x-bauta:1">${wire}</anonymous>${padding}</message>`;
	});
	collect();
	const before = process.memoryUsage().heapUsed;
	for (let at = 0; at < frames.length; at++) {
		const data = frames[at] as string;
		frames[at] = '';
		await readFrames({ network: 'xmpp', frames: [{ direction: 'in', url: 'wss://chat.test/ws', data }] }, here);
	}
	const { messagesOf } = await import('../../../src/background/recognition/message-log.ts');
	expect(await messagesOf(here.origin, `xmpp:${room.address}`)).toHaveLength(60);
	collect();
	expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(4);
});

test('so many messages are judged for a site in a minute, and no more', async () => {
	const { mayJudge } = await background();
	let judged = 0;
	for (let time = 0; time < 100; time++) judged += mayJudge(here.origin, 500);
	expect(judged).toBeGreaterThanOrEqual(3000);
	expect(judged).toBeLessThan(3100);
	expect(mayJudge('https://other.test', 500)).toBe(500);
});
