// Fails when a file in src/, or in notifier/ beside it, imports what its zone must not (import-rule.ts).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { importFaults } from './import-rule.ts';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '../src'));
const filesIn = (folder: string) =>
	existsSync(join(root, folder))
		? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path))
		: [];
const paths = [...filesIn('.'), ...filesIn('../notifier')].filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));
const sources = new Map(paths.map((path) => [path.split(sep).join('/'), readFileSync(join(root, path), 'utf8')]));
const faults = importFaults(sources);
process.stdout.write(faults.map((fault) => `${fault}\n`).join(''));
process.stdout.write(`import rule: ${sources.size} files, ${faults.length} forbidden imports\n`);
process.exitCode = faults.length || !sources.size ? 1 : 0;
