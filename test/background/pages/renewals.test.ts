import { base64 } from '@scure/base';
import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultRoom, defaultSettings } from '../../../src/vault/document.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false }, permissions: { contains: async () => true } }),
}));
/** What servers are asked, and when: every way to one is such a channel. */
const servers = vi.hoisted(() => ({
	asked: [] as number[],
	answer: { open: true, route: {}, modes: ['one-time'], maxPoints: 1 } as object,
}));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel() {
		servers.asked.push(performance.now());
		return { ...servers.answer, messages: [], shown: [] };
	},
}));
vi.mock('../../../src/background/state/document.ts', async (original) => ({
	...(await original<object>()),
	readSettings: async () => ({ ...defaultSettings(), care: 'everyday' }),
	readRoom: async () => defaultRoom(),
	isRoomHidden: async () => false,
}));

const hour = 3600_000;
const start = Date.UTC(2026, 10, 21, 12);
const origin = 'https://chat.test';
const room = { network: 'xmpp' as const, address: 'lobby@muc.chat.test' };
const id = `xmpp:${room.address}`;
const sender = { tab: 1, origin, url: `${origin}/`, frame: 0 };
const theme = { dark: false, background: '', color: '', accent: '', fontSize: '' };

async function background() {
	const [{ contentAnswers }, renewals, results, tabs, requests, labels, lock, access, refresh] = await Promise.all([
		import('../../../src/background/answers/content.ts'),
		import('../../../src/background/pages/renewals.ts'),
		import('../../../src/background/access/probe-results.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/composers/requests.ts'),
		import('../../../src/background/recognition/page-loads.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/access/room-access.ts'),
		import('../../../src/background/pages/refresh-rooms.ts'),
		// loaded when a server is asked, which takes no time of the clock here
		import('../../../src/background/access/looks.ts'),
	]);
	return { contentAnswers, ...renewals, ...results, ...tabs, ...requests, ...labels, ...lock, ...access, ...refresh };
}

const turn = setImmediate;
async function pass(ms: number): Promise<void> {
	for (let passed = 0; passed < ms; passed += Math.max(250, ms / 40)) {
		await vi.advanceTimersByTimeAsync(Math.max(250, ms / 40));
		for (let at = 0; at < 6; at++) await new Promise((resolve) => turn(resolve));
	}
}

/** A page that was just loaded shows the room. */
async function openPage() {
	const here = await background();
	await here.helloTab(1, origin, 'converse', 'xmpp', []);
	await here.notePageLoad(1);
	await here.changeTab(1, (tab) => {
		tab.hints = { ...tab.hints, websocket: 'wss://chat.test/ws' };
	});
	await here.contentAnswers['content.rooms']({ rooms: [room] }, sender as never);
	return here;
}

beforeEach(async () => {
	fakeBrowser.reset();
	vi.resetModules();
	Object.assign(servers, { asked: [], answer: { open: true, route: {}, modes: ['one-time'], maxPoints: 1 } });
	vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'performance'], now: start });
	await fakeBrowser.storage.session.set({ key: openKey });
});
afterEach(() => {
	vi.useRealTimers();
});

const openKey = base64.encode(new Uint8Array(32).fill(1));

