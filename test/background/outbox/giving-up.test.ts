import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '../../../src/background/outbox/store.ts';
import { BautaError, type ErrorCode } from '../../../src/messages/errors.ts';
import { openOutbox, start } from './open-outbox.ts';

vi.mock('webextension-polyfill', () => ({ default: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }) }));
// what a server answers at each try
const server = vi.hoisted(() => ({
	tries: [] as number[],
	answer: null as string | null,
	handed: async (_: string) => {},
	there: null as boolean | null,
}));
vi.mock('../../../src/background/outbox/delivery.ts', () => ({
	async postEntry({ id }: Entry) {
		server.tries.push(Date.now());
		await server.handed(id);
		if (server.answer) throw new BautaError(server.answer as ErrorCode);
		return {};
	},
	isInArchive: async () => server.there,
}));
vi.mock('../../../src/background/access/room-access.ts', () => ({
	forgetPassing: async () => {},
	wayInto: async () => ({ open: true, door: 'anonymous-host', modes: ['one-time'], maxPoints: 4096, people: null }),
	remember: async () => {},
}));
vi.mock('../../../src/background/state/document.ts', () => ({
	readSettings: async () => ({ delayMin: 0, delayMax: 0, perMinute: 100, perDay: 100 }),
	readDocument: async () => ({ identities: [] }),
}));

async function outbox() {
	const opened = await openOutbox();
	const id = await opened.send('my long message');
	const entry = async () => (await opened.readOutbox()).find((one) => one.id === id);
	/** Goes to the moment at which it is due next, and lets it be tried. */
	const tryNext = async () => {
		// a draw is finer than the clock
		vi.setSystemTime(Math.ceil((await entry())?.due ?? Date.now()));
		await opened.pump();
	};
	return { ...opened, id, entry, tryNext };
}

beforeEach(() => {
	fakeBrowser.reset();
	Object.assign(server, { tries: [], answer: null, handed: async () => {}, there: null });
	// timers stand still: what is tried is tried here
	vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: start });
});
afterEach(() => {
	vi.useRealTimers();
});

describe('a server that cannot be reached', () => {
	test.each(['server-down', 'timed-out', 'tls-failed', 'bad-answer'])(
		'%s: is asked again after ever longer waits, five times, and then the message is the user’s',
		async (code) => {
			const { tryNext, entry, pump } = await outbox();
			server.answer = code;
			await pump();
			for (let time = 1; time <= 5; time++) {
				expect(await entry()).toMatchObject({ state: 'retrying', tries: time, text: 'my long message', fault: { code } });
				const due = (await entry())?.due as number;
				vi.setSystemTime(Math.floor(due - 1));
				await pump();
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
			await pump();
			expect(server.tries).toHaveLength(6);
		},
	);

	test('and is there again after two tries: the message has left and is forgotten', async () => {
		const { tryNext, entry, pump, readOutbox } = await outbox();
		server.answer = 'server-down';
		await pump();
		await tryNext();
		expect(await entry()).toMatchObject({ state: 'retrying', tries: 2 });
		server.answer = null;
		await tryNext();
		expect([server.tries.length, await readOutbox()]).toEqual([3, []]);
	});
});

test('“Post again” sends what was given up, with all tries anew', async () => {
	const { id, tryNext, entry, pump, retry, readOutbox } = await outbox();
	server.answer = 'timed-out';
	await pump();
	for (let time = 1; time <= 5; time++) await tryNext();
	expect((await entry())?.state).toBe('failed');
	vi.setSystemTime(Date.now() + 3_600_000);
	await retry(id);
	expect(await entry()).toMatchObject({ state: 'waiting', tries: 0, fault: null, due: Date.now() });
	await pump();
	expect(await entry()).toMatchObject({ state: 'retrying', tries: 1 });
	server.answer = null;
	await tryNext();
	expect([server.tries.length, await readOutbox()]).toEqual([8, []]);
});

describe('a server that says no', () => {
	test.each(['room-members-only', 'server-refused', 'policy-violation', 'nick-conflict', 'text-long', 'rate-minute'])(
		'%s: is not asked again, and the text is kept',
		async (code) => {
			const { pump, entry } = await outbox();
			server.answer = code;
			await pump();
			expect(await entry()).toMatchObject({ state: 'failed', tries: 0, text: 'my long message', fault: { code } });
			vi.setSystemTime(Date.now() + 24 * 3_600_000);
			await pump();
			expect(server.tries).toHaveLength(1);
		},
	);

	test('says so of bytes that were handed over as well', async () => {
		const { pump, entry, changeOutbox } = await outbox();
		server.answer = 'server-refused';
		server.handed = () => changeOutbox((all) => void Object.assign(all[0] as Entry, { state: 'handed' }));
		await pump();
		expect(await entry()).toMatchObject({ state: 'failed', sealed: null });
	});
});

test('a network fault after the bytes were handed over is never just tried again: the archive is asked, and if it cannot tell, the user', async () => {
	const { pump, entry, changeOutbox } = await outbox();
	server.answer = 'timed-out';
	server.handed = () => changeOutbox((all) => void Object.assign(all[0] as Entry, { state: 'handed' }));
	let over = false;
	const pumping = pump().finally(() => {
		over = true;
	});
	while (!over) await vi.advanceTimersByTimeAsync(500);
	await pumping;
	expect(await entry()).toMatchObject({ state: 'unsure', text: 'my long message', fault: { code: 'outbox-unsure' } });
	vi.setSystemTime(Date.now() + 24 * 3_600_000);
	await pump();
	expect(server.tries).toHaveLength(1);
});
