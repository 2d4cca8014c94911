import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FrameHost } from '../../src/content/panel/frame-host.ts';

const host = { isConnected: true };
const box = { left: 0, top: 0, width: 300, height: 200, right: 300, bottom: 200 };
const frame = { isConnected: true, getBoundingClientRect: () => box };
const page = { activeElement: null as unknown, hasFocus: () => false, elementFromPoint: () => host, querySelectorAll: () => [host] };
let isUnder = false;
let yields = false;
let isDrawing = true;
const at = {
	host,
	isWhole: () => true,
	isUnderPage: () => isUnder,
	yields: () => yields,
	yieldTo(to: boolean) {
		yields = to;
	},
} as unknown as FrameHost;
const listeners = new Map<string, (event: object) => void>();
const act = () => listeners.get('pointerdown')?.({ isTrusted: true });
let report: (entries: object[]) => void;

async function watch() {
	(await import('../../src/content/page/user-acts.ts')).watchUserActs();
	const { watchFrame } = await import('../../src/content/panel/tamper-watch.ts');
	const tamperings: string[] = [];
	const frameWatch = watchFrame(at, frame as HTMLIFrameElement, (how) => tamperings.push(how));
	report([{ isIntersecting: true, isVisible: true, intersectionRatio: 1 }]);
	vi.advanceTimersByTime(5000);
	return { frameWatch, tamperings };
}

beforeEach(() => {
	vi.useFakeTimers();
	Object.assign(box, { top: 0, bottom: 200 });
	isUnder = yields = false;
	isDrawing = true;
	page.activeElement = null;
	vi.stubGlobal('requestAnimationFrame', (draw: () => void) => (isDrawing ? setTimeout(draw, 16) : 0));
	vi.stubGlobal('cancelAnimationFrame', clearTimeout);
	vi.stubGlobal('document', page);
	vi.stubGlobal(
		'CSSStyleSheet',
		class {
			replaceSync() {}
		},
	);
	for (const [name, value] of Object.entries({ innerWidth: 800, innerHeight: 600, scrollX: 0, scrollY: 0 })) vi.stubGlobal(name, value);
	vi.stubGlobal('addEventListener', (type: string, listener: (event: object) => void) => listeners.set(type, listener));
	vi.stubGlobal(
		'IntersectionObserver',
		class {
			constructor(callback: typeof report) {
				report = callback;
			}
			observe() {}
		},
	);
});
afterEach(() => void vi.useRealTimers());

test.each([
	['somebody writes in it', host, ['moved']],
	['nobody writes in it, as content loads above', null, []],
] as const)('a frame that leaves the window while %s', async (_, active, found) => {
	const { tamperings } = await watch();
	page.activeElement = active;
	Object.assign(box, { top: 2000, bottom: 2200 });
	vi.advanceTimersByTime(1000);
	expect(tamperings).toEqual(found);
});

test('while the browser has no time to draw, what it last told of the frame is held against nobody', async () => {
	const { tamperings } = await watch();
	page.activeElement = host;
	report([{ isIntersecting: true, isVisible: false, intersectionRatio: 1 }]);
	isDrawing = false;
	vi.advanceTimersByTime(5000);
	expect(tamperings).toEqual([]);
});

test('what stays over the frame, drawn again and again, while somebody writes in it', async () => {
	const { tamperings } = await watch();
	page.activeElement = host;
	report([{ isIntersecting: true, isVisible: false, intersectionRatio: 1 }]);
	vi.advanceTimersByTime(1000);
	expect(tamperings).toEqual(['covered']);
});

test('what comes over the frame by an act of the user has its way, until it goes; what comes by itself has none', async () => {
	const { frameWatch, tamperings } = await watch();
	isUnder = true;
	expect(frameWatch.givesWay()).toBe(false);
	act();
	expect(frameWatch.givesWay()).toBe(true);
	vi.advanceTimersByTime(10_000);
	expect(frameWatch.givesWay()).toBe(true);
	isUnder = false;
	vi.advanceTimersByTime(500);
	expect(frameWatch.givesWay()).toBe(false);
	expect(tamperings).toEqual([]);
});
