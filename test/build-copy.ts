import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Copies of the built extension that differ from what people install in what a test is not about.

/** What a vault costs by today's build, as it stands there, and what it costs in a copy: a second of a whole core for each passphrase is not what most tests are about. */
const cheapVaults = [['logN:17,r:8,p:1', 'logN:10,r:8,p:1']] as const;

/**
 * What is drawn of src/networks/pace.ts and src/background/outbox/quiet.ts, as a build has it, and the same with less chance: no pause is shorter
 * than any that people get, and none is much longer than the shortest.
 */
const shortPauses = [
	['[2e3,2e4]', '[2e3,3e3]'],
	['[2e3,9e3]', '[2e3,3e3]'],
	['[1500,2500]', '[1500,1700]'],
	['[2e3,8e3]', '[2e3,3e3]'],
] as const;

export interface CopyOptions {
	/** optional hosts are granted at install */
	granted?: boolean | undefined;
	/** Bauta may show notifications, as if the user had said yes */
	notifies?: boolean | undefined;
	/** the pauses of an anonymous guest are as short as they can be */
	shortPauses?: boolean | undefined;
}

/** Replaces a text in the background of this unpacked build. Throws where it does not stand there exactly once. */
async function replaceOnce(extension: string, text: string, by: string): Promise<void> {
	const scripts = (await readdir(extension)).filter((name) => name.startsWith('background') && name.endsWith('.js'));
	let count = 0;
	for (const path of scripts.map((name) => join(extension, name))) {
		const [head = '', ...rest] = (await readFile(path, 'utf8')).split(text);
		count += rest.length;
		if (rest.length > 0) await writeFile(path, [head, ...rest].join(by));
	}
	if (count !== 1) throw new Error(`${text} stands ${count} times in ${extension}`);
}

/** Copies a build to a new directory under the temp directory, with cheap vaults. Returns the directory. */
export async function copyBuild(extension: string, options: CopyOptions = {}): Promise<string> {
	const copy = await mkdtemp(join(tmpdir(), 'bauta-copy-'));
	await cp(extension, copy, { recursive: true });
	for (const [text, by] of [...cheapVaults, ...(options.shortPauses ? shortPauses : [])]) await replaceOnce(copy, text, by);
	if (!options.granted && !options.notifies) return copy;
	const path = join(copy, 'manifest.json');
	const manifest = JSON.parse(await readFile(path, 'utf8'));
	if (options.granted) {
		manifest.host_permissions = [...(manifest.host_permissions ?? []), ...manifest.optional_host_permissions];
		delete manifest.optional_host_permissions;
	}
	if (options.notifies) manifest.permissions.push('notifications');
	await writeFile(path, JSON.stringify(manifest, null, 2));
	return copy;
}
