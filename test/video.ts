import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'uqr';

const width = 640;
const height = 480;
/** luma of white and black in a video of limited range (ITU-R BT.601), and a chroma of no colour */
const white = 235;
const black = 16;
const grey = 128;

/** One frame, planar 4:2:0: a code in the middle of white paper. */
function frameOf(code: string): Buffer {
	const { size, data } = encode(code, { border: 4 });
	const unit = Math.floor(height / size);
	const left = Math.floor((width - size * unit) / 2);
	const top = Math.floor((height - size * unit) / 2);
	const luma = Buffer.alloc(width * height, white);
	for (const [y, row] of data.entries())
		for (const [x, dark] of row.entries())
			if (dark)
				for (let line = 0; line < unit; line++) {
					const from = (top + y * unit + line) * width + left + x * unit;
					luma.fill(black, from, from + unit);
				}
	return Buffer.concat([luma, Buffer.alloc((width * height) / 2, grey)]);
}

/** Flags that put this code before Chromium's camera, and let pages use it without a prompt. `forget` deletes the video. */
export async function videoOf(code: string): Promise<{ flags: string[]; forget(): Promise<void> }> {
	const directory = await mkdtemp(join(tmpdir(), 'bauta-video-'));
	const path = join(directory, 'code.y4m');
	const frame = Buffer.concat([Buffer.from('FRAME\n'), frameOf(code)]);
	await writeFile(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
	return {
		flags: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${path}`],
		forget: () => rm(directory, { recursive: true, force: true }),
	};
}
