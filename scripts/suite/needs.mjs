// Which programs a test needs beside Node: found by what it imports, directly or through others.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files that start a program → its command, or commands. */
const starters = {
	'test/browser.ts': ['chromium'],
	'test/firefox.ts': ['firefox-esr'],
	'test/desktop.ts': ['dbus-daemon', 'dbus-monitor', 'dunst', 'Xvfb', 'xdotool'],
	'test/servers/prosody.ts': ['prosody', 'prosodyctl'],
	'test/servers/ejabberd.ts': ['ejabberdctl'],
};
/** What else a test may do that needs a program. */
const signs = [
	[/import \{[^}]*\bchromium\b[^}]*\} from ['"]playwright-core['"]/, ['chromium']],
	[/headed: true/, ['Xvfb', 'xdotool']],
	[/'scripts\/demo\.ts'/, ['chromium', 'prosody', 'prosodyctl', 'Xvfb', 'xdotool', 'dbus-daemon', 'dbus-monitor', 'dunst']],
];

/** The commands that a module needs, sorted. `path` from the root of the project; what is not there needs nothing. */
export function needsOf(path, folder = root) {
	const found = new Set();
	const seen = new Set();
	const walk = (file) => {
		if (seen.has(file) || !statSync(file, { throwIfNoEntry: false })?.isFile()) return;
		seen.add(file);
		for (const command of starters[relative(folder, file)] ?? []) found.add(command);
		const text = readFileSync(file, 'utf8');
		for (const [sign, commands] of signs) if (sign.test(text)) for (const command of commands) found.add(command);
		for (const [, name] of text.matchAll(/^\s*(?:import|export)\b(?!\s+type\b)[^;]*?['"](\.[^'"]+)['"]/gm))
			walk(resolve(dirname(file), name));
	};
	walk(resolve(folder, path));
	return [...found].sort();
}

/** Every test file with what it needs, by path from the root of the project. */
export function testFiles(folder = root) {
	const names = readdirSync(join(folder, 'test'), { recursive: true }).filter((name) => /\.test\.tsx?$/.test(name));
	return new Map(
		names
			.map((name) => `test/${name}`)
			.sort()
			.map((path) => [path, needsOf(path, folder)]),
	);
}
