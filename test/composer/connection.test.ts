import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectComposer } from '../../src/composer/connection.ts';

interface FakePort {
	end(): void;
}
const ports = vi.hoisted(() => [] as FakePort[]);
vi.mock('../../src/platform/api/browser.ts', () => ({
	browser: {
		runtime: {
			onMessage: { addListener: () => {} },
			connect() {
				const ends: (() => void)[] = [];
				ports.push({ end: () => void ends.map((end) => end()) });
				return {
					onMessage: { addListener: () => {} },
					onDisconnect: { addListener: (end: () => void) => ends.push(end) },
					postMessage() {},
				};
			},
		},
	},
}));

beforeEach(() => {
	ports.length = 0;
	vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
});
afterEach(() => {
	vi.useRealTimers();
});

/** The background dies as often as that before it answers. */
function dieOften(times: number): void {
	for (let count = 0; count < times; count++) {
		ports.at(-1)?.end();
		vi.advanceTimersByTime(5000);
	}
}

test('a composer whose text is on its way goes on trying, however often the background dies before it answers', () => {
	const hear = vi.fn();
	connectComposer(
		'ticket',
		hear,
		() => true,
		() => {},
	);
	dieOften(30);
	expect(ports).toHaveLength(31);
	expect(hear).toHaveBeenCalledTimes(30);
});

test('one in which nothing is on its way wakes nobody', () => {
	connectComposer(
		'ticket',
		() => {},
		() => false,
		() => {},
	);
	dieOften(30);
	expect(ports).toHaveLength(1);
});
