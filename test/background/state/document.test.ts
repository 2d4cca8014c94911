import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { StoredIdentity } from '../../../src/vault/document.ts';
import { testPhrase } from '../../setup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const room = 'xmpp:lobby@muc.chat.test';
const other = 'xmpp:hall@muc.chat.test';
const site = 'https://chat.test';
const key = new Uint8Array(32).fill(7);

/** The background over a vault with these rooms; what a passphrase does is no matter here. */
async function openVault(rooms: Record<string, object>) {
	vi.resetModules();
	const [document, lock, { vault }, { defaultSettings }] = await Promise.all([
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/vault.ts'),
		import('../../../src/vault/document.ts'),
	]);
	const stored = { version: 1 as const, identities: [], settings: defaultSettings(), rooms } as Awaited<
		ReturnType<typeof document.readDocument>
	>;
	vi.spyOn(vault, 'open').mockImplementation(async () => ({ document: structuredClone(stored), notices: [], counter: 1 }));
	vi.spyOn(vault, 'update').mockImplementation(async (_key, change) => {
		const changed = change(stored);
		Object.assign(stored, changed);
		return { document: structuredClone(stored), notices: [], counter: 1 };
	});
	await lock.setUnlocked(key.slice());
	return { ...document, ...lock, vault, stored };
}

/** An identity with these generations, as the vault holds it. */
const identity = (id: string, ...generations: number[]): StoredIdentity => ({
	...{ id, name: id, kind: 'key', root: null, phrase: null, confirmed: true, restored: false, created: 0 },
	generations: generations.map((generation) => ({ generation, node: { privateKey: 'aa', chainCode: 'bb' }, closed: null })),
});

beforeEach(() => fakeBrowser.reset());

test('a change of keys is announced once it is stored and can be read, and no other change is', async () => {
	const { changeDocument, changeRoom, onKeysChange, readDocument, vault } = await openVault({});
	const readings: ReturnType<typeof readDocument>[] = [];
	onKeysChange(() => void readings.push(readDocument()));
	/** how many generations each identity had, at each announcement */
	const announced = async () =>
		(await Promise.all(readings)).map(({ identities }) => identities.map(({ generations }) => generations.length).join());
	await readDocument();
	await changeRoom(room, { hidden: true });
	await changeDocument((document) => {
		document.settings.killSwitch = true;
	});
	expect(await announced()).toEqual([]);
	await changeDocument(({ identities }) => identities.push(identity('first', 1)));
	expect(await announced()).toEqual(['1']);
	await changeDocument(({ identities }) => {
		for (const one of identities) one.name = 'renamed';
	});
	expect(await announced()).toEqual(['1']);
	await changeDocument(({ identities }) => identities[0]?.generations.push(...identity('', 2).generations));
	await changeDocument((document) => {
		document.identities = [];
	});
	expect(await announced()).toEqual(['1', '2', '']);
	vi.mocked(vault.update).mockRejectedValueOnce(new Error('full'));
	await expect(changeDocument(({ identities }) => identities.push(identity('second', 1)))).rejects.toThrow('full');
	expect(readings).toHaveLength(3);
});

test('keys that another worker stored are announced with the next change here', async () => {
	const { changeRoom, onKeysChange, readDocument, stored } = await openVault({});
	let count = 0;
	onKeysChange(() => count++);
	await readDocument();
	stored.identities.push(identity('elsewhere', 1));
	await changeRoom(room, { hidden: true });
	expect(count).toBe(1);
});

test('what is hidden stays hidden after the lock, also for the next background, until the browser closes', async () => {
	const { changeRoom, hideRoom, isRoomHidden, lock } = await openVault({});
	await changeRoom(room, { mode: 'keyless' });
	await hideRoom(site, room, true);
	await lock();
	const hidden = async (is: typeof isRoomHidden) => Promise.all([is(site, room), is(site, other), is('https://other.test', room)]);
	expect(await hidden(isRoomHidden)).toEqual([true, false, false]);
	vi.resetModules();
	const next = await import('../../../src/background/state/document.ts');
	expect(await hidden(next.isRoomHidden)).toEqual([true, false, false]);
	// how the user writes there is nobody's affair while it is locked
	expect((await next.readRoom(room)).mode).toBe('one-time');
	expect(JSON.stringify(await fakeBrowser.storage.local.get(null))).not.toContain('lobby');
});

test('what the vault says when it is opened is what counts after the next lock', async () => {
	const { hideRoom, isRoomHidden, lock, readDocument, setUnlocked } = await openVault({
		[room]: { hidden: true },
		[other]: { hidden: false },
	});
	await readDocument();
	await lock();
	expect([await isRoomHidden(site, room), await isRoomHidden(site, other)]).toEqual([true, false]);
	await setUnlocked(key.slice());
	await hideRoom(site, room, false);
	await lock();
	expect(await isRoomHidden(site, room)).toBe(false);
});

test('the way to a room stays at hand after the lock, and what changes of it is announced; what else is set is not', async () => {
	const { changeRoom, hideRoom, lock, onRoutesChange, readDocument, readRoom, setUnlocked } = await openVault({
		[room]: { hidden: false, stopped: true, anonymousHost: 'anon.chat.test' },
	});
	const announced: string[][] = [];
	onRoutesChange((rooms) => void announced.push(rooms));
	await readDocument();
	expect(announced).toEqual([[room]]);
	await lock();
	expect(await readRoom(room)).toMatchObject({ stopped: true, anonymousHost: 'anon.chat.test' });
	await setUnlocked(key.slice());
	await readDocument();
	await changeRoom(room, { stopped: false, mode: 'keyless' });
	await hideRoom(site, room, true);
	expect(announced).toHaveLength(1);
	await changeRoom(other, { relays: ['wss://relay.test/'] });
	expect(announced).toEqual([[room], [other]]);
});

test('a vault with a generation that a wrong clock opened is mended when it is opened, and that is told once', async () => {
	const { readDocument, vaultNotices, readNotice, stored, lock, setUnlocked } = await openVault({});
	const { newIdentity } = await import('../../../src/vault/identity.ts');
	const now = Math.floor(Date.now() / 1000);
	const good = newIdentity(testPhrase, '', now);
	const { generationNode } = await import('../../../src/protocol/generation.ts');
	const { nodeFrom, storedNode } = await import('../../../src/protocol/node.ts');
	const wildNode = storedNode(generationNode(nodeFrom(good.root as NonNullable<typeof good.root>), 416_012));
	stored.identities.push({ ...good, generations: [{ generation: 416_012, node: wildNode, closed: null }] });
	await lock();
	await setUnlocked(key.slice());
	const { identities } = await readDocument();
	expect(identities[0]?.generations.map(({ generation }) => generation)).toEqual([expect.any(Number)]);
	expect(identities[0]?.generations[0]?.generation).toBeLessThan(2000);
	expect(identities[0]?.stray?.map(({ generation }) => generation)).toEqual([416_012]);
	// on disk as well
	expect(stored.identities).toEqual(identities);
	const told = { code: 'generations-mended', detail: '' } as const;
	expect(vaultNotices()).toEqual([told]);
	readNotice(told);
	await lock();
	await setUnlocked(key.slice());
	await readDocument();
	expect(vaultNotices()).toEqual([]);
});
