/** `npm run vectors -- FILE.json…`: checks files of vectors, whoever made them. Formats: bauta-1, status, xmtp-hmac. */
import { runFile } from './vectors/run-file.ts';

const paths = process.argv.slice(2);
if (paths.length === 0) {
	process.stderr.write('Usage: npm run vectors -- FILE.json…\n');
	process.exit(2);
}
for (const path of paths) {
	const { lines, fault } = runFile(path);
	if (fault || lines.length > 1) process.exitCode = 1;
	// with one file the count stands alone on the last line
	if (paths.length > 1 && !fault) lines.push(`${path}: ${lines.pop()}`);
	for (const line of lines) process.stdout.write(`${line}\n`);
	if (fault) process.stderr.write(`${fault}\n`);
}
