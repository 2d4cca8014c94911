import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ErrorCode } from '../../../src/messages/errors.ts';
import type { Access, OpenAccess } from '../../../src/networks/network.ts';
import { eventually } from '../../eventually.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));
// what servers answer to a probe is proved with real ones; here how long it is remembered
const server = vi.hoisted(() => ({ asked: 0, answer: (): unknown => undefined }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel() {
		server.asked++;
		return server.answer();
	},
}));

// without delays the first look waits for nothing
vi.mock('../../../src/background/state/care.ts', () => ({ isHasty: async () => true }));

const roomNamed = (name: string) => ({ network: 'xmpp' as const, address: `${name}@muc.chat.test` });
const room = roomNamed('lobby');
const hints = { origin: 'https://chat.test', websocket: 'wss://chat.test/ws' };
const minutes = (count: number) => vi.setSystemTime(1_795_291_200_000 + count * 60_000);
const refusing = (reason: ErrorCode) => (): Access => ({ open: false, reason, detail: '' });

/** How often the server was asked, once the room was looked at again. */
async function askedFor(looked = room): Promise<number> {
	const { requireAccess } = await import('../../../src/background/access/room-access.ts');
	await requireAccess(looked, hints).catch(() => {});
	return server.asked;
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	vi.useFakeTimers({ toFake: ['Date'] });
	minutes(0);
	server.asked = 0;
});

/** When the room is to be looked at again, in minutes from now. */
async function renewal(): Promise<number> {
	const { renewalOf } = await import('../../../src/background/access/probe-results.ts');
	return (((await renewalOf(hints.origin, `xmpp:${room.address}`)) ?? Number.NaN) - Date.now()) / 60_000;
}

describe('who writes or sends goes by what is known, however old: a look would tell the server when', () => {
	const soonOver: ErrorCode[] = [
		...(['server-down', 'timed-out', 'room-full', 'room-not-accepted', 'policy-violation', 'server-refused'] as const),
		...(['relay-rate-limited', 'relay-blocked', 'nick-conflict'] as const),
	];
	test.each(soonOver)('%s may be over soon: it is looked again after some random minutes', async (code) => {
		server.answer = refusing(code);
		expect(await askedFor()).toBe(1);
		const after = await renewal();
		expect([after >= 5, after <= 15]).toEqual([true, true]);
		minutes(60);
		expect(await askedFor()).toBe(1);
	});

	test.each<ErrorCode>(['room-members-only', 'room-banned', 'relay-restricted'])('%s holds for the better part of a day', async (code) => {
		server.answer = refusing(code);
		await askedFor();
		const after = (await renewal()) / 60;
		expect([after >= 8, after <= 22]).toEqual([true, true]);
		minutes(10 * 24 * 60);
		expect(await askedFor()).toBe(1);
	});

	test('an open room stays open, also where a look failed since: the session itself will tell', async () => {
		const { requireAccess } = await import('../../../src/background/access/room-access.ts');
		const { rememberAccess } = await import('../../../src/background/access/probe-results.ts');
		const open = { open: true, route: { way: 'known' }, modes: [], maxPoints: 1 } as unknown as OpenAccess;
		server.answer = () => open;
		await askedFor();
		minutes(3 * 24 * 60);
		expect(await requireAccess(room, hints)).toEqual(open);
		const id = `xmpp:${room.address}`;
		await rememberAccess(hints.origin, id, refusing('server-down')());
		await rememberAccess(hints.origin, id, refusing('timed-out')());
		expect(await requireAccess(room, hints)).toEqual(open);
		await rememberAccess(hints.origin, id, refusing('room-members-only')());
		await expect(requireAccess(room, hints)).rejects.toMatchObject({ code: 'room-members-only' });
		expect(server.asked).toBe(1);
	});

	test('what was known when a message was taken in sends it after the browser was started anew', async () => {
		const { requireAccess } = await import('../../../src/background/access/room-access.ts');
		const earlier = { open: true, route: { way: 'earlier' }, modes: [], maxPoints: 1 } as unknown as OpenAccess;
		expect(await requireAccess(room, hints, earlier)).toEqual(earlier);
		expect(server.asked).toBe(0);
	});

	test('renewals are spread: no two rooms are looked at together', async () => {
		server.answer = () => ({ open: true, route: {}, modes: [], maxPoints: 1 });
		const times: number[] = [];
		const { forgetAccess } = await import('../../../src/background/access/probe-results.ts');
		for (let time = 0; time < 60; time++) {
			await forgetAccess(`xmpp:${room.address}`);
			await askedFor();
			times.push(Math.floor((await renewal()) / 120));
		}
		// seven parts of two hours, even: each is met, but for one time in 1,500
		expect(new Set(times).size).toBe(7);
	});
});

