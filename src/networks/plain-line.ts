/**
 * A stranger's words for people: one line, no control or direction characters, at most `most` code points. They are never trusted further.
 */
export function plainLine(text: string, most = 200): string {
	const plain = text
		.slice(0, 2000)
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
		.trim();
	return [...plain].slice(0, most).join('');
}
