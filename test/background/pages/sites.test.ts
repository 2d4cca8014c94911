import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Tab } from '../../../src/background/state/tabs.ts';
import { eventually } from '../../eventually.ts';

/** What the browser itself would keep: granted patterns, and what it was told to do. */
const browserHas = { granted: new Set<string>(), titles: {} as Record<number, string>, stopped: [] as number[] };
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		permissions: {
			contains: async ({ origins = ['notifications'] }: { origins?: string[] }) =>
				origins.every((origin) => browserHas.granted.has(origin)),
			remove: async ({ origins }: { origins: string[] }) => origins.map((origin) => browserHas.granted.delete(origin)).every(Boolean),
		},
		scripting: { getRegisteredContentScripts: async () => [], registerContentScripts: async () => {} },
		tabs: Object.assign(fakeBrowser.tabs, {
			get: async () => ({ url: `${chat}/room` }),
			query: async () => [],
			sendMessage: async (tab: number, { event }: { event: string }) => void (event === 'stop' && browserHas.stopped.push(tab)),
		}),
		action: {
			setIcon: async () => {},
			setTitle: async ({ tabId, title }: { tabId: number; title: string }) => {
				browserHas.titles[tabId] = title;
			},
		},
		i18n: { getMessage: (key: string) => key },
	}),
}));

const chat = 'https://chat.test';
const other = 'https://other.test';
const server = 'wss://xmpp.test';
const patterns = (...hosts: string[]) => hosts.flatMap((host) => [`https://${host}/*`, `wss://${host}/*`]);
const grantedNow = () => [...browserHas.granted].toSorted();
const stored = async () => (await fakeBrowser.storage.local.get('sites')).sites;

async function background() {
	const [sites, enabling, state, tabs] = await Promise.all([
		import('../../../src/background/pages/sites.ts'),
		import('../../../src/background/pages/enabling.ts'),
		import('../../../src/background/pages/site-state.ts'),
		import('../../../src/background/state/tabs.ts'),
	]);
	return { ...sites, ...enabling, ...state, ...tabs };
}
/** The page shows a room of this server, and names the server's own endpoint. */
function showRoom(tab: Tab, host: string): void {
	tab.rooms = [{ network: 'xmpp', address: `lobby@muc.${host}` }];
	tab.hints.websocket = `wss://${host}/ws`;
}
const converse = { id: 'converse', name: 'Converse.js' };
const nothing = { page: null, frame: null };

/** The user says yes to what the popup asks for. */
async function allow(origin: string, hosts: string[] = []) {
	const { enableIfGranted, noteRequest } = await background();
	await noteRequest(origin, converse, hosts);
	const asked = hosts.length > 0 ? hosts : [origin];
	for (const pattern of asked.flatMap((host) => patterns(new URL(host).hostname))) browserHas.granted.add(pattern);
	await enableIfGranted(origin);
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	Object.assign(browserHas, { granted: new Set(), titles: {}, stopped: [] });
});

