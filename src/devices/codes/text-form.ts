import { BautaError } from '../../messages/errors.ts';
import { concat, fromBase64url, H, toBase64url, utf8 } from '../../protocol/bytes.ts';
import { equalBytes } from '../../protocol/secret.ts';

/** What can be copied, pasted, saved to a file or shown as a picture. */
export type TextKind = 'link' | 'answer' | 'keys' | 'part';

const version = 1;
const checkLength = 4;
/** no text of ours is longer: what is longer is not even looked at */
const textLimit = 400_000;

function checkOf(kind: TextKind, body: Uint8Array): Uint8Array {
	return H('bauta/1 text form', utf8(kind), body).slice(0, checkLength);
}

/** `bauta-<kind>:1:b64(body ‖ check)`; the check is the first 4 bytes of `H("bauta/1 text form", kind, body)`. */
export function writeTextForm(kind: TextKind, body: Uint8Array): string {
	return `bauta-${kind}:${version}:${toBase64url(concat(body, checkOf(kind, body)))}`;
}

/** What kind of text this is by its beginning, or null. White space around and inside is overlooked. */
export function kindOfText(text: string): TextKind | null {
	const match = /^\s*bauta-(link|answer|keys|part):/.exec(text.slice(0, 200));
	return match ? (match[1] as TextKind) : null;
}

/**
 * The body of a text of one kind.
 * @throws BautaError `link-unknown` (none of ours), `link-kind` (detail: what it is), `link-newer` (a later Bauta wrote it),
 * `link-truncated` (cut short or changed)
 */
export function readTextForm(kind: TextKind, text: string): Uint8Array {
	if (text.length > textLimit) throw new BautaError('link-unknown');
	const match = /^bauta-(link|answer|keys|part):(\d{1,6}):(.*)$/.exec(text.replace(/\s+/g, ''));
	if (!match) throw new BautaError(kindOfText(text) ? 'link-truncated' : 'link-unknown');
	const [, actualKind, writtenVersion, encodedBody] = match as unknown as [string, TextKind, string, string];
	if (actualKind !== kind) throw new BautaError('link-kind', actualKind);
	if (Number(writtenVersion) > version) throw new BautaError('link-newer');
	if (Number(writtenVersion) !== version) throw new BautaError('link-unknown');
	const bytes = decode(encodedBody);
	const body = bytes.subarray(0, Math.max(0, bytes.length - checkLength));
	if (!equalBytes(checkOf(kind, body), bytes.subarray(body.length))) throw new BautaError('link-truncated');
	return body;
}

function decode(encodedBody: string): Uint8Array {
	try {
		return fromBase64url(encodedBody);
	} catch {
		throw new BautaError('link-truncated');
	}
}
