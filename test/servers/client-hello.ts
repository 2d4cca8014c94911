/** What of a TLS ClientHello can tie one connection to another (RFC 8446 §4.1.2, RFC 5077). */
export interface ClientHello {
	/** TLS 1.2 session id, hex; in TLS 1.3 a random echo that ties nothing */
	sessionId: string;
	/** the first 16 bytes of the session ticket of TLS 1.2 that was handed in, hex; '' for none */
	ticket: string;
	/** the first 16 bytes of each ticket of TLS 1.3 that it wants to resume with (`pre_shared_key`), hex */
	psk: string[];
	alpn: string[];
	serverName: string;
}

const [serverNameType, alpnType, ticketType, pskType] = [0, 16, 35, 41];
const head = (ticket: Buffer) => ticket.toString('hex', 0, 16);

/** Bytes read from the front, by length-prefixed parts. */
class Reader {
	#at = 0;
	readonly #bytes: Buffer;
	constructor(bytes: Buffer) {
		this.#bytes = bytes;
	}
	get left(): number {
		return this.#bytes.length - this.#at;
	}
	number(size: 1 | 2 | 3): number {
		const value = this.#bytes.readUIntBE(this.#at, size);
		this.#at += size;
		return value;
	}
	take(length: number): Buffer {
		if (length > this.left) throw new RangeError('a ClientHello that is cut off');
		this.#at += length;
		return this.#bytes.subarray(this.#at - length, this.#at);
	}
	vector(size: 1 | 2): Buffer {
		return this.take(this.number(size));
	}
}

/** The length of the first TLS record with its head, or null where that is not there yet. */
export const firstRecordLength = (bytes: Buffer): number | null => (bytes.length < 5 ? null : 5 + bytes.readUInt16BE(3));

/** Reads the first record that a TLS client sends. Throws where it is no whole ClientHello. */
export function readClientHello(record: Buffer): ClientHello {
	const reader = new Reader(record);
	if (reader.number(1) !== 22) throw new RangeError('no handshake');
	reader.take(4);
	if (reader.number(1) !== 1) throw new RangeError('no ClientHello');
	// length, version, random
	reader.take(3 + 2 + 32);
	const hello: ClientHello = { sessionId: reader.vector(1).toString('hex'), ticket: '', psk: [], alpn: [], serverName: '' };
	reader.vector(2);
	reader.vector(1);
	const extensions = new Reader(reader.vector(2));
	while (extensions.left > 0) {
		const type = extensions.number(2);
		readExtension(hello, type, extensions.vector(2));
	}
	return hello;
}

function readExtension(hello: ClientHello, type: number, body: Buffer): void {
	if (type === ticketType) hello.ticket = head(body);
	if (body.length === 0) return;
	const reader = new Reader(body);
	if (type === serverNameType) {
		const names = new Reader(reader.vector(2));
		names.number(1);
		hello.serverName = names.vector(2).toString('latin1');
	}
	if (type === alpnType)
		for (const names = new Reader(reader.vector(2)); names.left > 0; ) hello.alpn.push(names.vector(1).toString('latin1'));
	if (type === pskType)
		for (const identities = new Reader(reader.vector(2)); identities.left > 0; identities.take(4))
			hello.psk.push(head(identities.vector(2)));
}
