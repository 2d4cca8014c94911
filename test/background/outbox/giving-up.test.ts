import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '../../../src/background/outbox/entry.ts';
import { BautaError, type ErrorCode } from '../../../src/messages/errors.ts';
import { openOutbox, start } from './open-outbox.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what a server answers at each try
const server = vi.hoisted(() => ({
	tries: [] as number[],
	answer: null as string | null,
	handed: async (_: string) => {},
}));
vi.mock('../../../src/background/outbox/delivery.ts', () => ({
	async deliver({ id }: Entry) {
		server.tries.push(Date.now());
		await server.handed(id);
		if (server.answer) throw new BautaError(server.answer as ErrorCode);
		return {};
	},
	askArchive: async () => 'silent',
}));
vi.mock('../../../src/background/access/room-access.ts', () => ({
	requireAccess: async () => ({ open: true, route: {}, modes: ['one-time'], maxPoints: 4096 }),
}));
vi.mock('../../../src/background/state/document.ts', () => ({
	readSettings: async () => ({ delayMin: 0, delayMax: 0, perMinute: 100, perDay: 100 }),
	readDocument: async () => ({ identities: [] }),
}));

async function outbox() {
	const open = await openOutbox();
	const id = await open.send('my long message');
	const entry = async () => (await open.readOutbox()).find((one) => one.id === id);
	/** Goes to the moment at which it is due next, and lets it be tried. */
	const tryNext = async () => {
		// a draw is finer than the clock
		vi.setSystemTime(Math.ceil((await entry())?.due ?? Date.now()));
		await open.postDue();
	};
	return { ...open, id, entry, tryNext };
}

beforeEach(() => {
	fakeBrowser.reset();
	Object.assign(server, { tries: [], answer: null, handed: async () => {} });
	// timers stand still: what is tried is tried here
	vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: start });
});
afterEach(() => {
	vi.useRealTimers();
});

describe('a server that cannot be reached', () => {
	test('is asked again after ever longer waits, five times, and then the message is the user’s', async () => {
		const code = 'server-down';
		const { tryNext, entry, postDue } = await outbox();
		server.answer = code;
		await postDue();
		for (let time = 1; time <= 5; time++) {
			expect(await entry()).toMatchObject({ state: 'retrying', tries: time, text: 'my long message', fault: { code } });
			const due = (await entry())?.due as number;
			vi.setSystemTime(Math.floor(due - 1));
			await postDue();
			expect(server.tries).toHaveLength(time);
			await tryNext();
		}
		const waits = server.tries.slice(1).map((at, before) => (at - (server.tries[before] as number)) / 1000);
		// 2, 4, 8, 16 and 32 seconds, and up to one more, so that nobody comes back on the beat
		for (const [at, wait] of waits.entries()) {
			expect(wait).toBeGreaterThanOrEqual(2 ** (at + 1));
			expect(wait).toBeLessThanOrEqual(2 ** (at + 1) + 1);
		}
		expect(waits).toHaveLength(5);
		expect(await entry()).toMatchObject({ state: 'failed', text: 'my long message', fault: { code } });
		vi.setSystemTime(Date.now() + 24 * 3_600_000);
		await postDue();
		expect(server.tries).toHaveLength(6);
	});

	test('and is there again after two tries: the message has left and is forgotten', async () => {
		const { tryNext, entry, postDue, readOutbox } = await outbox();
		server.answer = 'server-down';
		await postDue();
		await tryNext();
		expect(await entry()).toMatchObject({ state: 'retrying', tries: 2 });
		server.answer = null;
		await tryNext();
		expect([server.tries.length, await readOutbox()]).toEqual([3, []]);
	});
});

test('“Post again” sends what was given up, with all tries anew', async () => {
	const { id, tryNext, entry, postDue, retryEntry, readOutbox } = await outbox();
	server.answer = 'timed-out';
	await postDue();
	for (let time = 1; time <= 5; time++) await tryNext();
	expect((await entry())?.state).toBe('failed');
	vi.setSystemTime(Date.now() + 3_600_000);
	await retryEntry(id);
	expect(await entry()).toMatchObject({ state: 'waiting', tries: 0, fault: null, due: Date.now() });
	await postDue();
	expect(await entry()).toMatchObject({ state: 'retrying', tries: 1 });
	server.answer = null;
	await tryNext();
	expect([server.tries.length, await readOutbox()]).toEqual([8, []]);
});

test('a server that says no is not asked again, and the text is kept', async () => {
	const { postDue, entry } = await outbox();
	server.answer = 'room-members-only';
	await postDue();
	expect(await entry()).toMatchObject({ state: 'failed', tries: 0, text: 'my long message', fault: { code: 'room-members-only' } });
	vi.setSystemTime(Date.now() + 24 * 3_600_000);
	await postDue();
	expect(server.tries).toHaveLength(1);
});

test('a network fault after the bytes were handed over is never just tried again: the archive is asked, and if it cannot tell, the user', async () => {
	const { postDue, entry, changeOutbox } = await outbox();
	server.answer = 'timed-out';
	server.handed = () => changeOutbox((all) => void Object.assign(all[0] as Entry, { state: 'handed' }));
	let over = false;
	const pumping = postDue().finally(() => {
		over = true;
	});
	while (!over) await vi.advanceTimersByTimeAsync(500);
	await pumping;
	expect(await entry()).toMatchObject({ state: 'unsure', text: 'my long message', fault: { code: 'outbox-unsure' } });
	vi.setSystemTime(Date.now() + 24 * 3_600_000);
	await postDue();
	expect(server.tries).toHaveLength(1);
});
