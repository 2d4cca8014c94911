import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';
import type { Canary, ProfileHit } from '../recording.ts';
import { logRecords, tableValues } from './leveldb.ts';
import { unpackMozLz4 } from './lz4.ts';
import { unpackSnappy } from './snappy.ts';
import { databaseValues } from './sqlite.ts';

/** Whether a path below the profile is a store of Bauta's own, by the host in its addresses and its id. */
export const isOwnStore = (path: string, extensionId: string): boolean =>
	path.includes(extensionId) || path.includes('bauta@') || /(^|\/)(Sync Data|storage-sync)/.test(path);

/** All forms that a canary may lie in, by the name of the form. */
export function formsOf({ text, bytes }: Canary): [encoding: string, form: Buffer][] {
	const raw = text === undefined ? Buffer.from(bytes ?? '', 'hex') : Buffer.from(text, 'utf8');
	const forms: [string, Buffer][] = [[text === undefined ? 'bytes' : 'utf-8', raw]];
	if (text !== undefined) forms.push(['utf-16', Buffer.from(text, 'utf16le')], ['utf-16 big', Buffer.from(text, 'utf16le').swap16()]);
	for (const [name, value] of forms.slice(0, 2)) {
		const hex = value.toString('hex');
		forms.push(
			[`hex of ${name}`, Buffer.from(hex)],
			[`hex of ${name} in utf-16`, Buffer.from(hex, 'utf16le')],
			[`HEX of ${name}`, Buffer.from(hex.toUpperCase())],
		);
		// where it stands within a longer text, three cuts of base64 are possible; two bytes at each end hang on what is beside
		for (const cut of [0, 1, 2]) {
			const inner = value.subarray(cut, cut + 3 * Math.floor((value.length - cut) / 3));
			if (inner.length < 9) continue;
			const base64 = inner.toString('base64');
			forms.push(
				[`base64 of ${name}`, Buffer.from(base64)],
				[`base64url of ${name}`, Buffer.from(inner.toString('base64url'))],
				[`base64 of ${name} in utf-16`, Buffer.from(base64, 'utf16le')],
			);
		}
	}
	return forms;
}

/** What bytes may be packed in within a store: Snappy in IndexedDB's values of both browsers, after Chromium's mark too, and zlib. */
function unpacked(bytes: Buffer): Buffer[] {
	const tries = [
		() => unpackSnappy(bytes),
		() => unpackMozLz4(bytes),
		// blink's IndexedDB value wrapper: 0xFF, version, 0xFF, 0x11, 0x02
		() => {
			const mark = bytes.subarray(0, 64).indexOf(Buffer.from([0xff, 0x11, 0x02]));
			if (mark < 0) throw new RangeError('no mark');
			return unpackSnappy(bytes.subarray(mark + 3));
		},
		() => (bytes.readUInt16BE(0) === 0x1f8b ? gunzipSync(bytes) : inflateSync(bytes)),
	];
	return tries.flatMap((attempt) => {
		try {
			return [attempt()];
		} catch {
			return [];
		}
	});
}

/** All bytes that a file holds: as they stand, and as they are once they are unpacked. `notes` hears of a file that cannot be read. */
export function contentsOf(path: string, notes: string[] = []): Buffer[] {
	const file = readFileSync(path);
	let inner: Buffer[] = [];
	try {
		if (/\.ldb$/.test(path)) inner = tableValues(file);
		else if (/^\d+\.log$/.test(basename(path))) inner = logRecords(file);
		else if (file.subarray(0, 15).toString('latin1') === 'SQLite format 3') inner = databaseValues(path);
	} catch (fault) {
		notes.push(`${path}: ${fault}`);
	}
	return [file, ...inner, ...[file, ...inner].flatMap((bytes) => (bytes.length < 8 ? [] : unpacked(bytes)))];
}

/** Looks for canaries in every file below a profile directory. `isOwn`: whether a path below it is a store of Bauta's own. */
export function scanProfile(
	profile: string,
	canaries: Canary[],
	isOwn: (path: string) => boolean,
): { files: number; hits: ProfileHit[]; notes: string[] } {
	const forms = canaries.map((canary) => ({ name: canary.name, forms: formsOf(canary) }));
	const paths = readdirSync(profile, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
	const hits: ProfileHit[] = [];
	const notes: string[] = [];
	for (const path of paths) {
		const place = relative(profile, path);
		const contents = contentsOf(path, notes);
		for (const { name, forms: all } of forms)
			for (const [encoding, form] of all)
				if (contents.some((bytes) => bytes.includes(form))) hits.push({ canary: name, encoding, file: place, isOwn: isOwn(place) });
	}
	return { files: paths.length, hits, notes };
}
