import browser from 'webextension-polyfill';

/**
 * Names the web chat in a tab, once, with the right that the click on Bauta's icon gave (activeTab). Null: none that Bauta knows,
 * or a page that no extension may look at.
 */
export async function lookAt(tabId: number): Promise<string | null> {
	const target = { tabId };
	try {
		await browser.scripting.executeScript({ target, files: ['detect.js'] });
		// the answer stands in a name of the isolated world, which the page cannot see
		const [answer] = await browser.scripting.executeScript({
			target,
			func: () => (globalThis as { bautaFrontend?: string | null }).bautaFrontend ?? null,
		});
		return typeof answer?.result === 'string' ? answer.result : null;
	} catch {
		return null;
	}
}
