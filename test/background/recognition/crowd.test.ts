import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { composeMessage } from '../../../src/protocol/compose.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const room = 'xmpp:lobby@muc.chat.test';
const day = 86_400;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

const site = 'https://chat.test';
/** A message of somebody, so many seconds ago, was met in the room. */
async function meet(ago: number, on = site, source: 'page' | 'archive' = 'archive') {
	const time = Math.floor(Date.now() / 1000) - ago;
	const said = { room, text: 'hello', replyTo: '' };
	const { wire } = composeMessage({ mode: 'no-trace', transport: 'recoverable', ...said, now: time, generation: null, random });
	const { noteArchiveRead, rememberMessages } = await import('../../../src/background/recognition/message-log.ts');
	const id = crypto.randomUUID();
	await rememberMessages(
		on,
		[{ room, id, archiveId: '', author: `${room}/${id}`, bodies: ['hello'], replyTo: '', time, wires: [wire] }],
		source,
	);
	if (source === 'archive') await noteArchiveRead(on, room);
}
const crowdNow = async (on = site) => (await import('../../../src/background/recognition/labels.ts')).countForeign(on, room);

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
});

test('a device that met nothing and never read the archive of the room does not say how many there are', async () => {
	expect(await crowdNow()).toBeNull();
});

test('before the archive was read a page is believed where it shows few, so that the user is warned, and not where it shows many', async () => {
	for (let voice = 0; voice < 4; voice++) await meet(60, site, 'page');
	expect(await crowdNow()).toBe(4);
	await meet(60, site, 'page');
	expect(await crowdNow()).toBeNull();
});

test('where the archive has no anonymous message it says 0', async () => {
	const { noteArchiveRead } = await import('../../../src/background/recognition/message-log.ts');
	await noteArchiveRead(site, room);
	expect(await crowdNow()).toBe(0);
});

test('what only a page showed does not count: it could make up any number of voices', async () => {
	await meet(60);
	for (let voice = 0; voice < 5; voice++) await meet(60, site, 'page');
	expect(await crowdNow()).toBe(1);
});

test('what another site showed of a room that it calls the same does not count, whatever its archive says', async () => {
	await meet(60);
	for (let voice = 0; voice < 5; voice++) await meet(60, 'https://hostile.test');
	expect(await crowdNow()).toBe(1);
	expect(await crowdNow('https://hostile.test')).toBe(5);
});

test('where messages were met it counts those of 30 days, and says 0 where they are older', async () => {
	await meet(31 * day);
	expect(await crowdNow()).toBe(0);
	await meet(29 * day);
	await meet(60);
	expect(await crowdNow()).toBe(2);
});
