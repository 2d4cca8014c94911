// npm run leaks: installs what is missing, builds, plays the scenario and judges every row. `-- --json`, `-- --prove`, `-- firefox nostr N1`.
// `-- --link`: the linking experiment of test/linking, which needs neither browser nor build.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installCommands, installModules } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (line) => process.stderr.write(`${line}\n`);
const words = process.argv.slice(2);
const isLinking = words.includes('--link');
/** the programs that are played with */
const commands = isLinking
	? ['prosody', 'prosodyctl', 'python3']
	: ['chromium', 'firefox-esr', 'prosody', 'prosodyctl', 'openssl', 'python3'];

/** Everything that must be there first; says what is not, with what to do. */
function prepare() {
	installModules(say);
	if (installCommands(commands, say).length) return false;
	if (isLinking || words.includes('--again')) return true;
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
	const leaks = spawn(join(root, 'node_modules/.bin/tsx'), [isLinking ? 'test/linking/linking.ts' : 'scripts/leaks.ts', ...words], {
		cwd: root,
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => leaks.kill(signal));
	leaks.once('exit', (code) => {
		process.exitCode = code ?? 1;
	});
} else process.exitCode = 1;
