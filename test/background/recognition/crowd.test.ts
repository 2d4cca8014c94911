import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const room = 'xmpp:lobby@muc.chat.test';
const day = 86_400;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** A message of somebody, so many seconds ago, was met in the room. */
async function meet(ago: number) {
	const time = Math.floor(Date.now() / 1000) - ago;
	const said = { room, text: 'hello', replyTo: '' };
	const { wire } = composeMessage({ mode: 'no-trace', transport: 'recoverable', ...said, now: time, generation: null, random });
	const { rememberMessages } = await import('../../../src/background/recognition/message-log.ts');
	const id = crypto.randomUUID();
	await rememberMessages([{ room, id, archiveId: '', author: `${room}/${id}`, bodies: ['hello'], replyTo: '', time, wires: [wire] }]);
}
const crowdNow = async () => (await import('../../../src/background/recognition/labels.ts')).countForeign(room);

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
});

test('a device that never met an anonymous message of the room does not say how many there are', async () => {
	expect(await crowdNow()).toBeNull();
});

test('where messages were met it counts those of 30 days, and says 0 where they are older', async () => {
	await meet(31 * day);
	expect(await crowdNow()).toBe(0);
	await meet(29 * day);
	await meet(60);
	expect(await crowdNow()).toBe(2);
});
