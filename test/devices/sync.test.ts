import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Carrier } from '../../src/devices/carrier.ts';
import type { SharedState } from '../../src/devices/group.ts';
import { eraseGenerations, unlinkDevices } from '../../src/devices/next-generation.ts';
import { ownPosts, rememberOwnPost, setOwnList } from '../../src/devices/own-list.ts';
import { padToBucket } from '../../src/devices/padding.ts';
import { devicesOf, introduce, renameDevice } from '../../src/devices/registry.ts';
import { noteRooms, type RoomEntry, roomsOf } from '../../src/devices/room-entries.ts';
import { putEntries, viewOf } from '../../src/devices/shared-entries.ts';
import { writeJson } from '../../src/devices/shared-schema.ts';
import { afterPublishing, beforePublishing, fetchAll, publish, takeIn } from '../../src/devices/sync.ts';
import { openSyncText, sealSyncText, syncKeys, syncTextName } from '../../src/devices/sync-text.ts';
import { concat, fromBase64url, H, toBase64url, toHex, u32be } from '../../src/protocol/bytes.ts';
import { signSchnorr } from '../../src/protocol/signature.ts';
import { memoryCarrier } from './memory-carrier.ts';
import { firstDevice, generationOf, idOf, keyOf, linkNew, noon, sampleRoot } from './samples.ts';

const root = sampleRoot();
const hour = 3_600_000;
const plain: RoomEntry = { hidden: false, stopped: false, anonymousHost: '', mode: 'one-time' };

async function round(shared: SharedState, carrier: Carrier, now: number): Promise<SharedState> {
	const taken = beforePublishing(takeIn(shared, await fetchAll(shared, carrier, now), now), now);
	return afterPublishing(taken, await publish(taken, carrier, now));
}

function three(): [SharedState, SharedState, SharedState] {
	const first = linkNew(firstDevice(root), 'phone');
	const second = linkNew(first.from, 'tablet');
	return [second.from, first.to, second.to];
}

test('edits of three devices that were offline all arrive, and all three end alike', async () => {
	const carrier = memoryCarrier();
	let [a, b, c] = three();
	a = { ...a, group: noteRooms(a.group, { one: { ...plain, hidden: true } }, noon + 1) };
	b = { ...b, group: noteRooms(b.group, { two: { ...plain, stopped: true, relays: ['wss://own.test/'] } }, noon + 2) };
	c = { ...c, group: renameDevice(noteRooms(c.group, { one: { ...plain, mode: 'persona' } }, noon + 3), idOf(c), 'old tablet', noon + 3) };
	for (let turn = 0; turn < 2; turn++) {
		c = await round(c, carrier, noon + hour);
		a = await round(a, carrier, noon + hour);
		b = await round(b, carrier, noon + hour);
	}
	c = await round(c, carrier, noon + hour);
	expect(Object.fromEntries(roomsOf(a.group))).toEqual({
		one: { ...plain, mode: 'persona' },
		two: { ...plain, stopped: true, relays: ['wss://own.test/'] },
	});
	expect([viewOf(b.group), viewOf(c.group)]).toEqual([viewOf(a.group), viewOf(a.group)]);
	expect(devicesOf(a.group).map(({ name }) => name)).toEqual(['laptop', 'old tablet', 'phone']);
});

test('in whatever order devices edit and sync, one last round makes them equal', async () => {
	const actions = fc.array(
		fc.record({ who: fc.nat(2), what: fc.constantFrom('edit', 'sync'), room: fc.constantFrom('r1', 'r2'), hidden: fc.boolean() }),
		{ maxLength: 14 },
	);
	await fc.assert(
		fc.asyncProperty(actions, async (steps) => {
			const carrier = memoryCarrier();
			const all = three();
			let now = noon;
			for (const { who, what, room, hidden } of steps) {
				now += 1000;
				const one = all[who] as SharedState;
				all[who] =
					what === 'sync'
						? await round(one, carrier, now)
						: { ...one, group: noteRooms(one.group, { [room]: { ...plain, hidden } }, now - who * 5000) };
			}
			for (let turn = 0; turn < 2; turn++) for (const who of [0, 1, 2]) all[who] = await round(all[who] as SharedState, carrier, now);
			const [x, y, z] = all.map(({ group }) => group.writes);
			expect(y).toEqual(x);
			expect(z).toEqual(x);
		}),
		{ numRuns: 8 },
	);
}, 120_000);

