/** Decodes the text frames of one direction of a WebSocket (RFC 6455 §5.2), without extensions. */
export class FrameReader {
	#rest = Buffer.alloc(0);
	#parts: Buffer[] = [];
	/** how many whole frames carried no message: pings, pongs, closings (RFC 6455 §5.5) */
	controls = 0;

	/** Takes bytes as they come; gives each text message that is now whole. */
	read(chunk: Buffer): string[] {
		if (chunk.length === 0) return [];
		this.#rest = Buffer.concat([this.#rest, chunk]);
		const texts: string[] = [];
		for (;;) {
			const frame = this.#next();
			if (!frame) return texts;
			if (frame.opcode > 2) {
				this.controls++;
				continue;
			}
			this.#parts.push(frame.payload);
			if (!frame.final) continue;
			texts.push(Buffer.concat(this.#parts).toString('utf8'));
			this.#parts = [];
		}
	}

	#next(): { final: boolean; opcode: number; payload: Buffer } | null {
		const bytes = this.#rest;
		if (bytes.length < 2) return null;
		const first = bytes.readUInt8(0);
		const second = bytes.readUInt8(1);
		let length = second & 127;
		let at = 2;
		if (length === 126) {
			if (bytes.length < 4) return null;
			length = bytes.readUInt16BE(2);
			at = 4;
		} else if (length === 127) {
			if (bytes.length < 10) return null;
			length = Number(bytes.readBigUInt64BE(2));
			at = 10;
		}
		const masked = (second & 128) !== 0;
		const start = at + (masked ? 4 : 0);
		if (bytes.length < start + length) return null;
		const payload = Buffer.from(bytes.subarray(start, start + length));
		if (masked) {
			const mask = bytes.subarray(at, at + 4);
			for (let index = 0; index < payload.length; index++) payload[index] = payload.readUInt8(index) ^ mask.readUInt8(index & 3);
		}
		this.#rest = Buffer.from(bytes.subarray(start + length));
		return { final: (first & 128) !== 0, opcode: first & 15, payload };
	}
}
