// npm run soak [-- COUNT]: the worker is killed at a random moment of a message's life, a thousand times or COUNT (test/e2e/outbox.test.ts).
// Says how far the messages had come when that happened; of each that was lost or doubled the test says which it was, at which kill.
import { existsSync, readFileSync } from 'node:fs';

const log = new URL('../.cache/test/e2e.log', import.meta.url);
const [count = '1000'] = process.argv.splice(2);
if (!/^[1-9]\d{0,5}$/.test(count)) {
	process.stderr.write('Usage: npm run soak [-- COUNT], COUNT from 1 to 999999\n');
	process.exit(2);
}
process.env.BAUTA_RUNS = count;
process.argv.push('e2e', 'e2e/outbox');
await import('./test.mjs');
const said = existsSync(log) ? readFileSync(log, 'utf8').match(/^soak: .*$/gm) : null;
process.stdout.write(`${said?.join('\n') ?? 'soak: it did not come to its end'}\n`);
