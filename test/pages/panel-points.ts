import type { FirefoxPage } from '../firefox.ts';
import { until } from '../until.ts';

function middleOf(root: ShadowRoot, selector: string): [number, number] | null {
	const box = root.querySelector(selector)?.getBoundingClientRect();
	return box?.width ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}

/** The middle of an element in one of Bauta's closed roots, CSS px in the window, once it is on show. `what`: said where it never is. */
export const panelPoint = (page: FirefoxPage, selector: string, what: string): Promise<[number, number]> =>
	until(async () => (await page.pierce(middleOf, selector)).find((point) => point !== null), what);
