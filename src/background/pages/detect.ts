import type { FramedChat } from '../../messages/popup.ts';
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

/** What a page turned out to be. */
export interface Detection {
	/** the web chat of the page itself */
	page: FrontendName | null;
	/** a web chat in a frame of the page, where Bauta does not run */
	frame: FramedChat | null;
}

/**
 * Looks once which web chat a page is, with the right that the click on Bauta's icon gave (activeTab), and which one stands in a frame of it:
 * one of the page's own site, or of a site that Bauta may reach. Nothing is found on a page that no extension may look at.
 */
export async function detectFrontend(tabId: number): Promise<Detection> {
	const target = { tabId, allFrames: true };
	try {
		await browser.scripting.executeScript({ target, files: ['detect.js'] });
		// the answer stands in a global of the isolated world, which the page cannot see
		const answers = await browser.scripting.executeScript({
			target,
			func: () => ({ frontend: (globalThis as { bautaFrontend?: unknown }).bautaFrontend ?? null, url: location.href }),
		});
		const detection: Detection = { page: null, frame: null };
		for (const { frameId, result } of answers) {
			const { frontend, url } = (result ?? {}) as Record<string, unknown>;
			const name = frontendName(frontend);
			if (frameId === 0) detection.page = name;
			else if (name) detection.frame ??= { name: name.name, url: typeof url === 'string' && /^https?:/.test(url) ? url : '' };
		}
		return detection;
	} catch {
		return { page: null, frame: null };
	}
}
