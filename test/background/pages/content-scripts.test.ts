import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

interface Script {
	id: string;
	js: string[];
	matches: string[];
}

/** What the browser would keep, and the page that it shows. */
const browserHas = { scripts: [] as Script[], url: 'https://chat.test/room', registrations: 0 };
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		permissions: { contains: async () => true },
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
	Object.assign(browserHas, { scripts: [], registrations: 0 });
});

test('a page runs its own web chat’s frontend alone, and the tap comes after it', async () => {
	const sites = {
		'https://a.test': { frontend: 'converse' },
		'https://b.test': { frontend: 'chachi' },
		'https://c.test': { frontend: 'converse' },
	};
	const scripts = await registered(sites);
	expect(scripts).toEqual([
		'bauta-1-content-converse content-converse.js https://a.test/*,https://c.test/*',
		'bauta-1-content-chachi content-chachi.js https://b.test/*',
		'bauta-2-tap tap.js https://a.test/*,https://b.test/*,https://c.test/*',
	]);
	// what stands as it should is left alone
	const before = browserHas.registrations;
	expect(await registered(sites)).toEqual(scripts);
	expect(browserHas.registrations).toBe(before);
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

test('scripts of an earlier version and of sites that are gone are taken away', async () => {
	browserHas.scripts = [{ id: 'bauta-1-content', js: ['content.js'], matches: ['https://a.test/*'] }];
	expect(await registered({ 'https://a.test': { frontend: 'converse' } })).toEqual([
		'bauta-1-content-converse content-converse.js https://a.test/*',
		'bauta-2-tap tap.js https://a.test/*',
	]);
	expect(await registered({})).toEqual([]);
});

test('an enabled site that turns out to be another web chat as well runs both from the next load on', async () => {
	await registered({ 'https://chat.test': { frontend: 'converse' } });
	const { siteState } = await import('../../../src/background/pages/site-state.ts');
	expect(await siteState(1, [], async () => ({ id: 'nostr-comments', name: 'nostr-comments' }))).toMatchObject({
		state: 'enabled',
		reload: true,
	});
	expect(browserHas.scripts.map(({ id }) => id)).toEqual(['bauta-1-content', 'bauta-2-tap']);
	expect(await fakeBrowser.storage.local.get('sites')).toMatchObject({
		sites: { 'https://chat.test': { frontend: 'converse', others: ['nostr-comments'] } },
	});
});
