import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

interface Script {
	id: string;
	js: string[];
	matches: string[];
}

/** What the browser would keep, and the page that it shows. */
const browserHas = { scripts: [] as Script[], url: 'https://chat.test/room', registrations: 0, mayNotify: false };
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		permissions: { contains: async ({ permissions }: { permissions?: string[] }) => !permissions || browserHas.mayNotify },
		scripting: {
			getRegisteredContentScripts: async () => structuredClone(browserHas.scripts),
			unregisterContentScripts: async ({ ids }: { ids: string[] }) => {
				browserHas.scripts = browserHas.scripts.filter(({ id }) => !ids.includes(id));
			},
			registerContentScripts: async (added: Script[]) => {
				browserHas.registrations++;
				browserHas.scripts.push(...added);
			},
		},
		tabs: Object.assign(fakeBrowser.tabs, {
			get: async () => ({ url: browserHas.url }),
			query: async () => [{ id: 1, url: browserHas.url }],
		}),
	}),
}));

async function registered(sites: Record<string, { frontend: string; others?: string[] }>): Promise<string[]> {
	await fakeBrowser.storage.local.set({ sites });
	const { registerScripts } = await import('../../../src/background/pages/content-scripts.ts');
	await registerScripts();
	return browserHas.scripts.map(({ id, js, matches }) => `${id} ${js} ${matches}`);
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	Object.assign(browserHas, { scripts: [], registrations: 0, mayNotify: false });
});

test('a page runs its own web chat’s frontend alone, and the tap of its network comes after it', async () => {
	const sites = {
		'https://a.test': { frontend: 'converse' },
		'https://b.test': { frontend: 'chachi' },
		'https://c.test': { frontend: 'converse' },
	};
	const scripts = await registered(sites);
	expect(scripts).toEqual([
		'bauta-1-content-chachi content-chachi.js https://b.test/*',
		'bauta-1-content-converse content-converse.js https://a.test/*,https://c.test/*',
		'bauta-2-tap-nostr tap-nostr.js https://b.test/*',
		'bauta-2-tap-xmpp tap-xmpp.js https://a.test/*,https://c.test/*',
	]);
	// what stands as it should is left alone
	const before = browserHas.registrations;
	expect(await registered(sites)).toEqual(scripts);
	expect(browserHas.registrations).toBe(before);
});

test('who asks whether notifications are taken over hears it once pages run what does so, also before the browser has told of the grant', async () => {
	await registered({ 'https://a.test': { frontend: 'converse' } });
	const { takesNotices } = await import('../../../src/background/pages/content-scripts.ts');
	const taps = () => browserHas.scripts.map(({ id }) => id).filter((id) => id.includes('tap'));
	expect([await takesNotices(), taps()]).toEqual([false, ['bauta-2-tap-xmpp']]);
	browserHas.mayNotify = true;
	expect([await takesNotices(), taps()]).toEqual([true, ['bauta-2-tap-xmpp-notices']]);
});

test('two web chats at one pattern, and one that is not known any more, run once and with every frontend', async () => {
	expect(
		await registered({
			'https://a.test': { frontend: 'converse' },
			'https://a.test:8443': { frontend: 'chachi' },
			'https://b.test': { frontend: 'converse', others: ['nostrchat'] },
			'https://c.test': { frontend: 'gone' },
		}),
	).toEqual([
		'bauta-1-content content.js https://a.test/*,https://b.test/*,https://c.test/*',
		'bauta-2-tap tap.js https://a.test/*,https://b.test/*,https://c.test/*',
	]);
});

test('two web chats of one network run with every frontend and the tap of that network', async () => {
	expect(await registered({ 'https://a.test': { frontend: 'nostrchat', others: ['chachi'] } })).toEqual([
		'bauta-1-content content.js https://a.test/*',
		'bauta-2-tap-nostr tap-nostr.js https://a.test/*',
	]);
});

