import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { IncomingMessage } from '../../../src/networks/network.ts';
import { eventually } from '../../eventually.ts';
import { composeAs, type Voice } from '../../servers/voices.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

interface Shown {
	id: string;
	title: string;
	message: string;
	silent?: boolean;
}

/** What the desktop shows, by the extension's own API, what was clicked, and which tab came to the front. */
const desktop = vi.hoisted(() => ({
	mayNotify: true,
	/** where the page in the tab may show notifications itself */
	site: 'https://chat.test',
	/** the tab has no page that could be asked */
	isLoading: false,
	isPrivate: false,
	shown: [] as Shown[],
	listeners: [] as ((id: string) => void)[],
	front: [] as number[],
	cleared: [] as string[],
}));
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: {
			get inIncognitoContext() {
				return desktop.isPrivate;
			},
		},
		scripting: { executeScript: async () => (desktop.isLoading ? Promise.reject(new Error('no page')) : [{ result: desktop.site }]) },
		permissions: { contains: async () => desktop.mayNotify },
		i18n: { getMessage: (key: string, parts: string[] = []) => [key, ...parts].join(' ') },
		tabs: Object.assign(fakeBrowser.tabs, {
			get: async () => ({ active: false, windowId: 3 }),
			update: async (id: number) => void desktop.front.push(id),
		}),
		windows: Object.assign(fakeBrowser.windows, { getLastFocused: async () => ({ id: 3 }), update: async () => {} }),
		notifications: {
			create: async (id: string, options: Omit<Shown, 'id'>) => void desktop.shown.push({ id, ...options }),
			clear: async (id: string) => void desktop.cleared.push(id),
			onClicked: {
				addListener: (listener: (id: string) => void) => void desktop.listeners.push(listener),
				removeListener: (listener: (id: string) => void) => {
					desktop.listeners = desktop.listeners.filter((other) => other !== listener);
				},
			},
		},
	}),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));
vi.mock('../../../src/platform/random-time.ts', async (original) => ({ ...(await original<object>()), waitFor: () => pausing.wait() }));

/** What goes on in the pause before a message is shown. */
const pausing = vi.hoisted(() => ({ wait: async () => {} }));

const origin = 'https://chat.test';
const page = { tab: 7, origin };
const room = 'lobby@muc.chat.test';
const roomId = `xmpp:${room}`;
const seconds = () => Math.floor(Date.now() / 1000);

function message(voice: Voice | null, text: string, where = room, time = seconds()): IncomingMessage {
	const wires = voice ? [composeAs(voice, 'xmpp', `xmpp:${where}`, text, time).wire] : ['AAAA'];
	const id = crypto.randomUUID();
	return { room: `xmpp:${where}`, id, archiveId: '', author: `${where}/Anonymous elm`, bodies: [text], replyTo: '', time, wires };
}

async function openBackground() {
	const [{ createVault }, lock, document, log, tabs, { followClicks }, { ringFor }] = await Promise.all([
		import('../../../src/background/identities/identities.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/recognition/message-log.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/state/desktop.ts'),
		import('../../../src/background/recognition/rings.ts'),
	]);
	await lock.setUnlocked((await createVault(testPassphrase, testPhrase, '', true, false)).slice());
	await tabs.helloTab(page.tab, origin, 'converse', 'xmpp');
	await tabs.changeTab(page.tab, (tab) => void tab.shown.push(room));
	const ring = async (...messages: IncomingMessage[]) => {
		await log.rememberMessages(origin, messages, 'page');
		await ringFor(page, messages);
	};
	const set = (change: object) => document.changeDocument(({ settings }) => Object.assign(settings, change));
	return { ...lock, ...document, ...tabs, followClicks, ring, ringFor, set };
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
	Object.assign(desktop, {
		mayNotify: true,
		site: origin,
		isLoading: false,
		isPrivate: false,
		shown: [],
		listeners: [],
		front: [],
		cleared: [],
	});
	pausing.wait = async () => {};
});

test('other people’s messages are shown, once and without their words, and the user’s own never', async () => {
	const { ring } = await openBackground();
	const [mine, foreign] = [message({ phrase: testPhrase }, 'said by me'), message('stranger', 'said by somebody')];
	await ring(mine, foreign);
	await ring(foreign, mine);
	expect(desktop.shown.map(({ title, message: words }) => [title, words])).toEqual([
		['content_anonymous', 'content_rings_wrote content_rings_where #lobby chat.test'],
	]);
	expect(JSON.stringify(desktop.shown)).not.toContain('said by');
});

