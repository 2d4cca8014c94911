/** Decompresses an LZ4 block (its format: github.com/lz4/lz4) of so many bytes. Throws RangeError where it is none. */
export function unpackLz4(packed: Uint8Array, length: number): Buffer {
	const whole = Buffer.alloc(length);
	let [at, done] = [0, 0];
	const next = (): number => {
		const byte = packed[at++];
		if (byte === undefined) throw new RangeError('cut off');
		return byte;
	};
	/** 15 says that more follows, 255 that still more does */
	const extended = (short: number): number => {
		let size = short;
		for (let byte = short === 15 ? 255 : 0; byte === 255; size += byte) byte = next();
		return size;
	};
	while (done < length) {
		const token = next();
		const literals = extended(token >> 4);
		if (at + literals > packed.length || done + literals > length) throw new RangeError('cut off');
		whole.set(packed.subarray(at, at + literals), done);
		at += literals;
		done += literals;
		if (done >= length) break;
		const offset = next() + 256 * next();
		const size = extended(token & 15) + 4;
		if (offset === 0 || offset > done || done + size > length) throw new RangeError('bad copy');
		for (let index = 0; index < size; index++) whole[done + index] = whole[done + index - offset] as number;
		done += size;
	}
	return whole;
}

const mark = Buffer.from('mozLz40\0');

/** A file of Firefox's session store and the like: a mark, the length, one block. Throws RangeError where it is none. */
export function unpackMozLz4(file: Buffer): Buffer {
	if (!file.subarray(0, 8).equals(mark)) throw new RangeError('no mark');
	return unpackLz4(file.subarray(12), file.readUInt32LE(8));
}
