/** How a file may begin that says how its text is written. */
const marks: [encoding: string, ...bytes: number[]][] = [
	['utf-8', 0xef, 0xbb, 0xbf],
	['utf-32le', 0xff, 0xfe, 0, 0],
	['utf-32be', 0, 0, 0xfe, 0xff],
	['utf-16le', 0xff, 0xfe],
	['utf-16be', 0xfe, 0xff],
];

/** Whether this byte is a character of ASCII that stands in texts. */
const isWritten = (byte = 0): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);

/** The encodings to try, the likeliest first. */
function encodingsOf(bytes: Uint8Array): string[] {
	const atStart = marks.find(([, ...mark]) => mark.every((byte, at) => bytes[at] === byte));
	if (atStart) return [atStart[0]];
	const text = bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
	const zeros = [0, 1, 2, 3].map((place) => text.filter((byte, at) => byte === 0 && at % 4 === place).length);
	const [first = 0, , , fourth = 0] = zeros;
	// nearly every character of a key is ASCII, so three of its four bytes in UTF-32 are zero, and every other one in UTF-16
	if (zeros.filter((count) => count > text.length / 8).length === 3) return [fourth > first ? 'utf-32le' : 'utf-32be'];
	// the other half of an ASCII character of UTF-16 is one of ASCII
	const halves = [0, 1].map((place) => text.filter((byte, at) => byte === 0 && at % 2 === place && isWritten(text[at ^ 1])).length);
	const [even = 0, odd = 0] = halves;
	if (Math.max(even, odd) > text.length / 8 && Math.min(even, odd) < text.length / 20) return [odd > even ? 'utf-16le' : 'utf-16be'];
	// in a text of ASCII with a name in another alphabet, few bytes are beyond ASCII
	return text.filter((byte) => byte > 0x7f).length <= text.length / 8 ? ['utf-8', 'windows-1252'] : ['utf-8'];
}

/** UTF-32, which browsers do not read. Throws where a character is none. */
function decodeUtf32(bytes: Uint8Array, isLittle: boolean): string {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength & ~3);
	let text = '';
	for (let at = 0; at < view.byteLength; at += 4) text += String.fromCodePoint(view.getUint32(at, isLittle));
	return text.replace(/^\ufeff/, '');
}

/** Throws where the bytes are no text in this encoding. */
function decodeAs(bytes: Uint8Array, encoding: string): string {
	if (encoding.startsWith('utf-32')) return decodeUtf32(bytes, encoding === 'utf-32le');
	// half a character of UTF-16 is a line end that another program wrote behind the text
	const whole = encoding.startsWith('utf-16') ? bytes.subarray(0, bytes.length & ~1) : bytes;
	return new TextDecoder(encoding, { fatal: true }).decode(whole);
}

/** A control character of ASCII that is no white space. Those of Latin-1 are letters in other alphabets of one byte. */
const control = /[^\P{Cc}\s\x80-\x9f]/u;
const controlsAtEnd = new RegExp(`(?:${control.source})+$`, 'u');

/**
 * The text in a file: UTF-8, UTF-16 or UTF-32 in either order by its mark or by what makes sense, else one byte a character, of which those
 * beyond ASCII are read as Latin-1. null where it is no text. Zeros at the end are cut off, with which some programs fill up a file, and the
 * sign by which DOS ended one.
 */
export function decodeText(bytes: Uint8Array): string | null {
	for (const encoding of encodingsOf(bytes)) {
		try {
			const text = decodeAs(bytes, encoding).replace(controlsAtEnd, '');
			// every byte is a character of Latin-1, so there a control character of ASCII tells that it is no text
			if (encoding !== 'windows-1252' || !control.test(text)) return text;
		} catch {
			// the next one may fit
		}
	}
	return null;
}