test('scripts of an earlier version and of sites that are gone are taken away', async () => {
	browserHas.scripts = [{ id: 'bauta-1-content', js: ['content.js'], matches: ['https://a.test/*'] }];
	expect(await registered({ 'https://a.test': { frontend: 'converse' } })).toEqual([
		'bauta-1-content-converse content-converse.js https://a.test/*',
		'bauta-2-tap-xmpp tap-xmpp.js https://a.test/*',
	]);
	expect(await registered({})).toEqual([]);
});

test('an enabled site that turns out to be another web chat as well runs both from the next load on', async () => {
	await registered({ 'https://chat.test': { frontend: 'converse' } });
	const { siteState } = await import('../../../src/background/pages/site-state.ts');
	expect(await siteState(1, [], async () => ({ page: { id: 'nostr-comments', name: 'nostr-comments' }, frame: null }))).toMatchObject({
		state: 'enabled',
		reload: true,
	});
	expect(browserHas.scripts.map(({ id }) => id)).toEqual(['bauta-1-content', 'bauta-2-tap']);
	expect(await fakeBrowser.storage.local.get('sites')).toMatchObject({
		sites: { 'https://chat.test': { frontend: 'converse', others: ['nostr-comments'] } },
	});
});

test('a page that is no chat itself is not to be loaded anew; a chat in a frame of it is named with its address', async () => {
	await registered({ 'https://chat.test': { frontend: 'converse' } });
	const { siteState } = await import('../../../src/background/pages/site-state.ts');
	const frame = { name: 'Converse.js', url: 'https://chat.test/framed' };
	expect(await siteState(1, [], async () => ({ page: null, frame: null }))).toMatchObject({ state: 'enabled', reload: false });
	expect(await siteState(1, [], async () => ({ page: null, frame }))).toMatchObject({ state: 'enabled', reload: false, frame });
	browserHas.url = 'https://club.test/';
	expect(await siteState(1, [], async () => ({ page: null, frame }))).toEqual({ state: 'none', origin: 'https://club.test', frame });
	browserHas.url = 'https://chat.test/room';
});

test('the web chat of a page is told from one in its frames, and of those the first that is one', async () => {
	const { detectFrontend } = await import('../../../src/background/pages/detect.ts');
	const { browser } = await import('../../../src/platform/api/browser.ts');
	const converse = { id: 'converse', name: 'Converse.js' };
	const answers = [
		{ frameId: 0, result: { frontend: null, url: 'https://club.test/' } },
		{ frameId: 3, result: { frontend: null, url: 'https://ads.test/' } },
		{ frameId: 5, result: { frontend: converse, url: 'about:srcdoc' } },
		{ frameId: 6, result: { frontend: converse, url: 'https://chat.test/' } },
	];
	Object.assign(browser.scripting, { executeScript: async () => answers });
	expect(await detectFrontend(1)).toEqual({ page: null, frame: { name: 'Converse.js', url: '' } });
	Object.assign(answers[0] ?? {}, { result: { frontend: converse, url: 'https://club.test/' } });
	expect((await detectFrontend(1)).page).toEqual(converse);
});

test('the tap that takes over notifications runs where Bauta may show them, and nowhere else', async () => {
	const sites = {
		'https://a.test': { frontend: 'converse' },
		'https://b.test': { frontend: 'chachi' },
		'https://c.test': { frontend: 'gone' },
	};
	const taps = async () =>
		(await registered(sites))
			.map((script) => script.split(' ')[1])
			.filter((file) => file?.startsWith('tap'))
			.sort();
	expect(await taps()).toEqual(['tap-nostr.js', 'tap-xmpp.js', 'tap.js']);
	browserHas.mayNotify = true;
	expect(await taps()).toEqual(['tap-nostr-notices.js', 'tap-notices.js', 'tap-xmpp-notices.js']);
	browserHas.mayNotify = false;
	expect(await taps()).toEqual(['tap-nostr.js', 'tap-xmpp.js', 'tap.js']);
});
