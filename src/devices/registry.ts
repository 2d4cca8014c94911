import * as v from 'valibot';
import { BautaError } from '../messages/errors.ts';
import { fromHex, toHex } from '../protocol/bytes.ts';
import { deviceId, storedKey } from './device-key.ts';
import type { Group } from './group.ts';
import { putEntries, viewOf } from './shared-entries.ts';

/** Who the devices of one self are. It is written into encrypted blobs alone. */

/** Kinds of browsers. */
export const browsers = ['chromium', 'firefox', 'other'] as const;
/** The kind of browser that a device runs in. */
export type BrowserKind = (typeof browsers)[number];

/** What a device holds beside the generations. */
export type Holds = 'phrase' | 'root' | 'nothing';

/** A linked device. */
export interface Device {
	id: string;
	name: string;
	browser: BrowserKind;
	/** day of linking and of the last sign of life: whole days since 1970, no finer */
	linked: number;
	seen: number;
	holds: Holds;
	/** the one that this is read on */
	here: boolean;
	/** it may not have the newest generation yet */
	behind: boolean;
}

const deviceEntry = v.object({
	/** public key, 33 bytes as hex */
	key: v.pipe(v.string(), v.regex(/^0[23][0-9a-f]{64}$/)),
	browser: v.picklist(browsers),
	linked: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	holds: v.picklist(['phrase', 'root', 'nothing']),
});
type DeviceEntry = v.InferOutput<typeof deviceEntry>;

/** code points of a device's name */
export const nameLimit = 40;

/** Whole days since 1970. `now`: unix ms. */
const dayOf = (now: number): number => Math.floor(now / 86_400_000);

/** This device's id. */
export function ownId(group: Group): string {
	return deviceId(storedKey(group.key).publicKey);
}

/** A name as it may be shown: no control or direction characters, white space made one space, at most 40 code points. */
export function cleanName(name: string): string {
	const plain = name
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return [...plain].slice(0, nameLimit).join('');
}

/** A group of one: this device, newly made. `key`: its private key, 32 bytes as hex; `authority`: 33 bytes as hex. */
export function newGroup(key: string, authority: string): Group {
	return {
		key,
		authority,
		clock: { time: 0, count: 0 },
		writes: [],
		removed: [],
		behind: [],
		erased: 0,
		sync: { way: 'off', relay: '', last: 0, next: 0, cleared: 0 },
	};
}

/** A device that is written into the list. */
export interface Introduced {
	/** public key, 33 bytes */
	key: Uint8Array;
	name: string;
	browser: BrowserKind;
	holds: Holds;
}

/** Writes a device into the list. `now`: unix ms. */
export function introduce(group: Group, { key, name, browser, holds }: Introduced, now: number): Group {
	const id = deviceId(key);
	const earlier = entryOf(viewOf(group).get(`device/${id}`));
	const entry: DeviceEntry = { key: toHex(key), browser, linked: earlier?.linked ?? dayOf(now), holds };
	const nameEntry = viewOf(group).has(`name/${id}`) ? [] : [[`name/${id}`, JSON.stringify(cleanName(name))] as const];
	return putEntries(group, ownId(group), [[`device/${id}`, JSON.stringify(entry)], ...nameEntry, [`seen/${id}`, String(dayOf(now))]], now);
}

/** @throws BautaError `device-unknown` */
export function renameDevice(group: Group, id: string, name: string, now: number): Group {
	if (!devicesOf(group).some((one) => one.id === id)) throw new BautaError('device-unknown');
	return putEntries(group, ownId(group), [[`name/${id}`, JSON.stringify(cleanName(name))]], now);
}

/** Notes that this device was in use today, to the day. */
export function noteSeen(group: Group, now: number): Group {
	return putEntries(group, ownId(group), [[`seen/${ownId(group)}`, String(dayOf(now))]], now);
}

/** Every linked device, this one first, then by name. An entry whose key does not fit its id is no device. */
export function devicesOf(group: Group): Device[] {
	const view = viewOf(group);
	const own = ownId(group);
	const devices: Device[] = [];
	for (const [entry, value] of view) {
		if (!entry.startsWith('device/')) continue;
		const id = entry.slice('device/'.length);
		const read = entryOf(value);
		if (!read || deviceId(fromHex(read.key)) !== id) continue;
		devices.push({
			id,
			name: cleanName(String(parseJson(view.get(`name/${id}`)) ?? '')),
			browser: read.browser,
			linked: read.linked,
			seen: Math.max(read.linked, Number(view.get(`seen/${id}`) ?? 0) || 0),
			holds: read.holds,
			here: id === own,
			behind: group.behind.some(({ device }) => device === id),
		});
	}
	return devices.sort((a, b) => Number(b.here) - Number(a.here) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** The public key of a linked device, 33 bytes. @throws BautaError `device-unknown` */
export function deviceKey(group: Group, id: string): Uint8Array {
	const entry = entryOf(viewOf(group).get(`device/${id}`));
	if (!entry || deviceId(fromHex(entry.key)) !== id) throw new BautaError('device-unknown');
	return fromHex(entry.key);
}

function entryOf(value: string | undefined): DeviceEntry | null {
	const read = v.safeParse(deviceEntry, parseJson(value));
	return read.success ? read.output : null;
}

function parseJson(value: string | undefined): unknown {
	try {
		return value === undefined ? undefined : JSON.parse(value);
	} catch {
		return undefined;
	}
}
