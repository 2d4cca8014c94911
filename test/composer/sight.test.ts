import { beforeEach, expect, test, vi } from 'vitest';

const listeners = new Map<string, (event: object) => void>();
let report: (entries: object[]) => void;
const at = (x: number, y: number, more: object = {}) => ({ screenX: x, screenY: y, clientX: 10, clientY: 10, ...more });
/** Whether a click is let through. */
function click(x: number, y: number, pointerType = 'mouse'): boolean {
	let isDone = true;
	const stop = () => {
		isDone = false;
	};
	listeners.get('click')?.(at(x, y, { pointerType, preventDefault: stop, stopImmediatePropagation: stop }));
	return isDone;
}

beforeEach(() => {
	vi.resetModules();
	vi.useFakeTimers();
	vi.stubGlobal('window', { top: {} });
	vi.stubGlobal('addEventListener', (type: string, listener: (event: object) => void) => listeners.set(type, listener));
	class Entry {
		isVisible = true;
	}
	vi.stubGlobal('IntersectionObserverEntry', class {});
	Object.defineProperty(IntersectionObserverEntry.prototype, 'isVisible', { value: true });
	vi.stubGlobal(
		'IntersectionObserver',
		class {
			constructor(callback: typeof report) {
				report = callback;
			}
			observe() {
				report([Object.assign(new Entry(), { intersectionRatio: 1 })]);
			}
		},
	);
});

test('a click counts where the mouse has moved to the composer; not in one that is new or moved under a mouse that rests', async () => {
	const { isMoved, watchCorner } = await import('../../src/composer/sight.ts');
	watchCorner();
	expect(click(100, 100)).toBe(false);
	expect(isMoved.value).toBe(true);
	expect(click(100, 100, 'touch')).toBe(true);
	listeners.get('pointermove')?.(at(100, 100));
	expect(isMoved.value).toBe(false);
	expect(click(100, 100)).toBe(true);
	expect(click(100, 140)).toBe(false);
	// the page moves the composer under the mouse, and the browser tells of a move, by nothing
	const moved = { clientY: 50 };
	listeners.get('pointermove')?.(at(100, 100, moved));
	expect(click(100, 100)).toBe(true);
	expect(isMoved.value).toBe(true);
	listeners.get('pointermove')?.(at(101, 100, moved));
	expect(isMoved.value).toBe(false);
});

test('no press counts before all was seen for a second, and the user is told that it waits until then', async () => {
	const { hasWaited, isSeen, watchSight } = await import('../../src/composer/sight.ts');
	expect(isSeen()).toBe(false);
	watchSight({} as Element);
	vi.advanceTimersByTime(900);
	expect(isSeen()).toBe(false);
	expect(hasWaited.value).toBe(true);
	vi.advanceTimersByTime(200);
	expect(isSeen()).toBe(true);
	expect(hasWaited.value).toBe(false);
});
