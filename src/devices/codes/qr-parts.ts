import { BautaError } from '../../messages/errors.ts';
import { concat, H, toHex, utf8 } from '../../protocol/bytes.ts';
import { readTextForm, writeTextForm } from './text-form.ts';

/*
 * A text that is too long for one QR code, in several.
 * part = first 8 bytes of H("bauta/1 whole text", text) ‖ u8(index) ‖ u8(count) ‖ chunk of the UTF-8 text
 */

const headLength = 10;
/** bytes of text in one part, so that a laptop's camera still reads it off a phone */
export const partBytes = 240;

const textMark = (text: string): Uint8Array => H('bauta/1 whole text', utf8(text)).slice(0, 8);

/** The parts of a text, one if it is short. `chunk`: bytes of text in each. @throws BautaError `sync-full` where there would be over 255 */
export function splitText(text: string, chunk = partBytes): string[] {
	const bytes = utf8(text);
	const count = Math.ceil(bytes.length / chunk);
	if (count <= 1) return [text];
	if (count > 255) throw new BautaError('sync-full');
	const set = textMark(text);
	return Array.from({ length: count }, (_, index) =>
		writeTextForm('part', concat(set, Uint8Array.of(index, count), bytes.subarray(index * chunk, (index + 1) * chunk))),
	);
}

/** The parts there are so far, as JSON. */
export interface TextParts {
	set: string;
	count: number;
	/** index → chunk of text */
	have: Record<number, string>;
}

/**
 * Adds one part, in any order and as often as it comes.
 * @throws BautaError `link-unknown`, `link-kind`, `link-newer`, `link-truncated`, `part-other` (it belongs to another text)
 */
export function addPart(parts: TextParts | null, text: string): TextParts {
	const body = readTextForm('part', text);
	const index = body[8] ?? 0;
	const count = body[9] ?? 0;
	if (body.length <= headLength || index >= count) throw new BautaError('link-unknown');
	const set = toHex(body.subarray(0, 8));
	if (parts && (parts.set !== set || parts.count !== count)) throw new BautaError('part-other');
	return { set, count, have: { ...parts?.have, [index]: new TextDecoder().decode(body.subarray(headLength)) } };
}

/** Numbers (from 1) of the parts that are missing. */
export function missingParts({ count, have }: TextParts): number[] {
	return Array.from({ length: count }, (_, index) => index + 1).filter((number) => !Object.hasOwn(have, number - 1));
}

/** The whole text, or null while parts are missing. @throws BautaError `link-truncated` where the whole is not what was split */
export function joinParts(parts: TextParts): string | null {
	if (missingParts(parts).length > 0) return null;
	const text = Array.from({ length: parts.count }, (_, index) => parts.have[index]).join('');
	if (toHex(textMark(text)) !== parts.set) throw new BautaError('link-truncated');
	return text;
}
