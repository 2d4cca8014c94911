import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Settings } from '../../../src/messages/popup.ts';
import type { RoomRef } from '../../../src/messages/rooms.ts';
import type { Post } from '../../../src/networks/network.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));
// the way to a server and the server: everything before them is the real thing
const server = vi.hoisted(() => ({ posted: [] as string[], channels: 0 }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	onChannel: (_: string, __: number, work: (...given: unknown[]) => unknown) => {
		server.channels++;
		return work({}, new AbortController().signal, () => {});
	},
}));
vi.mock('../../../src/background/access/adapters.ts', async (original) => ({
	...(await original<object>()),
	networkOf: () => ({
		roomId: (address: string) => `xmpp:${address}`,
		signature: 'recoverable',
		traffic: async () => ({
			transport: {
				probe: async () => ({ open: true, route: {}, modes: ['one-time'], maxPoints: 4096 }),
				async post(job: Post) {
					const { text } = await job.seal(Math.floor(Date.now() / 1000));
					server.posted.push(text);
					return { id: '1' };
				},
				readArchive: async () => ({ messages: [], shown: [] }),
			},
		}),
	}),
}));

const lobby: RoomRef = { network: 'xmpp', address: 'lobby@muc.chat.test' };
const garden: RoomRef = { network: 'xmpp', address: 'garden@muc.chat.test' };
const start = Date.UTC(2026, 10, 21, 12);
const [second, hour] = [1000, 3_600_000];
const later = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);

/** An unlocked background with these settings; what is enqueued leaves when `postDue` is called. */
async function background(settings: Partial<Settings> = {}) {
	vi.resetModules();
	const [{ popupAnswers }, { rareAnswers }, outbox, { enqueue: takeIn }, { readOutbox }, { changeRoom }] = await Promise.all([
		import('../../../src/background/answers/popup.ts'),
		import('../../../src/background/answers/rare.ts'),
		import('../../../src/background/outbox/outbox.ts'),
		import('../../../src/background/outbox/enqueue.ts'),
		import('../../../src/background/outbox/store.ts'),
		import('../../../src/background/state/document.ts'),
	]);
	const ask = { ...popupAnswers, ...rareAnswers };
	await ask['vault.create']({ passphrase: testPassphrase, key: testPhrase, keyPassphrase: '', confirmed: true });
	// far off, so that nothing leaves by a timer
	await ask['settings.set']({ delayMin: 3600, delayMax: 3600, ...settings });
	const enqueue = (text: string, room = lobby) =>
		takeIn(room, { origin: 'https://chat.test' }, text, null, 'one-time', crypto.randomUUID());
	const send = async (text: string, room = lobby) => {
		const id = await enqueue(text, room);
		await outbox.postDue();
		return id;
	};
	/** Goes to the moment at which each message is due, as often as it is put off, and lets it leave. */
	const postWaiting = async () => {
		const queued = async () => (await readOutbox()).filter(({ state }) => state === 'waiting' || state === 'retrying');
		for (let all = await queued(); all.length > 0; all = await queued()) {
			later(Math.max(0, Math.ceil(Math.min(...all.map(({ due }) => due))) - Date.now()));
			await outbox.postDue();
		}
	};
	return { ...outbox, ask, enqueue, send, readOutbox, changeRoom, postWaiting };
}

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['Date', 'performance'], now: start });
	fakeBrowser.reset();
	Object.assign(fakeBrowser.runtime, { getPlatformInfo: async () => ({ os: 'linux' }) });
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
	Object.assign(server, { posted: [], channels: 0 });
});
afterEach(() => {
	vi.useRealTimers();
});

