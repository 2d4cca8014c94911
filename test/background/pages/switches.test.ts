import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		action: { setIcon: async () => {}, setTitle: async () => {} },
		i18n: { getMessage: (key: string) => key },
	}),
}));
// whether rooms are open is told by their servers, and proved with real ones
vi.mock('../../../src/background/access/room-access.ts', () => ({
	accessTo: async () => ({ state: 'open', modes: ['one-time'] }),
	roomFault: async () => null,
	isClosed: async () => false,
}));
vi.mock('../../../src/background/outbox/outbox.ts', () => ({ listWaiting: async () => [] }));

const site = 'https://chat.test';
const other = 'https://other.test';
const roomNamed = (name: string) => ({ network: 'xmpp' as const, address: `${name}@muc.chat.test` });
const [lobby, hall] = [roomNamed('lobby'), roomNamed('hall')];

/** A worker over what the browser's memory and the disk hold. */
async function worker() {
	vi.resetModules();
	const [lock, tabs, switches, left, document] = await Promise.all([
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/pages/switches.ts'),
		import('../../../src/background/pages/rooms-left-on.ts'),
		import('../../../src/background/state/document.ts'),
	]);
	vi.spyOn(document, 'readRoom').mockResolvedValue({ hidden: false, stopped: false, mode: 'one-time', identity: null, anonymousHost: '' });
	const unlock = (byte = 7) => lock.setUnlocked(new Uint8Array(32).fill(byte));
	/** A page of the site opens, or is loaded anew, in a tab, and shows these rooms. Returns those that are closed to the account. */
	async function open(tab: number, rooms = [lobby, hall], origin = site) {
		const { held, all } = await switches.closingFor(origin, 'xmpp');
		const { on } = await tabs.helloTab(tab, origin, 'converse', 'xmpp', held);
		await switches.noteShown(tab, rooms);
		return { early: [...new Set([...on, ...held])], all, ...(await closed(tab)) };
	}
	async function closed(tab: number) {
		const { on = [], held = [] } = (await tabs.readTab(tab)) ?? {};
		return { on, held };
	}
	return { ...lock, ...tabs, ...switches, ...left, unlock, open, closed };
}
/** The browser was closed, or crashed: its memory is gone, and tabs get new ids. */
const restartBrowser = async () => {
	await fakeBrowser.storage.session.clear();
	return worker();
};
const onDisk = async () => JSON.stringify(await fakeBrowser.storage.local.get(null));

beforeEach(async () => {
	fakeBrowser.reset();
	await fakeBrowser.storage.local.set({ sites: { [site]: { frontend: 'converse' }, [other]: { frontend: 'converse' } } });
});

/** A worker with the vault open and Anonymous on in the lobby, in tab 1. */
async function leftOn() {
	const first = await worker();
	await first.unlock();
	await first.open(1);
	await first.turnSwitch(1, lobby, true);
	return first;
}

test('what is known of a tab goes along when it gets another id, also in the next worker, and the old id still leads to it', async () => {
	const { replaceTab } = await leftOn();
	await replaceTab(12, 1);
	await replaceTab(13, 12);
	const next = await worker();
	expect(await next.closed(13)).toEqual({ on: [lobby.address], held: [] });
	expect(await next.readTab(1)).toBeUndefined();
	expect([await next.currentTabId(1), await next.currentTabId(12), await next.currentTabId(13)]).toEqual([13, 13, 13]);
	expect((await next.open(13)).on).toEqual([lobby.address]);
});

test('a page that said hello under the new id before the browser told of it is closed all the same', async () => {
	const { replaceTab, helloTab, closed } = await leftOn();
	await helloTab(12, site, 'converse', 'xmpp');
	await replaceTab(12, 1);
	expect((await closed(12)).on).toEqual([lobby.address]);
});

test('another tab of the site gets the room closed before its page can speak: a duplicate, a tab reopened, another window', async () => {
	const { open, forgetTab, turnSwitch, closed } = await leftOn();
	expect(await open(2)).toMatchObject({ early: [lobby.address], all: false, on: [], held: [lobby.address] });
	await forgetTab(1);
	expect(await open(3)).toMatchObject({ early: [lobby.address], held: [lobby.address] });
	// the other site has a room of this name, too
	expect(await open(4, [lobby, hall], other)).toMatchObject({ early: [], all: false, held: [] });
	await turnSwitch(3, lobby, false);
	expect(await closed(3)).toEqual({ on: [], held: [] });
	// loading the page anew does not ask again, and nothing asks in a later tab: it is on nowhere any more
	expect((await open(3)).held).toEqual([]);
	expect((await open(5)).held).toEqual([]);
});

