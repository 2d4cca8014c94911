import { expect, test } from 'vitest';
import { authorityKey } from '../../src/devices/device-key.ts';
import { newestOf, type SharedState } from '../../src/devices/group.ts';
import { openHandover, sealHandover, takeHandover } from '../../src/devices/handover.ts';
import { eraseGenerations, unlinkDevices, unlinkRefusal } from '../../src/devices/next-generation.ts';
import { ownPosts, rememberOwnPost, setOwnList } from '../../src/devices/own-list.ts';
import { deviceKey, devicesOf, introduce, renameDevice } from '../../src/devices/registry.ts';
import { noteRooms, roomsOf } from '../../src/devices/room-entries.ts';
import { putEntries } from '../../src/devices/shared-entries.ts';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';
import { composeMessage } from '../../src/protocol/compose.ts';
import { slotOf } from '../../src/protocol/envelope.ts';
import { node } from '../../src/protocol/node.ts';
import { recognise } from '../../src/protocol/recognise.ts';
import { firstDevice, generationOf, idOf, keyOf, linkNew, noon, sampleRoot, seconds } from './samples.ts';

const root = sampleRoot();
const minutes = 60_000;
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const room = 'xmpp:tea@rooms.example';

function three(): { a: SharedState; b: SharedState; c: SharedState } {
	const first = linkNew(firstDevice(root), 'phone');
	const second = linkNew(first.from, 'tablet');
	return { a: second.from, b: first.to, c: second.to };
}

const textFor = (from: SharedState, to: SharedState): string => from.group.behind.find(({ device }) => device === idOf(to))?.text as string;
const held = ({ generations }: SharedState) =>
	generations.map(({ generation, node: { privateKey, chainCode }, closed }) => ({
		generation,
		node: node(fromHex(privateKey), fromHex(chainCode)),
		closed,
	}));

/** A real message of this device, under the generation it writes with, and how another device sees it. */
function post(from: SharedState, at: number) {
	const generation = held(from).reduce((best, one) => (one.generation > best.generation ? one : best));
	const made = composeMessage({
		mode: 'one-time',
		transport: 'recoverable',
		room,
		text: 'hello',
		replyTo: '',
		now: seconds(at),
		generation,
		random,
	});
	return { room, bodies: ['hello'], replyTo: '', time: seconds(at), wires: [made.wire] };
}
const mine = (who: SharedState, message: ReturnType<typeof post>): boolean => recognise(message, held(who))?.verdict === 'mine';

test('after unlinking, the removed device recognises old messages and no new ones; those that stay recognise all', () => {
	const { a, b, c } = three();
	const before = post(c, noon);
	const rotated = unlinkDevices(a, root, [idOf(b)], noon + minutes);
	const staying = takeHandover(c, textFor(rotated, c), noon + 2 * minutes);
	const after = post(rotated, noon + 30 * minutes);
	const afterByC = post(staying, noon + 31 * minutes);
	for (const who of [rotated, b, staying]) expect(mine(who, before)).toBe(true);
	for (const who of [rotated, staying]) expect([mine(who, after), mine(who, afterByC)]).toEqual([true, true]);
	expect([mine(b, after), mine(b, afterByC)]).toEqual([false, false]);
	// the removed device goes on writing with what it has: nobody takes it for their own any more
	const byRemoved = post(b, noon + 40 * minutes);
	expect(mine(b, byRemoved)).toBe(true);
	for (const who of [rotated, staying]) expect(mine(who, byRemoved)).toBe(false);
});

test('all that stay record the same closing, and the same new generation', () => {
	const { a, b, c } = three();
	const rotated = unlinkDevices(a, root, [idOf(b)], noon + minutes);
	const staying = takeHandover(c, textFor(rotated, c), noon + 500 * minutes);
	expect(rotated.generations.map(({ generation, closed }) => ({ generation, closed }))).toEqual([
		{ generation: 46, closed: slotOf(seconds(noon + minutes)) },
		{ generation: 47, closed: null },
	]);
	expect(staying.generations).toEqual(rotated.generations);
	expect(rotated.generations[1]).toEqual(generationOf(root, 47));
	expect(devicesOf(staying.group).map(({ name }) => name)).toEqual(['tablet', 'laptop']);
});

