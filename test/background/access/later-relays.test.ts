import { base64 } from '@scure/base';
import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { defaultRoom, defaultSettings } from '../../../src/vault/document.ts';
import { eventually } from '../../eventually.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));
/** How often servers were asked, and what each of those probes waits for before it is answered. */
const servers = vi.hoisted(() => ({ asked: 0, answer: Promise.resolve(), isFirstInVain: false }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel() {
		servers.asked++;
		await servers.answer;
		if (servers.isFirstInVain && servers.asked === 1) return { open: false, reason: 'no-relay', detail: '' };
		return { open: true, route: { probe: servers.asked }, modes: [], maxPoints: 1 };
	},
}));
vi.mock('../../../src/background/state/document.ts', () => ({
	readSettings: async () => ({ ...defaultSettings(), care: 'everyday', delayMin: 0, delayMax: 0 }),
	readRoom: async () => defaultRoom(),
}));

const origin = 'https://chat.test';
/** on the page’s own host, as its word counts for no other unasked */
const [one, two, three] = ['wss://chat.test:7443/', 'wss://chat.test:7777/', 'wss://chat.test:8080/'] as const;
const channel = { network: 'nostr' as const, address: `28:${'ab'.repeat(32)}` };

/** A page in a tab, which has named these relays for the room so far. */
async function namesRelays(tabId: number, ...relays: string[]): Promise<void> {
	const { changeTab, helloTab, readTab } = await import('../../../src/background/state/tabs.ts');
	if (!(await readTab(tabId))) await helloTab(tabId, origin, 'nostrchat', 'nostr');
	await changeTab(tabId, (tab) => {
		tab.roomHints[`nostr:${channel.address}`] = { relays };
	});
}

/** The switch of the room in this tab is drawn. */
async function drawSwitch(tabId: number): Promise<void> {
	const { lookWhereUnknown } = await import('../../../src/background/access/room-access.ts');
	await lookWhereUnknown(tabId, channel, () => {});
}

/** Somebody writes or sends in the room: the number of the look whose route is taken. */
async function send(...relays: string[]): Promise<unknown> {
	const { requireAccess } = await import('../../../src/background/access/room-access.ts');
	return (await requireAccess(channel, { origin, relays })).route.probe;
}

/** As `drawSwitch`; resolves when a look that this began is over, too. */
async function showSwitch(tabId: number): Promise<void> {
	await drawSwitch(tabId);
	await send(one);
}

beforeEach(async () => {
	fakeBrowser.reset();
	vi.resetModules();
	Object.assign(servers, { asked: 0, answer: Promise.resolve(), isFirstInVain: false });
	await fakeBrowser.storage.session.set({ key: base64.encode(new Uint8Array(32).fill(1)) });
});

test('a page that loads slowly names its relays one after the other: the room is looked at again when it does, and only then', async () => {
	await namesRelays(1, one);
	await showSwitch(1);
	await showSwitch(1);
	expect(servers.asked).toBe(1);
	await namesRelays(1, one, two, three);
	await showSwitch(1);
	await showSwitch(1);
	expect(servers.asked).toBe(2);
	expect(await send(one, two, three)).toBe(2);
});

test('a page that names its first relay while the room is looked at without one has it looked at again, once', async () => {
	let answer = () => {};
	Object.assign(servers, { answer: new Promise<void>((resolve) => (answer = resolve)), isFirstInVain: true });
	await namesRelays(1);
	await drawSwitch(1);
	await eventually(() => expect(servers.asked).toBe(1));
	await namesRelays(1, one);
	await drawSwitch(1);
	answer();
	await eventually(() => expect(servers.asked).toBe(2));
	expect(await send(one)).toBe(2);
	await showSwitch(1);
	expect(servers.asked).toBe(2);
});

test('who writes or sends begins no look at a relay that the page named meanwhile: it would tell the page when', async () => {
	await namesRelays(1, one);
	await showSwitch(1);
	expect(await send(one, two)).toBe(1);
	expect(servers.asked).toBe(1);
});

test('who sends while the later relays are looked at waits for them', async () => {
	await namesRelays(1, one);
	await showSwitch(1);
	let answer = () => {};
	servers.answer = new Promise((resolve) => {
		answer = resolve;
	});
	await namesRelays(1, one, two);
	await drawSwitch(1);
	const sent = send(one, two);
	await eventually(() => expect(servers.asked).toBe(2));
	answer();
	expect(await sent).toBe(2);
	expect(servers.asked).toBe(2);
});

test('two pages that reach a room by different relays do not have it looked at by turns', async () => {
	await namesRelays(1, one);
	await namesRelays(2, two);
	await showSwitch(1);
	await showSwitch(2);
	await showSwitch(1);
	await showSwitch(2);
	expect(servers.asked).toBe(2);
});

test('while the vault is locked rooms are looked at as ever: their servers must not see when it is opened', async () => {
	const { lock } = await import('../../../src/background/state/lock.ts');
	await lock();
	await namesRelays(1, one);
	await showSwitch(1);
	expect(servers.asked).toBe(1);
	await namesRelays(1, one, two);
	await showSwitch(1);
	expect(servers.asked).toBe(2);
});
