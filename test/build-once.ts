import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const builds = join(root, '.cache/builds');
/** Everything that a build in a test may be made of. */
const sources = ['manifest.json', 'package-lock.json', 'public', 'src', 'test'];

function filesBelow(path: string): string[] {
	const full = join(root, path);
	if (!statSync(full).isDirectory()) return [path];
	return readdirSync(full, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
		.sort();
}

let fingerprint = '';
/** A hash over names and contents of all sources. */
function sourcesHash(): string {
	if (fingerprint) return fingerprint;
	const hash = createHash('sha256');
	for (const path of sources.flatMap(filesBelow)) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
	fingerprint = hash.digest('hex').slice(0, 16);
	return fingerprint;
}

/**
 * The folder of a build that many test files run, made by whoever asks first and as long as no source has changed. It is read and not
 * written. `make` fills an empty folder; when two make the same at the same time, the first to finish is kept.
 */
export async function buildOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
	const folder = join(builds, `${name}-${sourcesHash()}`);
	if (existsSync(folder)) return folder;
	await mkdir(builds, { recursive: true });
	const fresh = await mkdtemp(join(builds, 'unfinished-'));
	try {
		await make(fresh);
		await rename(fresh, folder);
	} catch (fault) {
		await rm(fresh, { recursive: true, force: true });
		if (!existsSync(folder)) throw fault;
	}
	return folder;
}
