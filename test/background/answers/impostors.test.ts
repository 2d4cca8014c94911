import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';

/** what the page was told of labels */
const told = vi.hoisted(() => [] as { labels: { id: string; label: { contested?: true } }[] }[]);
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		tabs: Object.assign(fakeBrowser.tabs, {
			sendMessage: async (_: number, { event, body }: { event: string; body: (typeof told)[number] }) => {
				if (event === 'labels') told.push(body);
			},
		}),
	}),
}));

const here = { tab: 1, origin: 'https://chat.test' };
const address = 'lobby@muc.chat.test';
const room = { network: 'xmpp', address } as const;
const frame = (id: string, nick: string, text: string, more = '') => ({
	direction: 'in' as const,
	url: 'wss://chat.test/ws',
	data: `<message xmlns="jabber:client" type="groupchat" id="${id}" from="${address}/${nick}"><body>${text}</body>${more}</message>`,
});
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const anonymous = (text: string) => {
	const draft = { mode: 'no-trace', transport: 'recoverable', room: `xmpp:${address}`, text, replyTo: '', generation: null } as const;
	const { wire } = composeMessage({ ...draft, now: Math.floor(Date.now() / 1000), random });
	return `<anonymous xmlns="urn:x-bauta:1">${wire}</anonymous>`;
};

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
	told.length = 0;
});

test('who says something under the nick of an anonymous author, without an envelope, is told to the page as nobody’s label', async () => {
	const [{ readFrames }, tabs] = await Promise.all([
		import('../../../src/background/answers/frames.ts'),
		import('../../../src/background/state/tabs.ts'),
	]);
	await tabs.helloTab(here.tab, here.origin, 'xmpp-web', 'xmpp');
	await tabs.changeTab(here.tab, (tab) => void tab.rooms.push(room));
	const nick = 'Anonymous maple river';
	const read = (...frames: ReturnType<typeof frame>[]) => readFrames({ network: 'xmpp', frames }, here);
	const labels = () => told.flatMap(({ labels: all }) => all.map(({ id, label }) => [id, label.contested ?? false]));
	await read(frame('a', nick, 'hello', anonymous('hello')));
	await expect.poll(labels).toEqual([['a', false]]);
	await read(frame('b', nick, 'in its mouth'), frame('c', 'bob', 'hello'));
	await expect.poll(labels).toEqual([
		['a', false],
		['b', true],
	]);
	// the archive of a server that keeps no envelopes shows the message itself
	await read(frame('a', nick, 'hello'), frame('d', nick, 'in its mouth'));
	await expect.poll(labels).toEqual([
		['a', false],
		['b', true],
		['d', true],
	]);
});
