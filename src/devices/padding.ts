import { BautaError } from '../messages/errors.ts';
import { concat, readU32, u32be } from '../protocol/bytes.ts';

/** The largest thing that devices hand each other, bytes. */
const largest = 262_144;

/**
 * The size that `length` bytes are padded to: `smallest` doubled until it fits. Sizes tell no more than that. @throws BautaError
 * `sync-full`
 */
export function bucketOf(length: number, smallest: number): number {
	let bucket = smallest;
	while (bucket < length) bucket *= 2;
	if (bucket > largest) throw new BautaError('sync-full');
	return bucket;
}

/** `u32be(length) ‖ bytes ‖ zeros`, up to the bucket. */
export function padToBucket(bytes: Uint8Array, smallest: number): Uint8Array {
	const padded = new Uint8Array(bucketOf(bytes.length + 4, smallest));
	padded.set(concat(u32be(bytes.length), bytes));
	return padded;
}

/** Undoes `padToBucket`. @throws BautaError `link-truncated` where the length says more than there is */
export function unpad(padded: Uint8Array): Uint8Array {
	const length = padded.length < 4 ? Number.POSITIVE_INFINITY : readU32(padded, 0);
	if (length > padded.length - 4) throw new BautaError('link-truncated');
	return padded.slice(4, 4 + length);
}
