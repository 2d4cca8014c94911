import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';
import { newIdentity, newPhrase } from '../../../src/vault/identity.ts';
import { eventually } from '../../eventually.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

interface Told {
	tab: number;
	event: string;
	body: object;
}
const told: Told[] = [];
/** Tabs whose pages do not answer: nobody knows then whether they were told. */
const silent = new Set<number>();
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		tabs: Object.assign(fakeBrowser.tabs, {
			sendMessage: (tab: number, { event, body }: Told) => {
				if (silent.has(tab)) return new Promise(() => {});
				if (event !== 'room') told.push({ tab, event, body });
				return Promise.resolve();
			},
		}),
	}),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

const origin = 'https://chat.test';
const room = 'lobby@muc.chat.test';
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

async function worker() {
	const [frames, owed, tabs, lock, document, refresh, { createVault }] = await Promise.all([
		import('../../../src/background/answers/frames.ts'),
		import('../../../src/background/recognition/owed-labels.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/pages/refresh-rooms.ts'),
		import('../../../src/background/identities/identities.ts'),
	]);
	return { ...frames, ...owed, ...tabs, ...lock, ...document, ...refresh, createVault };
}
/** The worker ends at once: nothing that it meant to do later is done. */
function die(): void {
	vi.clearAllTimers();
	vi.resetModules();
}
/** Whatever can be done now, is. */
async function settled(): Promise<void> {
	for (let turn = 0; turn < 200; turn++) await new Promise((next) => setImmediate(next));
}

function frame(id: string) {
	const said = { mode: 'keyless', transport: 'recoverable', room: `xmpp:${room}`, text: id, replyTo: '', generation: null } as const;
	const { wire } = composeMessage({ ...said, now: Math.floor(Date.now() / 1000), random });
	const data = `<message xmlns='jabber:client' type='groupchat' id='${id}' from='${room}/x'><body>${id}</body><anonymous xmlns='urn:x-bauta:1'>${wire}</anonymous></message>`;
	return { direction: 'in' as const, url: 'wss://chat.test/ws', data };
}
async function openTab({ helloTab, changeTab }: Awaited<ReturnType<typeof worker>>, tab: number): Promise<void> {
	await helloTab(tab, origin, 'converse', 'xmpp');
	await changeTab(tab, (known) => void known.rooms.push({ network: 'xmpp', address: room }));
}
const asksAnew = (tab: number) => ({ tab, event: 'verdicts', body: { anew: true } });

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	told.length = 0;
	silent.clear();
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
	vi.useRealTimers();
});

test('a page whose messages a worker took in, and died before it told their labels, is asked by the next one to ask, once', async () => {
	const first = await worker();
	await openTab(first, 1);
	await openTab(first, 2);
	await first.readFrames({ network: 'xmpp', frames: [frame('a')] }, { tab: 1, origin });
	expect(told).toEqual([]);
	die();
	await (await worker()).payOwed();
	await settled();
	expect(told).toEqual([asksAnew(1)]);
	die();
	await (await worker()).payOwed();
	expect(told).toHaveLength(1);
});

test('who was told is asked for nothing, and labels that are out settle only what they were about', async () => {
	const first = await worker();
	await openTab(first, 1);
	await openTab(first, 2);
	await first.readFrames({ network: 'xmpp', frames: [frame('a')] }, { tab: 1, origin });
	await eventually(async () => {
		await vi.advanceTimersByTimeAsync(50);
		await settled();
		expect(told.map(({ tab, event }) => [tab, event])).toEqual([[1, 'labels']]);
	});
	await first.readFrames({ network: 'xmpp', frames: [frame('b')] }, { tab: 2, origin });
	die();
	await (await worker()).payOwed();
	await settled();
	expect(told.slice(1)).toEqual([asksAnew(2)]);
});

test('of two batches of one page the first that is told does not settle the other', async () => {
	const { oweLabels } = await worker();
	const settle = await oweLabels([1]);
	await oweLabels([1, 2]);
	await settle();
	die();
	await (await worker()).payOwed();
	await settled();
	expect(told).toEqual([asksAnew(1), asksAnew(2)]);
});

test('a page that is owed more is not written down again', async () => {
	const { oweLabels } = await worker();
	const settle = await oweLabels([1]);
	const set = vi.spyOn(fakeBrowser.storage.session, 'set');
	const settleNext = await oweLabels([1]);
	await settle();
	expect(set).not.toHaveBeenCalled();
	await settleNext();
	expect(set).toHaveBeenCalledTimes(1);
	set.mockRestore();
});

test('a page that does not answer keeps no other waiting, and is asked again where the worker dies within a second, as it may have heard nothing', async () => {
	await (await worker()).oweLabels([1, 2]);
	die();
	silent.add(1);
	await (await worker()).payOwed();
	await settled();
	expect(told).toEqual([asksAnew(2)]);
	die();
	silent.clear();
	await (await worker()).payOwed();
	expect(told.slice(1)).toEqual([asksAnew(1)]);
});

test('a page that is frozen is not told again and again: it hears all of it when it goes on', async () => {
	const first = await worker();
	await openTab(first, 1);
	await openTab(first, 2);
	await first.setUnlocked(await first.createVault(testPassphrase, testPhrase, '', true, false));
	silent.add(1);
	await first.lock();
	void first.refreshRooms();
	await settled();
	await vi.advanceTimersByTimeAsync(1100);
	await settled();
	die();
	told.length = 0;
	silent.clear();
	await (await worker()).payOwed();
	await settled();
	expect(told).toEqual([]);
});

test('a worker that dies over a lock, or before it told that keys are others, leaves no page with the verdicts of before', async () => {
	const first = await worker();
	await openTab(first, 1);
	await first.setUnlocked(await first.createVault(testPassphrase, testPhrase, '', true, false));
	await first.refreshRooms();
	await settled();
	die();
	const second = await worker();
	told.length = 0;
	await second.payOwed();
	await second.readDocument();
	await second.changeDocument(({ identities }) => void identities.push(newIdentity(newPhrase(), 'me', Math.floor(Date.now() / 1000))));
	await settled();
	expect(told).toEqual([]);
	die();
	const third = await worker();
	await third.payOwed();
	await settled();
	expect(told).toEqual([asksAnew(1)]);
	await third.lock();
	die();
	await (await worker()).payOwed();
	await settled();
	expect(told).toEqual([asksAnew(1), asksAnew(1)]);
});
