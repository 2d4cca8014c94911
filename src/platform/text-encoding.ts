/** How a file may begin that says how its text is written. */
const marks: [encoding: string, ...bytes: number[]][] = [
	['utf-8', 0xef, 0xbb, 0xbf],
	['utf-16le', 0xff, 0xfe],
	['utf-16be', 0xfe, 0xff],
];

/** The encodings to try, the likeliest first. */
function encodingsOf(bytes: Uint8Array): string[] {
	const atStart = marks.find(([, ...mark]) => mark.every((byte, at) => bytes[at] === byte));
	if (atStart) return [atStart[0]];
	const text = bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
	const [even, odd] = [0, 1].map((place) => text.filter((byte, at) => byte === 0 && at % 2 === place).length) as [number, number];
	// nearly every character of a key is ASCII, so in UTF-16 every other byte is zero
	if (Math.max(even, odd) > text.length / 3 && Math.min(even, odd) < text.length / 20) return [odd > even ? 'utf-16le' : 'utf-16be'];
	// in a text of ASCII with a name in Latin-1, few bytes are beyond it
	return text.filter((byte) => byte > 0x7f).length <= text.length / 8 ? ['utf-8', 'windows-1252'] : ['utf-8'];
}

/**
 * The text in a file: UTF-8, UTF-16 in either order by its mark or by what makes sense, else Latin-1. null where it is no text. Zeros at the
 * end are cut off, with which some programs fill up a file.
 */
export function decodeText(bytes: Uint8Array): string | null {
	for (const encoding of encodingsOf(bytes)) {
		try {
			// half a character of UTF-16 is a line end that another program wrote behind the text
			const whole = encoding.startsWith('utf-16') ? bytes.subarray(0, bytes.length & ~1) : bytes;
			const text = new TextDecoder(encoding, { fatal: true }).decode(whole).replace(/\0+$/, '');
			// every byte is a character of Latin-1, so there a control character tells that it is no text
			if (encoding !== 'windows-1252' || !/[^\P{Cc}\s]/u.test(text)) return text;
		} catch {
			// the next one may fit
		}
	}
	return null;
}
