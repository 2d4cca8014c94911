import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../src/content/page/shadow-hosts.ts', () => ({ randomBytes: () => Uint8Array.of(128) }));

/** what is drawn and what memory is taken, by when, ms */
let seen: [at: number, what: string][] = [];
const realArray = globalThis.Array;
beforeEach(() => {
	vi.useFakeTimers();
	vi.resetModules();
	Object.defineProperty(performance, 'memory', { value: {}, configurable: true });
	seen = [];
	const begin = Date.now();
	const note = (what: string) => void seen.push([Date.now() - begin, what]);
	globalThis.Array = new Proxy(realArray, {
		apply(target, self, given: [number]) {
			note(given[0] > 600 ? 'much' : 'little');
			return Reflect.apply(target, self, given);
		},
	});
	draw = () => note('mark');
	act = () => note('act');
});
afterEach(() => {
	globalThis.Array = realArray;
	Reflect.deleteProperty(performance, 'memory');
	vi.useRealTimers();
});
let draw: () => void;
let act: () => void;
const at = (what: string) => seen.filter(([, one]) => one === what).map(([time]) => time);

test('where a page sees how much memory is taken, some is all the time, and what is asked or answered takes its place at a turn (THREATS.md P9)', async () => {
	const { startTurns, untilTurn } = await import('../../src/content/turns.ts');
	const marks: null[] | null = realArray.from({ length: 8 }, () => null);
	startTurns(() => marks && [...marks], draw);
	// a second call begins nothing
	startTurns(() => marks && [...marks], draw);
	await vi.advanceTimersByTimeAsync(10_000);
	const turns = [...new Set(at('mark'))];
	// 128 of 256 eights of 2 s
	expect(turns).toEqual([1024, 2048, 3072, 4096, 5120, 6144, 7168, 8192, 9216]);
	expect(at('mark')).toHaveLength(4 * turns.length);
	expect(at('much')).toEqual(turns);
	expect(at('little').length).toBeGreaterThan(200);
	void untilTurn().then(act);
	void untilTurn().then(act);
	expect(at('act')).toEqual([]);
	await vi.advanceTimersByTimeAsync(10_000);
	const all = [...new Set(at('mark'))];
	expect(all.slice(turns.length)).toEqual([10_240, 11_264, 12_288, 13_312, 14_336, 15_360, 16_384, 17_408, 18_432, 19_456]);
	// one at a turn, in place of what that would have taken
	expect(at('act')).toEqual([10_240, 11_264]);
	expect(at('much')).toEqual(all.filter((time) => !at('act').includes(time)));
});

test('no memory is taken once there are no labels, and turns begin again with the next', async () => {
	const { startTurns } = await import('../../src/content/turns.ts');
	let marks: null[] | null = [null];
	startTurns(() => marks && [...marks], draw);
	await vi.advanceTimersByTimeAsync(3000);
	marks = null;
	await vi.advanceTimersByTimeAsync(2000);
	seen = [];
	await vi.advanceTimersByTimeAsync(10_000);
	expect(seen).toEqual([]);
	expect(vi.getTimerCount()).toBe(0);
	marks = [null];
	startTurns(() => marks && [...marks], draw);
	await vi.advanceTimersByTimeAsync(3000);
	expect(at('mark').length).toBeGreaterThan(0);
});

test('where no page sees it, none is taken, and nothing waits for a turn', async () => {
	Reflect.deleteProperty(performance, 'memory');
	const { startTurns, untilTurn } = await import('../../src/content/turns.ts');
	startTurns(() => [null], draw);
	await untilTurn();
	await vi.advanceTimersByTimeAsync(3000);
	expect([...at('much'), ...at('little')]).toEqual([]);
	expect(at('mark').length).toBeGreaterThan(0);
});
