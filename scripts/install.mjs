// Brings a fresh machine to where tests and demo can run. Plain Node: nothing is installed yet when this runs.
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Programs that are not npm packages: the command that must be there → the Debian package that brings it. */
export const debianPackages = {
	chromium: 'chromium',
	'firefox-esr': 'firefox-esr',
	prosody: 'prosody',
	prosodyctl: 'prosody',
	ejabberdctl: 'ejabberd',
	Xvfb: 'xvfb',
	xdotool: 'xdotool',
	'dbus-daemon': 'dbus',
	'dbus-monitor': 'dbus',
	dunst: 'dunst',
	python3: 'python3',
	openssl: 'openssl',
};

/** Whether a command can be run from here. */
export function present(command, path = process.env.PATH ?? '') {
	return [...path.split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
		try {
			accessSync(join(folder, command), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

/** The direct dependencies that are absent or of another version than package.json pins, also under another name (`npm:name@version`). */
export function staleModules(folder = root) {
	const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	return Object.entries({ ...dependencies, ...devDependencies })
		.filter(([name, version]) => {
			const own = join(folder, 'node_modules', name, 'package.json');
			return !existsSync(own) || JSON.parse(readFileSync(own, 'utf8')).version !== version.replace(/^npm:.+@/, '');
		})
		.map(([name]) => name);
}

/** Installs the npm packages of the lock file when any of them is missing. Throws when npm fails. */
export function installModules(say) {
	const stale = staleModules();
	if (!stale.length) return;
	say(`npm packages missing or outdated (${stale.slice(0, 3).join(', ')}${stale.length > 3 ? ', …' : ''}): npm ci --ignore-scripts`);
	const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
	if (npm.status !== 0) throw new Error('npm ci failed; see above');
}

/** The Debian packages that would bring what is absent of `commands`. */
export function missingPackages(commands, isPresent = present) {
	return [...new Set(commands.filter((command) => !isPresent(command)).map((command) => debianPackages[command]))];
}

/** Installs packages while no service that they bring is allowed to start: the servers of tests are started by tests. */
function aptInstall(packages) {
	const policy = '/usr/sbin/policy-rc.d';
	const own = !existsSync(policy);
	if (own) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
	try {
		const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
		execFileSync('apt-get', ['-qq', 'update'], options);
		execFileSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], options);
	} finally {
		if (own) rmSync(policy, { force: true });
	}
}

/** Installs what is absent of `commands` where that is possible. Returns the commands that are still absent, each said aloud with what to do. */
export function installCommands(commands, say, { isPresent = present, install = aptInstall, isRoot = process.getuid?.() === 0 } = {}) {
	const packages = missingPackages(commands, isPresent);
	if (!packages.length) return [];
	if (isRoot && isPresent('apt-get')) {
		say(`Debian packages missing: installing ${packages.join(', ')}`);
		try {
			install(packages);
		} catch {
			say('apt-get failed; see above');
		}
	}
	const absent = commands.filter((command) => !isPresent(command));
	if (absent.length) {
		const names = missingPackages(commands, isPresent).join(' ');
		say(`not here: ${absent.join(', ')}. To install: sudo apt-get install -y ${names} (or the like on other systems)`);
	}
	return absent;
}
