import type { Mutation } from './row.ts';

/** The frame of Chromium's channel as any other frame: with the browser's cookies, passwords and connections. Several rows rest on it. */
export const frameWithCredentials: Mutation = {
	file: 'src/networks/channel/offscreen-page.ts',
	before: '\tObject.assign(element, { credentialless: true });\n',
	after: '',
	browser: 'chromium',
};
