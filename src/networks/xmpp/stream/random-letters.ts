/** Random lower-case letters and digits, 5 bits each. */
export function randomLetters(length: number): string {
	const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
	return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet.charAt(byte & 31)).join('');
}
