import * as v from 'valibot';
import { settingBounds } from '../messages/rooms.ts';
import type { Group } from './group.ts';
import { ownId } from './registry.ts';
import { putEntries, viewOf } from './shared-entries.ts';

/** A line, or a few lines, as a network stores a setting of a room. */
const line = v.pipe(v.string(), v.maxLength(settingBounds.longestLine));
const lines = v.pipe(v.array(line), v.maxLength(settingBounds.mostLines));
const isSetting = (value: unknown): boolean => v.is(v.union([line, lines]), value);

/**
 * The settings of a room that all devices share: those named here, in this order, as the text is compared with what the group has, then
 * what else the room's network stores. Which identity is in use is each device's own affair.
 */
const roomEntry = v.pipe(
	v.objectWithRest(
		{
			hidden: v.boolean(),
			stopped: v.boolean(),
			anonymousHost: v.pipe(v.string(), v.maxLength(253), v.regex(/^[\p{L}\p{N}.:[\]-]*$/u)),
			relays: v.exactOptional(lines),
			hiddenOn: v.exactOptional(lines),
			mode: v.picklist(['one-time', 'persona', 'no-trace', 'keyless']),
			voice: v.exactOptional(line),
		},
		v.pipe(v.unknown(), v.check(isSetting)),
	),
	v.check((entry) => !Object.hasOwn(entry, 'identity')),
);
/** The settings of one room that devices share. */
export type RoomEntry = v.InferOutput<typeof roomEntry>;

/**
 * Takes over what was changed on this device: rooms whose settings differ from what the group has. A room that is not named is left.
 * @param now unix ms
 */
export function noteRooms(group: Group, rooms: Readonly<Record<string, RoomEntry>>, now: number): Group {
	const entries = Object.entries(rooms)
		.map(([room, { identity: _, ...shared }]) => [room, v.safeParse(roomEntry, shared)] as const)
		.flatMap(([room, read]) => (read.success ? [[`room/${room}`, JSON.stringify(read.output)] as const] : []));
	return putEntries(group, ownId(group), entries, now);
}

/** The settings of every room as the group has them, by canonical room id. */
export function roomsOf(group: Group): Map<string, RoomEntry> {
	const rooms = new Map<string, RoomEntry>();
	for (const [entry, value] of viewOf(group)) {
		if (!entry.startsWith('room/')) continue;
		const read = v.safeParse(roomEntry, parseJson(value));
		if (read.success) rooms.set(entry.slice('room/'.length), read.output);
	}
	return rooms;
}

function parseJson(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return null;
	}
}
