import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ComposerEvent, ComposerRequest } from '../../../src/messages/composer.ts';
import type { Mode } from '../../../src/messages/rooms.ts';
import { eventually } from '../../eventually.ts';
import { patience } from '../../until.ts';

const connecting: ((port: unknown) => void)[] = [];
/** which window and tab are in front: the page is in tab 1 of window 1 */
const front = vi.hoisted(() => ({ window: 1, active: true, calls: [] as unknown[][] }));
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		tabs: Object.assign(fakeBrowser.tabs, {
			get: async () => ({ windowId: 1, active: front.active }),
			update: async (...call: unknown[]) => void front.calls.push(call),
		}),
		windows: Object.assign(fakeBrowser.windows, {
			getLastFocused: async () => ({ id: front.window }),
			update: async (...call: unknown[]) => void front.calls.push(call),
		}),
		runtime: Object.assign(fakeBrowser.runtime, {
			id: 'bauta',
			getURL: (path: string) => `chrome-extension://bauta/${path}`,
			onConnect: { addListener: (listener: (port: unknown) => void) => connecting.push(listener) },
		}),
	}),
}));

const ownPage = 'chrome-extension://bauta/composer.html';
const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;

/** A port that is opened from this address in tab 1: what the background says on it, and a way to say something. */
async function connect(name: string, url: string, timeout = url === ownPage ? patience : 1000) {
	const heard: ComposerEvent[] = [];
	const hearing: ((message: ComposerRequest) => void)[] = [];
	const sender = { id: 'bauta', url, tab: { id: 1 }, frameId: 0 };
	const onMessage = { addListener: (listener: (message: ComposerRequest) => void) => hearing.push(listener) };
	const closing: (() => void)[] = [];
	const onDisconnect = { addListener: (listener: () => void) => closing.push(listener) };
	const postMessage = (event: ComposerEvent) => heard.push(event);
	for (const listen of connecting) listen({ name, sender, postMessage, disconnect() {}, onMessage, onDisconnect });
	// what opens nothing is given a moment; an answer is waited for, however slow the machine is
	await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), { timeout }).catch(() => {});
	return {
		heard,
		say(message: ComposerRequest) {
			for (const listener of hearing) listener(message);
		},
		/** its page is gone: who listens from now on is told nothing */
		close() {
			for (const listener of closing) listener();
		},
	};
}
const kindsHeard = async (name: string, url: string) => (await connect(name, url)).heard.map(({ kind }) => kind);

/** A ticket for a composer of the room in tab 1. */
async function ticketFor(): Promise<string> {
	const [{ listenToComposers }, { issueTicket }, { helloTab }] = await Promise.all([
		import('../../../src/background/composers/port.ts'),
		import('../../../src/background/composers/tickets.ts'),
		import('../../../src/background/state/tabs.ts'),
		// loaded when a composer opens
		import('../../../src/background/recognition/labels.ts'),
	]);
	const origin = 'https://chat.test';
	await helloTab(1, origin, 'converse', 'xmpp');
	const theme = { dark: false, background: '', color: '', accent: '', fontSize: '' };
	const ticket = await issueTicket({ tab: 1, origin }, room, theme, 'frame');
	listenToComposers(Promise.resolve());
	return ticket;
}

beforeEach(() => {
	vi.restoreAllMocks();
	vi.resetModules();
	fakeBrowser.reset();
	connecting.length = 0;
	Object.assign(front, { window: 1, active: true, calls: [] });
});

test('a ticket opens nothing for a script in a page, and stays good for the composer itself', async () => {
	const ticket = await ticketFor();
	expect(await kindsHeard(`composer:${ticket}`, 'https://chat.test/room')).toEqual([]);
	expect(await kindsHeard(`composer:${ticket}`, ownPage)).toEqual(['state']);
	expect(await kindsHeard(`composer:${ticket}`, ownPage)).toEqual(['closed']);
});

/** Has composers wait for a worker that wakes. Returns what lets it be ready. */
async function wakeSlowly(): Promise<() => void> {
	const { listenToComposers } = await import('../../../src/background/composers/port.ts');
	connecting.length = 0;
	let begin = () => {};
	listenToComposers(
		new Promise((resolve) => {
			begin = resolve;
		}),
	);
	return begin;
}

test('a composer that goes while the worker wakes is gone', async () => {
	const ticket = await ticketFor();
	const begin = await wakeSlowly();
	const { heard, close } = await connect(`composer:${ticket}`, ownPage, 100);
	const { tellTheft } = await import('../../../src/background/composers/open-composers.ts');
	close();
	begin();
	await eventually(() => expect(heard.map(({ kind }) => kind)).toEqual(['state']));
	tellTheft(1, room);
	expect(heard.map(({ kind }) => kind)).toEqual(['state']);
});

