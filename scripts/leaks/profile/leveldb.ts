import { unpackSnappy } from './snappy.ts';

/** A varint at `at` and what follows it. Throws RangeError at the end of the bytes. */
function varint(bytes: Buffer, at: number): [value: number, next: number] {
	let value = 0;
	for (let shift = 0; ; shift += 7) {
		const byte = bytes.readUInt8(at++);
		value += (byte & 127) * 2 ** shift;
		if (byte < 128) return [value, at];
	}
}

const blockSize = 32_768;

/** The records of a LevelDB write-ahead log (leveldb/doc/log_format.md): pieces that blocks cut apart are put together again. */
export function logRecords(file: Buffer): Buffer[] {
	const records: Buffer[] = [];
	let pieces: Buffer[] = [];
	for (let block = 0; block < file.length; block += blockSize) {
		const end = Math.min(block + blockSize, file.length);
		for (let at = block; at + 7 <= end; ) {
			const [length, type] = [file.readUInt16LE(at + 4), file.readUInt8(at + 6)];
			if (type === 0 || at + 7 + length > end) break;
			const piece = file.subarray(at + 7, at + 7 + length);
			// 1 whole, 2 first, 3 middle, 4 last
			if (type < 3) pieces = [];
			pieces.push(piece);
			if (type === 1 || type === 4) records.push(Buffer.concat(pieces));
			at += 7 + length;
		}
	}
	return records;
}

/** A block of a table, unpacked; its trailer says how it is packed. */
function readBlock(file: Buffer, offset: number, size: number): Buffer {
	const block = file.subarray(offset, offset + size);
	return file.readUInt8(offset + size) === 1 ? unpackSnappy(block) : block;
}

/** Keys and values of a block, keys in full (leveldb/doc/table_format.md). */
function entriesOf(block: Buffer): [key: Buffer, value: Buffer][] {
	const entries: [Buffer, Buffer][] = [];
	const end = block.length - 4 - 4 * block.readUInt32LE(block.length - 4);
	let last = Buffer.alloc(0);
	for (let at = 0; at < end; ) {
		let [shared, own, size] = [0, 0, 0];
		[shared, at] = varint(block, at);
		[own, at] = varint(block, at);
		[size, at] = varint(block, at);
		last = Buffer.concat([last.subarray(0, shared), block.subarray(at, at + own)]);
		entries.push([last, block.subarray(at + own, at + own + size)]);
		at += own + size;
	}
	return entries;
}

/** Keys and values of a LevelDB table (`.ldb`), one after another. Throws where the file is no table. */
export function tableValues(file: Buffer): Buffer[] {
	const footer = file.length - 48;
	if (footer < 0 || file.readBigUInt64LE(footer + 40) !== 0xdb4775248b80fb57n) throw new RangeError('no table');
	let [at, offset, size] = [footer, 0, 0];
	[, at] = varint(file, at);
	[, at] = varint(file, at);
	[offset, at] = varint(file, at);
	[size, at] = varint(file, at);
	return entriesOf(readBlock(file, offset, size)).flatMap(([, handle]) => {
		const [start, next] = varint(handle, 0);
		const [length] = varint(handle, next);
		return entriesOf(readBlock(file, start, length)).flat();
	});
}
