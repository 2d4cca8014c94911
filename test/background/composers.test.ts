import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

const connecting: ((port: unknown) => void)[] = [];
vi.mock('webextension-polyfill', () => ({
	default: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		runtime: Object.assign(fakeBrowser.runtime, {
			id: 'bauta',
			getURL: (path: string) => `chrome-extension://bauta/${path}`,
			onConnect: { addListener: (listener: (port: unknown) => void) => connecting.push(listener) },
		}),
	}),
}));

/** What the background says on a port that was opened from this address in tab 1. */
async function said(name: string, url: string): Promise<string[]> {
	const kinds: string[] = [];
	const listeners = { addListener: () => {} };
	const sender = { id: 'bauta', url, tab: { id: 1 }, frameId: 0 };
	const postMessage = ({ kind }: { kind: string }) => kinds.push(kind);
	for (const listen of connecting) listen({ name, sender, postMessage, disconnect() {}, onMessage: listeners, onDisconnect: listeners });
	await vi.waitFor(() => expect(kinds.length).toBeGreaterThan(0), { timeout: 1000 }).catch(() => {});
	return kinds;
}

beforeEach(() => {
	fakeBrowser.reset();
	connecting.length = 0;
});

test('a ticket opens nothing for a script in a page, and stays good for the composer itself', async () => {
	const [{ issueTicket, listenToComposers }, { helloTab }] = await Promise.all([
		import('../../src/background/composers.ts'),
		import('../../src/background/tabs.ts'),
	]);
	await helloTab(1, 'https://chat.test', 'converse', 'xmpp');
	const theme = { dark: false, background: '', color: '', accent: '', fontSize: '', rtl: false };
	const ticket = await issueTicket(1, { network: 'xmpp', address: 'lobby@muc.chat.test' }, theme, 'frame');
	listenToComposers(Promise.resolve());
	expect(await said(`composer:${ticket}`, 'https://chat.test/room')).toEqual([]);
	expect(await said(`composer:${ticket}`, 'chrome-extension://bauta/composer.html')).toEqual(['state']);
	expect(await said(`composer:${ticket}`, 'chrome-extension://bauta/composer.html')).toEqual(['closed']);
});
