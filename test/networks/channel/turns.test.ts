import { beforeEach, expect, test, vi } from 'vitest';

// Firefox: the channel is the background, and needs no document
vi.mock('../../../src/platform/channel-frame.ts', () => ({ channelHasFrame: false }));
const rules = vi.hoisted(() => [] as string[]);
vi.mock('../../../src/platform/channel.ts', () => ({
	setHeaderRules: async (page: string, bearer = false) => void rules.push(bearer ? `${page} with a secret` : page),
	hostsGranted: async () => true,
	keepAwake: () => {},
}));

const [here, there] = ['https://chat.test', 'https://other.test'];
const signal = new AbortController().signal;
const settled = async (promise: Promise<unknown>) => {
	let is = false;
	void promise.then(
		() => {
			is = true;
		},
		() => {},
	);
	await new Promise((resolve) => setTimeout(resolve, 20));
	return is;
};

beforeEach(() => {
	vi.resetModules();
	rules.length = 0;
});

test('channels of one page are open together, so that one author’s messages overlap; another page’s wait for their header rules', async () => {
	const { openChannel } = await import('../../../src/networks/channel/open.ts');
	const [first, second] = await Promise.all([openChannel({ origin: here, signal }), openChannel({ origin: here, signal })]);
	const other = openChannel({ origin: there, signal });
	expect(await settled(other)).toBe(false);
	// who comes later does not keep the other page out for ever
	const late = openChannel({ origin: here, signal });
	first.close();
	expect(await settled(other)).toBe(false);
	second.close();
	expect(await settled(other)).toBe(true);
	expect([rules.at(-1), await settled(late)]).toEqual([there, false]);
	(await other).close();
	(await late).close();
	expect(rules.at(-1)).toBe(here);
});

test('who gives up while waiting keeps nobody out', async () => {
	const { openChannel } = await import('../../../src/networks/channel/open.ts');
	const first = await openChannel({ origin: here, signal });
	const end = new AbortController();
	const given = openChannel({ origin: there, signal: end.signal }).catch(({ code }) => code);
	end.abort();
	expect(await given).toBe('cancelled');
	first.close();
	(await openChannel({ origin: there, signal })).close();
	(await openChannel({ origin: here, signal })).close();
});

test('a channel for a secret of the user’s shares no header rules with another of the same page: a password that the browser keeps would go along', async () => {
	const { openChannel } = await import('../../../src/networks/channel/open.ts');
	const first = await openChannel({ origin: here, signal });
	const withSecret = openChannel({ origin: here, signal, bearer: true });
	expect(await settled(withSecret)).toBe(false);
	first.close();
	(await withSecret).close();
	(await openChannel({ origin: here, signal })).close();
	expect(rules).toEqual([here, `${here} with a secret`, here]);
});