describe('who loads the page anew', () => {
	test('has the room looked at again where it may be over, and only that room', async () => {
		server.answer = refusing('server-down');
		await askedFor();
		expect(await askedFor(roomNamed('other'))).toBe(2);
		const { forgetPassing } = await import('../../../src/background/access/probe-results.ts');
		await forgetPassing(hints.origin, [room, roomNamed('never-met')]);
		expect(await askedFor(roomNamed('other'))).toBe(2);
		expect(await askedFor()).toBe(3);
	});

	test('does not have it looked at where its owner decided, or where the way is open', async () => {
		const { forgetPassing } = await import('../../../src/background/access/probe-results.ts');
		const open = { open: true, route: {}, modes: [], maxPoints: 1 } as unknown as Access;
		const members = roomNamed('members');
		for (const [each, answer] of [
			[room, () => open],
			[members, refusing('room-members-only')],
		] as const) {
			server.answer = answer;
			await askedFor(each);
		}
		await forgetPassing(hints.origin, [room, members]);
		await askedFor(room);
		expect(await askedFor(members)).toBe(2);
	});
});

describe('a site that names the room of another one', () => {
	const hostile = { origin: 'https://hostile.test', websocket: 'wss://hostile.test/ws' };
	const openBy = (url: string) => () => ({ open: true, route: { url }, modes: [], maxPoints: 1 });
	const routeFor = async (from: typeof hints) => {
		const { requireAccess } = await import('../../../src/background/access/room-access.ts');
		return (await requireAccess(room, from)).route;
	};

	test('first gets nobody’s messages: each has the room looked at for itself, and finds its own way', async () => {
		server.answer = openBy('hostile');
		expect(await routeFor(hostile)).toEqual({ url: 'hostile' });
		server.answer = openBy('honest');
		expect(await routeFor(hints)).toEqual({ url: 'honest' });
		expect(await routeFor(hostile)).toEqual({ url: 'hostile' });
		expect(server.asked).toBe(2);
	});

	test('while it is looked at there, does not have that look taken for its own', async () => {
		let answer = (_: unknown) => {};
		server.answer = () =>
			new Promise((resolve) => {
				answer = resolve;
			});
		const first = routeFor(hostile);
		await eventually(() => expect(server.asked).toBe(1));
		server.answer = openBy('honest');
		expect(await routeFor(hints)).toEqual({ url: 'honest' });
		answer(openBy('hostile')());
		expect(await first).toEqual({ url: 'hostile' });
	});

	test('does not close it there, nor learn that it is closed there', async () => {
		const [{ isClosed }, { helloTab }] = await Promise.all([
			import('../../../src/background/access/room-access.ts'),
			import('../../../src/background/state/tabs.ts'),
		]);
		await helloTab(1, hints.origin, 'converse', 'xmpp');
		await helloTab(2, hostile.origin, 'converse', 'xmpp');
		server.answer = refusing('room-members-only');
		await expect(routeFor(hostile)).rejects.toMatchObject({ code: 'room-members-only' });
		expect([await isClosed(1, room), await isClosed(2, room)]).toEqual([false, true]);
	});

	test('is asked anew on every site where the user wants the room looked at again', async () => {
		const { forgetAccess } = await import('../../../src/background/access/probe-results.ts');
		server.answer = openBy('one');
		for (const from of [hints, hostile]) await routeFor(from);
		await forgetAccess(`xmpp:${room.address}`);
		for (const from of [hints, hostile]) await routeFor(from);
		expect(server.asked).toBe(4);
	});
});

test('a room that wanted a host is looked at again when one was granted, however the want was told', async () => {
	const { forgetMissingHosts } = await import('../../../src/background/access/probe-results.ts');
	server.answer = refusing('host-permission');
	await askedFor();
	await forgetMissingHosts();
	expect(await askedFor()).toBe(2);
});

test('what is known of a room is told without asking anybody', async () => {
	const [{ isClosed }, { helloTab }] = await Promise.all([
		import('../../../src/background/access/room-access.ts'),
		import('../../../src/background/state/tabs.ts'),
	]);
	await helloTab(1, hints.origin, 'converse', 'xmpp');
	expect(await isClosed(1, room)).toBe(false);
	expect(server.asked).toBe(0);
	server.answer = refusing('room-moderated');
	await askedFor();
	expect(await isClosed(1, room)).toBe(true);
	expect(server.asked).toBe(1);
});

test.each(['no-anonymous', 'Talk under your name: No-Anonymous.'])(
	'a topic that says %j closes the room, and no server is asked',
	async (topic) => {
		const [{ isClosed, requireAccess }, { changeTab, helloTab }] = await Promise.all([
			import('../../../src/background/access/room-access.ts'),
			import('../../../src/background/state/tabs.ts'),
		]);
		await helloTab(1, hints.origin, 'converse', 'xmpp');
		await changeTab(1, (tab) => {
			tab.topics[`xmpp:${room.address}`] = topic;
		});
		expect(await isClosed(1, room)).toBe(true);
		await expect(requireAccess(room, { ...hints, topic })).rejects.toMatchObject({ code: 'room-no-anonymous' });
		expect(server.asked).toBe(0);
	},
);
