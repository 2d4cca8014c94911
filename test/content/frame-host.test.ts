import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FrameHost } from '../../src/content/panel/frame-host.ts';

/** a drawing every 16 ms, as long as somebody asks for one */
const drawing = 16;
let drawings = 0;
let rules: string[] = [];
const listeners = new Map<string, () => void>();
const box = { left: 10, top: 300, width: 400, height: 150 };
const seat = { getBoundingClientRect: () => ({ ...box }) } as HTMLElement;
const root = { append() {} };
const documentElement = { append: (host: { parentNode: unknown }) => Object.assign(host, { parentNode: documentElement }) };
const host = {
	parentNode: null as unknown,
	attachShadow: () => root,
	matches: () => true,
	showPopover() {},
	remove: () => Object.assign(host, { parentNode: null }),
};
const onLoss = vi.fn();
let frameHost: FrameHost;

beforeEach(async () => {
	vi.useFakeTimers();
	drawings = 0;
	rules = [];
	Object.assign(box, { left: 10, top: 300 });
	vi.stubGlobal('requestAnimationFrame', (draw: () => void) =>
		setTimeout(() => {
			drawings++;
			draw();
		}, drawing),
	);
	vi.stubGlobal('cancelAnimationFrame', clearTimeout);
	const implementation = { createHTMLDocument: () => ({ createElement: () => host }) };
	vi.stubGlobal('document', { documentElement, implementation, adoptNode: (node: object) => node, activeElement: null });
	vi.stubGlobal('addEventListener', (type: string, listener: () => void) => listeners.set(type, listener));
	vi.stubGlobal(
		'CSSStyleSheet',
		class {
			replaceSync(css: string) {
				rules.push(css);
			}
		},
	);
	vi.stubGlobal(
		'IntersectionObserver',
		class {
			observe() {}
			disconnect() {}
		},
	);
	const module = await import('../../src/content/panel/frame-host.ts');
	onLoss.mockReset();
	frameHost = module.frameHost(seat, onLoss);
	frameHost.show();
});
afterEach(() => {
	frameHost.remove();
	vi.useRealTimers();
});

const standsAt = (top: number) => rules.at(-1)?.includes(`top: ${top}px !important`);

test('while nothing moves, nothing is drawn for it', () => {
	vi.advanceTimersByTime(1000);
	drawings = 0;
	vi.advanceTimersByTime(60_000);
	expect(drawings).toBe(0);
});

test('a place that moves is met soon, and then followed at every drawing', () => {
	vi.advanceTimersByTime(2000);
	box.top = 280;
	vi.advanceTimersByTime(110);
	expect(standsAt(280)).toBe(true);
	for (const top of [270, 260, 250]) {
		box.top = top;
		vi.advanceTimersByTime(drawing);
		expect(standsAt(top)).toBe(true);
	}
});

test.each(['scroll', 'resize'])('a %s is followed at once', (type) => {
	vi.advanceTimersByTime(2000);
	box.top = 120;
	listeners.get(type)?.();
	expect(standsAt(120)).toBe(true);
	vi.advanceTimersByTime(200);
	expect(drawings).toBeGreaterThan(5);
});

test('that the page has taken it away is noticed at rest as well, once', () => {
	vi.advanceTimersByTime(2000);
	host.remove();
	vi.advanceTimersByTime(110);
	expect(onLoss).toHaveBeenCalledOnce();
	vi.advanceTimersByTime(2000);
	expect(onLoss).toHaveBeenCalledOnce();
});

test('it is not seen before it is known what is in it', async () => {
	const { frameHost: make } = await import('../../src/content/panel/frame-host.ts');
	const fresh = make(seat, onLoss);
	fresh.yieldTo(true);
	fresh.yieldTo(false);
	expect(rules.at(-1)).toContain('clip-path: inset(100%) !important');
	fresh.show();
	expect(rules.at(-1)).toContain('clip-path: none !important');
	fresh.remove();
});

test('once it is given up, it follows nothing', () => {
	frameHost.remove();
	vi.advanceTimersByTime(2000);
	expect(onLoss).not.toHaveBeenCalled();
	expect(vi.getTimerCount()).toBe(0);
});
