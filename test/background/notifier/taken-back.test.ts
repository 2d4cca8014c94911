/** Keys that a notifier has, or may have: what the popup says of them, and that none stay, or are given, without the user's word. */
import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { until } from '../../until.ts';
import { lobbyId, type OpenNotifier, openNotifier, start } from './open-notifier.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));
vi.mock('../../../src/background/access/on-channel.ts', () => import('./direct-channel.ts'));

const period = Math.floor(start / 2_592_000_000);
let bauta: OpenNotifier;
beforeEach(async () => {
	Object.assign(fakeBrowser.permissions, { contains: async () => true, remove: async () => true });
	bauta = await openNotifier();
	await bauta.set();
});
afterEach(() => bauta.end());

describe('keys whose arrival nobody confirmed', () => {
	/** the notifier takes them, and its answer is lost */
	async function giveUnconfirmed() {
		await bauta.follow(false);
		bauta.server.odd.answer = (response, method) => {
			if (method !== 'SubscribeWithMetadata') return false;
			[...bauta.server.installations.values()][0]?.rooms.set(lobbyId, { [period]: 'key', [period + 1]: 'key' });
			response.destroy();
		};
		const { notifier, rooms } = await bauta.follow(true);
		expect(notifier?.fault?.code).toBe('notifier-down');
		expect(rooms).toMatchObject([{ keys: true, waits: true, until: 0 }]);
		bauta.server.odd.answer = null;
	}

	test('are taken back', async () => {
		await giveUnconfirmed();
		const { rooms } = await bauta.follow(false);
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [] });
		expect(rooms).toMatchObject([{ keys: false, waits: false }]);
	});

	test('are not said to be gone before the notifier said so', async () => {
		await giveUnconfirmed();
		bauta.server.odd.answer = (response) => response.destroy();
		expect((await bauta.follow(false)).rooms).toMatchObject([{ keys: false, waits: true }]);
		bauta.server.odd.answer = null;
		expect((await bauta.visitNow()).rooms).toMatchObject([{ keys: false, waits: false }]);
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [] });
	});

	test('are taken back also where the notifier has keys that nobody here remembers', async () => {
		await bauta.follow(false);
		[...bauta.server.installations.values()][0]?.rooms.set(lobbyId, { [period]: 'key' });
		await bauta.visitNow();
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [] });
	});
});

describe('keys of another identity', () => {
	const given = () => [...bauta.server.installations.values()][0]?.rooms.get(lobbyId) ?? {};
	/** a second one is made, and has written in the lobby */
	async function anotherWrites() {
		const { addIdentity } = await import('../../../src/background/identities/identities.ts');
		await addIdentity('11'.repeat(32), '', 'second');
		const { identities } = await bauta.readDocument();
		await bauta.changeRoom(lobbyId, { identity: identities.at(-1)?.id ?? '' });
		const second = await bauta.identityFor(lobbyId);
		expect(second.id).not.toBe(identities[0]?.id);
		await bauta.writableGeneration(second, start / 1000);
	}

	test('are given after another question alone, and those of the first are taken back until then', async () => {
		await bauta.follow(true, true);
		const first = given();
		await anotherWrites();
		expect((await bauta.notifierState()).rooms).toMatchObject([{ keys: true, asks: true, waits: true }]);
		await bauta.nextAlarm();
		expect(given()).toEqual({});
		bauta.server.installations.clear();
		await bauta.nextAlarm();
		expect(bauta.server.rooms()).toEqual({ [lobbyId]: [] });
		expect((await bauta.notifierState()).rooms).toMatchObject([{ keys: true, asks: true, waits: false, until: 0 }]);
		await bauta.follow(true);
		expect(Object.keys(given())).toHaveLength(2);
		expect(Object.values(first)).not.toContain(Object.values(given())[0]);
		expect((await bauta.notifierState()).rooms).toMatchObject([{ keys: true, asks: false, waits: false }]);
	});

	test('are not given where the answer was no', async () => {
		await bauta.follow(true);
		await anotherWrites();
		expect((await bauta.follow(false)).rooms).toMatchObject([{ keys: false, asks: false, waits: false }]);
		expect(given()).toEqual({});
	});
});

test('keys of the past are given once: a notifier that says it has nothing gets none of a later past, nor the same again', async () => {
	await bauta.follow(true, true);
	expect(bauta.server.rooms()).toEqual({ [lobbyId]: [period - 1, period, period + 1] });
	bauta.server.installations.clear();
	await bauta.visitNow();
	expect(bauta.server.rooms()).toEqual({ [lobbyId]: [period, period + 1] });
	vi.setSystemTime(start + 95 * 86_400_000);
	bauta.server.installations.clear();
	await bauta.visitNow();
	expect(bauta.server.rooms()).toEqual({ [lobbyId]: [period + 3, period + 4] });
});

test('keys of the past that did not get through are not given in a later period', async () => {
	bauta.server.odd.answer = (response) => response.destroy();
	await bauta.follow(true, true);
	bauta.server.odd.answer = null;
	vi.setSystemTime(start + 31 * 86_400_000);
	await bauta.visitNow();
	expect(bauta.server.rooms()).toEqual({ [lobbyId]: [period + 1, period + 2] });
});

test('a notifier that is left during its first visit has to forget what that told it', async () => {
	let answer = () => {};
	bauta.server.odd.answer = (response, method) => {
		if (method !== 'RegisterInstallation') return false;
		bauta.server.installations.set('this one', { token: 'ntfy:phone', seen: start, rooms: new Map() });
		answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"lastSeen":"0"}');
	};
	const visit = bauta.visitNow();
	await until(() => bauta.server.requests.length > 0, 'the first call');
	const left = bauta.revokeNotifier({ alone: false });
	answer();
	expect((await left).notifier).toBeNull();
	await visit.catch(() => {});
	expect(bauta.server.asked()).toEqual(['RegisterInstallation', 'DeleteInstallation']);
	expect(await bauta.readNotifier()).toBeNull();
});

test('that something was sent to a notifier is remembered, also where it did not answer and what is stored of it was changed', async () => {
	expect((await bauta.notifierState()).notifier?.wasAsked).toBe(false);
	bauta.server.odd.answer = (response) => response.destroy();
	await bauta.visitNow();
	expect((await bauta.set({ secret: '' })).notifier).toMatchObject({ wasAsked: true, isRegistered: false, fault: null });
});

test('a notifier to which nothing was sent is left without a word', async () => {
	await bauta.revokeNotifier({ alone: false });
	expect(bauta.server.asked()).toEqual([]);
});
