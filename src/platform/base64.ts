// The browser's own base64 (RFC 4648 §4): what runs at every wake-up needs no library for it.

/** Any bytes as base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary);
}

/** Reads what `toBase64` wrote. Throws a `DOMException` (InvalidCharacterError) on any other letters. */
export function fromBase64(text: string): Uint8Array {
	return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
