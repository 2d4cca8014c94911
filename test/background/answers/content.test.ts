import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';
import { eventually } from '../../eventually.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		sidePanel: { setOptions: async () => {}, open: async () => {} },
		tabs: Object.assign(fakeBrowser.tabs, {
			sendMessage: async (tab: number, { event, body }: Told) => void told.push({ tab, event, body }),
		}),
	}),
}));
interface Told {
	event: string;
	body: { labels?: { id: string; label: unknown }[] };
}
const told: ({ tab: number } & Told)[] = [];

const origin = 'https://chat.test';
const theme = { dark: false, background: '', color: '', accent: '', fontSize: '' };
const subject = (room: number, topic: string) => ({
	direction: 'in' as const,
	url: 'wss://chat.test/ws',
	data: `<message xmlns='jabber:client' type='groupchat' from='room${room}@muc.chat.test/x'><subject>${topic}</subject></message>`,
});

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	told.length = 0;
});

test('what a page tells of rooms stays small, and a house rule at the end of a long topic holds', async () => {
	const [{ contentAnswers }, { helloTab, readTab }] = await Promise.all([
		import('../../../src/background/answers/content.ts'),
		import('../../../src/background/state/tabs.ts'),
	]);
	await helloTab(1, origin, 'converse', 'xmpp');
	const long = 'ж'.repeat(60_000);
	const frames = Array.from({ length: 120 }, (_, room) => subject(room, `${long} ${room === 119 ? 'no-anonymous' : ''}`));
	await contentAnswers['content.frames']({ network: 'xmpp', frames }, { tab: 1, origin });
	const tab = await readTab(1);
	expect(JSON.stringify(tab).length).toBeLessThan(200_000);
	expect(tab?.topics['xmpp:room119@muc.chat.test']).toMatch(/\bno-anonymous\b/);
	expect(tab?.topics['xmpp:room0@muc.chat.test']).toBeUndefined();
	await contentAnswers['content.frames']({ network: 'xmpp', frames: [subject(119, `${long} No-Anonymous!`)] }, { tab: 1, origin });
	expect((await readTab(1))?.topics['xmpp:room119@muc.chat.test']).toMatch(/\bno-anonymous\b/);
	await contentAnswers['content.frames']({ network: 'xmpp', frames: [subject(119, 'welcome')] }, { tab: 1, origin });
	expect((await readTab(1))?.topics['xmpp:room119@muc.chat.test']).toBe('welcome');
});

test('every tab of a room is told of a message, and one whose background ended over it is told by the next', async () => {
	const room = 'xmpp:lobby@muc.chat.test';
	const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
	const now = Math.floor(Date.now() / 1000);
	const { wire } = composeMessage({
		mode: 'keyless',
		transport: 'recoverable',
		room,
		text: 'hello',
		replyTo: '',
		now,
		generation: null,
		random,
	});
	const data = `<message xmlns='jabber:client' type='groupchat' id='a' from='lobby@muc.chat.test/x'><body>hello</body><anonymous xmlns='urn:x-bauta:1'>${wire}</anonymous></message>`;
	const frames = [{ direction: 'in' as const, url: 'wss://chat.test/ws', data }];
	const labelled = () => told.filter(({ event }) => event === 'labels').map(({ tab, body }) => [tab, body.labels?.map(({ id }) => id)]);

	const start = async () => ({
		...(await import('../../../src/background/answers/content.ts')),
		...(await import('../../../src/background/state/tabs.ts')),
	});
	const { contentAnswers, helloTab, changeTab } = await start();
	for (const tab of [1, 2]) {
		await helloTab(tab, origin, 'converse', 'xmpp');
		await changeTab(tab, (known) => void known.rooms.push({ network: 'xmpp', address: 'lobby@muc.chat.test' }));
		await contentAnswers['content.frames']({ network: 'xmpp', frames }, { tab, origin });
	}
	const twice = [
		[1, ['a']],
		[2, ['a']],
	];
	// both at the same tick
	await eventually(() => expect(labelled().sort()).toEqual(twice));
	// the next background has what the last one stored, and nothing else
	vi.resetModules();
	const next = await start();
	await next.contentAnswers['content.frames']({ network: 'xmpp', frames }, { tab: 1, origin });
	await eventually(() => expect(labelled()[2]).toEqual([1, ['a']]));
});