test('a room stays remembered while it is on in another tab', async () => {
	const { open, turnSwitch } = await leftOn();
	await open(2);
	await turnSwitch(2, lobby, false);
	expect((await open(3)).held).toEqual([lobby.address]);
});

test('after a restart every room of such a site is closed, until the vault was opened once: then only where it was on', async () => {
	await leftOn();
	expect(await onDisk()).not.toMatch(/lobby|muc\.chat/);
	const next = await restartBrowser();
	expect(await next.open(21)).toMatchObject({ early: [], all: true, on: [], held: [lobby.address, hall.address] });
	expect(await next.open(22, [lobby], other)).toMatchObject({ all: false, held: [] });
	await next.unlock();
	// what stands in an open page does not tell that the vault was opened
	expect((await next.closed(21)).held).toEqual([lobby.address, hall.address]);
	expect(await next.open(23)).toMatchObject({ early: [lobby.address], all: false, held: [lobby.address] });
	await next.turnSwitch(21, hall, false);
	await next.turnSwitch(21, lobby, true);
	expect(await next.closed(21)).toEqual({ on: [lobby.address], held: [] });
	await next.lock();
	expect(await (await worker()).open(24)).toMatchObject({ all: false, held: [lobby.address] });
});

test('who writes as themselves before the unlock has chosen: later tabs and restarts do not ask again, and the mark is gone', async () => {
	await leftOn();
	const next = await restartBrowser();
	await next.open(21);
	await next.turnSwitch(21, lobby, false);
	expect((await next.closed(21)).held).toEqual([hall.address]);
	await next.unlock();
	expect(await next.open(22)).toMatchObject({ all: false, held: [] });
	expect(await onDisk()).not.toContain('leftOn');
	expect(await (await restartBrowser()).open(31)).toMatchObject({ all: false, held: [] });
});

test('the record of another vault tells nothing, and opens nothing', async () => {
	await leftOn();
	const next = await restartBrowser();
	await next.unlock(8);
	expect(await next.open(21)).toMatchObject({ all: true, held: [lobby.address, hall.address] });
	await next.turnSwitch(21, hall, true);
	// until the browser ends: then it is known which rooms these are
	expect(await next.open(22)).toMatchObject({ all: true, held: [lobby.address, hall.address] });
	const later = await restartBrowser();
	await later.unlock(8);
	expect(await later.open(31)).toMatchObject({ all: false, held: [hall.address] });
});

test('a switch that is turned while the vault is locked counts as any other, also where the browser ends before the unlock', async () => {
	const { lock, turnSwitch, open } = await leftOn();
	await lock();
	await turnSwitch(1, hall, true);
	expect(await open(2)).toMatchObject({ all: false, held: [lobby.address, hall.address] });
	expect(await onDisk()).not.toMatch(/hall|muc\.chat/);
	const next = await restartBrowser();
	await next.unlock();
	expect(await next.open(21)).toMatchObject({ all: true, held: [lobby.address, hall.address] });
	await next.turnSwitch(21, hall, true);
	// once more, and with the unlock this time
	const later = await restartBrowser();
	await later.unlock();
	expect(await later.open(31)).toMatchObject({ all: false, held: [lobby.address, hall.address] });
});

test('a site that was disabled is forgotten', async () => {
	const { forgetRoomsLeftOn } = await leftOn();
	await forgetRoomsLeftOn(site);
	await fakeBrowser.storage.local.set({ sites: { [site]: { frontend: 'converse' } } });
	const next = await restartBrowser();
	await next.unlock();
	expect(await next.open(21)).toMatchObject({ all: false, held: [] });
});

test('a page that names rooms without end is remembered for its last ones, however long their addresses are', async () => {
	const { open, noteShown, readTab } = await worker();
	await open(1, []);
	for (let at = 0; at < 5; at++)
		await noteShown(
			1,
			Array.from({ length: 200 }, (_, room) => roomNamed(`${at}-${room}-${'x'.repeat(at === 4 ? 2900 : 10)}`)),
		);
	const shown = (await readTab(1))?.shown ?? [];
	expect(shown.join('').length).toBeLessThanOrEqual(60_000);
	expect(shown.at(-1)).toMatch(/^4-199-/);
	await noteShown(1, [lobby]);
	expect((await readTab(1))?.shown.at(-1)).toBe(lobby.address);
});
