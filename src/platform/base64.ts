// The browser's own base64 (RFC 4648 §4): what runs at every wake-up needs no library for it. Where arrays can do it themselves, no string
// with the bytes in it comes about, which nobody could overwrite (THREATS.md S2).

interface Base64Bytes extends Uint8Array {
	toBase64?(): string;
}
const { fromBase64: read } = Uint8Array as unknown as { fromBase64?(text: string): Uint8Array };

/** Any bytes as base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
	const { toBase64: write } = bytes as Base64Bytes;
	if (write) return write.call(bytes);
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary);
}

/** Reads what `toBase64` wrote. Throws on any other letters. */
export function fromBase64(text: string): Uint8Array {
	if (read) return read.call(Uint8Array, text);
	return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
