import { existsSync } from 'node:fs';
import { present } from './install.mjs';

/** Browsers for `npm run demo`, the first choice first: the command, the environment variable that names another command, the build. */
const browsers = [
	{ command: 'chromium', variable: 'CHROMIUM', target: 'chrome' },
	{ command: 'firefox-esr', variable: 'FIREFOX', target: 'firefox' },
];

/**
 * The browser for the demo: Firefox where `words` has `--firefox` or only Firefox is installed, else Chromium.
 * `missing`: the commands that are still to be installed for it.
 */
export function browserFor(words, { env = process.env, isPresent = present, exists = existsSync } = {}) {
	const isInstalled = ({ command, variable }) => (env[variable] ? exists(env[variable]) : isPresent(command));
	const [chromium, firefox] = browsers;
	const browser = words.includes('--firefox') || (!isInstalled(chromium) && isInstalled(firefox)) ? firefox : chromium;
	return { target: browser.target, missing: isInstalled(browser) ? [] : [browser.command] };
}
