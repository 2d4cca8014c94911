// npm run demo: installs what is missing, builds, and plays. `-- nostr` or `-- xmpp`, `--firefox`, `--headless`, `--voice`, `--notify`, `--json`. Standard output carries the result alone.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserFor } from './demo-browser.mjs';
import { installCommands, installModules, present } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules/.bin', name);
const words = process.argv.slice(2);
// Nostr needs nothing that npm does not bring, but a browser; where there is a Prosody the first journey is played
if (!words.some((word) => !word.startsWith('--'))) words.unshift(present('prosody') ? 'xmpp' : 'nostr');
const { target, missing } = browserFor(words);
if (target === 'firefox' && !words.includes('--firefox')) words.push('--firefox');
const needed = [
	...missing,
	...(words.includes('xmpp') ? ['prosody', 'prosodyctl'] : []),
	...(words.includes('--notify') ? ['Xvfb', 'xdotool', 'dbus-daemon', 'dbus-monitor', 'dunst'] : []),
];
const say = (line) => process.stderr.write(`${line}\n`);

/** Everything that must be there first; says what is not, with what to do. */
function prepare() {
	if (
		!words.includes('--headless') &&
		!words.includes('--voice') &&
		!words.includes('--notify') &&
		!process.env.DISPLAY &&
		!process.env.WAYLAND_DISPLAY
	) {
		say('There is no screen here to open windows on. Add --headless to let the demo post by itself.');
		return false;
	}
	installModules(say);
	if (installCommands(needed, say).length) return false;
	say('building the extension');
	const built = spawnSync(bin('vite'), ['build', '--mode', target, '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 2, 2] });
	return built.status === 0;
}

if (prepare()) {
	const demo = spawn(bin('tsx'), ['scripts/demo.ts', ...words], { cwd: root, stdio: 'inherit' });
	for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
	demo.once('exit', (code) => {
		process.exitCode = code ?? 1;
	});
} else process.exitCode = 1;
