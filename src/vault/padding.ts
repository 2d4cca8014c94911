import { BautaError } from '../messages/errors.ts';

const smallest = 4096;
const largestStep = 1 << 20;

/** The size that `length` bytes are padded to: 4, 16, 64, 256 KiB, 1 MiB, then whole MiB. The size of a file tells no more than that. */
export function bucketOf(length: number): number {
	let bucket = smallest;
	while (bucket < length && bucket < largestStep) bucket *= 4;
	return bucket >= length ? bucket : Math.ceil(length / largestStep) * largestStep;
}

/** `u32be(length) ‖ bytes ‖ zeros`, up to the bucket. */
export function pad(bytes: Uint8Array): Uint8Array {
	const padded = new Uint8Array(bucketOf(bytes.length + 4));
	new DataView(padded.buffer).setUint32(0, bytes.length);
	padded.set(bytes, 4);
	return padded;
}

/**
 * Undoes `pad`.
 * @throws BautaError `vault-broken` where the length says more than there is
 */
export function unpad(padded: Uint8Array): Uint8Array {
	if (padded.length < 4) throw new BautaError('vault-broken', 'padding');
	const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
	if (length > padded.length - 4) throw new BautaError('vault-broken', 'padding');
	return padded.slice(4, 4 + length);
}
