import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ErrorCode } from '../../../src/messages/errors.ts';
import type { Access } from '../../../src/networks/network.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));
// what servers answer to a probe is proved with real ones; here how long it is remembered
const server = vi.hoisted(() => ({ asked: 0, answer: (): unknown => undefined }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel() {
		server.asked++;
		return server.answer();
	},
}));

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

describe('how long a refusal is remembered', () => {
	const soonOver: ErrorCode[] = [
		...(['server-down', 'timed-out', 'room-full', 'room-not-accepted', 'policy-violation', 'server-refused'] as const),
		...(['relay-rate-limited', 'relay-blocked', 'nick-conflict'] as const),
	];
	test.each(soonOver)('%s tells to try again, and ten minutes later it is looked again', async (code) => {
		server.answer = refusing(code);
		expect(await askedFor()).toBe(1);
		minutes(9);
		expect(await askedFor()).toBe(1);
		minutes(10);
		expect(await askedFor()).toBe(2);
	});

	test.each<ErrorCode>(['room-members-only', 'room-banned', 'relay-restricted'])('%s holds for a day', async (code) => {
		server.answer = refusing(code);
		await askedFor();
		minutes(23 * 60);
		expect(await askedFor()).toBe(1);
		minutes(24 * 60);
		expect(await askedFor()).toBe(2);
	});
});

describe('who loads the page anew or sends again', () => {
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
		await vi.waitFor(() => expect(server.asked).toBe(1));
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
