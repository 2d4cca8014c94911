import { expect, test, vi } from 'vitest';
import { setHeaderRules } from '../../src/platform/channel.ts';

interface Header {
	header: string;
	operation: string;
	value?: string;
}
interface Rule {
	id: number;
	condition: { initiatorDomains?: string[]; requestDomains?: string[]; excludedRequestDomains?: string[]; resourceTypes: string[] };
	action: { requestHeaders: Header[]; responseHeaders: Header[] };
}

const { rules } = vi.hoisted(() => ({ rules: [] as Rule[] }));
vi.mock('../../src/platform/api/browser.ts', () => ({
	browser: {
		runtime: { getURL: () => 'chrome-extension://abcdefghijklmnop/' },
		declarativeNetRequest: {
			updateSessionRules: async ({ addRules }: { addRules: Rule[] }) => void rules.splice(0, rules.length, ...addRules),
		},
	},
}));

const page = 'https://chat.example';
/** Each would be kept by the browser, or change what it keeps, and the page's own requests would show that: no line goes away unnoticed. */
const answers = [
	'accept-ch',
	'alt-svc',
	'clear-site-data',
	'link',
	'nel',
	'report-to',
	'reporting-endpoints',
	'secure-session-challenge',
	'secure-session-registration',
	'set-cookie',
	'set-login',
	'strict-transport-security',
	'use-as-dictionary',
];
const requests = ['authorization', 'cookie', 'referer', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-storage-access'];

test('every request of Bauta’s, to whatever host, names nobody, and its answer leaves nothing in the browser', async () => {
	await setHeaderRules(page);
	expect(rules.map(({ condition }) => [condition.requestDomains, condition.excludedRequestDomains])).toEqual([
		[['chat.example'], undefined],
		[undefined, ['chat.example']],
	]);
	for (const { condition, action } of rules) {
		expect(condition.initiatorDomains).toEqual(['abcdefghijklmnop']);
		expect(condition.resourceTypes).toEqual(['xmlhttprequest', 'websocket', 'other']);
		expect(action.responseHeaders.map(({ header, operation }) => `${operation} ${header}`).sort()).toEqual(
			answers.map((header) => `remove ${header}`),
		);
		const removed = action.requestHeaders.filter(({ header, operation }) => operation === 'remove' && header !== 'origin');
		expect(removed.map(({ header }) => header).sort()).toEqual(requests);
	}
	expect(rules.map(({ action }) => action.requestHeaders.find(({ header }) => header === 'origin'))).toEqual([
		{ header: 'origin', operation: 'set', value: page },
		{ header: 'origin', operation: 'remove' },
	]);
});

test('a channel for a secret of the user’s differs in that alone: the requests set it themselves, and what the browser keeps goes along nowhere else', async () => {
	const removedBy = async (bearer: boolean) => {
		await setHeaderRules(page, bearer);
		return rules.map(({ action }) => action.requestHeaders.map(({ header, operation }) => `${operation} ${header}`));
	};
	const [usual, withSecret] = [await removedBy(false), await removedBy(true)];
	expect(withSecret).toEqual(usual.map((headers) => headers.filter((header) => header !== 'remove authorization')));
	expect(withSecret).not.toEqual(usual);
});
