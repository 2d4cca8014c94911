/*
 * People paste keys as mail, notes and web pages show them: with a name before them, in quotes, wrapped over lines, in groups, with characters
 * that nobody sees.
 */

/** Characters that nobody sees; white space is none of them. */
const invisible = /\p{DI}|(?!\s)\p{Cc}/gu;

/** A text as it looks: without invisible characters, full-width letters and digits as plain ones. */
export const visibleText = (text: string): string => text.normalize('NFKC').replace(invisible, '').trim();

/** Longest name before a key, in characters: `Recovery phrase (12 words)`. */
const longestLabel = 60;

/** The name that stands before a key, up to `:` or `=`, and what comes after it. `label` is '' where there is none. */
export function splitLabel(text: string): { label: string; value: string } {
	const end = text.search(/[:=]/);
	const label = text.slice(0, Math.max(end, 0));
	return end <= longestLabel && /\p{L}/u.test(label) ? { label, value: text.slice(end + 1) } : { label: '', value: text };
}

/** The letters A to Z and digits of a text, and nothing that stands between them. */
export const joinDigits = (text: string): string => text.replace(/[^0-9a-z]/gi, '');
