import { beforeEach, expect, test, vi } from 'vitest';
import type { Frame } from '../../src/content/tap-link.ts';

// What the background is asked, in order; an answer may be a fault.
const batches: Frame[][] = [];
let faults: Error[] = [];
vi.mock('../../src/content/bridge/ask.ts', () => ({
	ask: async (_to: string, { frames }: { frames: Frame[] }) => {
		batches.push(frames);
		const fault = faults.shift();
		if (fault) throw fault;
		return null;
	},
}));

const frame = (data: string): Frame => ({ direction: 'in', url: 'wss://chat.test/', data });
const reporter = () => import('../../src/content/frame-reporter.ts');

beforeEach(() => {
	batches.length = 0;
	faults = [];
	vi.resetModules();
	vi.useFakeTimers();
});

test('frames wait until reporting starts, and leave in order, in one batch', async () => {
	const { addFrame, startReporting } = await reporter();
	for (const data of ['a', 'b']) addFrame('xmpp', frame(data));
	await vi.advanceTimersByTimeAsync(1000);
	expect(batches).toEqual([]);
	startReporting(() => {});
	addFrame('xmpp', frame('c'));
	await vi.advanceTimersByTimeAsync(20);
	expect(batches).toEqual([['a', 'b', 'c'].map(frame)]);
});

test('a batch has at most 300 frames and a million characters, but one frame at least', async () => {
	const { addFrame, startReporting } = await reporter();
	for (let at = 0; at < 301; at++) addFrame('xmpp', frame('x'));
	for (let at = 0; at < 2; at++) addFrame('nostr', frame('x'.repeat(600_000)));
	addFrame('nostr', frame('x'.repeat(2_000_000)));
	startReporting(() => {});
	await vi.advanceTimersByTimeAsync(20);
	expect(batches.map((frames) => frames.length)).toEqual([300, 1, 1, 1, 1]);
});

test('a batch that cannot be handed over does not take the next one with it', async () => {
	const { addFrame, startReporting } = await reporter();
	const handedOver: Frame[][] = [];
	faults = [new Error('no background')];
	for (let at = 0; at < 301; at++) addFrame('xmpp', frame(String(at)));
	startReporting((frames) => handedOver.push(frames));
	await vi.advanceTimersByTimeAsync(20);
	expect(batches.map((frames) => frames.length)).toEqual([300, 1]);
	expect(handedOver).toHaveLength(2);
});

test('a batch that the page’s web chat cannot read stops neither the next one nor those that come later', async () => {
	const { addFrame, startReporting } = await reporter();
	startReporting(() => {
		throw new Error('no JSON');
	});
	for (let at = 0; at < 301; at++) addFrame('xmpp', frame(String(at)));
	await vi.advanceTimersByTimeAsync(20);
	addFrame('xmpp', frame('later'));
	await vi.advanceTimersByTimeAsync(20);
	expect(batches.map((frames) => frames.length)).toEqual([300, 1, 1]);
});

test('draining waits for what was added so far, and not for the timer', async () => {
	const { addFrame, drainFrames, startReporting } = await reporter();
	await drainFrames();
	startReporting(() => {});
	addFrame('nostr', frame('request'));
	await drainFrames();
	expect(batches).toEqual([[frame('request')]]);
});

test('of a page that floods, 5,000 frames wait and no more', async () => {
	const { addFrame, startReporting } = await reporter();
	for (let at = 0; at < 6000; at++) addFrame('xmpp', frame(String(at)));
	startReporting(() => {});
	await vi.advanceTimersByTimeAsync(20);
	expect(batches.flat()).toHaveLength(5000);
});
