import { browser } from '../../platform/api/browser.ts';

/** A web chat as its frontend names itself: `id` is that of its file, `name` what people know. */
export interface FrontendName {
	id: string;
	name: string;
}

function frontendName(value: unknown): FrontendName | null {
	const { id, name } = (value ?? {}) as Record<string, unknown>;
	return typeof id === 'string' && typeof name === 'string' ? { id, name } : null;
}

/**
 * Looks once which web chat a page is, with the right that the click on Bauta's icon gave (activeTab). Null where
 * Bauta knows none, and on a page that no extension may look at.
 */
export async function detectFrontend(tabId: number): Promise<FrontendName | null> {
	const target = { tabId };
	try {
		await browser.scripting.executeScript({ target, files: ['detect.js'] });
		// the answer stands in a global of the isolated world, which the page cannot see
		const [answer] = await browser.scripting.executeScript({
			target,
			func: () => (globalThis as { bautaFrontend?: unknown }).bautaFrontend ?? null,
		});
		return frontendName(answer?.result);
	} catch {
		return null;
	}
}
