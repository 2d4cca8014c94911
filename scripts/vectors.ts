/** `npm run vectors -- FILE.json`: checks a file of vectors, whoever made it. Formats: bauta-1, status, xmtp-hmac. */
import { runFile } from './vectors/run-file.ts';

const [path] = process.argv.slice(2);
if (!path) {
	process.stderr.write('Usage: npm run vectors -- FILE.json\n');
	process.exit(2);
}
const { lines, fault } = runFile(path);
for (const line of lines) process.stdout.write(`${line}\n`);
if (fault) process.stderr.write(`${fault}\n`);
process.exitCode = fault || lines.length > 1 ? 1 : 0;