describe('disabling a site', () => {
	test('gives back its own permission and that of the further hosts, whenever they were allowed', async () => {
		await allow(chat);
		await allow(chat, [server]);
		await allow(chat, ['https://third.test']);
		expect(grantedNow()).toEqual(patterns('chat.test', 'xmpp.test', 'third.test').toSorted());
		const { disableSite, enabledSites } = await background();
		await disableSite(chat);
		expect(grantedNow()).toEqual([]);
		expect(await enabledSites()).toEqual([]);
	});

	test('keeps what another enabled site was allowed, until that one goes as well', async () => {
		await allow(chat);
		await allow(other);
		await allow(chat, [server]);
		await allow(other, [server]);
		const { disableSite } = await background();
		await disableSite(chat);
		expect(grantedNow()).toEqual(patterns('other.test', 'xmpp.test').toSorted());
		await disableSite(other);
		expect(grantedNow()).toEqual([]);
	});

	test('keeps what another one uses that never had to ask for it', async () => {
		const { changeTab, disableSite, helloTab, siteState } = await background();
		await allow(chat);
		await allow(other);
		await allow(other, [server]);
		await helloTab(1, chat, 'converse', 'xmpp');
		await changeTab(1, (tab) => showRoom(tab, 'xmpp.test'));
		// while its page is open, and after the popup showed it also without
		const state = await siteState(1, [], async () => nothing);
		expect(state).toMatchObject({ state: 'enabled', hosts: [] });
		expect(await stored()).toMatchObject({ [chat]: { hosts: expect.arrayContaining(['https://xmpp.test']) } });
		await disableSite(other);
		expect(grantedNow()).toEqual(patterns('chat.test', 'xmpp.test').toSorted());
	});

	test('keeps what the open page of another one tells that it uses', async () => {
		const { changeTab, disableSite, helloTab } = await background();
		await allow(chat);
		await allow(other);
		await allow(other, [server]);
		await helloTab(1, chat, 'converse', 'xmpp');
		await changeTab(1, (tab) => showRoom(tab, 'xmpp.test'));
		await disableSite(other);
		expect(grantedNow()).toEqual(patterns('chat.test', 'xmpp.test').toSorted());
	});

	test('keeps a further host that is another enabled site itself', async () => {
		await allow(chat);
		await allow(other);
		await allow(chat, ['wss://other.test:5281']);
		const { disableSite } = await background();
		await disableSite(chat);
		expect(grantedNow()).toEqual(patterns('other.test').toSorted());
	});

	test('works with sites that were stored before their hosts and names were kept', async () => {
		await fakeBrowser.storage.local.set({ sites: { [chat]: { frontend: 'converse' }, [other]: { frontend: 'converse' } } });
		for (const pattern of patterns('chat.test', 'other.test')) browserHas.granted.add(pattern);
		const { disableSite, enabledSites } = await background();
		await allow(other, [server]);
		await disableSite(chat);
		// it was allowed something more meanwhile, and the name came along
		expect(await enabledSites()).toEqual([{ origin: other, name: 'Converse.js' }]);
		expect(grantedNow()).toEqual(patterns('other.test', 'xmpp.test').toSorted());
		await disableSite(other);
		expect(grantedNow()).toEqual([]);
	});

	test('stops its open pages, forgets them, and their icons say so', async () => {
		const { allTabs, disableSite, helloTab } = await background();
		await allow(chat);
		await allow(other);
		await helloTab(1, chat, 'converse', 'xmpp');
		await helloTab(2, other, 'converse', 'xmpp');
		await disableSite(chat);
		expect(browserHas.stopped).toEqual([1]);
		expect(browserHas.titles).toEqual({ 1: 'icon_grey' });
		expect((await allTabs()).map(([id]) => id)).toEqual([2]);
	});
});

test('a permission that the user took away in the browser ends the open pages as well', async () => {
	const { allTabs, helloTab, permissionsRemoved } = await background();
	await allow(chat);
	await helloTab(1, chat, 'converse', 'xmpp');
	browserHas.granted.clear();
	await permissionsRemoved();
	expect(browserHas.stopped).toEqual([1]);
	expect(browserHas.titles).toEqual({ 1: 'icon_grey' });
	expect(await allTabs()).toEqual([]);
});

test('a host that was asked for and refused is not kept with the site', async () => {
	const { enableIfGranted, noteRequest } = await background();
	await allow(chat);
	await noteRequest(chat, converse, [server]);
	await enableIfGranted(chat);
	expect(await stored()).toEqual({ [chat]: { frontend: 'converse', name: 'Converse.js' } });
});

test('a popup that looks while a site is disabled does not bring it back', async () => {
	const { changeTab, disableSite, enabledSites, helloTab, siteState } = await background();
	await allow(chat);
	await allow(chat, [server]);
	await helloTab(1, chat, 'converse', 'xmpp');
	await changeTab(1, (tab) => showRoom(tab, 'third.test'));
	for (const pattern of patterns('third.test')) browserHas.granted.add(pattern);
	const { local } = fakeBrowser.storage;
	const write = local.set.bind(local);
	// the popup's note is slow to be written, and the site is disabled while it is
	const slow = vi.spyOn(local, 'set').mockImplementationOnce(async (items) => {
		const asHandedOver = structuredClone(items);
		await new Promise((resolve) => setTimeout(resolve, 200));
		await write(asHandedOver);
	});
	const looking = siteState(1, [], async () => nothing);
	await eventually(() => expect(slow).toHaveBeenCalled());
	await Promise.all([looking, disableSite(chat)]);
	slow.mockRestore();
	expect(await enabledSites()).toEqual([]);
});
