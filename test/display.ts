import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { patience } from './until.ts';

const run = promisify(execFile);

/** A virtual screen with keyboard, for windows that no automation protocol reaches (browser prompts). */
export interface Display {
	/** e.g. `:99` */
	name: string;
	/** presses keys as a person would, by their X names: `Tab`, `Return`, `Escape`, `alt+shift+a` */
	press(...keys: string[]): Promise<void>;
	/** titles of the windows that are shown */
	titles(): Promise<string[]>;
	close(): Promise<void>;
}

/** Starts Xvfb on a free display number. */
export async function openDisplay(): Promise<Display> {
	const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
		stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
	});
	const number = await new Promise<string>((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error('Xvfb gives no display')), patience);
		server.once('error', reject);
		server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
		server.stdio[3]?.once('data', (chunk: Buffer) => {
			clearTimeout(timer);
			resolve(chunk.toString().trim());
		});
	});
	const name = `:${number}`;
	const env = { ...process.env, DISPLAY: name };
	return {
		name,
		async press(...keys) {
			for (const key of keys) await run('xdotool', ['key', '--clearmodifiers', key], { env });
		},
		async titles() {
			const ids = (await run('xdotool', ['search', '--onlyvisible', '--name', '.'], { env }).catch(() => ({ stdout: '' }))).stdout;
			const titles = await Promise.all(
				ids
					.split('\n')
					.filter(Boolean)
					.map(async (id) => (await run('xdotool', ['getwindowname', id], { env }).catch(() => ({ stdout: '' }))).stdout.trim()),
			);
			return titles.filter(Boolean);
		},
		async close() {
			if (server.exitCode !== null) return;
			const ended = new Promise((done) => server.once('exit', done));
			server.kill();
			await ended;
		},
	};
}
