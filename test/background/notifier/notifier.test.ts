import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hall, lobby, lobbyId, type OpenNotifier, openNotifier, secret, start } from './open-notifier.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));
/** One use of the channel after another: where, and whether a secret may go along. The requests are real. */
const { uses } = vi.hoisted(() => ({ uses: [] as [string, boolean][] }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel(
		origin: string,
		_seconds: number,
		task: (channel: object, signal: AbortSignal) => unknown,
		end: AbortSignal,
		bearer: boolean,
	) {
		uses.push([origin, bearer]);
		const { cleanFetch } = await import('../../../src/networks/channel/connections.ts');
		return task({ fetch: cleanFetch }, end);
	},
}));

const day = 86_400_000;
const removed: string[] = [];
let bauta: OpenNotifier;
beforeEach(async () => {
	uses.length = 0;
	removed.length = 0;
	Object.assign(fakeBrowser.permissions, {
		contains: async () => true,
		remove: async ({ origins }: { origins: string[] }) => removed.push(...origins) > 0,
	});
	bauta = await openNotifier();
});
afterEach(() => bauta.end());

const period = Math.floor(start / 2_592_000_000);
const codeOf = (work: Promise<unknown>) =>
	work.then(
		() => '',
		({ code }) => code,
	);

describe('a notifier', () => {
	test('is stored without a word to it, and encrypted; then it takes this browser in, with its secret and over a channel for one', async () => {
		const stored = await bauta.set();
		expect(stored.notifier).toMatchObject({ address: bauta.server.address, isRegistered: false, seen: 0, fault: null });
		expect(bauta.server.asked()).toEqual([]);
		const disk = JSON.stringify(await fakeBrowser.storage.local.get(null));
		for (const canary of [secret, 'ntfy.test', bauta.server.address]) expect(disk).not.toContain(canary);
		const { notifier } = await bauta.visitNow();
		expect(notifier).toMatchObject({ isRegistered: true, seen: start, fault: null });
		expect([...bauta.server.installations.values()][0]?.token).toBe('ntfy:https://ntfy.test/my-phone');
		expect(uses).toEqual([[new URL(bauta.server.address).origin, true]]);
		expect(JSON.stringify(notifier)).not.toContain(secret);
	});

	test('is told of a room without keys, unless the user wants their own left out', async () => {
		await bauta.set();
		const { rooms } = await bauta.follow();
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [] });
		expect(rooms).toMatchObject([{ room: lobby, follow: true, keys: false, waits: false, until: 0 }]);
		const told = bauta.server.requests.find(({ method }) => method === 'SubscribeWithMetadata');
		expect(told?.body).toMatchObject({ subscriptions: [{ topic: lobbyId, hmacKeys: [] }] });
	});

	test('gets the keys of this period and the next, of this room alone; those of the last period only where the user says so', async () => {
		await bauta.set();
		const { rooms } = await bauta.follow(true);
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [period, period + 1] });
		expect(rooms).toMatchObject([{ keys: true, waits: false, until: ((period + 2) * 30 * day) / 1000 }]);
		await bauta.follow(true, true, hall);
		expect(bauta.server.rooms()[`xmpp:${hall.address}`]).toEqual([period - 1, period, period + 1]);
		// they are the author's own tags of the room, and nothing that leads to others
		const { generation, node } = await bauta.writableGeneration(await bauta.identityFor(lobbyId), start / 1000);
		const { generationSecret, roomKeys } = await import('../../../src/protocol/generation.ts');
		const { tagKey } = roomKeys(generationSecret(node), lobbyId, period);
		expect(generation).toBeGreaterThan(0);
		const given = [...bauta.server.installations.values()][0]?.rooms.get(lobbyId);
		expect(given?.[period]).toBe(Buffer.from(tagKey).toString('base64'));
	});

	test('has its keys taken back, follows a room no more, and forgets everything', async () => {
		await bauta.set();
		await bauta.follow(true);
		await bauta.follow(false);
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [] });
		const { rooms } = await bauta.followRoom({ room: lobby, follow: false, keys: false, past: false });
		expect(bauta.server.rooms()).toEqual({});
		expect(rooms).toEqual([]);
		await bauta.follow(true);
		expect(await bauta.revokeNotifier({ alone: false })).toEqual({ notifier: null, rooms: [] });
		expect(bauta.server.installations.size).toBe(0);
		expect(await fakeBrowser.storage.local.get('notifier')).toEqual({});
		expect(await bauta.alarm()).toBeUndefined();
		expect(removed).toEqual(['http://127.0.0.1/*']);
	});

	test('that has forgotten everything is told anew, and one that has more than it should is told to forget that', async () => {
		await bauta.set();
		await bauta.follow(true);
		bauta.server.installations.clear();
		await bauta.visitNow();
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [period, period + 1] });
		[...bauta.server.installations.values()][0]?.rooms.set('xmpp:hall@muc.chat.test', {});
		await bauta.visitNow();
		expect(Object.keys(bauta.server.rooms())).toEqual([lobbyId]);
	});

	test('is reached no more by a second one before it was left', async () => {
		await bauta.set();
		await bauta.visitNow();
		expect(await codeOf(bauta.set({ address: 'https://other.test' }))).toBe('notifier-other');
		const { notifier } = await bauta.set({ secret: '', target: 'https://ntfy.test/other' });
		expect(notifier?.target).toBe('https://ntfy.test/other');
		await bauta.visitNow();
		expect([...bauta.server.installations.values()].map(({ token }) => token)).toEqual(['ntfy:https://ntfy.test/other']);
	});
});

