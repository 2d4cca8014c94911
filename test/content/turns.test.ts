import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../src/content/page/shadow-hosts.ts', () => ({ randomBytes: () => Uint8Array.of(128) }));

/** when marks were drawn, ms */
let moments: number[] = [];
let draw: () => void;
beforeEach(() => {
	vi.useFakeTimers();
	vi.resetModules();
	moments = [];
	const begin = Date.now();
	draw = () => void moments.push(Date.now() - begin);
});
afterEach(() => void vi.useRealTimers());

test('marks are drawn a few at a turn, all of them again and again; a second call begins nothing', async () => {
	const { startTurns } = await import('../../src/content/turns.ts');
	const all = () => Array.from({ length: 8 }, () => null);
	startTurns(all, draw);
	startTurns(all, draw);
	await vi.advanceTimersByTimeAsync(5200);
	// 128 of 256 eights of 2 s
	expect(moments).toEqual([1024, 2048, 3072, 4096, 5120].flatMap((at) => Array(4).fill(at)));
});

test('turns end once there are no labels, and begin again with the next', async () => {
	const { startTurns } = await import('../../src/content/turns.ts');
	let marks: null[] | null = [null];
	const all = () => marks && [...marks];
	startTurns(all, draw);
	await vi.advanceTimersByTimeAsync(3000);
	expect(moments).toHaveLength(2);
	marks = null;
	await vi.advanceTimersByTimeAsync(2000);
	expect(vi.getTimerCount()).toBe(0);
	marks = [null];
	startTurns(all, draw);
	await vi.advanceTimersByTimeAsync(1100);
	expect(moments).toHaveLength(3);
});