test('what a composer says together with what wakes the worker is heard once that is ready', async () => {
	const ticket = await ticketFor();
	const begin = await wakeSlowly();
	const { say, heard } = await connect(`composer:${ticket}`, ownPage, 100);
	say({ kind: 'draft', text: 'as I was saying' });
	expect(heard).toEqual([]);
	begin();
	const lastUse = async () => (await fakeBrowser.storage.session.get('last-use'))['last-use'];
	await eventually(async () => expect(await lastUse()).toBeDefined());
	expect(heard.map(({ kind }) => kind)).toEqual(['state']);
});

test('who writes uses Bauta: the automatic lock counts from the last words, not from the last message', async () => {
	const { say } = await connect(`composer:${await ticketFor()}`, ownPage);
	const { lockIfIdle, setUnlocked, vaultKey } = await import('../../../src/background/state/lock.ts');
	await setUnlocked(new Uint8Array(32).fill(7));
	const lastUse = async () => (await fakeBrowser.storage.session.get('last-use'))['last-use'] as number;
	const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 20 * 60_000);
	say({ kind: 'draft', text: 'half a wo' });
	await eventually(async () => expect(await lastUse()).toBe(Date.now()));
	await lockIfIdle(15);
	expect(await vaultKey()).not.toBeNull();
	clock.mockRestore();
});

test.each([
	['keyless', 'keyless'],
	['persona', 'one-time'],
])('a room that was left at %s shows %s: what is not offered falls back to one-time', async (mode, shown) => {
	vi.doMock('../../../src/background/state/document.ts', async (original) => {
		const document = await original<typeof import('../../../src/background/state/document.ts')>();
		return { ...document, readRoom: async (id: string) => ({ ...(await document.readRoom(id)), mode }) };
	});
	const [{ rememberAccess }, { roomIdOf }] = await Promise.all([
		import('../../../src/background/access/probe-results.ts'),
		import('../../../src/background/access/adapters.ts'),
	]);
	const route = { endpoint: { kind: 'websocket', url: 'wss://chat.test/ws' }, anonymousHost: 'anon.chat.test' } as const;
	const modes: Mode[] = ['no-trace', 'one-time', 'keyless'];
	await rememberAccess('https://chat.test', roomIdOf(room), { open: true, route, modes, maxPoints: 4096 });
	const [event] = (await connect(`composer:${await ticketFor()}`, ownPage)).heard;
	expect(event).toMatchObject({ kind: 'state', state: { mode: shown, access: { state: 'open', modes } } });
	vi.doUnmock('../../../src/background/state/document.ts');
});

/** The site has taken the keyboard twice, some time ago: once more and it is caught. */
async function twoThefts() {
	const sites = await import('../../../src/background/state/caught-sites.ts');
	const clock = vi.spyOn(performance, 'now');
	for (const at of [100_000, 110_000, 120_000]) {
		clock.mockReturnValue(at);
		if (at < 120_000) await sites.noteTheft('https://chat.test');
	}
	return sites;
}

test.each([
	['another window', { window: 2 }, [[1, { focused: true }]]],
	[
		'another tab',
		{ active: false },
		[
			[1, { active: true }],
			[1, { focused: true }],
		],
	],
])('%s that takes the keyboard from who writes loses it to the page, and the third time the site is caught', async (_, thief, calls) => {
	const { say } = await connect(`composer:${await ticketFor()}`, ownPage);
	const { caughtAt } = await twoThefts();
	Object.assign(front, thief);
	say({ kind: 'blur', by: 'unknown' });
	say({ kind: 'blur', by: 'page' });
	await eventually(async () => expect(await caughtAt('https://chat.test')).toBe('keyboard'));
	expect(front.calls).toEqual(calls);
});

test('a page that takes the keyboard itself is in front already, and is judged by its own script', async () => {
	const { say } = await connect(`composer:${await ticketFor()}`, ownPage);
	const { caughtAt } = await twoThefts();
	say({ kind: 'blur', by: 'page' });
	say({ kind: 'blur', by: 'page' });
	// the second is answered once the first is over
	await eventually(() => expect(front.calls.length).toBe(2));
	expect(await caughtAt('https://chat.test')).toBeNull();
});

test.each<ComposerRequest>([
	{ kind: 'renew', label: '', from: null },
	{ kind: 'continue', label: '', n: 1 },
	{ kind: 'mode', mode: 'persona', label: '' },
])('a voice that cannot be had is told in the composer: $kind without a vault', async (request) => {
	const composer = await connect(`composer:${await ticketFor()}`, ownPage);
	composer.say(request);
	const faults = () => composer.heard.flatMap((event) => (event.kind === 'unchosen' ? [event.fault.code] : []));
	await expect.poll(faults, { timeout: patience }).toHaveLength(1);
	expect(['no-vault', 'vault-locked']).toContain(faults()[0]);
});