test('after unlinking, those that stay get the keys by sync; the removed device gets nothing and is heard no more', async () => {
	const carrier = memoryCarrier();
	let [a, b, c] = three();
	for (let turn = 0; turn < 2; turn++) {
		a = await round(a, carrier, noon);
		b = await round(b, carrier, noon);
		c = await round(c, carrier, noon);
	}
	a = unlinkDevices(a, root, [idOf(b)], noon + hour);
	expect(devicesOf(a.group).map(({ name, behind }) => ({ name, behind }))).toEqual([
		{ name: 'laptop', behind: false },
		{ name: 'tablet', behind: true },
	]);
	a = await round(a, carrier, noon + hour);
	// the removed one, before anybody else comes by: it reads, and speaks up under the key that it has
	b = { ...b, group: noteRooms(b.group, { evil: plain }, noon + hour) };
	b = await round(b, carrier, noon + 2 * hour);
	expect(b.generations.map(({ generation }) => generation)).toEqual([46]);
	c = { ...c, group: noteRooms(c.group, { tea: { ...plain, hidden: true } }, noon + hour) };
	c = await round(c, carrier, noon + 3 * hour);
	expect(c.generations).toEqual(a.generations);
	a = await round(a, carrier, noon + 4 * hour);
	expect(devicesOf(a.group).map(({ name, behind }) => ({ name, behind }))).toEqual([
		{ name: 'laptop', behind: false },
		{ name: 'tablet', behind: false },
	]);
	for (const { group } of [a, c]) expect([...roomsOf(group).keys()]).toEqual(['tea']);
	// what lay under the old key is gone once nobody waits
	const old = syncKeys(generationOf(root, 46));
	expect(await carrier.read(old.mailbox)).toEqual([]);
});

test('a device that was away when another said something under the old key hears it still, but from no stranger', async () => {
	const carrier = memoryCarrier();
	let [a, b, c] = three();
	a = await round(a, carrier, noon);
	c = { ...c, group: noteRooms(c.group, { tea: { ...plain, hidden: true } }, noon) };
	c = await round(c, carrier, noon + 1);
	a = unlinkDevices(a, root, [idOf(b)], noon + hour);
	const brought = linkNew(b, 'stranger').to;
	const itself = { key: keyOf(brought).publicKey, name: 'stranger', browser: 'other', holds: 'root' } as const;
	const stranger = await round({ ...brought, group: introduce(brought.group, itself, noon + 1) }, carrier, noon + hour);
	expect(devicesOf(stranger.group).length).toBeGreaterThan(2);
	a = await round(a, carrier, noon + hour);
	expect([...roomsOf(a.group).keys()]).toEqual(['tea']);
	expect(devicesOf(a.group).map(({ name }) => name)).toEqual(['laptop', 'tablet']);
});

test('erasing reaches the others by sync, also through two changes that they slept through', async () => {
	const carrier = memoryCarrier();
	let [a, b, c] = three();
	const first = eraseGenerations(a, { root, kind: 'devices-only' }, new Uint8Array(64).fill(3), noon);
	a = await round(first, carrier, noon);
	a = await round(unlinkDevices(a, first.root, [idOf(b)], noon + hour), carrier, noon + hour);
	c = await round(c, carrier, noon + 2 * hour);
	expect(c.generations).toEqual(a.generations);
	expect(JSON.stringify(c)).not.toContain(generationOf(root, 46).node.privateKey);
});

