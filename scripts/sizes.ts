import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { frontends } from '../src/frontends/all.ts';
import { networks } from '../src/messages/rooms.ts';

/**
 * What one part of the built extension weighs, minified and gzipped, in bytes, and what it may weigh at most.
 */
export interface Size {
	part: string;
	files: string[];
	bytes: number;
	goal: number;
}

/** What an HTML page names; what a module imports, or a script of Chromium's background requires, as it starts. Not what it may load later. */
const inPages = /(?:src|href)="([^"]+\.(?:js|css))"/g;
const inScripts = /(?:from|import)\s*["'](\.[^"']+\.js)["']|(?<!=>)\b\w+\(["'](\.\/background[^"']+\.js)["']\)/g;

/** Pages and scripts with everything that they load: scripts, style sheets, and what those scripts import. */
function filesOf(dist: string, first: string[]): string[] {
	const files = [...first];
	for (const file of files) {
		const text = readFileSync(join(dist, file), 'utf8');
		for (const [, imported, required] of text.matchAll(file.endsWith('.html') ? inPages : inScripts)) {
			const path = posix.join(posix.dirname(file), (imported ?? required) as string);
			if (!files.includes(path)) files.push(path);
		}
	}
	return files;
}

/** Weighs the parts of a build that have a limit: what runs in every page, the background, the popup. */
export function sizes(dist: string): Size[] {
	const weigh = (part: string, files: string[], goal: number): Size => {
		const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
		return { part, files, bytes, goal };
	};
	const heaviest = (candidates: Size[]): Size => candidates.reduce((most, size) => (size.bytes > most.bytes ? size : most));
	const background = readdirSync(dist).filter((file) => /^background.*\.js$/.test(file));
	const start = background.filter((file) => /^background(-main)?\.js$/.test(file));
	return [
		// a page runs the frontend of the web chat that its site is; the heaviest counts
		heaviest(frontends.map(({ id, network }) => weigh('content + tap', [`content-${id}.js`, `tap-${network}.js`], 20_000))),
		// what such a page runs more where Bauta shows notifications in place of the site
		heaviest(
			networks.map((network) => {
				const [whole, part] = [`tap-${network}-notices.js`, `tap-${network}.js`].map((file) => weigh('tap of notifications', [file], 4000));
				return { ...(whole as Size), bytes: (whole?.bytes ?? 0) - (part?.bytes ?? 0) };
			}),
		),
		// what every wake-up of the background runs
		weigh('background', filesOf(dist, start), 60_000),
		// with both networks, linked devices, every key format, voices and proofs, what the user's own notifier is told, and the libraries for
		// them; each is loaded when it is first needed. What pages draw and say lies here once, where each of their scripts had it
		weigh('background, all parts', background, 177_000),
		weigh('popup', filesOf(dist, ['popup.html']), 40_000),
	];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	const root = join(import.meta.dirname, '..');
	const builds = readdirSync(root).filter((name) => name.startsWith('dist-'));
	for (const build of builds)
		for (const { part, bytes, goal } of sizes(join(root, build))) {
			process.stdout.write(`${build}  ${part}: ${(bytes / 1000).toFixed(1)} of ${goal / 1000} kB\n`);
			if (bytes > goal) process.exitCode = 1;
		}
	if (builds.length < 2) process.exitCode = 1;
}
