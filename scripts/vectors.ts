/** `npm run vectors -- FILE.json…`: checks files of vectors, whoever made them. Formats: bauta-1, status, xmtp-hmac. */
import { runFiles } from './vectors/run-file.ts';

const { status, stdout, stderr } = runFiles(process.argv.slice(2));
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = status;