test('the keys open on the one device that they are for', () => {
	const { a, b, c } = three();
	const rotated = unlinkDevices(a, root, [idOf(b)], noon);
	const authority = fromHex(b.group.authority);
	expect(rotated.group.behind.map(({ device }) => device)).toEqual([idOf(c)]);
	expect(() => openHandover(textFor(rotated, c), keyOf(b), authority)).toThrow('keys-foreign');
	expect(() => takeHandover(b, textFor(rotated, c), noon)).toThrow('keys-foreign');
	expect(() => takeHandover(c, textFor(rotated, c).slice(0, -3), noon)).toThrow('link-truncated');
});

test('a removed device cannot hand keys to the others: only the holder of the root can', () => {
	const { c } = three();
	expect(() => takeHandover(c, firstHandover(sampleRoot(99), c), noon)).toThrow('keys-foreign');
});

/** What somebody with another root makes for a device whose public key they know. */
function firstHandover(own: typeof root, c: SharedState): string {
	const attacker = firstDevice(own);
	const withC = { ...attacker, group: { ...attacker.group, writes: [...attacker.group.writes, ...c.group.writes] } };
	const gone = devicesOf(withC.group).find(({ name, here }) => name === 'laptop' && !here)?.id as string;
	return unlinkDevices(withC, own, [gone], noon).group.behind.find(({ device }) => device === idOf(c))?.text as string;
}

test('only a device with the root offers it; the others get the reason', () => {
	const { a, b } = three();
	expect(unlinkRefusal(a, root)).toBeNull();
	expect(unlinkRefusal(b, null)).toBe('unlink-no-root');
	expect(unlinkRefusal(b, sampleRoot(9))).toBe('unlink-no-root');
	expect(unlinkRefusal(firstDevice(root), root)).toBe('unlink-alone');
	expect(() => unlinkDevices(b, null, [idOf(a)], noon)).toThrow('unlink-no-root');
	expect(() => unlinkDevices(a, root, [idOf(a)], noon)).toThrow('device-unknown');
	expect(() => unlinkDevices(a, root, ['ee'.repeat(16)], noon)).toThrow('device-unknown');
});

test('what a device brought in behind the others’ back while it was being removed does not stay', () => {
	const { a, b, c } = three();
	const linked = linkNew(b, 'stranger');
	// it vouches for itself, so that it does not go with the one that brought it
	const own = introduce(linked.to.group, { key: keyOf(linked.to).publicKey, name: 'stranger', browser: 'other', holds: 'root' }, noon + 1);
	const accomplice = {
		to: { ...linked.to, group: putEntries(own, idOf(linked.to), [[`name/${idOf(linked.to)}`, '"stranger!"']], noon + 1) },
	};
	const fooled = { ...c, group: { ...c.group, writes: [...c.group.writes, ...accomplice.to.group.writes] } };
	expect(devicesOf(fooled.group).map(({ name }) => name)).toContain('stranger!');
	const rotated = unlinkDevices(a, root, [idOf(b)], noon);
	const staying = takeHandover(fooled, textFor(rotated, c), noon);
	expect(devicesOf(staying.group).map(({ name }) => name)).toEqual(['tablet', 'laptop']);
});

test('what only the removed device had set stays set', () => {
	const { a, b } = three();
	const set = noteRooms(b.group, { [room]: { hidden: true, stopped: false, anonymousHost: '', mode: 'persona' } }, noon);
	const heard = {
		...a,
		group: { ...a.group, writes: [...a.group.writes, ...set.writes.filter(({ entry }) => entry.startsWith('room/'))] },
	};
	const rotated = unlinkDevices(heard, root, [idOf(b)], noon + 1);
	expect(roomsOf(rotated.group).get(room)?.mode).toBe('persona');
	expect(JSON.stringify(rotated.group.writes)).not.toContain(idOf(b));
});

test('an old handover, come again, changes nothing', () => {
	const { a, b, c } = three();
	const once = unlinkDevices(a, root, [idOf(b)], noon);
	const staying = takeHandover(c, textFor(once, c), noon);
	const third = linkNew(once, 'watch');
	const twice = unlinkDevices(third.from, root, [idOf(third.to)], noon + 60 * minutes);
	const newest = takeHandover(staying, textFor(twice, c), noon + 60 * minutes);
	expect(newest.generations).toEqual(twice.generations);
	expect(takeHandover(newest, textFor(once, c), noon + 60 * minutes)).toEqual(newest);
});

