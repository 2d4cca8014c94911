import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const here = { tab: 1, origin: 'https://chat.test' };
const room = 'lobby@muc.chat.test';
const hour = 3600;

/** When a message counts as sent that comes now and names that time, after the page's server has shown a clock. Both in hours from now. */
async function timeAfter(clock: number, sent: number): Promise<number | undefined> {
	const [{ readFrames }, { helloTab }, { messagesOf }] = await Promise.all([
		import('../../../src/background/answers/frames.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/recognition/message-log.ts'),
	]);
	await helloTab(here.tab, here.origin, 'converse', 'xmpp');
	const device = Math.floor(Date.now() / 1000);
	const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
	const said = {
		mode: 'no-trace',
		transport: 'recoverable',
		room: `xmpp:${room}`,
		text: 'so it is',
		replyTo: '',
		generation: null,
	} as const;
	const { wire } = composeMessage({ ...said, now: device + sent * hour, random });
	const utc = new Date((device + clock * hour) * 1000).toISOString().replace(/\.\d+/, '');
	const frames = [
		`<iq xmlns="jabber:client" type="result" id="t" from="chat.test"><time xmlns="urn:xmpp:time"><tzo>+00:00</tzo><utc>${utc}</utc></time></iq>`,
		`<message xmlns="jabber:client" type="groupchat" id="a" from="${room}/x"><body>so it is</body><anonymous xmlns="urn:x-bauta:1">${wire}</anonymous></message>`,
	].map((data) => ({ direction: 'in' as const, url: 'wss://chat.test/ws', data }));
	await readFrames({ network: 'xmpp', frames }, here);
	const [message] = await messagesOf(here.origin, `xmpp:${room}`);
	return message && Math.round((message.time - device) / hour);
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
});

test('messages are dated by the clock of the page’s server, unless it is more than 26 hours off: then by the device’s', async () => {
	expect(await timeAfter(25, 25)).toBe(25);
	vi.resetModules();
	fakeBrowser.reset();
	expect(await timeAfter(72, 0)).toBe(0);
	vi.resetModules();
	fakeBrowser.reset();
	expect(await timeAfter(-72, -72)).toBeUndefined();
});
