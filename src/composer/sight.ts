import { computed, effect, signal } from '@preact/signals';
import { isBeside } from './beside.ts';

/** ms that all of the composer has to be in clear view before Send and Enter do anything (THREATS.md P7) */
const sightTime = 1000;

/** Chromium: nothing at all is painted over it, and no effect changes how it looks (Intersection Observer 2) */
type VisibilityEntry = IntersectionObserverEntry & { isVisible?: boolean };

/** Whether this browser tells a frame if something lies over it. Firefox does not. */
export const canSee = (): boolean => 'isVisible' in IntersectionObserverEntry.prototype;

/** whether all of the composer is seen now */
const isWhole = signal(false);
const isSettled = signal(false);

/** What stands in the way of sending, as far as can be seen: something lies over the composer, or has just gone. */
export const sight = computed<'clear' | 'settling' | 'covered'>(() =>
	!isWhole.value ? 'covered' : isSettled.value ? 'clear' : 'settling',
);

/** something was to be done before the composer had been in clear view for long enough */
export const hasWaited = signal(false);
effect(() => {
	if (sight.value === 'clear') hasWaited.value = false;
});

/** Whether the composer was in clear view for long enough for the user's press to count. Where it was not, it says so from now on. */
export function isSeen(): boolean {
	if (sight.value !== 'clear') hasWaited.value = true;
	return sight.value === 'clear';
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Watches whether `element` is seen as it is, with or without the focus. Where nothing can be seen, all is taken to be clear. */
export function watchSight(element: Element): void {
	// a window of Bauta's own has no page around it
	if (isBeside || !canSee()) {
		isWhole.value = true;
		isSettled.value = true;
		return;
	}
	new IntersectionObserver(
		(entries) => {
			const { isVisible, intersectionRatio } = entries.at(-1) as VisibilityEntry;
			// a fraction of a pixel is lost where the page is zoomed
			const whole = isVisible === true && intersectionRatio > 0.99;
			// between two reports something may have come and gone: each that says no starts the time anew
			if (whole && isWhole.value && entries.every((entry) => (entry as VisibilityEntry).isVisible)) return;
			isWhole.value = whole;
			isSettled.value = false;
			clearTimeout(timer);
			if (whole) timer = setTimeout(() => (isSettled.value = true), sightTime);
		},
		{ threshold: [0, 0.5, 0.99, 1], trackVisibility: true, delay: 100 } as IntersectionObserverInit,
	).observe(element);
}

/** the composer's corner on the screen, as the mouse last showed it; null before it moved in here */
let corner: { x: number; y: number } | null = null;
/** where on the screen the mouse was then */
let pointer = '';
const cornerOf = ({ screenX, screenY, clientX, clientY }: MouseEvent) => ({ x: screenX - clientX, y: screenY - clientY });

/** the last click was not done, as the page had moved the composer under the mouse */
export const isMoved = signal(false);

/** A page may move the composer under a mouse that rests: what is clicked then is not what the user aimed at. */
export function watchCorner(): void {
	addEventListener(
		'pointermove',
		(event) => {
			const now = `${event.screenX} ${event.screenY}`;
			// Chromium tells of a move, by nothing, where the page has moved the composer under a mouse that rests
			if (now === pointer) return;
			pointer = now;
			corner = cornerOf(event);
			isMoved.value = false;
		},
		true,
	);
	addEventListener(
		'click',
		(event) => {
			if (isBeside || (event as PointerEvent).pointerType !== 'mouse') return;
			const { x, y } = cornerOf(event);
			// a mouse that never moved in here rested where the page has put a new composer
			if (corner && Math.abs(x - corner.x) <= 1 && Math.abs(y - corner.y) <= 1) return;
			event.preventDefault();
			event.stopImmediatePropagation();
			isMoved.value = true;
		},
		true,
	);
}