test('what cannot be read as an anonymous message is not called one, and rings', async () => {
	const { ring } = await openBackground();
	await ring(message(null, 'a false envelope'));
	expect(desktop.shown.map(({ title, message: words }) => [title, words])).toEqual([
		['app_name', 'content_rings_other content_rings_where #lobby chat.test'],
	]);
});

test('the words are shown where the user wants it, in one line, and not while the vault is locked', async () => {
	const { ring, set, lock } = await openBackground();
	await set({ ringText: true });
	await ring(message('stranger', `first\n\u202esecond ${'x'.repeat(300)}`));
	expect(desktop.shown[0]?.message).toMatch(/^first second x{187}\ncontent_rings_where #lobby chat\.test$/);
	await ring(message('stranger', '<img src="https://x.test/"> & so on'));
	expect(desktop.shown[1]?.message).toMatch(/^‹img src="https:\/\/x\.test\/"› ＆ so on\n/);
	await lock();
	await ring(message('stranger', 'third'));
	expect(desktop.shown[2]?.message).toBe('content_rings_wrote content_rings_where #lobby chat.test');
});

test('while the vault is locked everybody’s ring, the user’s own as well', async () => {
	const { ring, lock } = await openBackground();
	await lock();
	await ring(message({ phrase: testPhrase }, 'said by me'), message('stranger', 'said by somebody'));
	expect(desktop.shown).toHaveLength(2);
});

test('while it is locked nobody’s do, where the user wants it so', async () => {
	const { ring, set, lock } = await openBackground();
	await set({ ringLocked: false });
	await ring(message('stranger', 'said by somebody'));
	await lock();
	await ring(message('stranger', 'said by somebody else'));
	expect(desktop.shown).toHaveLength(1);
});

test('a room whose anonymous messages are hidden is silent, and all are where Bauta may show nothing any more', async () => {
	const { ring, hideRoom } = await openBackground();
	await hideRoom(origin, roomId, true);
	await ring(message('stranger', 'one'));
	await hideRoom(origin, roomId, false);
	desktop.mayNotify = false;
	await ring(message('stranger', 'two'));
	expect(desktop.shown).toEqual([]);
	desktop.mayNotify = true;
	await ring(message('stranger', 'three'));
	expect(desktop.shown).toHaveLength(1);
});

test('of a flood six are shown, then how many more there are, in one place and without a sound', async () => {
	const { ring } = await openBackground();
	for (let at = 0; at < 9; at++) await ring(message('stranger', `message ${at}`));
	const single = desktop.shown.slice(0, 6);
	const more = desktop.shown.slice(6);
	expect(new Set(single.map(({ id }) => id)).size).toBe(6);
	expect(single.some(({ silent }) => silent)).toBe(false);
	expect(new Set(more.map(({ id }) => id)).size).toBe(1);
	expect(more.map(({ message: words, silent }) => [words, silent])).toEqual(
		['1', '2', '3'].map((count) => [`content_rings_more ${count} content_rings_where #lobby chat.test`, true]),
	);
});

test('a click brings the tab to the front, and the notification goes', async () => {
	const { ring, followClicks } = await openBackground();
	followClicks();
	await ring(message('stranger', 'one'));
	const [{ id } = { id: '' }] = desktop.shown;
	for (const listener of desktop.listeners) listener(id);
	await eventually(() => expect(desktop.front).toEqual([page.tab]));
	expect(desktop.cleared).toEqual([id]);
});

test('a click on what an earlier run of the browser’s has shown brings no tab to the front, and ids name nobody', async () => {
	const { ring, followClicks } = await openBackground();
	followClicks();
	await ring(message('stranger', 'one'));
	expect(desktop.shown[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
	for (const listener of desktop.listeners) listener(`7 ${crypto.randomUUID()}`);
	await eventually(() => expect(desktop.cleared).toHaveLength(1));
	for (const listener of desktop.listeners) listener(desktop.shown[0]?.id ?? '');
	await eventually(() => expect(desktop.front).toEqual([page.tab]));
});

test('clicks are followed once, also after the permission was taken away with all that listened, and given again', async () => {
	const { followClicks } = await openBackground();
	followClicks();
	followClicks();
	expect(desktop.listeners).toHaveLength(1);
	desktop.listeners = [];
	followClicks();
	expect(desktop.listeners).toHaveLength(1);
});

test('one’s own message that the room shows again as new does not ring, nor does it where it is read as nobody’s', async () => {
	const { ring, ringFor, set } = await openBackground();
	await set({ ringText: true });
	const old = message({ phrase: testPhrase }, 'said by me', room, seconds() - 3 * 86_400);
	const { rememberMessages } = await import('../../../src/background/recognition/message-log.ts');
	await rememberMessages(origin, [old], 'page');
	await ringFor(page, [{ ...old, time: seconds() }]);
	expect(desktop.shown).toEqual([]);
	// the same without a log entry: nobody can tell, so there are no words
	await ring({ ...old, id: 'other', time: seconds() });
	expect(desktop.shown.map(({ message: words }) => words)).toEqual(['content_rings_other content_rings_where #lobby chat.test']);
});

test('it is judged after the pause, by the lock and the settings of then', async () => {
	const { ring, set, lock, setUnlocked, vaultKey } = await openBackground();
	await set({ ringText: true, ringLocked: false });
	const key = await vaultKey();
	await lock();
	// own: judged while it was locked it would be somebody's, and shown with its words
	pausing.wait = async () => {
		await setUnlocked(key?.slice() ?? new Uint8Array());
	};
	await ring(message({ phrase: testPhrase }, 'said by me'), message('stranger', 'said by somebody'));
	expect(desktop.shown.map(({ message: words }) => words)).toEqual(['said by somebody\ncontent_rings_where #lobby chat.test']);
	pausing.wait = () => lock();
	await ring(message('stranger', 'said by somebody else'));
	expect(desktop.shown).toHaveLength(1);
});

test('what was judged while it was locked is shown without its words until it is judged anew', async () => {
	const { ringFor, set, lock, setUnlocked, vaultKey, isUnlocked } = await openBackground();
	await set({ ringText: true });
	const key = await vaultKey();
	await lock();
	const own = message({ phrase: testPhrase }, 'said by me');
	const { rememberMessages } = await import('../../../src/background/recognition/message-log.ts');
	const { judge } = await import('../../../src/background/recognition/verdicts.ts');
	for (const entry of await rememberMessages(origin, [own], 'page')) expect((await judge(entry))?.mine).toBe(0);
	// the key is there, and nothing was told of it yet
	let goOn = () => {};
	const alarms = vi.spyOn(fakeBrowser.alarms, 'create').mockImplementation(() => new Promise<void>((done) => (goOn = done)));
	const opening = setUnlocked(key?.slice() ?? new Uint8Array());
	await eventually(async () => expect(await isUnlocked()).toBe(true));
	await ringFor(page, [own]);
	goOn();
	await opening;
	alarms.mockRestore();
	expect(JSON.stringify(desktop.shown)).not.toContain('said by me');
});

test('what is shown with words is cleared at the lock, and nothing else', async () => {
	const { ring, set, lock } = await openBackground();
	await ring(message('stranger', 'one'));
	await set({ ringText: true });
	await ring(message('stranger', 'two'));
	await lock();
	expect(desktop.cleared).toEqual([desktop.shown[1]?.id]);
});

test('the room’s name is said of rooms that the page has shown, else the site alone', async () => {
	const { ring } = await openBackground();
	await ring(message('stranger', 'one', 'your bank has called@muc.chat.test'));
	expect(desktop.shown.map(({ message: words }) => words)).toEqual(['content_rings_wrote chat.test']);
});

test('a site rings ten times a minute, whatever rooms it names', async () => {
	const { ring } = await openBackground();
	for (let at = 0; at < 30; at++) await ring(message('stranger', `message ${at}`, `room${at}@muc.chat.test`));
	const loud = desktop.shown.filter(({ silent }) => !silent);
	const more = desktop.shown.filter(({ silent }) => silent);
	expect([loud.length, more.length, new Set(more.map(({ id }) => id)).size]).toEqual([10, 20, 1]);
	expect(more.at(-1)?.message).toBe('content_rings_more 20 chat.test');
});

test('naming many other rooms lets no room ring more often', async () => {
	const { ring } = await openBackground();
	for (let at = 0; at < 6; at++) await ring(message('stranger', `message ${at}`));
	for (let at = 0; at < 60; at++) await ring(message('stranger', `other ${at}`, `room${at}@muc.chat.test`));
	desktop.shown = [];
	for (let at = 6; at < 9; at++) await ring(message('stranger', `message ${at}`));
	expect(desktop.shown.every(({ silent }) => silent)).toBe(true);
});

test('one site’s flood keeps no other site’s message waiting', async () => {
	const { ringFor, helloTab } = await openBackground();
	const other = 'https://other.test';
	await helloTab(8, other, 'converse', 'xmpp');
	let release = () => {};
	let pauses = 0;
	pausing.wait = () => (pauses++ === 0 ? new Promise((done) => (release = done)) : Promise.resolve());
	const flood = ringFor(
		page,
		Array.from({ length: 60 }, (_, at) => message('stranger', `message ${at}`)),
	);
	await eventually(() => expect(pauses).toBe(1));
	desktop.site = other;
	await ringFor({ tab: 8, origin: other }, [message('stranger', 'one')]);
	expect(desktop.shown.map(({ message: words }) => words.includes('other.test'))).toEqual([true]);
	release();
	await flood;
});

test('nothing rings where the site itself may show no notification', async () => {
	const { ring } = await openBackground();
	desktop.site = 'https://elsewhere.test';
	await ring(message('stranger', 'one'));
	expect(desktop.shown).toEqual([]);
});

test('a page that could not be asked yet whether its site may show notifications is asked again with the next message', async () => {
	const { ring } = await openBackground();
	desktop.isLoading = true;
	await ring(message('stranger', 'one'));
	expect(desktop.shown).toEqual([]);
	desktop.isLoading = false;
	await ring(message('stranger', 'two'));
	expect(desktop.shown).toHaveLength(1);
});

test('a private window’s say neither where nor what', async () => {
	const { ring, set } = await openBackground();
	await set({ ringText: true });
	desktop.isPrivate = true;
	for (let at = 0; at < 7; at++) await ring(message('stranger', `message ${at}`));
	await ring(message(null, 'a false envelope'));
	expect([...new Set(desktop.shown.map(({ message: words }) => words))]).toEqual([
		'content_rings_wrote_only',
		'content_rings_more_only 1',
		'content_rings_more_only 2',
	]);
});

test('what this browser has just posted without a key or a trace does not ring, and no label is made of it', async () => {
	const { ring, ringFor, lock, setUnlocked, vaultKey } = await openBackground();
	const { rememberPosted } = await import('../../../src/background/recognition/own-posts.ts');
	const { judge } = await import('../../../src/background/recognition/verdicts.ts');
	const { messagesOf } = await import('../../../src/background/recognition/message-log.ts');
	const mine = message('stranger', 'said without a trace');
	const posted = {
		id: '1',
		room: { network: 'xmpp', address: room },
		text: 'said without a trace',
		replyTo: '',
		mode: 'no-trace',
	} as const;
	await rememberPosted(posted, mine.wires[0] ?? '');
	await ring(mine);
	expect(desktop.shown).toEqual([]);
	for (const entry of await messagesOf(origin, roomId)) expect((await judge(entry))?.mine).toBe(0);
	// somebody's message with the same words is another
	await ring(message('stranger', 'said without a trace'));
	expect(desktop.shown).toHaveLength(1);
	// the lock forgets it
	const key = await vaultKey();
	await lock();
	await setUnlocked(key?.slice() ?? new Uint8Array());
	await ringFor(page, [{ ...mine, wires: [...mine.wires, 'AAAA'] }]);
	expect(desktop.shown).toHaveLength(2);
});

test('two messages are two, however long the name of their author is', async () => {
	const { ring } = await openBackground();
	const author = `${room}/${'x'.repeat(400)}`;
	await ring(
		{ ...message('stranger', 'one'), id: 'a', author: `${author}1` },
		{ ...message('stranger', 'two'), id: 'a', author: `${author}2` },
	);
	expect(desktop.shown).toHaveLength(2);
});
