// QR codes, read and drawn. This is heavy: import it with `import()`, never statically from what the popup opens with.
import { decodeQR } from 'qr/decode.js';
import { encode } from 'uqr';
import { BautaError } from '../../messages/errors.ts';

/** A picture larger than this is made smaller before it is read; pixels on the longer side. */
const longestSide = 1600;

/** The text of the code in a picture or a frame of a video, null where there is none. `width`, `height`: pixels. */
export function codeIn(source: CanvasImageSource, width: number, height: number): string | null {
	const scale = Math.min(1, longestSide / Math.max(width, height));
	const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
	const context = canvas.getContext('2d', { willReadFrequently: true });
	if (!context) return null;
	// what is transparent counts as white, as it looks on paper
	context.fillStyle = '#fff';
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.drawImage(source, 0, 0, canvas.width, canvas.height);
	try {
		return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
	} catch {
		return null;
	}
}

/** The text of the code in a picture file. @throws BautaError `picture-no-code`, also where it is no picture */
export async function codeInPicture(file: Blob): Promise<string> {
	const bitmap = await createImageBitmap(file).catch(() => null);
	const code = bitmap && codeIn(bitmap, bitmap.width, bitmap.height);
	bitmap?.close();
	if (!code) throw new BautaError('picture-no-code');
	return code;
}

/** A code as one path of unit squares in a square of `size` units, with the margin that readers need. */
export function drawnCode(text: string): { size: number; path: string } {
	const { size, data } = encode(text, { ecc: 'M', border: 3 });
	return { size, path: data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('') };
}