test('what a carrier sees: mailboxes, names and texts of one size, the same for much and for little, and never the same twice', async () => {
	const carrier = memoryCarrier();
	let [a] = three();
	a = await round(a, carrier, noon);
	a = {
		...a,
		group: rememberOwnPost(setOwnList(a.group, true, noon), { room: 'xmpp:tea@rooms.example', id: 'm1', hash: 'ab'.repeat(32) }, noon),
	};
	a = await round(a, carrier, noon + hour);
	const [little, more] = carrier.writes;
	expect(little?.text.length).toBe(more?.text.length);
	expect(little?.name).toBe(more?.name);
	expect(little?.text).not.toBe(more?.text);
	const all = carrier.writes
		.map(({ mailbox, name, text }) => mailbox + name + text + Buffer.from(fromBase64url(text)).toString('latin1'))
		.join();
	for (const secret of ['laptop', 'tea@', idOf(a), a.group.key, a.generations[0]?.node.privateKey as string])
		expect(all).not.toContain(secret);
});

test('a text that was stolen, changed, or moved to another generation opens for nobody', () => {
	const [a] = three();
	const current = a.generations[0] as (typeof a.generations)[0];
	const keys = syncKeys(current);
	const text = sealSyncText(a.group, a.generations, current, keys);
	expect(openSyncText(text, current, keys)?.device).toBe(idOf(a));
	expect(openSyncText(text, current, syncKeys(generationOf(root, 47)))).toBeNull();
	expect(openSyncText(text, { generation: 47 }, keys)).toBeNull();
	const bytes = fromBase64url(text);
	fc.assert(
		fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
			const changed = bytes.slice();
			changed[at] = (changed[at] as number) ^ flip;
			expect(openSyncText(toBase64url(changed), current, keys)).toBeNull();
		}),
		{ numRuns: 50 },
	);
	fc.assert(fc.property(fc.string(), (noise) => openSyncText(noise, current, keys) === null));
});

test('a linked device cannot speak in another’s name', () => {
	const [a, b] = three();
	const current = a.generations[0] as (typeof a.generations)[0];
	const keys = syncKeys(current);
	const forged = putEntries(b.group, idOf(a), [['room/x', '"forged"']], noon + hour);
	// the forger's own text carries only its own writes
	expect(
		openSyncText(sealSyncText(forged, b.generations, current, keys), current, keys)?.writes.some(({ device }) => device === idOf(a)),
	).toBe(false);
	// nor can it sign with another's key, or put another's words under its own signature
	const sealed = (signer: Uint8Array, publicKey: Uint8Array, device: string) => {
		const writes = [{ entry: 'room/x', device, time: noon, count: 0, value: '"forged"' }];
		const json = writeJson({ key: toHex(publicKey), writes, closings: {} });
		const signature = signSchnorr(H('bauta/1 slot', u32be(46), json), signer, new Uint8Array(32));
		const nonce = new Uint8Array(24).fill(1);
		const context = concat(Uint8Array.of(1), u32be(46));
		const text = xchacha20poly1305(keys.box, nonce, context).encrypt(padToBucket(concat(signature, json), 4096));
		return openSyncText(toBase64url(concat(Uint8Array.of(1), nonce, text)), current, keys);
	};
	const [forA, forB] = [keyOf(a), keyOf(b)];
	expect(sealed(forB.privateKey, forB.publicKey, idOf(b))?.device).toBe(idOf(b));
	expect(sealed(forB.privateKey, forA.publicKey, idOf(a))).toBeNull();
	expect(sealed(forB.privateKey, forB.publicKey, idOf(a))).toBeNull();
	expect(syncTextName(keys, idOf(a))).not.toBe(syncTextName(keys, idOf(b)));
});

test('the own list is off at first, shared while on, and empty everywhere once it is off', async () => {
	const carrier = memoryCarrier();
	let [a, b] = three();
	const post = { room: 'xmpp:tea@rooms.example', id: 'm1', hash: 'ab'.repeat(32) };
	expect(rememberOwnPost(a.group, post, noon)).toBe(a.group);
	a = { ...a, group: rememberOwnPost(setOwnList(a.group, true, noon), post, noon) };
	a = await round(a, carrier, noon);
	b = await round(b, carrier, noon);
	expect([...ownPosts(b.group).values()]).toEqual([post]);
	b = await round({ ...b, group: setOwnList(b.group, false, noon + 1) }, carrier, noon + 1);
	a = await round(a, carrier, noon + 2);
	for (const { group } of [a, b]) expect(JSON.stringify(group)).not.toContain('m1');
});
