import { expect, it } from 'vitest';
import { browserFor } from '../../scripts/demo-browser.mjs';

const machine = (...commands: string[]) => ({ env: {}, isPresent: (command: string) => commands.includes(command), exists: () => false });

it.each([
	['Chromium where both are', [], machine('chromium', 'firefox-esr'), { target: 'chrome', missing: [] }],
	['Firefox where it is asked for', ['xmpp', '--firefox'], machine('chromium', 'firefox-esr'), { target: 'firefox', missing: [] }],
	['Firefox where nothing else is', [], machine('firefox-esr'), { target: 'firefox', missing: [] }],
	['Chromium where neither is, to be installed', [], machine(), { target: 'chrome', missing: ['chromium'] }],
	['Firefox that is asked for, to be installed', ['--firefox'], machine('chromium'), { target: 'firefox', missing: ['firefox-esr'] }],
	[
		'a Chromium that a variable names',
		[],
		{ env: { CHROMIUM: '/opt/chromium' }, isPresent: () => false, exists: (path: string) => path === '/opt/chromium' },
		{ target: 'chrome', missing: [] },
	],
] as const)('plays with %s', (_, words, given, chosen) => expect(browserFor([...words], given)).toEqual(chosen));
