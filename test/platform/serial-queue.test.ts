import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { SerialQueue } from '../../src/platform/serial-queue.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Whether the engine lets go of an object. A collection runs between turns of the event loop, as a WeakRef holds its target until then. */
async function isCollected(reference: WeakRef<object>): Promise<boolean> {
	for (let turns = 0; turns < 20; turns++) {
		await new Promise((resolve) => setTimeout(resolve));
		collectGarbage();
		if (!reference.deref()) return true;
	}
	return false;
}

test('tasks run one after another, in the order in which they were handed in', async () => {
	const queue = new SerialQueue();
	const events: string[] = [];
	const task = (name: string, turns: number) => async () => {
		events.push(`${name} begins`);
		for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve));
		events.push(`${name} ends`);
		return name;
	};
	const results = [queue.run(task('slow', 3)), queue.run(task('quick', 0)), queue.run(() => 'plain')];
	expect(events).toEqual([]);
	expect(await Promise.all(results)).toEqual(['slow', 'quick', 'plain']);
	expect(events).toEqual(['slow begins', 'slow ends', 'quick begins', 'quick ends']);
});

test('a task that fails tells only its own caller, and the next one runs', async () => {
	const queue = new SerialQueue();
	const failing = queue.run(() => {
		throw new Error('first');
	});
	const rejecting = queue.run(() => Promise.reject(new Error('second')));
	const next = queue.run(() => 'third');
	await expect(failing).rejects.toThrow('first');
	await expect(rejecting).rejects.toThrow('second');
	expect(await next).toBe('third');
	expect(await queue.run(() => 'fourth')).toBe('fourth');
});

test('a task may wait for what another queue does, and hand in the next one', async () => {
	const queue = new SerialQueue();
	const order: number[] = [];
	let later: Promise<unknown> = Promise.resolve();
	await queue.run(() => {
		later = queue.run(() => order.push(2));
		order.push(1);
	});
	await later;
	expect(order).toEqual([1, 2]);
});

test.for<[string, (task: () => Promise<object>) => () => Promise<object>]>([
	['result', (task) => task],
	['error', (task) => async () => Promise.reject(await task())],
])('of a finished task nothing stays alive, neither its %s nor what it held', async ([, ending]) => {
	const queue = new SerialQueue();
	const references: WeakRef<object>[] = [];
	await (async () => {
		const secret = new Uint8Array(32);
		const outcome = { secret: secret.length };
		references.push(new WeakRef(secret), new WeakRef(outcome));
		const task = ending(async () => (secret.length > 0 ? outcome : {}));
		await queue.run(task).catch(() => {});
	})();
	for (const reference of references) expect(await isCollected(reference)).toBe(true);
	// the queue itself is in use until here
	expect(await queue.run(() => 'next')).toBe('next');
});
