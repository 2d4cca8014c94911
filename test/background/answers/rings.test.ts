import { fakeBrowser } from '@webext-core/fake-browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';

/** what the desktop shows */
const notices = vi.hoisted(() => [] as { title: string }[]);
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		permissions: { contains: async () => true },
		i18n: { getMessage: (key: string) => key },
		scripting: { executeScript: async () => [{ result: 'https://chat.test' }] },
		tabs: Object.assign(fakeBrowser.tabs, { sendMessage: async () => {} }),
		notifications: { create: async (_: string, notice: { title: string }) => void notices.push(notice) },
	}),
}));
vi.mock('../../../src/platform/random-time.ts', async (original) => ({ ...(await original<object>()), waitFor: async () => {} }));

const here = { tab: 1, origin: 'https://chat.test' };
const address = 'lobby@muc.chat.test';
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
function frame(id: string) {
	const draft = { mode: 'no-trace', transport: 'recoverable', room: `xmpp:${address}`, text: id, replyTo: '', generation: null } as const;
	const { wire } = composeMessage({ ...draft, now: Math.floor(Date.now() / 1000), random });
	const parts = `<body>${id}</body><anonymous xmlns="urn:x-bauta:1">${wire}</anonymous>`;
	const data = `<message xmlns="jabber:client" type="groupchat" id="${id}" from="${address}/elm">${parts}</message>`;
	return { direction: 'in' as const, url: 'wss://chat.test/ws', data };
}

async function openPage() {
	const [{ readFrames }, { helloTab }, { mayJudge }, { messagesOf }] = await Promise.all([
		import('../../../src/background/answers/frames.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/pages/admission.ts'),
		import('../../../src/background/recognition/message-log.ts'),
	]);
	await helloTab(here.tab, here.origin, 'xmpp-web', 'xmpp');
	const read = (...frames: (ReturnType<typeof frame> & { rings?: true })[]) => readFrames({ network: 'xmpp', frames }, here);
	return { read, judgeable: (most: number) => mayJudge(here.origin, most), log: () => messagesOf(here.origin, `xmpp:${address}`) };
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	notices.length = 0;
	// the budget is filled up with time
	vi.useFakeTimers({ toFake: ['Date', 'performance'] });
});
afterEach(() => {
	vi.useRealTimers();
});

test('a message that rings was received before, and takes nothing more of the budget', async () => {
	const { read, judgeable } = await openPage();
	const one = frame('a');
	await read(one);
	expect(judgeable(2998)).toBe(2998);
	await read({ ...one, rings: true });
	expect(judgeable(9)).toBe(1);
	await expect.poll(() => notices.map(({ title }) => title)).toEqual(['content_anonymous']);
});

test('what was not judged for want of budget does not ring', async () => {
	const { read, judgeable, log } = await openPage();
	const [one, other] = [frame('a'), frame('b')];
	await read(one);
	expect(judgeable(3000)).toBe(2999);
	await read(other, { ...other, rings: true });
	await read({ ...one, rings: true });
	await expect.poll(() => notices).toHaveLength(1);
	expect((await log()).map(({ id }) => id)).toEqual(['a']);
	expect(notices.map(({ title }) => title)).toEqual(['content_anonymous']);
});
