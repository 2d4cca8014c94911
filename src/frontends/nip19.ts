/** Names of events and of addresses as pages write them into links (NIP-19). */

const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const checksumLength = 6;

interface Nip19Name {
	/** what it names, e.g. `note` */
	prefix: string;
	bytes: Uint8Array;
}

/** Reads a bech32 name without checking its sum: a page that shows a wrong one shows no room by it. Null for what is no such name. */
function readName(text: string): Nip19Name | null {
	const [, prefix = '', data = ''] = /^([a-z]+)1([02-9ac-hj-np-z]{6,})$/.exec(text) ?? [];
	if (!prefix) return null;
	const bytes: number[] = [];
	let bits = 0;
	let buffer = 0;
	for (const letter of data.slice(0, -checksumLength)) {
		buffer = ((buffer << 5) | letters.indexOf(letter)) & 0xfff;
		bits += 5;
		if (bits < 8) continue;
		bits -= 8;
		bytes.push((buffer >> bits) & 0xff);
	}
	return { prefix, bytes: Uint8Array.from(bytes) };
}

const toHex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The first value of each type in a TLV list, by its type. */
function readFields(bytes: Uint8Array): Map<number, Uint8Array> {
	const fields = new Map<number, Uint8Array>();
	for (let at = 0; at + 2 <= bytes.length; ) {
		const [type = 0, length = 0] = bytes.subarray(at, at + 2);
		if (!fields.has(type)) fields.set(type, bytes.slice(at + 2, at + 2 + length));
		at += 2 + length;
	}
	return fields;
}

/** The id (64 hex digits) of the event that a `note`, an `nevent` or its own digits name; '' for anything else. */
export function eventIdIn(text: string): string {
	if (/^[0-9a-f]{64}$/.test(text)) return text;
	const name = readName(text);
	const id = name?.prefix === 'note' ? name.bytes : name?.prefix === 'nevent' ? readFields(name.bytes).get(0) : undefined;
	return id?.length === 32 ? toHex(id) : '';
}

/** The coordinate `kind:key:name` of the addressable event that an `naddr` or the coordinate itself names; '' for anything else. */
export function coordinateIn(text: string): string {
	if (/^\d+:[0-9a-f]{64}:/.test(text)) return text;
	const name = readName(text);
	const fields = name?.prefix === 'naddr' ? readFields(name.bytes) : undefined;
	const [identifier, author, kind] = [0, 2, 3].map((type) => fields?.get(type));
	if (!identifier || author?.length !== 32 || kind?.length !== 4) return '';
	return `${Number.parseInt(toHex(kind), 16)}:${toHex(author)}:${new TextDecoder().decode(identifier)}`;
}
