import { beforeEach, expect, test, vi } from 'vitest';
import type { GuardedComposer } from '../../src/content/page/typing.ts';

// The guard over a page of a few plain objects: its listeners are called as a browser would.
type Listener = (event: object) => void;
const listeners = new Map<string, Listener[]>();
class FakeElement {
	readonly kind: string;
	constructor(kind: string) {
		this.kind = kind;
	}
	matches = (selector: string) => selector.split(', ').includes(this.kind);
	/** px from the window's left edge */
	left = 0;
	/** a closed root in it, which only content scripts see */
	root: { activeElement: FakeElement } | null = null;
	getBoundingClientRect = () => new FakeBox(this.left);
	/** takes what is written without an event */
	editContext: object | null = null;
	blur() {
		page.activeElement = body;
	}
}
class FakeBox {
	readonly left: number;
	readonly height = 20;
	constructor(left: number) {
		this.left = left;
	}
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
/** as large as the page */
const body = new FakeElement('body');
body.getBoundingClientRect = () => Object.assign(new FakeBox(0), { height: 900 });
const page = {
	activeElement: host as FakeElement,
	documentElement: body,
	hasFocus: () => true,
	querySelectorAll: () => [frame],
	pointerLockElement: null as FakeElement | null,
	exitPointerLock: () => void unlocks++,
};
let unlocks = 0;
let focusCount = 0;
let thefts = 0;
let lookAlikes = 0;
/** in front of this many px everything is taken for the composer */
let takenTo = 0;
const place = {
	isHost: (element: unknown) => element === host,
	isAt: ({ left }: { left: number }) => left === 700,
	isTakenFor: ({ left }: { left: number }) => left < takenTo,
	onTheft: () => void thefts++,
	onLookAlike: () => void lookAlikes++,
} as unknown as GuardedComposer;

function fire(type: string, event: object = {}): void {
	for (const listener of listeners.get(type) ?? []) listener({ isTrusted: true, type, ...event });
}
function press(target = field, key = 'a'): boolean {
	const event = new FakeKey(key, target);
	for (const listener of listeners.get('keydown') ?? []) listener(event);
	return event.stopped;
}
/** The guard in a new page, with somebody who writes in the composer. */
async function guard(wasWriting: Promise<boolean> = Promise.resolve(false)) {
	const typing = await import('../../src/content/page/typing.ts');
	typing.guardTyping(place);
	typing.startTypingGuard(
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
	vi.restoreAllMocks();
	vi.resetModules();
	vi.useFakeTimers();
	listeners.clear();
	focusCount = thefts = lookAlikes = takenTo = unlocks = 0;
	page.pointerLockElement = null;
	page.activeElement = field;
	frame.left = 0;
	const dom = { openOrClosedShadowRoot: ({ root }: FakeElement) => root };
	const globals = {
		Element: FakeElement,
		HTMLElement: FakeElement,
		KeyboardEvent: FakeKey,
		DOMRect: FakeBox,
		document: page,
		chrome: { dom },
	};
	for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
	vi.stubGlobal('innerHeight', 600);
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

test('a page that comes on show later is asked about as one that begins, also where a frame in it has had the keyboard since before', async () => {
	const typing = await guard();
	expect(press()).toBe(false);
	let answer = (_: boolean) => {};
	void typing.awaitWriter(new Promise((resolve) => (answer = resolve)));
	expect(press()).toBe(true);
	page.activeElement = frame;
	answer(true);
	await vi.advanceTimersByTimeAsync(1);
	expect(focusCount).toBe(1);
	expect(press()).toBe(true);
	fire('pointerdown');
	expect(press()).toBe(false);
	// an answer about an earlier show says nothing of this one
	void typing.awaitWriter(Promise.resolve(false));
	void typing.awaitWriter(new Promise(() => {}));
	await vi.advanceTimersByTimeAsync(1);
	expect(press()).toBe(true);
	await vi.advanceTimersByTimeAsync(300);
	expect(press()).toBe(false);
});

const closed = (inner: FakeElement) => Object.assign(new FakeElement('div'), { left: 500, root: { activeElement: inner } });
const far = (kind: string) => Object.assign(new FakeElement(kind), { left: 500 });

test.each([
	['a field there', field, null, true],
	['a field elsewhere', far('input'), 500, false],
	['a field elsewhere, after a click there', far('input'), 0, true],
	['a field there, in a closed root with no place of its own', closed(field), null, true],
	['a field elsewhere, in a closed root', closed(far('input')), null, false],
	['what is no field, there', new FakeElement('div'), null, true],
	['what is as large as the page, after a click elsewhere', body, 500, false],
	['what is as large as the page, after a click there', body, 0, true],
] as const)('while the composer is out of sight, letters for %s', async (_, focused, click, isStopped) => {
	await guard();
	page.activeElement = focused;
	expect(press()).toBe(false);
	takenTo = 100;
	if (click !== null) fire('pointerdown', { clientX: click, clientY: 0 });
	expect(press()).toBe(isStopped);
	await vi.advanceTimersByTimeAsync(1);
	expect(lookAlikes).toBe(isStopped ? 1 : 0);
	// it has lost the focus; what comes next reaches nothing either, until an act of the user
	expect(press()).toBe(isStopped);
	fire('pointerdown', { clientX: 500, clientY: 0 });
	expect(press(body)).toBe(false);
});

test('Enter and the space bar go on pressing a button there; letters do not', async () => {
	await guard();
	takenTo = 100;
	page.activeElement = new FakeElement('button');
	expect([press(field, 'Enter'), press(field, ' '), press(field, 'b')]).toEqual([false, false, true]);
});

test('who wants to type there all the same does so, until they write in the composer again', async () => {
	const typing = await guard();
	takenTo = 100;
	expect(press()).toBe(true);
	typing.permitTyping(field as unknown as Element);
	page.activeElement = field;
	expect(press()).toBe(false);
	write();
	fire('click', { clientX: 500, clientY: 0, detail: 1 });
	page.activeElement = field;
	expect(press()).toBe(true);
});

test.each([
	['comes to lie there', frame],
	['comes to lie there, in a closed root', closed(frame)],
])('a frame that %s while it has the focus loses it', async (_, active) => {
	const typing = await guard();
	page.activeElement = active;
	typing.followFocus();
	expect(focusCount).toBe(0);
	takenTo = 100;
	typing.followFocus();
	await vi.advanceTimersByTimeAsync(1);
	expect([focusCount, lookAlikes, press()]).toEqual([1, 1, true]);
});

test('what is told of a frame there is told once the frame has lost the focus, which no script can take from it while the browser gives it', async () => {
	await guard();
	takenTo = 100;
	const told: string[] = [];
	let isGiving = true;
	const focus = () => {
		if (!isGiving) page.activeElement = body;
	};
	vi.stubGlobal('window', { focus });
	vi.spyOn(place, 'onLookAlike').mockImplementation(() => void told.push(page.activeElement.kind));
	vi.spyOn(frame, 'blur').mockImplementation(() => {});
	page.activeElement = frame;
	fire('blur');
	isGiving = false;
	expect(told).toEqual([]);
	await vi.advanceTimersByTimeAsync(1);
	expect(told).toEqual(['body']);
});

test.each(['pointerdown', 'click'])('a trusted %s is an act of the user, one of the page’s is none', async (type) => {
	await guard();
	write();
	fire(type, { isTrusted: false });
	expect(press()).toBe(true);
	fire(type);
	expect(press()).toBe(false);
});

test.each(['Tab', 'Escape'])(
	'a key %s that went down in the composer comes up in the page: that is no theft, nor an act of its own',
	async (name) => {
		await guard();
		write();
		const release = Object.assign(new FakeKey(name, field), { type: 'keyup' });
		for (const listener of listeners.get('keyup') ?? []) listener(release);
		expect([release.stopped, thefts]).toEqual([true, 0]);
		expect(press()).toBe(true);
		expect(thefts).toBe(1);
	},
);

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

test('an element that takes what is written without an event loses the focus at once, but where the user has put it there', async () => {
	const typing = await guard();
	const drawing = Object.assign(new FakeElement('canvas'), { editContext: {} });
	write();
	page.activeElement = drawing;
	fire('focusin');
	expect([page.activeElement === drawing, thefts]).toEqual([false, 1]);
	// it may get what it writes with when it has the focus already
	page.activeElement = drawing;
	typing.followFocus();
	expect(page.activeElement === drawing).toBe(false);
	fire('pointerdown', { clientX: 500, clientY: 0 });
	page.activeElement = drawing;
	fire('focusin');
	expect(page.activeElement === drawing).toBe(true);
});

test('a mouse that rests where it clicked, in the composer, is aimed at no frame of the page, nor at one that the page lays there', async () => {
	const typing = await guard();
	write();
	frame.left = 700;
	fire('pointermove', { movementX: 3, movementY: 0 });
	page.activeElement = frame;
	fire('blur');
	expect([focusCount, press()]).toEqual([1, true]);
	page.activeElement = frame;
	typing.noteComposerBlur('unknown');
	expect([focusCount, press()]).toEqual([2, true]);
});

test('a frame of the page that takes the focus back again and again never keeps it', async () => {
	const typing = await guard();
	write();
	page.activeElement = frame;
	typing.noteComposerBlur('page');
	expect(focusCount).toBe(1);
	for (let round = 2; round < 6; round += 1) {
		page.activeElement = frame;
		fire('blur');
		expect(focusCount).toBe(round);
	}
	expect(thefts).toBe(1);
	expect(press()).toBe(true);
});

test('a composer that has the keyboard back from the page is left with it', async () => {
	const typing = await guard();
	write();
	typing.noteComposerBlur('caught');
	expect(focusCount).toBe(0);
	expect(thefts).toBe(1);
	// should the page take it once more
	page.activeElement = frame;
	fire('blur');
	expect(focusCount).toBe(1);
	expect(press()).toBe(true);
});

test('a page that locks the pointer has no click of the user’s, also where it lets go of the pointer before the click is over', async () => {
	await guard();
	write();
	page.pointerLockElement = body;
	fire('pointerlockchange');
	expect(unlocks).toBe(1);
	fire('pointermove', { movementX: 3, movementY: 0 });
	fire('pointerdown', { clientX: 500, clientY: 0 });
	page.pointerLockElement = null;
	fire('click', { clientX: 500, clientY: 0, detail: 1 });
	page.activeElement = frame;
	fire('blur');
	expect(press()).toBe(true);
	// with the pointer in the user's hand again
	fire('pointerdown', { clientX: 500, clientY: 0 });
	expect(press()).toBe(false);
});

test('a picture in picture that takes the keyboard is closed', async () => {
	const close = vi.fn();
	vi.stubGlobal('documentPictureInPicture', { window: { close } });
	const typing = await guard();
	write();
	typing.noteComposerBlur('unknown');
	expect(close).not.toHaveBeenCalled();
	typing.noteComposerBlur('page');
	expect(close).toHaveBeenCalledOnce();
});

/** Gives the page's document `open`, which takes every listener away, as the page's own script and Bauta's may call it. */
function openable() {
	const calls: string[] = [];
	const { documentElement } = page;
	const document = Object.assign(page, {
		open() {
			calls.push('open');
			listeners.clear();
		},
		close: () => void calls.push('close'),
		createElement: () => Object.assign(new FakeElement('html'), { append: () => {} }),
		append: (root: FakeElement) => Object.assign(page, { documentElement: root }),
	});
	Object.assign(documentElement, { remove: () => void calls.push('remove') });
	vi.stubGlobal('dispatchEvent', (event: Event) => listeners.get(event.type)?.forEach((listener) => void listener(event)));
	vi.stubGlobal('addEventListener', (type: string, listener: Listener) => {
		const before = listeners.get(type) ?? [];
		if (!before.includes(listener)) listeners.set(type, [...before, listener]);
	});
	return { calls, document, end: () => Object.assign(page, { documentElement }) };
}
/** The page's own listener for keys, which hears what no earlier listener has stopped. */
function hearKeys(): string[] {
	const heard: string[] = [];
	const before = listeners.get('keydown') ?? [];
	const hear: Listener = (event) => (event as FakeKey).stopped || heard.push((event as FakeKey).key);
	listeners.set('keydown', [...before, hear]);
	return heard;
}

test('a page that opens its document anew while somebody writes has it opened once more: whatever it listens by comes after the guard', async () => {
	const { calls, document, end } = openable();
	const typing = await guard();
	expect(typing.noteNewDocument()).toBe(false);
	write();
	expect(calls).toEqual([]);
	// in one task, which nothing of Bauta's can come between
	document.open();
	const before = hearKeys();
	expect(typing.noteNewDocument()).toBe(true);
	expect(calls).toEqual(['open', 'open', 'close', 'remove']);
	expect(thefts).toBe(1);
	const after = hearKeys();
	expect(press(field, 'x')).toBe(true);
	expect([before, after]).toEqual([[], []]);
	// its listeners are there, and the document is the one that Bauta put there
	expect(typing.noteNewDocument()).toBe(false);
	expect(calls).toHaveLength(4);
	// a second time as well, until the user acts: then keys are the page's, and come to it in the order of its listeners
	document.open();
	Object.assign(page, { documentElement: Object.assign(new FakeElement('html'), { remove: () => {} }) });
	const again = hearKeys();
	expect(typing.noteNewDocument()).toBe(true);
	press(field, 'y');
	expect(again).toEqual([]);
	fire('pointerdown', { clientX: 500, clientY: 0 });
	const own = hearKeys();
	expect(press(field, 'z')).toBe(false);
	expect(own).toEqual(['z']);
	end();
});

test('a page that opens its document anew while nobody writes keeps it, and the guard hears again', async () => {
	const { calls, document, end } = openable();
	const typing = await guard();
	document.open();
	const heard = hearKeys();
	expect(typing.noteNewDocument()).toBe(true);
	expect(calls).toEqual(['open']);
	expect(press(field, 'x')).toBe(false);
	expect(heard).toEqual(['x']);
	write();
	expect(press(field, 'y')).toBe(true);
	end();
});
