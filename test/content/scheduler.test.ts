import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { beforeNextPaint } from '../../src/content/scheduler.ts';

let paints: (() => void)[] = [];
/** The browser paints, unless the tab is hidden. */
function paint(): void {
	const callbacks = paints;
	paints = [];
	for (const callback of callbacks) callback();
}

beforeEach(() => {
	paints = [];
	vi.useFakeTimers();
	vi.stubGlobal('requestAnimationFrame', (callback: () => void) => paints.push(callback));
});
afterEach(() => vi.unstubAllGlobals());

test('however often it is asked for, a task runs once before the next paint', () => {
	const task = vi.fn();
	const schedule = beforeNextPaint(task);
	for (let at = 0; at < 5; at++) schedule();
	expect(task).not.toHaveBeenCalled();
	paint();
	vi.advanceTimersByTime(1000);
	expect(task).toHaveBeenCalledTimes(1);
	schedule();
	paint();
	expect(task).toHaveBeenCalledTimes(2);
});

test('in a tab that is not painted it runs all the same', () => {
	const task = vi.fn();
	beforeNextPaint(task)();
	vi.advanceTimersByTime(199);
	expect(task).not.toHaveBeenCalled();
	vi.advanceTimersByTime(1);
	expect(task).toHaveBeenCalledTimes(1);
	paint();
	expect(task).toHaveBeenCalledTimes(1);
});

test('a task may ask for its next run', () => {
	let runs = 0;
	const schedule = beforeNextPaint(() => {
		runs += 1;
		if (runs < 3) schedule();
	});
	schedule();
	for (let at = 0; at < 5; at++) paint();
	expect(runs).toBe(3);
});
