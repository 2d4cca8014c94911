import browser from 'webextension-polyfill';

/**
 * Looks once which web chat a page is, with the right that the click on Bauta's icon gave (activeTab). Returns the frontend's id; null where
 * Bauta knows none, and on a page that no extension may look at.
 */
export async function detectFrontend(tabId: number): Promise<string | null> {
	const target = { tabId };
	try {
		await browser.scripting.executeScript({ target, files: ['detect.js'] });
		// the answer stands in a global of the isolated world, which the page cannot see
		const [answer] = await browser.scripting.executeScript({
			target,
			func: () => (globalThis as { bautaFrontend?: string | null }).bautaFrontend ?? null,
		});
		return typeof answer?.result === 'string' ? answer.result : null;
	} catch {
		return null;
	}
}