describe('how often one room is posted to', () => {
	const atOnce = { delayMin: 0, delayMax: 0 };

	test('no more than so often in a minute, and again as each post is a minute old', async () => {
		const { send } = await background({ ...atOnce, perMinute: 2, perDay: 50 });
		await send('one');
		later(30 * second);
		await send('two');
		await expect(send('too many')).rejects.toMatchObject({ code: 'rate-minute', detail: '2' });
		later(29 * second);
		await expect(send('too many')).rejects.toMatchObject({ code: 'rate-minute' });
		later(second);
		await send('three');
		await expect(send('too many')).rejects.toMatchObject({ code: 'rate-minute' });
		expect(server.posted).toEqual(['one', 'two', 'three']);
	});

	test('no more than so often in 24 hours, whatever the minute allows', async () => {
		const { send } = await background({ ...atOnce, perMinute: 50, perDay: 3 });
		for (const text of ['one', 'two', 'three']) {
			await send(text);
			later(hour);
		}
		later(20 * hour);
		await expect(send('too many')).rejects.toMatchObject({ code: 'rate-day', detail: '3' });
		later(hour);
		await send('four');
		await expect(send('too many')).rejects.toMatchObject({ code: 'rate-day' });
		expect(server.posted).toEqual(['one', 'two', 'three', 'four']);
	});

	test('another room has a count of its own', async () => {
		const { send } = await background({ ...atOnce, perMinute: 1 });
		await send('here');
		await send('there', garden);
		await expect(send('here again')).rejects.toMatchObject({ code: 'rate-minute' });
		expect(server.posted).toEqual(['here', 'there']);
	});

	test('what waits counts as if it had left, and what is taken back does not', async () => {
		const { enqueue, cancelEntry, readOutbox } = await background({ perMinute: 2 });
		const [first] = [await enqueue('one'), await enqueue('two')];
		await expect(enqueue('too many')).rejects.toMatchObject({ code: 'rate-minute' });
		await enqueue('there', garden);
		await cancelEntry(first);
		await enqueue('three');
		expect((await readOutbox()).map(({ text }) => text)).toEqual(['two', 'there', 'three']);
	});

	test('a limit that is changed holds from then on', async () => {
		const { send, ask } = await background({ ...atOnce, perMinute: 1 });
		await send('one');
		await ask['settings.set']({ perMinute: 2 });
		await send('two');
		await expect(send('too many')).rejects.toMatchObject({ code: 'rate-minute', detail: '2' });
	});

	test('the count outlives the worker and the lock, and lies nowhere on the disk', async () => {
		const { send, ask } = await background({ ...atOnce, perMinute: 1 });
		await send('one');
		await ask['vault.lock']({});
		const disk = JSON.stringify(await fakeBrowser.storage.local.get(null));
		expect(disk).not.toContain('lobby');
		expect(Object.keys(await fakeBrowser.storage.local.get(null))).not.toContain('posts');
		vi.resetModules();
		const { checkLimits } = await import('../../../src/background/outbox/rate-limits.ts');
		// six a minute while the settings cannot be read: with five that wait, the one that left is one too many
		await expect(checkLimits('xmpp:lobby@muc.chat.test', 5)).rejects.toMatchObject({ code: 'rate-minute', detail: '6' });
		await checkLimits('xmpp:garden@muc.chat.test', 5);
	});
});

describe('the kill switch', () => {
	const cases: [string, (here: Awaited<ReturnType<typeof background>>, on: boolean) => Promise<unknown>][] = [
		['for all rooms', ({ ask }, killSwitch) => ask['settings.set']({ killSwitch })],
		['for one room', ({ ask }, kill) => ask['room.set']({ room: lobby, kill })],
	];

	test.each(cases)('%s: nothing leaves while it is on, and what waited is kept until it is off', async (_, set) => {
		const here = await background();
		const { enqueue, postWaiting, retryEntry, readOutbox } = here;
		const id = await enqueue('kept');
		await set(here, true);
		const { channels } = server;
		await expect(enqueue('refused')).rejects.toMatchObject({ code: 'kill-switch' });
		later(2 * hour);
		await postWaiting();
		const stopped = { id, text: 'kept', state: 'failed', fault: { code: 'kill-switch' }, sealed: null };
		expect(await readOutbox()).toMatchObject([stopped]);
		await retryEntry(id);
		await postWaiting();
		expect(await readOutbox()).toMatchObject([stopped]);
		// not even a connection
		expect([server.posted, server.channels]).toEqual([[], channels]);
		await set(here, false);
		await retryEntry(id);
		await postWaiting();
		expect([server.posted, await readOutbox()]).toEqual([['kept'], []]);
	});

	test('of one room leaves the other rooms alone', async () => {
		const { ask, enqueue, postWaiting } = await background();
		await ask['room.set']({ room: lobby, kill: true });
		await enqueue('there', garden);
		later(2 * hour);
		await postWaiting();
		expect(server.posted).toEqual(['there']);
	});
});
