import { expect, test } from 'vitest';
import { ownId } from '../../src/devices/registry.ts';
import { noteRooms, type RoomEntry, roomsOf } from '../../src/devices/room-entries.ts';
import { putEntries, viewOf } from '../../src/devices/shared-entries.ts';
import { firstDevice, noon, sampleRoot } from './samples.ts';

const plain: RoomEntry = { hidden: false, stopped: true, mode: 'one-time', anonymousHost: '' };
const group = firstDevice(sampleRoot()).group;
const textOf = (rooms: Record<string, RoomEntry>, room: string) => viewOf(noteRooms(group, rooms, noon)).get(`room/${room}`);

test('a room is written in one order, as devices of every version compare its text', () => {
	expect(textOf({ tea: { ...plain, identity: 'a' } }, 'tea')).toBe('{"hidden":false,"stopped":true,"anonymousHost":"","mode":"one-time"}');
	expect(textOf({ tea: { ...plain, relays: ['wss://own.test/'] } }, 'tea')).toBe(
		'{"hidden":false,"stopped":true,"anonymousHost":"","relays":["wss://own.test/"],"mode":"one-time"}',
	);
});

test('a setting that only the room’s network knows is shared as it is', () => {
	const shared = noteRooms(group, { tea: { ...plain, server: 'irc.test', ports: ['6697'] } }, noon);
	expect(roomsOf(shared).get('tea')).toEqual({ ...plain, server: 'irc.test', ports: ['6697'] });
});

test.each([
	['an identity, which is each device’s own choice', { identity: 'mine' }],
	['a setting that is no text', { server: { deep: true } }],
	['a setting that is too long', { server: 'x'.repeat(301) }],
])('what a device says of a room is not taken with %s', (_, more) => {
	const told = putEntries(group, ownId(group), [['room/tea', JSON.stringify({ ...plain, ...more })]], noon);
	expect(roomsOf(told).has('tea')).toBe(false);
});
