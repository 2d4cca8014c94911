import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '../../eventually.ts';
import { startTestNotifier } from '../../notifier/setting.ts';
import { hall, lobby, lobbyId, type OpenNotifier, openNotifier, secret, start } from './open-notifier.ts';

// What is sent, beside the program of notifier/ itself.

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));
vi.mock('../../../src/background/access/on-channel.ts', () => import('./direct-channel.ts'));

const period = Math.floor(start / 2_592_000_000);
const service = { rooms: 'muc.chat.test', websocket: 'ws://127.0.0.1:9/', guests: 'anon.chat.test' };
let bauta: OpenNotifier;
let notifier: Awaited<ReturnType<typeof startTestNotifier>>;
beforeEach(async () => {
	Object.assign(fakeBrowser.permissions, { contains: async () => true, remove: async () => true });
	bauta = await openNotifier();
	notifier = await startTestNotifier([secret], { xmpp: [service] });
});
afterEach(async () => {
	await notifier.stop();
	await bauta.end();
});

const address = () => `http://127.0.0.1:${notifier.port}`;
const target = 'http://127.0.0.1:9/my-phone';
const set = (more: object = {}) => bauta.set({ address: address(), target, ...more });
/** what the notifier has of this browser, as it says itself */
async function registration() {
	const { installation } = await bauta.requireNotifier();
	const { body } = await notifier.ask('RegisterInstallation', {
		installationId: installation,
		deliveryMechanism: { customToken: `ntfy:${target}` },
	});
	return body as { rooms?: { topic: string; leavesOut?: boolean; lastPeriod?: number; state: string }[] };
}

test('the notifier takes a browser in, its rooms with keys and without, takes keys back, and forgets all of it', async () => {
	await set();
	expect((await bauta.visitNow()).notifier).toMatchObject({ isRegistered: true, fault: null, delivery: null });
	await bauta.follow(true, true);
	const { rooms } = await bauta.follow(false, false, hall);
	expect(rooms.map(({ fault, waits }) => [fault, waits])).toEqual([
		[null, false],
		[null, false],
	]);
	const before = (await registration()).rooms ?? [];
	expect(before.map(({ topic, leavesOut = false }) => [topic, leavesOut])).toEqual([
		[lobbyId, true],
		[`xmpp:${hall.address}`, false],
	]);
	expect(before[0]?.lastPeriod).toBe(period + 1);
	await bauta.follow(false);
	expect((await registration()).rooms?.map(({ leavesOut = false }) => leavesOut)).toEqual([false, false]);
	await bauta.followRoom({ room: lobby, follow: false, keys: false, past: false });
	expect((await registration()).rooms).toHaveLength(1);
	const { installation } = await bauta.requireNotifier();
	await bauta.revokeNotifier({ alone: false });
	const { status } = await notifier.ask('Subscribe', { installationId: installation, topics: [lobbyId] });
	expect(status).toBe(404);
});

test('what it refuses is told in words of its own', async () => {
	const faultWith = async (more: object) => {
		await set(more);
		return (await bauta.visitNow()).notifier?.fault?.code ?? '';
	};
	expect(await faultWith({ address: `${address()}/elsewhere` })).toBe('notifier-none');
	expect(await faultWith({ secret: `${secret.slice(0, -1)}A` })).toBe('notifier-secret');
	expect(await faultWith({ target: 'https://elsewhere.test/topic' })).toBe('notifier-not-allowed');
	expect(await faultWith({})).toBe('');
	const { rooms } = await bauta.follow(false, false, { network: 'xmpp', address: 'room@muc.unknown.test' });
	expect(rooms).toMatchObject([{ fault: { code: 'notifier-topic' }, waits: true }]);
});

test('how it reads a room and how its pushes went is what the popup is told', async () => {
	await set();
	await bauta.follow();
	await eventually(async () => expect((await registration()).rooms?.[0]?.state).toBe('unreachable'));
	expect((await bauta.visitNow()).rooms).toMatchObject([{ state: 'unreachable' }]);
});
