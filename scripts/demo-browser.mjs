import { existsSync } from 'node:fs';
import { present } from './install.mjs';

/** What `npm run demo` can play with, the first choice first: the command, the variable that names another one, and the build for it. */
const browsers = [
	{ command: 'chromium', variable: 'CHROMIUM', target: 'chrome' },
	{ command: 'firefox-esr', variable: 'FIREFOX', target: 'firefox' },
];

/**
 * The browser for the demo: Firefox if it is asked for or is what there is, else Chromium.
 * `missing`: the commands that are still to be installed for it.
 */
export function browserFor(words, { env = process.env, isPresent = present, exists = existsSync } = {}) {
	const here = ({ command, variable }) => (env[variable] ? exists(env[variable]) : isPresent(command));
	const [chromium, firefox] = browsers;
	const chosen = words.includes('--firefox') || (!here(chromium) && here(firefox)) ? firefox : chromium;
	return { target: chosen.target, missing: here(chosen) ? [] : [chosen.command] };
}
