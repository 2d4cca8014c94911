import { BautaError } from '../../messages/errors.ts';
import { decodeText } from '../../platform/text-encoding.ts';

/** Characters. Larger than any key file there is, smaller than what would make the page stall. */
const largestKeyFile = 64 * 1024;
/** Bytes. A backup is larger; it has a page of its own. */
const largestBackup = 9_000_000;

/** Is this text one of Bauta's own backup files? */
export function looksLikeBackup(text: string): boolean {
	return /^\s*\{\s*"format":\s*"bauta-backup"/.test(text);
}

/** The text in a file: a text file's own, or that of the QR code in a picture. @throws BautaError `key-file`, `picture-no-code` */
export async function textOfFile(file: File): Promise<string> {
	if (file.type.startsWith('image/')) return (await import('../ui/qr-code.ts')).codeInPicture(file);
	if (file.size > largestBackup) throw new BautaError('key-file');
	const bytes = await file.arrayBuffer().catch(() => null);
	const text = bytes && decodeText(new Uint8Array(bytes));
	if (text === null || (text.length > largestKeyFile && !looksLikeBackup(text))) throw new BautaError('key-file');
	return text;
}
