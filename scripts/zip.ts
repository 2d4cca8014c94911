import { crc32, deflateRawSync } from 'node:zlib';

// ZIP, APPNOTE.TXT 6.3.10: local file header §4.3.7, central directory §4.3.12, end record §4.3.16.
// 1 January 1980, 00:00, the earliest time of the format, for every file: the archive tells nothing about when or where it was made.
const dosTime = 0;
const dosDate = (1 << 5) | 1;

/** Packs files (path with `/` → bytes) into one archive. The same files give the same bytes, whatever their order. */
export function zip(files: Map<string, Uint8Array>): Buffer {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const path of [...files.keys()].sort()) {
		const data = files.get(path) as Uint8Array;
		const compressedData = deflateRawSync(data, { level: 9 });
		const name = Buffer.from(path);
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0); // version needed: 2.0
		common.writeUInt16LE(0x0800, 2); // the name is UTF-8
		common.writeUInt16LE(8, 4); // deflated
		common.writeUInt16LE(dosTime, 6);
		common.writeUInt16LE(dosDate, 8);
		common.writeUInt32LE(crc32(data), 10);
		common.writeUInt32LE(compressedData.length, 14);
		common.writeUInt32LE(data.length, 18);
		common.writeUInt16LE(name.length, 22);
		const local = Buffer.from([0x50, 0x4b, 3, 4]);
		const central = Buffer.from([0x50, 0x4b, 1, 2, 20, 0]); // made by: 2.0, no file attributes
		const offsetField = Buffer.alloc(14);
		offsetField.writeUInt32LE(offset, 10);
		directory.push(central, common, offsetField, name);
		parts.push(local, common, name, compressedData);
		offset += local.length + common.length + name.length + compressedData.length;
	}
	const directoryBytes = Buffer.concat(directory);
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(files.size, 8);
	end.writeUInt16LE(files.size, 10);
	end.writeUInt32LE(directoryBytes.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...parts, directoryBytes, end]);
}
