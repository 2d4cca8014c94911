import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('webextension-polyfill', () => ({
	default: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		tabs: Object.assign(fakeBrowser.tabs, { sendMessage: async () => undefined }),
	}),
}));

const origin = 'https://chat.test';
const subject = (room: number, topic: string) => ({
	direction: 'in' as const,
	url: 'wss://chat.test/ws',
	data: `<message xmlns='jabber:client' type='groupchat' from='room${room}@muc.chat.test/x'><subject>${topic}</subject></message>`,
});

beforeEach(() => fakeBrowser.reset());

test('what a page tells of rooms stays small, and a house rule at the end of a long topic holds', async () => {
	const [{ contentAnswers }, { helloTab, readTab }] = await Promise.all([
		import('../../src/background/answers-content.ts'),
		import('../../src/background/tabs.ts'),
	]);
	await helloTab(1, origin, 'converse', 'xmpp');
	const long = 'ж'.repeat(60_000);
	const frames = Array.from({ length: 120 }, (_, room) => subject(room, `${long} ${room === 119 ? 'no-anonymous' : ''}`));
	await contentAnswers['content.frames']({ network: 'xmpp', frames }, { tab: 1, origin });
	const tab = await readTab(1);
	expect(JSON.stringify(tab).length).toBeLessThan(200_000);
	expect(tab?.topics['xmpp:room119@muc.chat.test']).toMatch(/\bno-anonymous\b/);
	expect(tab?.topics['xmpp:room0@muc.chat.test']).toBeUndefined();
	await contentAnswers['content.frames']({ network: 'xmpp', frames: [subject(119, 'welcome')] }, { tab: 1, origin });
	expect((await readTab(1))?.topics['xmpp:room119@muc.chat.test']).toBe('welcome');
});
