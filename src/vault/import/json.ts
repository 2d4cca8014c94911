import { BautaError } from '../../messages/errors.ts';

/** Deeper than this no program writes a key. */
const deepest = 4;
/** Members of a list or object that are looked at. */
const mostMembers = 50;

/** An object of JSON. */
export type Fields = Record<string, unknown>;
/** Is this an object, and no list? */
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON again after a mail, a word processor, a web page or a program: other quotes, broken lines, names without quotes, a comma at the end. */
const mendJson = (text: string): string =>
	text
		.replace(/\\"|&quot;|&#34;|[“”„‘’']/g, '"')
		.replace(/\s*[\r\n]\s*/g, '')
		.replace(/([{,]\s*)([a-z_]\w*)\s*:/gi, '$1"$2":')
		.replace(/,\s*(?=[}\]])/g, '');

/**
 * The JSON in a text, also where something stands around an object; undefined where there is none.
 * @throws BautaError `keystore-json` where it begins as an object, or has a keystore in it, and is not whole
 */
export function parseJson(text: string): unknown {
	const isObject = text.startsWith('{') || /(["'“]|&quot;)crypto(["'”]|&quot;|\\")\s*:/i.test(text);
	if (!isObject && !/^["[]/.test(text)) return undefined;
	const inner = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
	for (const candidate of [text, inner, mendJson(text), mendJson(inner)])
		try {
			return JSON.parse(candidate) as unknown;
		} catch {
			// the next one may be whole
		}
	if (isObject) throw new BautaError('keystore-json');
	return undefined;
}

/** What `look` finds in `value` and in what lies in it, some levels deep. Where it finds something it does not look deeper. */
export function findInJson<T>(value: unknown, look: (value: unknown) => T | undefined, depth = 0): T[] {
	const result = look(value);
	if (result !== undefined) return [result];
	if (typeof value !== 'object' || value === null || depth === deepest) return [];
	// what is public, or names something, is no key, though it may look like one
	const members = Object.entries(value).filter(([name]) => !/pub|addr|hash|id$/i.test(name));
	return members.slice(0, mostMembers).flatMap(([, member]) => findInJson(member, look, depth + 1));
}

/** A value whose objects have their fields in small letters, and nothing between the words of a name. */
export function withPlainNames(value: unknown, depth = 0): unknown {
	if (!isFields(value) || depth === deepest) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [plainName(name), withPlainNames(member, depth + 1)]));
}

/** A name without its case and what stands between its parts: `HmacSHA256` is `hmac-sha256`. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
