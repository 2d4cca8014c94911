import { signal } from '@preact/signals';
import { createRef } from 'preact';
import { tooOften } from '../platform/too-often.ts';
import { isBeside } from './beside.ts';
import { act, interruption } from './store.ts';

/** ms after the Tab key within which the focus that is lost was taken elsewhere by it: a busy browser needs that long to move it */
const tabPause = 2000;

/** ms that a hand needs at least from a key to the mouse */
const handPause = 150;
/** the same while the page has the keyboard from somebody who writes on: one that takes it twice does so between two keys */
const caughtPause = 600;
/** how often letters are caught within how many ms: two that pull at the focus would go on for ever */
const isPulled = tooOften(3, 10_000);

/** the text field: there is one composer to a page */
export const field = createRef<HTMLTextAreaElement>();
/** whether this window has the focus */
export const hasFocus = signal(false);
/** when the last key went down, on the clock of `performance` */
let lastKey = Number.NEGATIVE_INFINITY;
/** the same of a Tab key after which nothing in this page got the focus, and no key went down: it takes the focus out of this page */
let lastTab = Number.NEGATIVE_INFINITY;
/** keys by which people go to another window or to the browser's own bars; they are down until they are let go of */
const switching = new Set<string>();

function resume(): void {
	interruption.value = null;
	switching.clear();
}

function noteFocus(): void {
	hasFocus.value = true;
	if (document.activeElement === document.body || !document.activeElement) field.current?.focus();
	act({ kind: 'focus' });
}

/**
 * The next letters are on their way to whatever took the focus, which may be a frame of the page's in a process of its own, with the page
 * too busy to hear Bauta's script. So this page, which takes no letters now, takes the focus back for them to be lost in.
 */
function catchLetters(): void {
	if (!isPulled()) window.focus();
	// the browser tells of the focus in the next turn
	setTimeout(() => act({ kind: 'blur', by: hasFocus.value ? 'caught' : 'page' }));
}

function noteBlur(): void {
	hasFocus.value = false;
	// a window of Bauta's own has no page around it that could take anything
	if (isBeside) return;
	const time = performance.now();
	const byTab = time - lastTab < tabPause;
	const pause = interruption.value === 'stolen' ? caughtPause : handPause;
	const isSure = switching.size === 0 && time - lastKey < pause;
	if (!isSure || byTab) act({ kind: 'blur', by: byTab ? 'user' : 'unknown' });
	if (byTab || switching.size > 0) return;
	interruption.value = isSure ? 'stolen' : 'left';
	if (isSure) catchLetters();
}

function noteKeyDown(event: KeyboardEvent): void {
	const { isTrusted, key, altKey, ctrlKey, metaKey } = event;
	if (!isTrusted) return;
	lastTab = key === 'Tab' ? performance.now() : Number.NEGATIVE_INFINITY;
	// one that was let go of in another window is not down any more
	if (!altKey) switching.delete('Alt');
	if (!ctrlKey) switching.delete('Control');
	if (!metaKey) switching.delete('Meta');
	if (['Alt', 'Control', 'Meta'].includes(key)) switching.add(key);
	lastKey = performance.now();
	if (!interruption.value || key === 'Tab') return;
	event.preventDefault();
	event.stopImmediatePropagation();
}

function noteKeyUp({ isTrusted, key }: KeyboardEvent): void {
	switching.delete(key);
	// the key went down in the page, and brought the focus here
	if (isTrusted && key === 'Tab') resume();
}

/** A press of Enter or of the space bar on a button is a click as well: it may be a letter that was on its way. */
function noteClick(event: Event): void {
	if (event.isTrusted && (event as PointerEvent).pointerType !== '') resume();
}

/** The Tab key took the focus to something of this page's: what takes it out of this page next is not the key. */
function noteFocusInside(): void {
	lastTab = Number.NEGATIVE_INFINITY;
}

/** The user's own press opens a window: the focus that goes there is not taken by the page. */
export function noteOwnWindow(): void {
	lastKey = Number.NEGATIVE_INFINITY;
}

/** Looks after the focus of this page from now on. To be called once, before anything else listens. */
export function watchFocus(): void {
	addEventListener('focus', noteFocus);
	addEventListener('blur', noteBlur);
	addEventListener('focusin', noteFocusInside, true);
	addEventListener('keydown', noteKeyDown, true);
	addEventListener('keyup', noteKeyUp, true);
	addEventListener('pointerdown', noteClick, true);
	addEventListener('click', noteClick, true);
	if (document.hasFocus()) noteFocus();
}
