/**
 * Decompresses a raw Snappy block (github.com/google/snappy, format_description.txt).
 * Throws RangeError where it is none, or longer than `most` bytes.
 */
export function unpackSnappy(packed: Uint8Array, most = 1 << 26): Buffer {
	let at = 0;
	const next = (): number => {
		const byte = packed[at++];
		if (byte === undefined) throw new RangeError('cut off');
		return byte;
	};
	const littleEndian = (size: number): number => {
		let value = 0;
		for (let index = 0; index < size; index++) value += next() * 2 ** (8 * index);
		return value;
	};
	let length = 0;
	for (let shift = 0; ; shift += 7) {
		const byte = next();
		length += (byte & 127) * 2 ** shift;
		if (byte < 128) break;
		if (shift > 28) throw new RangeError('no length');
	}
	if (length > most) throw new RangeError('too long');
	const whole = Buffer.alloc(length);
	let done = 0;
	while (done < length) {
		const tag = next();
		const kind = tag & 3;
		if (kind === 0) {
			const short = tag >> 2;
			const size = 1 + (short < 60 ? short : littleEndian(short - 59));
			if (at + size > packed.length || done + size > length) throw new RangeError('cut off');
			whole.set(packed.subarray(at, at + size), done);
			at += size;
			done += size;
			continue;
		}
		const size = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
		const offset = kind === 1 ? (tag >> 5) * 256 + next() : littleEndian(kind === 2 ? 2 : 4);
		if (offset === 0 || offset > done || done + size > length) throw new RangeError('bad copy');
		// a copy may reach into what it has just written
		for (let index = 0; index < size; index++) whole[done + index] = whole[done + index - offset] as number;
		done += size;
	}
	if (at !== packed.length) throw new RangeError('too much');
	return whole;
}
