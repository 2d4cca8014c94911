// npm run demo: installs what is missing, builds, and plays. `-- xmpp`, `--headless`, `--json`. Standard output carries the result alone.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installCommands, installModules } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules/.bin', name);
const words = process.argv.slice(2);
const say = (line) => process.stderr.write(`${line}\n`);

/** Everything that must be there first; says what is not, with what to do. */
function prepare() {
	if (!words.includes('--headless') && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
		say('There is no screen here to open windows on. Add --headless to let the demo post by itself.');
		return false;
	}
	installModules(say);
	if (installCommands(['chromium', 'prosody', 'prosodyctl'], say).length) return false;
	say('building the extension');
	const built = spawnSync(bin('vite'), ['build', '--mode', 'chrome', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 2, 2] });
	return built.status === 0;
}

if (prepare()) {
	const demo = spawn(bin('tsx'), ['scripts/demo.ts', ...words], { cwd: root, stdio: 'inherit' });
	for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
	demo.once('exit', (code) => {
		process.exitCode = code ?? 1;
	});
} else process.exitCode = 1;
