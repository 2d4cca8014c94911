import { browser } from '../../platform/api/browser.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { isGranted, readSites } from './sites.ts';

/**
 * Ids that sort as they must run: within one call Chromium goes by id, and the isolated script must be first, so that the first handshake
 * that it hears is the tap's.
 */
const scripts = [
	{ id: 'bauta-1-content', js: ['content.js'], world: 'ISOLATED' as const },
	{ id: 'bauta-2-tap', js: ['tap.js'], world: 'MAIN' as const },
];

const registrations = new SerialQueue();

/**
 * Registers the content scripts for exactly the sites that are enabled and granted: recomputed from state, never patched. Calls run one after
 * another, because the browser's permission event and the popup both report the same click. What is registered as it should be is left
 * alone: a page that loaded while it was removed and added again would be without Bauta.
 */
export function registerScripts(): Promise<void> {
	return registrations.run(registerNow);
}

async function registerNow(): Promise<void> {
	const origins = new Set<string>();
	for (const origin of Object.keys(await readSites())) if (await isGranted(origin)) origins.add(patternsOf(origin)[0] as string);
	const matches = [...origins].sort();
	const ids = scripts.map((script) => script.id);
	const before = await browser.scripting.getRegisteredContentScripts({ ids });
	const isRight = (script: { matches?: string[] }) => JSON.stringify([...(script.matches ?? [])].sort()) === JSON.stringify(matches);
	if (before.length === (matches.length > 0 ? scripts.length : 0) && before.every(isRight)) return;
	if (before.length > 0) await browser.scripting.unregisterContentScripts({ ids: before.map((script) => script.id) });
	if (matches.length === 0) return;
	for (const script of scripts)
		await browser.scripting.registerContentScripts([{ ...script, matches, runAt: 'document_start', persistAcrossSessions: true }]);
}
