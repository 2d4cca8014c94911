import { afterEach, expect, test, vi } from 'vitest';

/** A page that is prerendered, or not, and what tells its listeners. */
async function fakePage(prerendering: boolean) {
	const listeners: ((event: object) => void)[] = [];
	vi.stubGlobal('document', { prerendering });
	vi.stubGlobal('addEventListener', (type: string, listener: (event: object) => void) => {
		if (type === 'prerenderingchange') listeners.push(listener);
	});
	const { untilOnShow } = await import('../../src/content/page/on-show.ts');
	let isOnShow = false;
	void untilOnShow().then(() => {
		isOnShow = true;
	});
	const settle = () => new Promise((resolve) => setTimeout(resolve));
	await settle();
	return {
		isOnShow: () => isOnShow,
		async fire(isTrusted: boolean) {
			for (const listener of listeners) listener({ isTrusted });
			await settle();
		},
	};
}

afterEach(() => {
	vi.unstubAllGlobals();
	vi.resetModules();
});

test('a page that its tab shows is not waited for', async () => {
	expect((await fakePage(false)).isOnShow()).toBe(true);
});

test('a prerendered page is waited for until the browser shows it, whatever the page itself says', async () => {
	const page = await fakePage(true);
	expect(page.isOnShow()).toBe(false);
	await page.fire(false);
	expect(page.isOnShow()).toBe(false);
	await page.fire(true);
	expect(page.isOnShow()).toBe(true);
});
