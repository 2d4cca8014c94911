import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { handleLength } from '../../../src/messages/rooms.ts';
import type { IncomingMessage } from '../../../src/networks/network.ts';
import { toBase64url } from '../../../src/protocol/bytes.ts';
import { composeMessage } from '../../../src/protocol/compose.ts';
import { decodeWire } from '../../../src/protocol/envelope.ts';
import { nodeFrom } from '../../../src/protocol/node.ts';
import type { StoredIdentity } from '../../../src/vault/document.ts';
import { newIdentity, newPhrase } from '../../../src/vault/identity.ts';
import { eventually } from '../../eventually.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
/** What the room's archive shows a guest, and how often it was asked. */
const archive = vi.hoisted(() => ({ asked: 0, messages: [] as unknown[], read: (): Promise<unknown> => Promise.resolve() }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel() {
		archive.asked++;
		await archive.read();
		return { messages: archive.messages, shown: [] };
	},
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

const site = 'https://chat.test';
const address = 'lobby@muc.chat.test';
const room = { network: 'xmpp', address } as const;
const roomId = `xmpp:${address}`;
const now = 1_795_291_110;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

async function openBackground() {
	const [{ createVault }, lock, document, log, labels] = await Promise.all([
		import('../../../src/background/identities/identities.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/recognition/message-log.ts'),
		import('../../../src/background/recognition/labels.ts'),
	]);
	const key = await createVault(testPassphrase, testPhrase, '', true, false);
	await lock.setUnlocked(key.slice());
	const me = newIdentity(newPhrase(), 'me', now);
	await document.changeDocument(({ identities }) => void identities.push(me));
	const label = async (messages: IncomingMessage[]) =>
		labels.labelMet({ tab: 1, origin: site }, await log.rememberMessages(site, messages, 'page'));
	return { ...lock, ...document, ...labels, label, key, me };
}

function message(id: string, writer: StoredIdentity | null, text = 'x'): IncomingMessage {
	const [held] = writer?.generations ?? [];
	const generation = held ? { generation: held.generation, node: nodeFrom(held.node), closed: null } : null;
	const mode = writer ? 'one-time' : 'no-trace';
	const { wire } = composeMessage({ mode, transport: 'recoverable', room: roomId, text, replyTo: '', now, generation, random });
	return { room: roomId, id, archiveId: '', author: `${roomId}/x`, bodies: [text], replyTo: '', time: now, wires: [wire] };
}
/** A message whose signature gives no key. */
function brokenMessage(id: string): IncomingMessage {
	const whole = message(id, null);
	const { envelope, signature } = decodeWire(whole.wires[0] ?? '', true);
	// an r that is the x of no point of the curve
	const bytes = Uint8Array.from([...envelope, ...new Uint8Array(31), 5, ...(signature ?? []).slice(32)]);
	return { ...whole, wires: [toBase64url(bytes)] };
}

/** Turns of the fake clock, in ms, until it is done. */
async function waits(work: Promise<unknown>): Promise<number> {
	let done = false;
	void work.then(() => {
		done = true;
	});
	for (let ms = 0; ; ms += 10) {
		for (let turn = 0; turn < 400; turn++) await Promise.resolve();
		if (done || ms > 9000) return ms;
		await vi.advanceTimersByTimeAsync(10);
	}
}

beforeEach(() => {
	vi.useRealTimers();
	fakeBrowser.reset();
	vi.resetModules();
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
	Object.assign(archive, { asked: 0, messages: [] });
});

describe('labels of a load', () => {
	test('come together at a tick of the clock, whosever the messages are, and when they were met before', async () => {
		const { label, labelPage, me } = await openBackground();
		vi.useFakeTimers({ now: now * 1000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
		const own = Array.from({ length: 10 }, (_, at) => message(`own ${at}`, me));
		const foreign = Array.from({ length: 10 }, (_, at) => message(`foreign ${at}`, null));
		for (const messages of [own, foreign, own]) {
			const begun = Date.now();
			await waits(label(messages));
			expect(Date.now() % 250).toBeLessThan(10);
			expect(Date.now() - begun).toBeGreaterThanOrEqual(100);
			expect(Date.now() - begun).toBeLessThanOrEqual(360);
			await vi.advanceTimersByTimeAsync(37);
		}
		const names = [...own, ...foreign].map(({ id, author }) => ({ id, author }));
		const page = labelPage({ tab: 1, origin: site }, room, names, () => {});
		await waits(page);
		expect((await page).filter(({ label }) => label.mine)).toHaveLength(10);
		expect(await page).toHaveLength(20);
	});

	test('are of the messages that the page shows, and of no others', async () => {
		const { label, labelPage, me } = await openBackground();
		await label([message('one', me), message('two', null)]);
		const ids = async (...shown: { id: string; author: string }[]) =>
			(await labelPage({ tab: 1, origin: site }, room, shown, () => {})).map(({ id }) => id);
		expect(await ids({ id: 'two', author: `${roomId}/x` }, { id: 'one', author: `${roomId}/y` })).toEqual(['two']);
		expect(await ids({ id: 'one', author: '' })).toEqual(['one']);
		expect(await ids({ id: '', author: roomId })).toEqual(['one', 'two']);
		expect(await ids()).toEqual([]);
	});

	test('are asked for again by what they came with; the answer is one digit for each, in the order asked', async () => {
		const { label, lock, setUnlocked, key, me, verdictsOn } = await openBackground();
		const labels = [...(await label([message('own', me), message('foreign', null), message('other', me)])).values()].flat();
		const handles = labels.map(({ handle = '' }) => handle);
		expect(handles.map(({ length }) => length)).toEqual(Array(3).fill(handleLength));
		const unknown = 'f'.repeat(handleLength);
		const verdicts = async (asked: string[]) => {
			const answer = await verdictsOn({ tab: 1, origin: site }, room, asked.join(''));
			// of a shorter text than ten the browser keeps one copy, which a page can find
			expect(answer).toHaveLength(64);
			expect(answer.slice(asked.length)).not.toContain('1');
			return answer.slice(0, asked.length);
		};
		expect(await verdicts([...handles, unknown])).toBe('1010');
		expect(await verdicts([unknown, ...handles.toReversed()])).toBe('0101');
		await lock();
		expect(await verdicts([...handles, unknown])).toBe('0000');
		await setUnlocked(key.slice());
		expect(await verdicts(handles)).toBe('101');
		// another site has not met them
		expect(await verdictsOn({ tab: 2, origin: 'https://other.test' }, room, handles.join(''))).toBe('0'.repeat(64));
	});

	test('are the same with the vault locked, but for whose they are; a broken envelope never has one', async () => {
		const { label, lock, setUnlocked, key, me } = await openBackground();
		const messages = [message('own', me), message('foreign', null), brokenMessage('broken')];
		const seen = async () => [...(await label(messages)).values()].flat().map(({ id, label: { kind, mine } }) => [id, kind, mine]);
		const unlocked = [
			['own', 'anonymous', 1],
			['foreign', 'anonymous', 0],
		];
		const locked = unlocked.map(([id, kind]) => [id, kind, 0]);
		expect(await seen()).toEqual(unlocked);
		await lock();
		expect(await seen()).toEqual(locked);
		await setUnlocked(key.slice());
		expect(await seen()).toEqual(unlocked);
	});
});

test('labels that were made before the lock and are due after it tell nothing of keys', async () => {
	const { label, lock, me } = await openBackground();
	const labels = label([message('own', me)]);
	// judged by now, and not handed out yet
	await new Promise((next) => setTimeout(next, 90));
	await lock();
	expect([...(await labels).values()].flat().map((each) => each.label.mine)).toEqual([0]);
});

test('what own messages teach is written when their labels are out, never before, nor while others wait for theirs', async () => {
	const { label, changeDocument, readDocument, me } = await openBackground();
	const own = message('own', me);
	const generation = me.generations[0]?.generation;
	await changeDocument(({ identities: [, identity] }) => {
		if (identity) identity.generations = [];
	});
	const numbers = async () => (await readDocument()).identities[1]?.generations.map(({ generation }) => generation);
	vi.useFakeTimers({ now: now * 1000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
	const first = label([own]);
	await waits(first);
	expect((await first).get(roomId)?.[0]?.label.mine).toBe(1);
	await vi.advanceTimersByTimeAsync(950);
	await waits(label([message('another', null)]));
	for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
	expect(await numbers()).toEqual([]);
	await vi.advanceTimersByTimeAsync(1000);
	await eventually(async () => expect(await numbers()).toContain(generation));
});

describe('messages that the page has from its own cache', () => {
	/** What the page in the tab gets for these messages: at once, and when the archive was read. */
	async function ask(messages: IncomingMessage[], labelPage: Awaited<ReturnType<typeof openBackground>>['labelPage']) {
		const [names, later] = [messages.map(({ id, author }) => ({ id, author })), [] as string[]];
		const labels = await labelPage({ tab: 1, origin: site }, room, names, (more) => void later.push(...more.map(({ id }) => id)));
		return { atOnce: labels.map(({ id }) => id), later };
	}
	/** The browser was started anew: the memory is empty, the disk as it was. */
	async function restart() {
		await fakeBrowser.storage.session.clear();
		vi.resetModules();
		const [lock, labels, loads, { helloTab }, { rememberAccess }] = await Promise.all([
			import('../../../src/background/state/lock.ts'),
			import('../../../src/background/recognition/labels.ts'),
			import('../../../src/background/recognition/page-loads.ts'),
			import('../../../src/background/state/tabs.ts'),
			import('../../../src/background/access/probe-results.ts'),
			import('../../../src/background/access/looks.ts'),
		]);
		await helloTab(1, site, 'converse', 'xmpp');
		const route = { endpoint: { kind: 'websocket', url: 'wss://chat.test/ws' }, anonymousHost: 'anon.chat.test' };
		await rememberAccess(site, roomId, { open: true, route, modes: ['one-time'], maxPoints: 4096 });
		return { ...lock, ...labels, ...loads };
	}
	/** A vault with a log on disk, of a message that the archive shows and of an older one that it shows no more. */
	async function withLog() {
		const { label, key, me } = await openBackground();
		const [recent, older] = [message('recent', me), message('older', null)];
		await label([recent, older]);
		const { readRecord } = await import('../../../src/background/state/vault.ts');
		await eventually(async () => expect(await readRecord(key, 'log')).not.toBeNull());
		archive.messages = [recent];
		return { key, recent, older };
	}

	test('are looked for in the archive and labelled while the vault is locked, and the unlock changes nothing of it', async () => {
		const { key, recent, older } = await withLog();
		const here = await restart();
		await here.notePageLoad(1);
		const first = await ask([recent, older], here.labelPage);
		expect(first.atOnce).toEqual([]);
		await eventually(() => expect(first.later).toEqual(['recent']));
		await here.setUnlocked(key.slice());
		// the same page asks once more: the log on disk counts for pages that are loaded later alone
		expect((await ask([recent, older], here.labelPage)).atOnce).toEqual(['recent']);
		expect(archive.asked).toBe(1);
		await here.notePageLoad(1);
		expect((await ask([recent, older], here.labelPage)).atOnce.sort()).toEqual(['older', 'recent']);
	}, 30_000);

	test('are looked for in the archive once more where the worker died over that in the page’s first minute, and not later', async () => {
		const { recent } = await withLog();
		const here = await restart();
		await here.notePageLoad(1);
		archive.read = () => new Promise(() => {});
		await ask([recent], here.labelPage);
		await eventually(() => expect(archive.asked).toBe(1));
		vi.resetModules();
		archive.read = () => Promise.resolve();
		const { labelPage } = await import('../../../src/background/recognition/labels.ts');
		const { later } = await ask([recent], labelPage);
		await eventually(() => expect(later).toEqual(['recent']));
		expect(archive.asked).toBe(2);
		vi.resetModules();
		vi.setSystemTime(Date.now() + 61_000);
		const { isFresh } = await import('../../../src/background/recognition/page-loads.ts');
		expect(await isFresh(1)).toBe(false);
	}, 30_000);

	test('have the archive read as well where the log on disk has all of them: a locked vault could not tell', async () => {
		const { key, recent } = await withLog();
		const here = await restart();
		await here.setUnlocked(key.slice());
		await here.notePageLoad(1);
		expect((await ask([recent], here.labelPage)).atOnce).toEqual(['recent']);
		await eventually(() => expect(archive.asked).toBe(1));
	}, 30_000);
});
