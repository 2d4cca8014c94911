import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BautaError } from '../../src/messages/errors.ts';
import { unlessAborted, withTimeLimit } from '../../src/platform/time-limit.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

/** Work that ends when its signal aborts, with what a channel throws then. */
const endless = (signal: AbortSignal, thrown: unknown = new BautaError('cancelled')) =>
	new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => reject(thrown));
	});
const never = new Promise<never>(() => {});
/** What it came to, told without a wait. */
function outcomeOf(promise: Promise<unknown>): { value?: unknown } {
	const outcome: { value?: unknown } = {};
	promise.then(
		(value) => Object.assign(outcome, { value }),
		(thrown) => Object.assign(outcome, { value: thrown instanceof BautaError ? `${thrown.code} ${thrown.detail}` : thrown }),
	);
	return outcome;
}

describe('work with a time limit', () => {
	test('gives what it gives, and no timer is left', async () => {
		expect(await withTimeLimit({ ms: 10 }, async () => 'done')).toBe('done');
		expect(vi.getTimerCount()).toBe(0);
	});

	test('is over when the time is over, with the code and detail that were asked for', async () => {
		const plain = outcomeOf(withTimeLimit({ ms: 1000, detail: 'join' }, (signal) => endless(signal)));
		const named = outcomeOf(withTimeLimit({ ms: 1000, code: 'storage-failed', detail: 'database' }, (signal) => endless(signal)));
		await vi.advanceTimersByTimeAsync(999);
		expect([plain, named]).toEqual([{}, {}]);
		await vi.advanceTimersByTimeAsync(1);
		expect([plain, named]).toEqual([{ value: 'timed-out join' }, { value: 'storage-failed database' }]);
	});

	test('counts the time anew when it shows progress', async () => {
		let progress = () => {};
		const outcome = outcomeOf(
			withTimeLimit({ ms: 1000 }, (signal, extend) => {
				progress = extend;
				return endless(signal);
			}),
		);
		for (let times = 0; times < 3; times++) {
			await vi.advanceTimersByTimeAsync(900);
			progress();
		}
		expect(outcome).toEqual({});
		await vi.advanceTimersByTimeAsync(1000);
		expect(outcome).toEqual({ value: 'timed-out ' });
	});

	test.each([
		['a channel’s word', undefined],
		['the browser’s own', new DOMException('', 'AbortError')],
	])('is cancelled by its caller: %s', async (_, thrown) => {
		const caller = new AbortController();
		const outcome = outcomeOf(withTimeLimit({ ms: 1000, signal: caller.signal }, (signal) => endless(signal, thrown)));
		caller.abort();
		await vi.advanceTimersByTimeAsync(0);
		expect(outcome).toEqual({ value: 'cancelled ' });
	});

	test('is waited for while it cleans up behind itself, and what it throws for another reason stays', async () => {
		const steps: string[] = [];
		const outcome = outcomeOf(
			withTimeLimit({ ms: 1000 }, async (signal) => {
				try {
					return await endless(signal, new BautaError('outbox-unsure', 'timed-out'));
				} finally {
					await new Promise((resolve) => setTimeout(resolve, 50));
					steps.push('left');
				}
			}),
		);
		await vi.advanceTimersByTimeAsync(1049);
		expect([outcome, steps]).toEqual([{}, []]);
		await vi.advanceTimersByTimeAsync(1);
		expect([outcome, steps]).toEqual([{ value: 'outbox-unsure timed-out' }, ['left']]);
	});

	test('a limit inside another: the outer one’s end is not the inner one’s', async () => {
		const outcome = outcomeOf(
			withTimeLimit({ ms: 500, detail: 'post' }, (signal) =>
				withTimeLimit({ ms: 1000, signal, detail: 'join' }, (inner) => endless(inner)),
			),
		);
		await vi.advanceTimersByTimeAsync(500);
		expect(outcome).toEqual({ value: 'timed-out post' });
	});
});

describe('a promise that nobody can cancel', () => {
	test('is left to itself when the time is over', async () => {
		const outcome = outcomeOf(withTimeLimit({ ms: 5000, detail: 'channel' }, (signal) => unlessAborted(never, signal)));
		await vi.advanceTimersByTimeAsync(5000);
		expect(outcome).toEqual({ value: 'timed-out channel' });
	});

	test('is not waited for when it was cancelled before; a fault that comes later reaches nobody', async () => {
		let fail: (thrown: Error) => void = () => {};
		const failing = new Promise<never>((_, reject) => {
			fail = reject;
		});
		const outcome = outcomeOf(unlessAborted(failing, AbortSignal.abort()));
		await vi.advanceTimersByTimeAsync(0);
		expect(outcome).toEqual({ value: 'cancelled ' });
		fail(new Error('late'));
		await vi.advanceTimersByTimeAsync(0);
	});

	test('gives what it gives', async () => {
		await expect(unlessAborted(Promise.resolve(7), new AbortController().signal)).resolves.toBe(7);
		await expect(unlessAborted(Promise.reject(new BautaError('server-down')), new AbortController().signal)).rejects.toThrow('server-down');
	});
});
