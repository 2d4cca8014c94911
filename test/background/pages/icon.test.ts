import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Access } from '../../../src/networks/network.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));

const room = (name: string) => ({ network: 'xmpp' as const, address: `${name}@muc.chat.test` });
const closed: Access = { open: false, reason: 'room-members-only', detail: '' };
const shown = { picture: '', title: '' };

/** The background over a tab with these rooms open, each with what is known of it. */
async function tabWith(rooms: Record<string, Access | null>, { on = [] as string[], locked = false, killSwitch = false } = {}) {
	const { defaultSettings } = await import('../../../src/vault/document.ts');
	const document = await import('../../../src/background/state/document.ts');
	vi.spyOn(document, 'readSettings').mockResolvedValue({ ...defaultSettings(), killSwitch });
	const [{ rememberAccess }, { changeTab, helloTab }, { setUnlocked }, { roomIdOf }] = await Promise.all([
		import('../../../src/background/access/probe-results.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/access/adapters.ts'),
	]);
	if (!locked) await setUnlocked(new Uint8Array(32).fill(7));
	await helloTab(1, 'https://chat.test', 'converse', 'xmpp');
	await changeTab(1, (tab) => {
		tab.rooms = Object.keys(rooms).map(room);
		tab.on = on.map((name) => room(name).address);
	});
	for (const [name, access] of Object.entries(rooms)) if (access) await rememberAccess('https://chat.test', roomIdOf(room(name)), access);
}
async function iconOf(tabId: number) {
	const { showIcon } = await import('../../../src/background/pages/icon.ts');
	await showIcon(tabId);
	return `${shown.picture} ${shown.title}`;
}

// the open vault's own settings are read elsewhere: here no vault is needed to have a state
vi.mock('../../../src/background/state/document.ts', () => ({
	readSettings: async () => ({}),
	readRoom: async () => ({ hidden: false, stopped: false, anonymousHost: '', mode: 'one-time', identity: null }),
}));

beforeEach(() => {
	vi.restoreAllMocks();
	vi.resetModules();
	fakeBrowser.reset();
	Object.assign(shown, { picture: '', title: '' });
	vi.spyOn(fakeBrowser.i18n, 'getMessage').mockImplementation((key) => key);
	vi.spyOn(fakeBrowser.action, 'setIcon').mockImplementation(async ({ path }) => {
		shown.picture = JSON.stringify(path).match(/icons\/([a-z-]+)-16/)?.[1] ?? '';
	});
	vi.spyOn(fakeBrowser.action, 'setTitle').mockImplementation(async ({ title }) => {
		shown.title = title ?? '';
	});
});

test('where Bauta is not enabled the icon is grey', async () => {
	expect(await iconOf(1)).toBe('mask-grey icon_grey');
});

test('a page with no room open, or with one that nobody has looked at yet, is off', async () => {
	await tabWith({});
	expect(await iconOf(1)).toBe('mask icon_off');
	await tabWith({ lobby: null });
	expect(await iconOf(1)).toBe('mask icon_off');
});

test('a switch that is on says so, also while locked', async () => {
	await tabWith({ lobby: closed }, { on: ['lobby'] });
	expect(await iconOf(1)).toBe('mask-on icon_on');
	const { lock } = await import('../../../src/background/state/lock.ts');
	await lock();
	expect(await iconOf(1)).toBe('mask-on icon_on');
});

test('a room that is closed to anonymous messages is not merely off', async () => {
	await tabWith({ lobby: closed });
	expect(await iconOf(1)).toBe('mask-grey icon_closed');
});

test('where one of the open rooms may be written in, Anonymous is off, and not impossible', async () => {
	await tabWith({ lobby: closed, hall: null });
	expect(await iconOf(1)).toBe('mask icon_off');
});

test('the stop of all anonymous posting closes every room', async () => {
	await tabWith({ lobby: null, hall: null }, { killSwitch: true });
	expect(await iconOf(1)).toBe('mask-grey icon_closed');
});

test('a locked Bauta says that first', async () => {
	await tabWith({ lobby: closed }, { locked: true });
	expect(await iconOf(1)).toBe('mask-locked icon_locked');
});
