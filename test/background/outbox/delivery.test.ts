import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '../../../src/background/outbox/entry.ts';
import type { Hints, IncomingMessage, OpenAccess, Post } from '../../../src/networks/network.ts';
import { eventually } from '../../eventually.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// the way to a server and the server: what it does with a post, and what its archive says
const server = vi.hoisted(() => ({
	post: async (_: unknown): Promise<unknown> => ({}),
	archive: async (): Promise<unknown[]> => [],
}));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	onChannel: (_: string, __: number, work: (...given: unknown[]) => unknown) => work({}, new AbortController().signal, () => {}),
}));
vi.mock('../../../src/background/access/adapters.ts', async (original) => ({
	...(await original<object>()),
	networkOf: () => ({
		signature: 'recoverable',
		traffic: async () => ({
			transport: { post: (job: unknown) => server.post(job), readArchive: async () => ({ messages: await server.archive(), shown: [] }) },
		}),
	}),
}));

vi.mock('../../../src/background/state/document.ts', async (original) => ({
	...(await original<object>()),
	readSettings: async () => ({ care: 'everyday', delayMin: 2, delayMax: 12 }),
}));

const access = {} as OpenAccess;
const hints: Hints = { origin: 'https://chat.test' };
const at = Math.floor(Date.now() / 1000);
const sealed = { text: 'hello', replyTo: '', wire: 'w', id: 'i', slot: Math.floor(at / 600), at };
const entry = (state: Entry['state'], more: Partial<Entry> = {}): Entry => ({
	...{ id: 'one', hints, room: { network: 'xmpp', address: 'lobby@muc.chat.test' }, text: 'hello', replyTo: '', mode: 'one-time' },
	...{ due: 0, tries: 0, fault: null, state, sealed },
	...more,
});

/** The delivery of an entry that the outbox holds in this state by then; `post` is what the server does. */
async function deliver(
	state: Entry['state'],
	post: (job: Post) => Promise<unknown>,
	more: Partial<Entry> = {},
	signal = new AbortController().signal,
) {
	const [delivery, { changeOutbox, readOutbox }] = await Promise.all([
		import('../../../src/background/outbox/delivery.ts'),
		import('../../../src/background/outbox/store.ts'),
	]);
	await changeOutbox((all) => all.push(entry(state, more)));
	server.post = (job) => post(job as Post);
	const receipt = delivery.deliver(entry('waiting', more), access, hints, signal, {
		progress: () => {},
		onReceipt: async () => {},
		onEnter: () => {},
	});
	return { receipt, states: async () => (await readOutbox()).map((held) => [held.state, held.sealed?.wire]) };
}

beforeEach(async () => {
	fakeBrowser.reset();
	vi.resetModules();
	vi.useFakeTimers({ toFake: ['Date'], now: at * 1000 });
	const { base64 } = await import('@scure/base');
	await fakeBrowser.storage.session.set({ key: base64.encode(new Uint8Array(32)) });
});

test('what time a server says it is opens no generation: that is for the device’s own week', async () => {
	const asked: number[] = [];
	vi.doMock('../../../src/background/identities/generations.ts', () => ({
		writableGeneration: async (_: unknown, now: number) => {
			asked.push(now);
			throw new Error('that will do');
		},
	}));
	vi.doMock('../../../src/background/state/document.ts', () => ({
		readSettings: async () => ({ care: 'everyday', delayMin: 2, delayMax: 12 }),
		identityFor: async () => ({}),
	}));
	const year9999 = Date.UTC(9999, 11, 31) / 1000;
	const { receipt } = await deliver('sending', ({ seal }) => seal(year9999), { sealed: null });
	await expect(receipt).rejects.toThrow('that will do');
	expect(asked).toEqual([at]);
});

describe('bytes that are about to leave', () => {
	test('are written down as handed over before the transport has them', async () => {
		const { receipt, states } = await deliver('sending', async ({ seal }) => {
			const { wire } = await seal(at);
			return { wire, states: await states() };
		});
		expect(await receipt).toEqual({ wire: 'w', states: [['handed', 'w']] });
	});

	test('that every server turned away are not handed over while they are made anew', async () => {
		const seen: unknown[] = [];
		const { receipt, states } = await deliver('sending', async ({ seal, again }) => {
			const first = await seal(at);
			await again?.(async () => {
				seen.push(await states());
				return { ...first, wire: 'with more work' };
			});
			seen.push(await states());
			return {};
		});
		await receipt;
		expect(seen).toEqual([[['sending', undefined]], [['handed', 'with more work']]]);
	});

	test.each(['waiting', 'handed', 'failed', 'unsure'] as const)('of an entry that is %s by then do not leave', async (state) => {
		let left = false;
		const { receipt } = await deliver(state, async ({ seal }) => {
			await seal(at);
			left = true;
		});
		await expect(receipt).rejects.toMatchObject({ code: 'cancelled' });
		expect(left).toBe(false);
	});
});

describe('the archive', () => {
	const ask = async (asked: Entry) => (await import('../../../src/background/outbox/delivery.ts')).askArchive(asked, access, hints);

	test('is asked for the bytes of the entry', async () => {
		server.archive = async () => [{ time: at, wires: ['w'] } as IncomingMessage];
		expect(await ask(entry('handed'))).toBe('there');
		server.archive = async () => [];
		expect(await ask(entry('handed'))).toBe('not-there');
	});

	test('that cannot be read is silent, and so it is of an entry that has no bytes', async () => {
		server.archive = async () => [];
		expect(await ask(entry('handed', { sealed: null }))).toBe('silent');
		server.archive = async () => {
			throw new Error('out of reach');
		};
		expect(await ask(entry('handed'))).toBe('silent');
	});
});

test('a message waits for a visit to the user’s own notifier that is under way, and can be taken back meanwhile', async () => {
	const { onVisitChannel } = await import('../../../src/background/access/looks.ts');
	let end = (): void => {};
	const ended = new Promise<void>((over) => {
		end = over;
	});
	let hasBegun = false;
	const visit = onVisitChannel('https://notifier.test', 8000, async () => {
		hasBegun = true;
		await ended;
	});
	await eventually(() => expect(hasBegun).toBe(true));
	let isPosted = false;
	const post = async () => {
		isPosted = true;
	};
	const cancelling = new AbortController();
	const { receipt } = await deliver('sending', post, {}, cancelling.signal);
	await new Promise((over) => setTimeout(over, 50));
	expect(isPosted).toBe(false);
	cancelling.abort();
	await expect(receipt).rejects.toMatchObject({ code: 'cancelled' });
	end();
	await visit;
	const { receipt: next } = await deliver('sending', post);
	await next;
	expect(isPosted).toBe(true);
});