describe('a room that is opened for the first time', () => {
	test.each([
		['open', openKey],
		['locked', null],
	])('is looked at some random seconds after the page was loaded, while the vault is %s', async (_, key) => {
		const moments: number[] = [];
		for (let time = 0; time < 10; time++) {
			fakeBrowser.reset();
			vi.resetModules();
			await fakeBrowser.storage.session.set({ key });
			servers.asked = [];
			const before = performance.now();
			await openPage();
			expect(servers.asked).toEqual([]);
			await pass(6000);
			moments.push((servers.asked[0] as number) - before);
		}
		expect([Math.min(...moments) >= 1000, Math.max(...moments) <= 5600]).toEqual([true, true]);
		expect(new Set(moments.map((moment) => Math.floor(moment / 250))).size).toBeGreaterThan(3);
	});

	test('is looked at once more a minute or two later where the worker died over that, whenever another one is woken', async () => {
		await openPage();
		await pass(250);
		vi.clearAllTimers();
		vi.resetModules();
		const next = await background();
		await next.renewDue('renewals');
		await pass(6000);
		expect(servers.asked).toEqual([]);
		const left = async () => ((await fakeBrowser.alarms.get('renewals'))?.scheduledTime ?? 0) - Date.now();
		expect(await left()).toBeGreaterThan(50_000);
		expect(await left()).toBeLessThan(115_000);
		await pass(await left());
		await next.renewDue('renewals');
		await pass(1000);
		// the room, and its archive
		expect(servers.asked).toHaveLength(2);
		expect(await left()).toBeGreaterThan(7 * hour);
	});

	test('is not looked at because the vault is unlocked, nor because the popup or a composer is opened', async () => {
		await fakeBrowser.storage.session.set({ key: null });
		const here = await openPage();
		await pass(6000);
		// the look at the room, and no archive, as no message is shown
		expect(servers.asked).toHaveLength(1);
		servers.asked = [];
		for (const prepare of [async () => {}, () => here.forgetAccess(id)]) {
			await prepare();
			await here.setUnlocked(new Uint8Array(32).fill(1));
			await here.refreshRooms();
			await here.accessTo(1, room);
			await here.accessTo(1, room, origin);
			await pass(6000);
			await here.lock();
			await pass(6000);
		}
		expect(servers.asked).toEqual([]);
	});
});

describe('long after that', () => {
	async function openLong(days = 3) {
		const here = await openPage();
		await pass(6000);
		await here.contentAnswers['content.unlabelled']({ room, messages: [{ id: 'a', author: '' }] }, sender as never);
		await pass(6000);
		servers.asked = [];
		vi.setSystemTime(Date.now() + days * 24 * hour);
		await pass(100_000);
		return here;
	}

	test('nothing that the user does asks a server: not the switch, the focus, typing, what is sent, what appears, the popup', async () => {
		const here = await openLong();
		const { contentAnswers, answerComposer } = here;
		const port = { postMessage: () => {}, onDisconnect: { addListener: () => {} } };
		const binding = { tab: 1, site: origin, room, theme, once: false, window: null };
		const composer = { port, binding, session: 's' } as unknown as Parameters<typeof answerComposer>[0];
		await contentAnswers['content.switch']({ room, on: true, theme, beside: false }, sender as never).catch(() => {});
		void answerComposer(composer, { kind: 'focus' } as never);
		await answerComposer(composer, { kind: 'draft', text: 'so' } as never);
		void answerComposer(composer, { kind: 'send', serial: 1, text: 'so it is', replyTo: '', mode: 'one-time' } as never);
		await contentAnswers['content.unlabelled']({ room, messages: [{ id: 'b', author: '' }] }, sender as never);
		await pass(8000);
		expect(servers.asked).toEqual([]);
	});

	test('it is renewed when the alarm of its random time rings, with the archive, and then has another one', async () => {
		const here = await openPage();
		await pass(6000);
		const due = (await here.renewalOf(origin, id)) as number;
		expect(due - Date.now()).toBeGreaterThan(7 * hour);
		expect((await fakeBrowser.alarms.getAll()).find(({ name }) => name === 'renewals')?.scheduledTime).toBe(due);
		servers.asked = [];
		vi.setSystemTime(due);
		await here.renewDue('renewals');
		// the look, and the archive, which was not read yet
		expect(servers.asked).toHaveLength(2);
		expect((await here.renewalOf(origin, id)) as number).toBeGreaterThan(due + 7 * hour);
	});

	test('what was due while the computer slept is renewed at another random time', async () => {
		const here = await openLong();
		await here.putOffRenewal(origin, id, Date.now() - hour);
		await here.renewDue('renewals');
		const wait = ((await here.renewalOf(origin, id)) as number) - Date.now();
		expect([wait >= hour / 12, wait <= 3 * hour]).toEqual([true, true]);
		expect(servers.asked).toEqual([]);
	});

	test('it is renewed in its time while the vault is locked as well: its server must not see when it is open', async () => {
		const here = await openLong();
		await here.lock();
		await here.putOffRenewal(origin, id, Date.now());
		await here.renewDue('renewals');
		expect(servers.asked.length).toBeGreaterThan(0);
	});

	test('a room that no tab shows any more is not renewed', async () => {
		const here = await openLong();
		await here.forgetTab(1);
		await here.renewDue('renewals');
		expect(servers.asked).toEqual([]);
		expect((await fakeBrowser.alarms.getAll()).map(({ name }) => name)).not.toContain('renewals');
	});
});
