import browser from 'webextension-polyfill';

/**
 * Names the web chat in a tab, once, with the right that the click on Bauta's icon gave (activeTab). Null: none that Bauta knows,
 * or a page that no extension may look at.
 */
export async function lookAt(tabId: number): Promise<string | null> {
	try {
		const [result] = await browser.scripting.executeScript({ target: { tabId }, files: ['probe.js'] });
		return typeof result?.result === 'string' && result.result ? result.result : null;
	} catch {
		return null;
	}
}