test('a device that is handed keys of a group it was removed from says so', () => {
	const { a, b, c } = three();
	const gone = unlinkDevices(a, root, [idOf(b)], noon);
	const mistaken = sealHandover(
		{ authority: gone.group.authority, generations: [], erased: 0, removed: [idOf(c)], writes: [] },
		authorityKey(node(fromHex(root.privateKey), fromHex(root.chainCode))),
		keyOf(c).publicKey,
	);
	expect(() => takeHandover(c, mistaken, noon)).toThrow('device-removed');
});

test('forgetting everything before now leaves nothing that could recognise it, on any device', () => {
	const { a, c } = three();
	const listed = rememberOwnPost(setOwnList(a.group, true, noon), { room, id: 'm1', hash: 'ab'.repeat(32) }, noon);
	const old = post(a, noon);
	const done = eraseGenerations({ ...a, group: listed }, { root, kind: 'devices-only' }, new Uint8Array(64).fill(77), noon + minutes);
	const staying = takeHandover(c, textFor(done, c), noon + minutes);
	for (const who of [done, staying]) {
		expect(mine(who, old)).toBe(false);
		expect(mine(who, post(done, noon + 5 * minutes))).toBe(true);
		expect(who.generations).toHaveLength(1);
	}
	expect(ownPosts(done.group).size).toBe(0);
	const kept = JSON.stringify({ done, staying });
	expect(kept).not.toContain(root.privateKey);
	expect(kept).not.toContain(a.generations[0]?.node.privateKey);
	// a handover that still held the old keys does not bring them back
	expect(staying.group.erased).toBe(newestOf(staying.generations)?.generation);
});

test('after the root was exchanged, both changes reach a device that slept through them, in their order', () => {
	const { a, b, c } = three();
	const first = eraseGenerations(a, { root, kind: 'devices-only' }, new Uint8Array(64).fill(78), noon);
	const second = unlinkDevices(first, first.root, [idOf(b)], noon + minutes);
	const waiting = second.group.behind.filter(({ device }) => device === idOf(c)).map(({ text }) => text);
	expect(waiting).toHaveLength(2);
	expect(() => takeHandover(c, waiting[1] as string, noon)).toThrow('keys-foreign');
	const caught = waiting.reduce((who, text) => takeHandover(who, text, noon + minutes), c);
	expect(caught.generations).toEqual(second.generations);
	expect(caught.group.authority).toBe(second.group.authority);
});

test('an identity that a phrase can bring back does not pretend to forget', () => {
	const { a, b } = three();
	expect(() => eraseGenerations(a, { root, kind: 'phrase' }, new Uint8Array(64), noon)).toThrow('erase-has-phrase');
	expect(() => eraseGenerations(b, { root: null, kind: 'linked' }, new Uint8Array(64), noon)).toThrow('unlink-no-root');
});

test('names can be changed by any device; the list knows days only', () => {
	const { a, c } = three();
	const renamed = renameDevice(a.group, idOf(c), '  Old  tablet ', noon + 1);
	expect(devicesOf(renamed).find(({ id }) => id === idOf(c))).toMatchObject({ name: 'Old tablet', linked: 20778, seen: 20778 });
	expect(() => renameDevice(a.group, 'ee'.repeat(16), 'x', noon)).toThrow('device-unknown');
});

test('a device’s key cannot be exchanged under its id', () => {
	const { a, b, c } = three();
	const id = idOf(c);
	const entry = a.group.writes.find((write) => write.entry === `device/${id}`)?.value as string;
	const other = JSON.stringify({ ...JSON.parse(entry), key: toHex(keyOf(b).publicKey) });
	const swapped = { ...a, group: putEntries(a.group, idOf(a), [[`device/${id}`, other]], noon + 1) };
	expect(devicesOf(swapped.group).map(({ name }) => name)).toEqual(['laptop', 'phone']);
	expect(() => deviceKey(swapped.group, id)).toThrow('device-unknown');
	expect(unlinkDevices(swapped, root, [idOf(b)], noon + 2).group.behind).toEqual([]);
});
