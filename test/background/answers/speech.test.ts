import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const origin = 'https://chat.test';
const room = 'lobby@muc.chat.test';
const said = (id: string) => ({
	direction: 'out' as const,
	url: 'wss://chat.test/ws',
	data: `<message xmlns="jabber:client" to="${room}" type="groupchat" id="${id}"/>`,
});

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
});

test('a page says that its account speaks: this counts right after a key or a click of the user’s alone (THREATS.md T1)', async () => {
	const [{ readFrames }, { helloTab }, { accountSilence }] = await Promise.all([
		import('../../../src/background/answers/frames.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/outbox/quiet.ts'),
	]);
	await helloTab(1, origin, 'converse', 'xmpp');
	await readFrames({ network: 'xmpp', frames: [said('a')] }, { tab: 1, origin });
	expect(accountSilence(origin, `xmpp:${room}`)).toBe(0);
	await readFrames({ network: 'xmpp', frames: [{ ...said('b'), byUser: true }] }, { tab: 1, origin });
	expect(accountSilence(origin, `xmpp:${room}`)).toBeGreaterThan(15_000);
});
