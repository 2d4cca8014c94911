// npm run status: a developer's tool, outside the extension. Posts one message to a public chat of Status and reads there (docs/status.md).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installModules } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
installModules((line) => process.stderr.write(`${line}\n`));
const status = spawn(join(root, 'node_modules/.bin/tsx'), [join(root, 'scripts/status.ts'), ...process.argv.slice(2)], {
	stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => status.kill(signal));
status.once('exit', (code) => {
	process.exitCode = code ?? 1;
});