test('a switch that is turned while the rooms are looked at is told in its later position', async () => {
	const rooms = ['one', 'two'].map((name) => ({ network: 'xmpp' as const, address: `${name}@muc.chat.test` }));
	let looks = 0;
	vi.doMock('../../../src/background/access/room-access.ts', async (original) => ({
		...(await original<object>()),
		// the switches are turned when the last room is looked at
		roomFault: async () => {
			if (++looks === rooms.length) await changeTab(1, (tab) => void tab.on.push(...rooms.map(({ address }) => address)));
			return null;
		},
	}));
	const [{ contentAnswers }, { helloTab, changeTab }] = await Promise.all([
		import('../../../src/background/answers/content.ts'),
		import('../../../src/background/state/tabs.ts'),
	]);
	await helloTab(1, origin, 'converse', 'xmpp');
	const answer = await contentAnswers['content.rooms']({ rooms }, { tab: 1, origin });
	vi.doUnmock('../../../src/background/access/room-access.ts');
	expect(answer.rooms.map(({ on }) => on)).toEqual([true, true]);
});

test('what a page is told of a room is the same whether the vault is locked, open or absent, whatever the user has set and whatever waits', async () => {
	const room = { network: 'xmpp' as const, address: 'lobby@muc.chat.test' };
	const [{ contentAnswers }, { helloTab }, { setUnlocked, lock }, document, { roomsChanged }] = await Promise.all([
		import('../../../src/background/answers/content.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/pages/room-state.ts'),
	]);
	const { vault } = await import('../../../src/background/state/vault.ts');
	const { newDocument } = await import('../../../src/vault/document.ts');
	const stored = newDocument();
	vi.spyOn(vault, 'open').mockImplementation(async () => ({ document: structuredClone(stored), notices: [], counter: 1 }));
	vi.spyOn(vault, 'update').mockImplementation(async (_key, change) => ({
		document: Object.assign(stored, change(stored)),
		notices: [],
		counter: 1,
	}));
	const { rememberAccess } = await import('../../../src/background/access/probe-results.ts');
	const route = { endpoint: { kind: 'websocket', url: 'wss://chat.test/ws' }, anonymousHost: 'anon.chat.test' } as const;
	await rememberAccess(origin, 'xmpp:lobby@muc.chat.test', { open: true, route, modes: ['one-time'], maxPoints: 4096 });
	await helloTab(1, origin, 'converse', 'xmpp');
	const sender = { tab: 1, origin };
	const answers = [await contentAnswers['content.rooms']({ rooms: [room] }, sender)];
	const look = async () => answers.push(await contentAnswers['content.rooms']({ rooms: [room] }, sender));
	await contentAnswers['content.switch']({ room, on: true, theme, beside: false }, sender);
	await contentAnswers['content.switch']({ room, on: false, theme, beside: false }, sender);
	told.length = 0;
	await setUnlocked(new Uint8Array(32).fill(7));
	await document.readDocument();
	await look();
	await document.changeDocument(({ settings }) => Object.assign(settings, { killSwitch: true }));
	await document.changeRoom('xmpp:lobby@muc.chat.test', { stopped: true, mode: 'keyless', hidden: true });
	await roomsChanged();
	await document.hideRoom(origin, 'xmpp:lobby@muc.chat.test', false);
	await look();
	await lock();
	await roomsChanged();
	await look();
	expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
	expect(answers[0]?.rooms).toEqual([{ room, on: false, beside: false, fault: null, hidden: false, caught: null }]);
});

test('what is hidden while the vault is locked stays hidden after the unlock', async () => {
	const room = { network: 'xmpp' as const, address: 'lobby@muc.chat.test' };
	const [{ contentAnswers }, { helloTab }, { setUnlocked }, document, { vault }, { newDocument }] = await Promise.all([
		import('../../../src/background/answers/content.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/state/vault.ts'),
		import('../../../src/vault/document.ts'),
	]);
	const stored = newDocument();
	vi.spyOn(vault, 'open').mockImplementation(async () => ({ document: structuredClone(stored), notices: [], counter: 1 }));
	vi.spyOn(vault, 'update').mockImplementation(async (_key, change) => ({
		document: Object.assign(stored, change(stored)),
		notices: [],
		counter: 1,
	}));
	await helloTab(1, origin, 'converse', 'xmpp');
	await contentAnswers['content.hide']({ room, hidden: true }, { tab: 1, origin });
	await setUnlocked(new Uint8Array(32).fill(7));
	const isHidden = async (site: string) => document.isRoomHidden(site, 'xmpp:lobby@muc.chat.test');
	await eventually(() => expect(stored.rooms['xmpp:lobby@muc.chat.test']?.hiddenOn).toEqual([`${origin} +`]));
	expect([await isHidden(origin), await isHidden('https://other.test')]).toEqual([true, false]);
});
