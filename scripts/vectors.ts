/** `npm run vectors -- FILE.json`: checks a file of vectors, whoever made it, in one of three formats. */
import { readFileSync } from 'node:fs';
import { checkBauta } from './vectors/bauta.ts';
import { Cases } from './vectors/cases.ts';

const [path] = process.argv.slice(2);
if (!path) {
	process.stderr.write('Usage: npm run vectors -- FILE.json\n');
	process.exit(2);
}
const cases = new Cases();
const file = JSON.parse(readFileSync(path, 'utf8'));
checkBauta(file, cases);
const failed = cases.results.filter(({ faults }) => faults.length > 0);
for (const { name, faults } of failed) process.stdout.write(`FAILED ${name}\n${faults.map((fault) => `  ${fault}\n`).join('')}`);
process.stdout.write(`${cases.results.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 || cases.results.length === 0 ? 1 : 0;
