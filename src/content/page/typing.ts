/**
 * What somebody types for the composer reaches nothing of the page (THREATS.md P3). From the moment that the composer has the keyboard until
 * an act of the user's own takes it elsewhere, a key that arrives in the page is a stolen one: nobody gets it.
 */
import { element } from './shadow-hosts.ts';
import { areListenersThere, listen, listenAgain } from './window-listeners.ts';

/** A composer in the page, and what it does about the page. */
export interface TypingPlace {
	/** whether this is the element that has the focus while somebody writes in the composer */
	isHost(element: Element | null): boolean;
	/** whether all of it is in clear view; true as well while there is nothing on show to be covered */
	isClear(): boolean;
	/** whether this element lies where somebody may take it for the composer */
	isNear(element: Element): boolean;
	/** the page took the keyboard */
	onTheft(): void;
	/** somebody types into this element of the page while the composer is out of sight */
	onLookAlike(element: Element): void;
}

const events = 'keydown keypress keyup beforeinput textInput input compositionstart compositionupdate compositionend paste cut copy'.split(
	' ',
);
const fields = 'input, textarea, [contenteditable]';
const frames = 'iframe, frame, object, embed';

const places = new Set<TypingPlace>();
/** who the next letters are for; stays when it is taken out of the page */
let writer: TypingPlace | null = null;
let isTheft = false;
let isTaking = false;
/** the page has just begun, and it is not known yet whether somebody was writing in the one before: the page is loaded anew mid-word */
let isStarting = true;
/** ms for which a page that has just begun gets no key before the background's answer */
const answerTime = 300;
let onLeft = (): void => {};
let tellInPage = (): void => {};
/** the document that Bauta put in place of one that the page threw away */
let ownDocument: Element | null = null;
/** the field of the page that the user wants to write in all the same */
let chosenField: Element | null = null;

/** Whether the page has taken the keyboard, and the user did not act since. */
export const areLettersHeld = (): boolean => isTheft;

/** The user's own act took the keyboard elsewhere. */
export function noteOwnAct(): void {
	if (writer) onLeft();
	writer = null;
	isTheft = false;
}

/** The user wants to write in the page, and in this field of it though the composer is out of sight. */
export function permitTyping(field: Element | null = null): void {
	noteOwnAct();
	chosenField = field;
}

/** The user is done with this composer: what is typed from now on is meant for the page. */
export function endTyping(place: TypingPlace): void {
	if (writer === place) noteOwnAct();
}

/** Looks after a composer until the returned function is called. Letters that are on their way to it by then reach nobody all the same. */
export function guardTyping(place: TypingPlace): () => void {
	places.add(place);
	return () => void places.delete(place);
}

const placeOf = (element: Element | null) => [...places].find((place) => place.isHost(element));

function theft(): void {
	// an input method would go on writing in a field: it is asked before its text can be stopped
	if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
	if (isTheft) return;
	isTheft = true;
	writer?.onTheft();
}

/** Whether the browser would do something to a text on this key, or press a button. Its own shortcuts go on working. */
function isText(event: KeyboardEvent): boolean {
	const isShortcut = (event.ctrlKey || event.metaKey) && !event.getModifierState('AltGraph');
	if (isShortcut) return false;
	return event.key.length === 1 || ['Enter', 'Backspace', 'Delete', 'Dead', 'Process', 'Unidentified'].includes(event.key);
}

function stop(event: Event): void {
	event.stopImmediatePropagation();
	if (!(event instanceof KeyboardEvent) || isText(event)) event.preventDefault();
}

/** The place that is out of sight while somebody types into a field of the page, or undefined. */
function placeOutOfSight(target: Element): TypingPlace | undefined {
	if (target === chosenField || !target.closest(fields)) return undefined;
	return [...places].find((place) => place.isNear(target) && !place.isClear());
}

function guard(event: Event): void {
	if (!event.isTrusted) return;
	const target = event.composedPath()[0];
	if (!(target instanceof Element)) return;
	if (isStarting) stop(event);
	else if (writer) {
		stop(event);
		// the two keys by which people who use no mouse say that they want to be elsewhere
		if (event instanceof KeyboardEvent && event.type === 'keydown' && (event.key === 'Escape' || event.key === 'Tab')) noteOwnAct();
		else theft();
	} else if (!(event instanceof KeyboardEvent) || isText(event)) {
		const place = placeOutOfSight(target);
		if (!place) return;
		stop(event);
		// what an input method writes cannot be stopped one by one
		if (event instanceof CompositionEvent) (target as HTMLElement).blur();
		place.onLookAlike(target);
	}
}

