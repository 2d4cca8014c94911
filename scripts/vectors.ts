/** `npm run vectors -- FILE.json`: checks a file of vectors, whoever made it. Formats: bauta-1, status, xmtp-hmac. */
import { readFileSync } from 'node:fs';
import { checkFile } from './vectors/check.ts';

const [path] = process.argv.slice(2);
if (!path) {
	process.stderr.write('Usage: npm run vectors -- FILE.json\n');
	process.exit(2);
}
const { results } = checkFile(JSON.parse(readFileSync(path, 'utf8')));
const failures = results.filter(({ faults }) => faults.length > 0);
for (const { name, faults } of failures) process.stdout.write(`FAILED ${name}\n${faults.map((fault) => `  ${fault}\n`).join('')}`);
if (results.length === 0) process.stdout.write('No case in this file.\n');
process.stdout.write(`${results.length - failures.length} passed, ${failures.length} failed\n`);
process.exitCode = failures.length > 0 || results.length === 0 ? 1 : 0;
