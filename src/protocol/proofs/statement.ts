import { readU32 } from '../bytes.ts';
import { ProtocolError } from '../error.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Walks through the bytes of a statement (docs/protocol.md §8) and throws `not-a-statement` where they end too early or do not fit. */
export class StatementReader {
	at = 0;
	readonly #bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	take(length: number): Uint8Array {
		if (length > this.#bytes.length - this.at) throw new ProtocolError('not-a-statement', 'too short');
		this.at += length;
		return this.#bytes.subarray(this.at - length, this.at);
	}

	/** `lp(UTF-8)` */
	text(): string {
		const bytes = this.take(readU32(this.take(4), 0));
		try {
			return decoder.decode(bytes);
		} catch {
			throw new ProtocolError('not-a-statement', 'not UTF-8');
		}
	}

	domain(expected: string): void {
		if (this.text() !== expected) throw new ProtocolError('not-a-statement', 'another domain');
	}

	/** u64be unix seconds, below 2^53 */
	time(): number {
		const bytes = this.take(8);
		const high = readU32(bytes, 0);
		if (high >= 2 ** 21) throw new ProtocolError('not-a-statement', 'time out of range');
		return high * 2 ** 32 + readU32(bytes, 4);
	}

	end(): void {
		if (this.at !== this.#bytes.length) throw new ProtocolError('not-a-statement', 'bytes left over');
	}
}
