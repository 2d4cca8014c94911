import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ArchiveAnswer } from '../../../src/background/outbox/archive-answer.ts';
import type { Entry } from '../../../src/background/outbox/entry.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));
// what goes over the wire is proved with real servers (e2e/outbox.test.ts); here the outbox alone, at moments that no server can hold
const wire = vi.hoisted(() => ({ answer: async (): Promise<ArchiveAnswer> => 'silent', asked: 0, post: async () => {} }));
vi.mock('../../../src/background/outbox/delivery.ts', () => ({
	deliver: () => wire.post(),
	askArchive() {
		wire.asked++;
		return wire.answer();
	},
}));
vi.mock('../../../src/background/access/room-access.ts', () => ({
	requireAccess: async () => ({ open: true, route: {}, modes: ['one-time'], maxPoints: 4096 }),
}));

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const site = 'https://chat.test';
const hints = { origin: site };
const key = new Uint8Array(32).fill(7);
const privately = (is: boolean) => Object.assign(fakeBrowser, { extension: { inIncognitoContext: is } });

const entry = (state: Entry['state'], more: Partial<Entry> = {}): Entry => ({
	...{ id: 'one', hints, room, text: 'hello', replyTo: '', mode: 'one-time', due: 0, tries: 0, fault: null, state },
	sealed: { text: 'hello', replyTo: '', wire: 'w', id: 'i', slot: 1, at: 600 },
	...more,
});

async function worker() {
	vi.resetModules();
	vi.doMock('../../../src/background/state/document.ts', () => ({ readSettings: async () => settings, readDocument: async () => ({}) }));
	const [outbox, enqueue, store, lock] = await Promise.all([
		import('../../../src/background/outbox/outbox.ts'),
		import('../../../src/background/outbox/enqueue.ts'),
		import('../../../src/background/outbox/store.ts'),
		import('../../../src/background/state/lock.ts'),
		// loaded when a message leaves or is sought, which takes no time of the clock here
		import('../../../src/background/outbox/unknown-outcome.ts'),
		import('../../../src/background/recognition/own-posts.ts'),
	]);
	return { ...outbox, ...enqueue, ...store, ...lock };
}
const settings = { delayMin: 3600, delayMax: 3600, perMinute: 100, perDay: 100 };

/** A worker that wakes up over an outbox with this in it. */
async function wakes(...entries: Entry[]) {
	const awake = await worker();
	const { base64 } = await import('@scure/base');
	await fakeBrowser.storage.session.set({ key: base64.encode(key) });
	await awake.changeOutbox((all) => all.push(...entries));
	return awake;
}

beforeEach(() => {
	fakeBrowser.reset();
	privately(false);
	Object.assign(wire, { answer: async () => 'silent', asked: 0, post: async () => {} });
	vi.useFakeTimers({ shouldAdvanceTime: true });
});

describe('a message of which nobody knows whether it left', () => {
	test('is asked after once, however often the worker wakes meanwhile', async () => {
		const { resumeOutbox, readOutbox } = await wakes(entry('handed'));
		wire.answer = async () => 'not-there';
		wire.post = () => new Promise(() => {});
		await resumeOutbox();
		await resumeOutbox();
		await vi.advanceTimersByTimeAsync(6000);
		expect(wire.asked).toBe(1);
		expect((await readOutbox())[0]?.tries).toBe(1);
	});
	test('is not sent again by an answer that came after it was handed over anew', async () => {
		const { resumeOutbox, readOutbox, changeOutbox } = await wakes(entry('handed'));
		wire.answer = async () => {
			await changeOutbox((all) => Object.assign(all[0] as Entry, { state: 'unsure' }));
			return 'not-there';
		};
		await resumeOutbox();
		await vi.advanceTimersByTimeAsync(6000);
		expect((await readOutbox())[0]?.state).toBe('unsure');
	});
});

test('asking twice for another try does not free what is on its way', async () => {
	const { retryEntry, readOutbox } = await wakes(entry('handed'));
	await retryEntry('one');
	expect((await readOutbox())[0]?.state).toBe('handed');
});

test('what was handed over between the look and the deed is not taken back', async () => {
	const { cancelEntry, changeOutbox, readOutbox } = await wakes(entry('sending'));
	const handing = changeOutbox((all) => Object.assign(all[0] as Entry, { state: 'handed' }));
	await expect(cancelEntry('one')).rejects.toMatchObject({ code: 'too-late' });
	await handing;
	expect(await readOutbox()).toHaveLength(1);
});

test('a send that is asked for again is the entry that it became, also when that has left and the vault is locked', async () => {
	const { enqueue, entryOf, changeOutbox, readOutbox, lock } = await wakes();
	const [id, same] = await Promise.all([1, 2].map(() => enqueue(room, hints, 'hello ', null, 'one-time', 'session 1')));
	expect([same, (await readOutbox()).length]).toEqual([id, 1]);
	await changeOutbox((all) => all.splice(0));
	await lock();
	expect(await entryOf('session 1')).toBe(id);
	expect(await entryOf('session 2')).toBeUndefined();
});

