import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = join(import.meta.dirname, '../../test/leaks/snapshots');

/** Set by `--write-snapshots`: one that is not there is written. */
export const mayWrite = { snapshots: false };

/**
 * Compares lines with those that are committed under this name, and says what is new. What a snapshot has and this run had not is no fault:
 * a run need not meet everything. A snapshot that is missing is a fault, unless it may be written.
 */
export function compareSnapshot(name: string, lines: Iterable<string>): string[] {
	const path = join(folder, `${name}.json`);
	const seen = [...new Set(lines)].toSorted();
	if (!existsSync(path)) {
		if (!mayWrite.snapshots) return [`there is no snapshot ${name}; look at it and write it by --write-snapshots`];
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, `${JSON.stringify(seen, null, '\t')}\n`);
		return [];
	}
	const expected = new Set(JSON.parse(readFileSync(path, 'utf8')) as string[]);
	return seen.filter((line) => !expected.has(line)).map((line) => `not in the snapshot ${name}: ${line}`);
}
