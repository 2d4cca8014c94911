import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Entry } from '../../../src/background/outbox/store.ts';
import type { Hints, IncomingMessage, OpenAccess } from '../../../src/networks/network.ts';

vi.mock('webextension-polyfill', () => ({ default: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }) }));
// what an archive answers; that real ones answer so is proved with real servers
const archive = vi.hoisted(() => ({ messages: [] as unknown[] }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({ onChannel: async () => archive.messages }));

const at = 1_795_291_200; // the beginning of a slot
const minute = 60;
const said = (time: number, wire = `wire of ${time}`) => ({ time, wires: [wire] }) as IncomingMessage;

async function isThere(messages: IncomingMessage[], network: 'xmpp' | 'nostr' = 'xmpp'): Promise<boolean | null> {
	archive.messages = messages;
	const { isInArchive } = await import('../../../src/background/outbox/delivery.ts');
	const sealed = { text: '', replyTo: '', wire: 'mine', id: '', slot: at / 600, at };
	const address = network === 'xmpp' ? 'lobby@muc.chat.test' : `28:${'0'.repeat(64)}`;
	const entry = { id: '', hints: {}, room: { network, address }, sealed } as unknown as Entry;
	return isInArchive(entry, {} as OpenAccess, {} as Hints);
}
const wakeAfter = (seconds: number) => vi.setSystemTime((at + seconds) * 1000);

beforeEach(() => {
	vi.useFakeTimers();
	wakeAfter(minute);
});

test('an archive that shows the bytes, or all that was said around them without them, is believed', async () => {
	expect(await isThere([said(at, 'mine')])).toBe(true);
	expect(await isThere([])).toBe(false);
	wakeAfter(600 * minute);
	expect(await isThere([said(at - 2 * minute), said(at + minute)])).toBe(false);
});

test('what somebody flooded, or what an archive may have forgotten since, tells nothing: nobody sends it again unasked', async () => {
	expect(await isThere(Array.from({ length: 50 }, (_, index) => said(at + index)))).toBeNull();
	wakeAfter(600 * minute);
	expect(await isThere([])).toBeNull();
	expect(await isThere([said(at + minute)])).toBeNull();
});

test('that some relays do not have it says nothing of the others, once other bytes would leave', async () => {
	const others = [said(at - 5 * minute)];
	expect(await isThere(others, 'nostr')).toBe(false);
	wakeAfter(11 * minute);
	expect(await isThere(others, 'nostr')).toBeNull();
});
