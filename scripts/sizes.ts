import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

/**
 * What one part of the built extension weighs, minified and gzipped, in bytes. `goal`: what it should weigh. `limit`: what it may not pass,
 * so that it does not grow unnoticed while a goal is missed.
 */
export interface Size {
	part: string;
	files: string[];
	bytes: number;
	goal: number;
	limit: number;
}

/** A page with everything that it loads: scripts, style sheets, and what those scripts import. */
function pageFiles(dist: string, page: string): string[] {
	const found = [page];
	for (const file of found) {
		const text = readFileSync(join(dist, file), 'utf8');
		const pattern = file.endsWith('.html') ? /(?:src|href)="([^"]+\.(?:js|css))"/g : /(?:from|import)\s*["'](\.[^"']+\.js)["']/g;
		for (const [, name] of text.matchAll(pattern)) {
			const path = posix.join(posix.dirname(file), name as string);
			if (!found.includes(path)) found.push(path);
		}
	}
	return found;
}

/** Weighs the parts of a build that have a limit: what runs in every page, the background, the popup. */
export function sizes(dist: string): Size[] {
	const weigh = (part: string, files: string[], goal: number, limit = goal): Size => {
		const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
		return { part, files, bytes, goal, limit };
	};
	return [
		weigh('content + tap', ['content.js', 'tap.js'], 20_000),
		// loaded once per browser, not per page. The goal was set for one network; two networks, linked devices, every key format and
		// the library code of noble, scure, saxes and valibot are in one script, as a service worker cannot load more of them later
		weigh('background', ['background.js'], 60_000, 110_000),
		weigh('popup', pageFiles(dist, 'popup.html'), 40_000),
	];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	const root = join(import.meta.dirname, '..');
	const builds = readdirSync(root).filter((name) => name.startsWith('dist-'));
	for (const build of builds)
		for (const { part, bytes, goal, limit } of sizes(join(root, build))) {
			const missed = bytes > goal ? `, goal missed (limit ${limit / 1000} kB)` : '';
			process.stdout.write(`${build}  ${part}: ${(bytes / 1000).toFixed(1)} of ${goal / 1000} kB${missed}\n`);
			if (bytes > limit) process.exitCode = 1;
		}
	if (builds.length < 2) process.exitCode = 1;
}