describe('what is wrong is said, and nothing is lost by it', () => {
	const wrong = [
		['address', 'notifier.test', 'notifier-address'],
		['address', 'http://notifier.test', 'notifier-address'],
		['address', 'https://me@notifier.test', 'notifier-address'],
		['address', 'https://notifier.test/?a=b', 'notifier-address'],
		['address', 'ftp://notifier.test', 'notifier-address'],
		['secret', '', 'notifier-secret-form'],
		['secret', 'short', 'notifier-secret-form'],
		['secret', `${secret}!`, 'notifier-secret-form'],
		['target', 'my-topic', 'notifier-target'],
		['target', 'https://ntfy.test/', 'notifier-target'],
		['target', 'http://ntfy.test/topic', 'notifier-target'],
	] as const;
	test('what was written wrongly', async () => {
		for (const [field, written, code] of wrong) expect([written, await codeOf(bauta.set({ [field]: written }))]).toEqual([written, code]);
		expect(await bauta.readNotifier()).toBeNull();
	});

	test('a secret that the notifier does not know', async () => {
		await bauta.set({ secret: `${secret.slice(0, -1)}A` });
		expect((await bauta.follow()).notifier?.fault).toEqual({ code: 'notifier-secret', detail: '' });
		expect((await bauta.notifierState()).rooms).toMatchObject([{ follow: true, waits: true }]);
		await bauta.set();
		expect((await bauta.visitNow()).notifier?.fault).toBeNull();
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [] });
	});

	test('a notifier that never answered is changed or forgotten without it', async () => {
		await bauta.set({ address: bauta.server.address.replace('push', 'other') });
		expect((await bauta.visitNow()).notifier).toMatchObject({ fault: { code: 'notifier-none' }, isRegistered: false, seen: 0 });
		expect((await bauta.set()).notifier?.fault).toBeNull();
		await bauta.set({ address: 'https://other.test' });
		bauta.server.asked();
		expect((await bauta.revokeNotifier({ alone: false })).notifier).toBeNull();
	});

	test('an address for pushes that its operator does not allow', async () => {
		await bauta.set({ target: 'https://elsewhere.test/topic' });
		const { notifier } = await bauta.visitNow();
		expect(notifier?.fault).toEqual({ code: 'notifier-not-allowed', detail: 'deliveryHosts has no elsewhere.test' });
	});

	test('a room that it does not watch does not keep it from the others', async () => {
		await bauta.set();
		await bauta.follow(false, false, { network: 'xmpp', address: 'nowhere@muc.chat.test' });
		await bauta.follow(true);
		await bauta.follow(false, false, hall);
		const { rooms, notifier } = await bauta.notifierState();
		expect(notifier?.fault).toBeNull();
		expect(rooms.map(({ room, fault, waits }) => [room.address, fault?.code ?? '', waits])).toEqual([
			['nowhere@muc.chat.test', 'notifier-topic', true],
			[lobby.address, '', false],
			[hall.address, '', false],
		]);
		expect(Object.keys(bauta.server.rooms())).toEqual([lobbyId, `xmpp:${hall.address}`]);
	});

	test.each([
		['an HTML page', 200, '<!doctype html><title>Router</title>', 'notifier-none'],
		['a page that is not there', 404, '<h1>404</h1>', 'notifier-none'],
		['a list', 200, '[]', 'notifier-none'],
		['an answer of another kind', 200, '{"rooms":5}', 'notifier-none'],
		['rooms without an end', 200, JSON.stringify({ rooms: Array.from({ length: 2001 }, () => ({ topic: 'a' })) }), 'notifier-none'],
		['a million letters', 200, `{"a":"${'x'.repeat(1_000_000)}"}`, 'notifier-none'],
		['a fault without words', 500, 'Internal Server Error', 'notifier-fault'],
		['a fault of its own', 503, '{"code":"unavailable","message":"disk\\u202e full"}', 'notifier-fault'],
		['too many requests', 429, '{"code":"resource_exhausted","message":"wait"}', 'notifier-busy'],
		['a redirect', 302, '', 'notifier-down'],
	])('%s', async (_, status, body, code) => {
		await bauta.set();
		await bauta.follow(true);
		bauta.server.odd.answer = (response) => response.writeHead(status, { location: `${bauta.server.address}/x` }).end(body);
		bauta.server.asked();
		const { notifier, rooms } = await bauta.visitNow();
		expect(notifier?.fault?.code).toBe(code);
		expect(notifier?.fault?.detail).not.toContain('\u202e');
		expect(bauta.server.asked()).toEqual(['RegisterInstallation']);
		expect(notifier?.seen).toBe(start);
		expect(rooms).toMatchObject([{ follow: true, keys: true }]);
		bauta.server.odd.answer = null;
		expect((await bauta.visitNow()).notifier?.fault).toBeNull();
	});

	test('a notifier that is gone: nothing is forgotten until the user says so', async () => {
		await bauta.set();
		await bauta.follow(true);
		await bauta.server.stop();
		expect((await bauta.visitNow()).notifier?.fault?.code).toBe('notifier-down');
		expect(await codeOf(bauta.revokeNotifier({ alone: false }))).toBe('notifier-down');
		expect((await bauta.notifierState()).rooms).toHaveLength(1);
		expect(await bauta.revokeNotifier({ alone: true })).toEqual({ notifier: null, rooms: [] });
	});
});
