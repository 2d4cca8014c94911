import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Entry } from '../../src/background/outbox/entry.ts';
import { BautaError } from '../../src/messages/errors.ts';
import type { Post } from '../../src/networks/network.ts';
import { testPassphrase, testPhrase } from '../setup.ts';

vi.mock('../../src/platform/api/browser.ts', () => ({ browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }) }));
// what a passphrase costs is tested in test/vault
vi.mock('../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));
// what servers answer; that real ones answer so is proved with real servers
const server = vi.hoisted(() => ({ answer: null as string | null, there: false }));
const access = { open: true, route: {}, modes: ['one-time', 'keyless'], maxPoints: 4096 };
vi.mock('../../src/background/access/room-access.ts', () => ({
	requireAccess: async () => access,
}));
vi.mock('../../src/background/access/on-channel.ts', () => ({
	onChannel: (_: string, __: number, work: (...given: unknown[]) => unknown) => work({}, new AbortController().signal, () => {}),
}));
vi.mock('../../src/background/access/adapters.ts', async (original) => ({
	...(await original<object>()),
	networkOf: () => ({
		signature: 'recoverable',
		traffic: async () => ({
			transport: {
				async post(job: Post) {
					await job.seal(Math.floor(Date.now() / 1000));
					if (server.answer) throw new BautaError(server.answer as 'room-members-only');
					return { id: '1' };
				},
				readArchive: async () => ({ messages: [], shown: [] }),
			},
		}),
	}),
}));

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;

async function background() {
	vi.resetModules();
	const [popup, devices, outbox, enqueue, store, own] = await Promise.all([
		import('../../src/background/answers/popup.ts'),
		import('../../src/background/answers/rare.ts'),
		import('../../src/background/outbox/outbox.ts'),
		import('../../src/background/outbox/enqueue.ts'),
		import('../../src/background/outbox/store.ts'),
		import('../../src/background/recognition/own-posts.ts'),
	]);
	return { ...outbox, ...enqueue, ...store, ...own, ask: { ...popup.popupAnswers, ...devices.rareAnswers } };
}

/** A background whose user wants keyless posts remembered. */
async function remembering() {
	const here = await background();
	await here.ask['vault.create']({ passphrase: testPassphrase, key: testPhrase, keyPassphrase: '', confirmed: true });
	await here.ask['settings.set']({ delayMin: 0, delayMax: 0, perMinute: 100 });
	const list = async () => {
		const [group] = (await here.ask['devices.state']({})).groups;
		return { id: group?.id as string, posts: group?.ownList.posts.length };
	};
	await here.ask['own.set']({ identity: (await list()).id, on: true });
	const post = async (): Promise<Entry | undefined> => {
		const id = await here.enqueue(room, { origin: 'https://chat.test' }, 'hello', null, 'keyless', crypto.randomUUID());
		await here.postDue();
		return (await here.readOutbox()).find((one) => one.id === id);
	};
	return { ...here, list, post };
}

beforeEach(() => {
	fakeBrowser.reset();
	Object.assign(fakeBrowser.runtime, { getPlatformInfo: async () => ({ os: 'linux' }) });
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
	server.answer = null;
});

test('what was sent is on the list; what the server refused is not, before it is discarded and after', async () => {
	const { post, list, cancelEntry } = await remembering();
	expect(await post()).toBeUndefined();
	expect((await list()).posts).toBe(1);
	server.answer = 'room-members-only';
	const refused = await post();
	expect(refused?.state).toBe('failed');
	expect((await list()).posts).toBe(1);
	await cancelEntry(refused?.id as string);
	expect((await list()).posts).toBe(1);
});

test('refused at first and sent at the second try, it is there once', async () => {
	const { post, list, retryEntry, postDue, readOutbox } = await remembering();
	server.answer = 'rate-minute';
	const refused = await post();
	expect((await list()).posts).toBe(0);
	server.answer = null;
	await retryEntry(refused?.id as string);
	await postDue();
	expect([(await list()).posts, await readOutbox()]).toEqual([1, []]);
});

test('taken back after the room was asked and had it not, it is forgotten; of one whose fate is unknown it is kept', async () => {
	const { rememberPosted, changeOutbox, cancelEntry, list } = await remembering();
	const sealed = { text: 'hello', replyTo: '', wire: 'w', id: 'i', slot: 1, at: 600 };
	const entry: Omit<Entry, 'id' | 'state'> = {
		...{ hints: { origin: 'https://chat.test' }, room, text: 'hello', replyTo: '', mode: 'keyless' },
		...{ due: Date.now() + 3_600_000, tries: 1, sealed, fault: null },
	};
	await changeOutbox((all) => all.push({ ...entry, id: 'asked', state: 'retrying' }, { ...entry, id: 'unknown', state: 'unsure' }));
	for (const id of ['asked', 'unknown']) await rememberPosted({ ...entry, id }, sealed.wire);
	expect((await list()).posts).toBe(2);
	for (const id of ['asked', 'unknown']) await cancelEntry(id);
	expect((await list()).posts).toBe(1);
});