test('a send whose worker died before it could note it is the entry that it became, also when another worker has delivered that', async () => {
	const { resumeOutbox, postDue, entryOf, readOutbox } = await wakes(
		entry('waiting', { order: 'session 9', sealed: null, due: Date.now() }),
	);
	wire.post = async () => ({}) as never;
	await resumeOutbox();
	await postDue();
	expect(await readOutbox()).toEqual([]);
	expect(await entryOf('session 9')).toBe('one');
});

test("a private window's worker, which shares disk and session with the other one, begins locked, has an outbox of its own, leaves nothing there", async () => {
	const open = await wakes(entry('waiting'));
	const shared = async () => JSON.stringify([await fakeBrowser.storage.local.get(null), await fakeBrowser.storage.session.get(null)]);
	const before = await shared();
	privately(true);
	vi.stubGlobal('indexedDB', new IDBFactory());
	const closed = await worker();
	expect([await closed.isUnlocked(), await closed.somethingWaits(), await closed.countWaiting(site, room)]).toEqual([false, false, 0]);
	await closed.setUnlocked(key.slice());
	expect(await closed.readOutbox()).toEqual([]);
	await closed.changeOutbox((all) => all.push(entry('waiting', { id: 'private' })));
	expect(await closed.somethingWaits()).toBe(true);
	expect((await (await worker()).readOutbox()).map(({ id }) => id)).toEqual(['private']);
	// the next private window, after the last one was closed
	vi.stubGlobal('indexedDB', new IDBFactory());
	expect([await (await worker()).isUnlocked(), await (await worker()).somethingWaits()]).toEqual([false, false]);
	await closed.lock();
	expect(await shared()).toBe(before);
	privately(false);
	expect((await open.readOutbox()).map(({ id }) => id)).toEqual(['one']);
	expect((await worker().then((again) => again.readOutbox())).map(({ id }) => id)).toEqual(['one']);
});

test('how much waits in which room is known while locked, by number alone; after a new start of the browser, that something does', async () => {
	const other = { network: 'xmpp', address: 'hall@muc.chat.test' } as const;
	const { changeOutbox, countWaiting, lock } = await wakes(entry('waiting'), entry('retrying', { id: 'two' }));
	await changeOutbox((all) => all.push(entry('failed', { id: 'three', room: other })));
	const told = async (from = { countWaiting }) => [
		await from.countWaiting(site, room),
		await from.countWaiting(site, other),
		await from.countWaiting(),
		await from.countWaiting('https://other.test', room),
	];
	await lock();
	expect(await told()).toEqual([2, 1, 3, 0]);
	expect(JSON.stringify(await fakeBrowser.storage.session.get(null))).not.toContain('hello');
	expect(await told(await worker())).toEqual([2, 1, 3, 0]);
	await fakeBrowser.storage.session.clear();
	expect(await told(await worker())).toEqual([null, null, null, null]);
	const { base64 } = await import('@scure/base');
	await fakeBrowser.storage.session.set({ key: base64.encode(key) });
	const unlocked = await worker();
	await unlocked.resumeOutbox();
	expect(await told(unlocked)).toEqual([2, 1, 3, 0]);
	await unlocked.changeOutbox((all) => all.splice(0, 2));
	expect(await told(unlocked)).toEqual([0, 1, 1, 0]);
	await unlocked.changeOutbox((all) => all.splice(0));
	expect(await told(unlocked)).toEqual([0, 0, 0, 0]);
});

test('a message that was taken in is accepted also where the memory is full, and asked for again it is the same one', async () => {
	const { enqueue, entryOf, readOutbox } = await wakes();
	const set = vi.spyOn(fakeBrowser.storage.session, 'set').mockRejectedValue(new Error('quota exceeded'));
	const id = await enqueue(room, hints, 'hello', null, 'one-time', 'session 1');
	expect(await entryOf('session 1')).toBe(id);
	set.mockRestore();
	expect(await readOutbox()).toHaveLength(1);
});

test('a page’s mark that nobody sees, in words that were copied from it, does not come along', async () => {
	const awake = await wakes();
	await awake.enqueue(room, hints, 'as\u200b\u200c she\u2060 said \nyesterday', null, 'one-time', 'order');
	expect((await awake.readOutbox()).map(({ text }) => text)).toEqual(['as she said\nyesterday']);
});

test('a text that shows nothing is taken in no more than an empty one', async () => {
	const awake = await wakes();
	for (const text of ['', '\u200b\u200b', '\u3164 \u2060'])
		await expect(awake.enqueue(room, hints, text, null, 'one-time', 'order')).rejects.toMatchObject({ code: 'text-empty' });
	expect(await awake.readOutbox()).toEqual([]);
});
