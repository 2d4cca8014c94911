import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { SiteState } from '../../../src/messages/popup.ts';

interface Question {
	to: string;
	body: { tab: number | null };
	answer(value: unknown): void;
}
const questions: Question[] = [];
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		runtime: Object.assign(fakeBrowser.runtime, {
			sendMessage: (message: Omit<Question, 'answer'>) =>
				new Promise((resolve) => questions.push({ ...message, answer: (value) => resolve({ ok: true, value }) })),
		}),
	}),
}));

const origin = 'https://chat.test';
const foundSite: SiteState = { state: 'found', origin, frontend: 'converse', name: 'Converse.js', hosts: [] };
const enabledSite: SiteState = { state: 'enabled', origin, frontend: 'converse', name: 'Converse.js', hosts: [], reload: true, rooms: [] };
/** What the background says; of a page that was not asked about it says nothing of use. */
const saying = (site: SiteState, wait = 0) => ({ vault: 'unlocked', wait, waiting: [], site });
const unsupportedSite: SiteState = { state: 'unsupported' };

beforeEach(() => {
	questions.length = 0;
	vi.resetModules();
});

/** A popup on the page of tab 1, where a web chat was found. */
async function popup() {
	const store = await import('../../../src/popup/state/store.ts');
	const { surface } = await import('../../../src/popup/state/popup-or-tab.ts');
	surface.value = { ...surface.value, siteTab: 1 };
	const first = store.refresh();
	questions[0]?.answer(saying(foundSite));
	await first;
	return store;
}

test('a question about the page is answered by it, though one that was not about it came back first', async () => {
	const { refresh, state } = await popup();
	const both = [refresh(), refresh(false)];
	expect(questions.slice(1).map(({ body }) => body.tab)).toEqual([1, null]);
	questions[2]?.answer(saying(unsupportedSite, 7));
	await both[1];
	expect(state.value?.site).toEqual(foundSite);
	questions[1]?.answer(saying(enabledSite, 3));
	await both[0];
	expect(state.value?.site).toEqual(enabledSite);
	// of all else the later question knows more
	expect(state.value?.wait).toBe(7);
});

test('an answer from before the site was enabled does not put it back', async () => {
	const { refresh, state } = await popup();
	const [early, late] = [refresh(false), refresh()];
	questions[2]?.answer(saying(enabledSite, 3));
	await late;
	questions[1]?.answer(saying(unsupportedSite, 7));
	await early;
	expect(state.value?.site).toEqual(enabledSite);
	expect(state.value?.wait).toBe(3);
});

test('what “Look again” found is not lost to a question that was asked meanwhile', async () => {
	const { refresh, lookAgain, state } = await popup();
	const both = [lookAgain(), refresh(false)];
	questions[2]?.answer(saying(unsupportedSite));
	await both[1];
	questions[1]?.answer({ state: 'none', origin });
	await both[0];
	expect(state.value?.site).toEqual({ state: 'none', origin });
});
