// npm run leaks: installs what is missing, builds, plays the scenario and judges every row. `-- --json`, `-- --prove`, `-- firefox nostr N1`.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installCommands, installModules } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (line) => process.stderr.write(`${line}\n`);
const words = process.argv.slice(2);

/** Everything that must be there first; says what is not, with what to do. */
function prepare() {
	installModules(say);
	if (installCommands(['chromium', 'firefox-esr', 'prosody', 'prosodyctl', 'openssl', 'python3'], say).length) return false;
	if (words.includes('--again')) return true;
	say('building the extension for both browsers');
	return ['chrome', 'firefox'].every((mode) => {
		const built = spawnSync(join(root, 'node_modules/.bin/vite'), ['build', '--mode', mode, '--logLevel', 'warn'], {
			cwd: root,
			stdio: ['ignore', 2, 2],
		});
		return built.status === 0;
	});
}

if (prepare()) {
	const leaks = spawn(join(root, 'node_modules/.bin/tsx'), ['scripts/leaks.ts', ...words], {
		cwd: root,
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => leaks.kill(signal));
	leaks.once('exit', (code) => {
		process.exitCode = code ?? 1;
	});
} else process.exitCode = 1;
