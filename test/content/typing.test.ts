import { beforeEach, expect, test, vi } from 'vitest';
import type { TypingPlace } from '../../src/content/page/typing.ts';

// The guard over a page of a few plain objects: its listeners are called as a browser would.
type Listener = (event: object) => void;
const listeners = new Map<string, Listener[]>();
class FakeElement {
	readonly kind: string;
	constructor(kind: string) {
		this.kind = kind;
	}
	matches = (selector: string) => selector.split(', ').includes(this.kind);
	closest = (selector: string) => (this.matches(selector) ? this : null);
	blur() {}
}
class FakeKey {
	readonly key: string;
	readonly target: FakeElement;
	isTrusted = true;
	type = 'keydown';
	stopped = false;
	constructor(key: string, target: FakeElement) {
		this.key = key;
		this.target = target;
	}
	composedPath = () => [this.target];
	stopImmediatePropagation() {
		this.stopped = true;
	}
	preventDefault() {}
	getModifierState = () => false;
}
const host = new FakeElement('host');
const field = new FakeElement('input');
const frame = new FakeElement('iframe');
const page = { activeElement: host as FakeElement, hasFocus: () => true, querySelectorAll: () => [frame] };
let focusCount = 0;
let thefts = 0;
let isClear = true;
let isNear = true;
const place = {
	isHost: (element: unknown) => element === host,
	isClear: () => isClear,
	isNear: () => isNear,
	onTheft: () => void thefts++,
	onLookAlike() {},
} as TypingPlace;

function fire(type: string, event: object = {}): void {
	for (const listener of listeners.get(type) ?? []) listener({ isTrusted: true, type, ...event });
}
function press(target = field): boolean {
	const event = new FakeKey('a', target);
	for (const listener of listeners.get('keydown') ?? []) listener(event);
	return event.stopped;
}
/** The guard in a new page, with somebody who writes in the composer. */
async function guard(wasWriting: Promise<boolean> = Promise.resolve(false)) {
	const typing = await import('../../src/content/page/typing.ts');
	typing.guardTyping(place);
	void typing.startTypingGuard(
		wasWriting,
		() => {},
		() => {},
	);
	await vi.advanceTimersByTimeAsync(1);
	return typing;
}
function write(): void {
	page.activeElement = host;
	fire('blur');
}

beforeEach(() => {
	vi.resetModules();
	vi.useFakeTimers();
	listeners.clear();
	focusCount = thefts = 0;
	isClear = isNear = true;
	const globals = { Element: FakeElement, HTMLElement: FakeElement, KeyboardEvent: FakeKey, CompositionEvent: class {}, document: page };
	for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
	vi.stubGlobal('window', { focus: () => void focusCount++ });
	vi.stubGlobal('addEventListener', (type: string, listener: Listener) => listeners.set(type, [...(listeners.get(type) ?? []), listener]));
});

test('keys wait 300 ms for the background at most; an answer that comes later counts all the same', async () => {
	let answer = (_: boolean) => {};
	await guard(new Promise((resolve) => (answer = resolve)));
	expect(press()).toBe(true);
	await vi.advanceTimersByTimeAsync(300);
	expect(press()).toBe(false);
	answer(true);
	await vi.advanceTimersByTimeAsync(1);
	expect(press()).toBe(true);
});

test('while the composer is out of sight, letters are stopped in fields that lie near its place, and in no others', async () => {
	await guard();
	isClear = false;
	expect(press()).toBe(true);
	isNear = false;
	expect(press()).toBe(false);
});

test.each(['pointerdown', 'click'])('a trusted %s is an act of the user, one of the page’s is none', async (type) => {
	await guard();
	write();
	fire(type, { isTrusted: false });
	expect(press()).toBe(true);
	fire(type);
	expect(press()).toBe(false);
});

test('who is done with a composer by an act of their own types into the page, and nothing is stolen', async () => {
	const typing = await guard();
	write();
	typing.endTyping({ ...place });
	expect(press()).toBe(true);
	thefts = 0;
	typing.endTyping(place);
	expect(press()).toBe(false);
	expect(thefts).toBe(0);
});

test.each([
	['rests', 5000, 'page'],
	['has just moved', 100, 'user'],
] as const)('a blur under a mouse that %s over a frame is an act of the %3$s', async (_, pause, by) => {
	const typing = await guard();
	write();
	fire('pointermove', { movementX: 3, movementY: 0 });
	await vi.advanceTimersByTimeAsync(pause);
	// what a page moves under the mouse
	if (by === 'page') fire('pointermove', { movementX: 0, movementY: 0 });
	page.activeElement = frame;
	typing.noteComposerBlur('unknown');
	expect(press()).toBe(by === 'page');
});

test('a frame of the page that takes the focus back again and again never keeps it', async () => {
	const typing = await guard();
	write();
	page.activeElement = frame;
	typing.noteComposerBlur('page');
	expect(focusCount).toBe(1);
	for (let round = 2; round < 6; round += 1) {
		fire('blur');
		expect(focusCount).toBe(round);
	}
	expect(thefts).toBe(1);
	expect(press()).toBe(true);
});
