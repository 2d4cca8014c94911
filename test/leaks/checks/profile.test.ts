import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logRecords } from '../../../scripts/leaks/profile/leveldb.ts';
import { unpackLz4 } from '../../../scripts/leaks/profile/lz4.ts';
import { isOwnStore, scanProfile } from '../../../scripts/leaks/profile/scan.ts';
import { unpackSnappy } from '../../../scripts/leaks/profile/snappy.ts';

const text = 'pewter walrus half written';
const canaries = [
	{ name: 'draft', kind: 'unsent', text },
	{ name: 'root', kind: 'key', bytes: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff' },
] as const;
let profile = '';
beforeEach(() => {
	profile = mkdtempSync(join(tmpdir(), 'bauta-scan-'));
});
afterEach(() => rmSync(profile, { recursive: true, force: true }));

const scan = () => scanProfile(profile, [...canaries], (path) => isOwnStore(path, 'abcdefgh')).hits;
const write = (name: string, bytes: Buffer | string) => {
	mkdirSync(join(profile, name, '..'), { recursive: true });
	writeFileSync(join(profile, name), bytes);
};

/** Snappy with one literal and a copy: `length` bytes of the text, in which the first four come again. */
const snappy = (content: string) =>
	Buffer.concat([Buffer.from([content.length + 4, (content.length - 1) << 2]), Buffer.from(content), Buffer.from([0b01, content.length])]);

describe('what is packed', () => {
	it('by Snappy is unpacked, copies that overlap as well', () => {
		expect(unpackSnappy(snappy('abcdefghij')).toString()).toBe('abcdefghijabcd');
		// one letter, then a copy of eight from one back
		expect(unpackSnappy(Buffer.from([9, 0, 0x61, 0b00010001, 1])).toString()).toBe('aaaaaaaaa');
		expect(() => unpackSnappy(Buffer.from([9, 0, 0x61]))).toThrow(RangeError);
	});

	it('by LZ4 is unpacked', () => {
		expect(unpackLz4(Buffer.from([0x52, 0x61, 0x62, 0x63, 0x64, 0x65, 5, 0, 0x10, 0x66]), 12).toString()).toBe('abcdeabcdeaf');
	});

	it('a log’s record is put together across its blocks', () => {
		const record = (type: number, bytes: Buffer) =>
			Buffer.concat([Buffer.alloc(4), Buffer.from([bytes.length & 255, bytes.length >> 8, type]), bytes]);
		const first = Buffer.alloc(32_768 - 7 - 4, 'x');
		const file = Buffer.concat([record(2, Buffer.concat([first, Buffer.from('pewt')])), record(4, Buffer.from('er walrus'))]);
		expect(logRecords(file)[0]?.toString().endsWith('pewter walrus')).toBe(true);
	});
});

describe('a scan', () => {
	it('finds nothing where there is nothing', () => {
		write('Default/Preferences', '{"a": 1}');
		expect(scan()).toEqual([]);
	});

	it.each([
		['utf-8', Buffer.from(`x${text}y`)],
		['utf-16', Buffer.from(`x${text}y`, 'utf16le')],
		['hex', Buffer.from(`x${Buffer.from(text).toString('hex')}`)],
		['base64 behind one letter', Buffer.from(Buffer.from(`a${text}b`).toString('base64'))],
		['base64 behind two letters', Buffer.from(Buffer.from(`ab${text}b`).toString('base64'))],
		['Snappy', snappy(text)],
	])('finds a text in %s', (_, bytes) => {
		write('Default/IndexedDB/chrome-extension_abcdefgh_0.indexeddb.leveldb/x', bytes);
		expect(scan()).toContainEqual(expect.objectContaining({ canary: 'draft', isOwn: true }));
	});

	it('finds a key as bytes and as base64, in a store that is not Bauta’s', () => {
		const key = Buffer.from(canaries[1].bytes, 'hex');
		write('a', key);
		write('b', key.toString('base64'));
		expect(scan().map(({ file, isOwn }) => `${file} ${isOwn}`)).toEqual(expect.arrayContaining(['a false', 'b false']));
	});
});
