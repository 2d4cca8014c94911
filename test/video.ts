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

/** What a Chromium is started with to see a code through its camera. `forget` deletes the video. */
export interface FakeCamera {
	/** puts the video before the camera, and lets pages use it without a prompt */
	flags: string[];
	/** what the camera sees from the next time that it goes on, again and again. `perSecond`: codes, 2 where nothing is said */
	show(codes: readonly string[], perSecond?: number): Promise<void>;
	forget(): Promise<void>;
}

/** A camera with nothing before it yet. */
export async function fakeCamera(): Promise<FakeCamera> {
	const directory = await mkdtemp(join(tmpdir(), 'bauta-video-'));
	const path = join(directory, 'code.y4m');
	return {
		flags: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${path}`],
		async show(codes, perSecond = 2) {
			const frames = codes.flatMap((code) => [Buffer.from('FRAME\n'), frameOf(code)]);
			await writeFile(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F${perSecond}:1 Ip A1:1 C420jpeg\n`), ...frames]));
		},
		forget: () => rm(directory, { recursive: true, force: true }),
	};
}

/** A camera that sees this code. */
export async function videoOf(code: string): Promise<FakeCamera> {
	const camera = await fakeCamera();
	// twice: of a single frame nothing is made
	await camera.show([code, code], 10);
	return camera;
}