/** A click counts by itself: assistive technology presses nothing before. */
const noteClick = (event: Event) => {
	if (event.isTrusted) noteOwnAct();
};

/** when the pointer last moved in this window, ms of `performance.now` */
let lastMove = Number.NEGATIVE_INFINITY;
/** ms from a pointer's last move to a click in a frame of the page, at most: in there it is not seen */
const aimTime = 1500;
const notePointer = (event: Event) => {
	const { isTrusted, movementX, movementY } = event as PointerEvent;
	// what a page moves under a pointer that rests is no move of the pointer
	if (isTrusted && (movementX || movementY)) lastMove = performance.now();
};

/** Whether the user has just moved the pointer onto a frame of the page: a click in there shows nowhere else. */
function isAimedAtFrame(): boolean {
	if (performance.now() - lastMove > aimTime) return false;
	return [...document.querySelectorAll(':hover')].at(-1)?.matches(frames) === true;
}

/**
 * The composer lost the focus. Where a frame of the page took it, no key comes by here: so the page's own window gets the focus, where keys
 * are stopped.
 * @param by `user`: by a key of the user's own; `page`: so soon after a key that no hand can have done it
 */
export function noteComposerBlur(by: 'user' | 'page' | 'unknown'): void {
	if (by === 'user' || (by === 'unknown' && isAimedAtFrame())) noteOwnAct();
	if (!writer || !document.hasFocus()) return;
	// it had the focus until now
	isTheft = false;
	// a focus that went into a frame is not told of here: the element that is said to have it is still the old one
	const active = document.activeElement;
	if (by === 'page' || placeOf(active) || active?.matches(frames)) window.focus();
	if (by === 'page') theft();
}

/** The page's own window takes the focus from a frame of the page's; from one that takes it back at once, a moment later. */
function takeFocus(): void {
	if (isTaking) return void setTimeout(noteBlur);
	isTaking = true;
	theft();
	window.focus();
	isTaking = false;
}

/** The window lost the focus to a frame in it: somebody is about to write there, or a frame of the page takes what is written. */
function noteBlur(): void {
	const active = document.activeElement;
	const place = placeOf(active);
	if (place) {
		writer = place;
		isTheft = false;
		chosenField = null;
	} else if (writer && active?.matches(frames)) {
		if (isAimedAtFrame()) noteOwnAct();
		else takeFocus();
	}
}

/**
 * To be called at the document's start.
 * @param wasWriting resolves to whether somebody was writing in the composer when the page before this one went
 * @param tellLeft called when the user leaves the composer for the page
 * @param tell tells the user that the page took the keyboard, where there is no composer to tell it
 */
export async function startTypingGuard(wasWriting: Promise<boolean>, tellLeft: () => void, tell: () => void): Promise<void> {
	onLeft = tellLeft;
	tellInPage = tell;
	installTypingGuard();
	// keys do not wait for a background that is slow to wake: it has no composer open then
	setTimeout(() => (isStarting = false), answerTime);
	const isWriting = await wasWriting.catch(() => false);
	isStarting = false;
	if (isWriting) writer ??= { isHost: () => false, isClear: () => true, isNear: () => false, onTheft: tell, onLookAlike: tell };
}

/**
 * The document is another one. What the page adds to it comes before listeners that are set again: where somebody was writing, the document
 * is opened once more, so that Bauta's come first. Returns whether the listeners were gone.
 */
export function noteNewDocument(): boolean {
	if (areListenersThere()) return false;
	const isStolen = writer !== null && document.documentElement !== ownDocument;
	if (isStolen) {
		ownDocument = element('html', {}, element('body'));
		document.open();
		document.close();
		// the browser may have made an element already, and a document has one alone
		document.documentElement?.remove();
		document.append(ownDocument);
	}
	listenAgain();
	if (isStolen) {
		theft();
		tellInPage();
	}
	return true;
}

/** Stands before every listener of the page. To be called at the document's start. */
function installTypingGuard(): void {
	for (const type of events) listen(type, guard, { capture: true });
	for (const type of ['pointerdown', 'click']) listen(type, noteClick, { capture: true });
	listen('pointermove', notePointer, { capture: true });
	listen('blur', noteBlur);
}
