// Makes the archives for the stores in packages/: one per browser, and the source that reviewers build them from.
// Built twice, in two places, the bytes are the same, or nothing is written.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { zip } from './zip.ts';

const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as { version: string };

/** The files that belong to the project: what git tracks, as it now is. */
function sources(): string[] {
	const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
	return listed.split('\0').filter((path) => path && statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
}

function archive(folder: string, paths: string[]): Buffer {
	return zip(new Map(paths.map((path) => [path.split(sep).join('/'), readFileSync(join(folder, path))])));
}

function buildPackage(folder: string, target: string): Buffer {
	execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--mode', target, '--logLevel', 'warn'], {
		cwd: folder,
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	const output = join(folder, `dist-${target}`);
	const paths = readdirSync(output, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(output, path)).isFile());
	return archive(output, paths);
}

/** A second checkout elsewhere, so that no path and no earlier build gets into the bytes. */
function inCheckout<T>(paths: string[], use: (folder: string) => T): T {
	const folder = mkdtempSync(join(tmpdir(), 'bauta-package-'));
	try {
		for (const path of paths) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			cpSync(join(root, path), join(folder, path));
		}
		symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
		return use(folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const paths = sources();
const packages = new Map<string, Buffer>([[`bauta-${version}-source.zip`, archive(root, paths)]]);
for (const target of ['chrome', 'firefox']) {
	const [first, second] = [buildPackage(root, target), inCheckout(paths, (folder) => buildPackage(folder, target))];
	if (!first.equals(second)) throw new Error(`${target}: two builds of the same source differ`);
	packages.set(`bauta-${version}-${target}.zip`, first);
}
mkdirSync(join(root, 'packages'), { recursive: true });
for (const [name, bytes] of packages) {
	writeFileSync(join(root, 'packages', name), bytes);
	process.stdout.write(`${createHash('sha256').update(bytes).digest('hex')}  packages/${name}  ${bytes.length} bytes\n`);
}
