import { expect, test } from 'vitest';
import { extensionTimes } from '../../bench/page-load.ts';

const page = 'https://chat.test/page.js';
const tap = 'chrome-extension://bauta/tap.js';
/** a tree of calls, each in the one before it, and one look at each, 1 ms apart */
function timesOf(calls: [functionName: string, url: string][], deltas?: number[]): number[] {
	const nodes = calls.map(([functionName, url], at) => ({
		id: at,
		callFrame: { functionName, url },
		children: at + 1 < calls.length ? [at + 1] : [],
	}));
	const timeDeltas = deltas ?? [0, ...calls.map(() => 1000)];
	return extensionTimes({ nodes, samples: calls.map((_, at) => at), timeDeltas, startTime: 5_000_000 }, 'bauta').map(({ at }) => at - 5000);
}

test('what of the browser’s own Bauta calls is Bauta’s, and so is what is cleaned up after it', () => {
	expect(
		timesOf([
			['render', page],
			['isReported', tap],
			['includes', ''],
			['(garbage collector)', ''],
		]),
	).toEqual([1, 2, 3]);
});

test('what the page has the browser do through the tap is the page’s, and so is what it does where the tap calls it', () => {
	expect(
		timesOf([
			['render', page],
			['apply', tap],
			['fetch', ''],
		]),
	).toEqual([1]);
	expect(
		timesOf([
			['apply', tap],
			['send', ''],
		]),
	).toEqual([0]);
	expect(
		timesOf([
			['apply', tap],
			['dispatchEvent', ''],
			['onMessage', page],
			['parse', ''],
		]),
	).toEqual([0, 1]);
});

test('where the profiler did not look for long, nobody is said to have run all the while', () => {
	const nodes = [{ id: 1, callFrame: { functionName: 'report', url: tap } }];
	const pieces = extensionTimes({ nodes, samples: [1, 1], timeDeltas: [0, 237_000, 700], startTime: 0 }, 'bauta');
	expect(pieces.map(({ ms }) => ms)).toEqual([5, 0.7]);
});
