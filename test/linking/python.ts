import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const project = resolve(import.meta.dirname, '../..');
const folder = join(project, '.cache/linking/python');
const requirements = join(import.meta.dirname, 'requirements.txt');

/** Makes a Python of the experiment's own, with scikit-learn of a fixed version from PyPI, where there is none yet. Returns its path. */
async function installPython(say: (line: string) => void): Promise<string> {
	const python = join(folder, 'bin/python');
	const mark = join(folder, 'installed');
	if (existsSync(mark)) return python;
	say('installing scikit-learn from PyPI');
	await rm(folder, { recursive: true, force: true });
	try {
		await run('python3', ['-m', 'venv', folder]);
		await run(python, ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', '--requirement', requirements]);
	} catch (fault) {
		throw new Error(`no Python with scikit-learn could be made. It needs python3 with venv (Debian: python3-venv), and PyPI.\n${fault}`);
	}
	await writeFile(mark, '');
	return python;
}

/** Runs a script of this folder with JSON as its input. Returns the JSON that it wrote. */
export async function runPython<T>(script: string, input: unknown, say: (line: string) => void): Promise<T> {
	const python = await installPython(say);
	const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
	const child = spawn(python, [join(import.meta.dirname, script)], { env, stdio: ['pipe', 'pipe', 'inherit'] });
	let output = '';
	child.stdout.setEncoding('utf8');
	child.stdout.on('data', (text) => {
		output += text;
	});
	child.stdin.end(JSON.stringify(input));
	const code = await new Promise((resolve) => child.once('close', resolve));
	if (code !== 0) throw new Error(`${script} ended with ${code}`);
	return JSON.parse(output) as T;
}
