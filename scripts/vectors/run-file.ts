import { readFileSync } from 'node:fs';
import { decodeText } from '../../src/platform/text-encoding.ts';
import { checkFile, formFault } from './check.ts';

/** Why a file cannot be read, by the system's code. */
const unreadable: Record<string, string> = {
	ENOENT: 'there is no such file',
	EISDIR: 'this is a folder, not a file',
	EACCES: 'this file may not be read',
};

/** The JSON in a file. Throws an Error whose message says what is wrong with the file. */
function readJson(path: string): unknown {
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(path);
	} catch (thrown) {
		const { code = '', message } = thrown as NodeJS.ErrnoException;
		throw new Error(unreadable[code] ?? message);
	}
	const text = decodeText(bytes);
	if (text === null) throw new Error('this file is no text');
	if (text.trim() === '') throw new Error('this file is empty');
	try {
		return JSON.parse(text);
	} catch (thrown) {
		throw new Error(`this file is cut off or no JSON: ${(thrown as Error).message}`);
	}
}

/**
 * Checks a file of vectors. `lines` tell what failed, and at the end how many passed. A file that cannot be checked gives no lines but a
 * `fault`: one line that names the file and what is wrong with it. Nothing is thrown.
 */
export function runFile(path: string): { lines: string[]; fault: string } {
	try {
		const file = readJson(path);
		const fault = formFault(file);
		if (fault) throw new Error(fault);
		const { results } = checkFile(file as Record<string, unknown>);
		const failures = results.filter(({ faults }) => faults.length > 0);
		const failed = failures.flatMap(({ name, faults }) => [`FAILED ${name}`, ...faults.map((one) => `  ${one}`)]);
		return { lines: [...failed, `${results.length - failures.length} passed, ${failures.length} failed`], fault: '' };
	} catch (thrown) {
		return { lines: [], fault: `${path}: ${(thrown as Error).message}`.replace(/\s+/g, ' ') };
	}
}

/** Checks files one after another: what the command prints, and the status that it ends with: 0, 1 where one failed, 2 without a file. */
export function runFiles(paths: readonly string[]): { status: number; stdout: string; stderr: string } {
	if (paths.length === 0) return { status: 2, stdout: '', stderr: 'Usage: npm run vectors -- FILE.json…\n' };
	const [printed, faults]: [string[], string[]] = [[], []];
	let status = 0;
	for (const path of paths) {
		const { lines, fault } = runFile(path);
		if (fault || lines.length > 1) status = 1;
		// with one file the count stands alone on the last line
		if (paths.length > 1 && !fault) lines.push(`${path}: ${lines.pop()}`);
		printed.push(...lines);
		if (fault) faults.push(fault);
	}
	const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
	return { status, stdout: text(printed), stderr: text(faults) };
}
