/**
 * What somebody types for the composer reaches nothing of the page (THREATS.md P3). From the moment that the composer has the keyboard until
 * an act of the user's own takes it elsewhere, a key that arrives in the page is a stolen one: nobody gets it.
 */
import type { BlurCause } from '../../messages/composer.ts';
import { focusedElement, hoveredElement } from './innermost.ts';
import { element } from './shadow-hosts.ts';
import { areListenersThere, listen, listenAgain } from './window-listeners.ts';

/** A composer in the page, and what it does about the page. */
export interface GuardedComposer {
	/** whether this is the element that has the focus while somebody writes in the composer */
	isHost(element: Element | null): boolean;
	/** whether this place of the window meets the composer's */
	isAt(box: DOMRect): boolean;
	/** whether somebody who writes at this place of the window may take it for the composer, which is out of sight or elsewhere */
	isTakenFor(box: DOMRect): boolean;
	/** the page took the keyboard */
	onTheft(): void;
	/** somebody types into this element of the page, as they took what is at `box` for the composer */
	onLookAlike(element: Element, box: DOMRect): void;
}

/** Everything by which somebody writes with a keyboard, or an input method. */
export const writingEvents = 'keydown keypress keyup beforeinput input compositionstart compositionupdate compositionend paste'.split(' ');
const frames = 'iframe, frame, object, embed, fencedframe';

const composers = new Set<GuardedComposer>();
/** who the next letters are for; stays when it is taken out of the page */
let writer: GuardedComposer | null = null;
let isTheft = false;
let isTaking = false;
/** the page has just come on show, and it is not known yet whether somebody was writing in the one before: the page is changed mid-word */
let isStarting = true;
/** how often the page has come on show */
let shows = 0;
/** ms for which a page that has just come gets no key before the background's answer */
const answerTime = 300;
let onLeft = (): void => {};
let tellInPage = (): void => {};
/** the document that Bauta put in place of one that the page threw away */
let ownDocument: Element | null = null;
/** the element of the page that the user wants to write in all the same */
let chosenField: Element | null = null;
/** where the user last clicked in the page */
let lastClick: DOMRect | null = null;

/** Whether the page has taken the keyboard, and the user did not act since. */
export const areLettersHeld = (): boolean => isTheft;

/** The user's own act took the keyboard elsewhere. */
export function noteOwnAct(): void {
	if (writer) onLeft();
	writer = null;
	isTheft = false;
}

/** The user wants to write in the page, and in this element of it though the composer is out of sight. */
export function permitTyping(field: Element | null = null): void {
	noteOwnAct();
	chosenField = field;
}

/** The user is done with this composer: what is typed from now on is meant for the page. */
export function endTyping(composer: GuardedComposer): void {
	if (writer === composer) noteOwnAct();
}

/** Looks after a composer until the returned function is called. Letters that are on their way to it by then reach nobody all the same. */
export function guardTyping(composer: GuardedComposer): () => void {
	composers.add(composer);
	return () => void composers.delete(composer);
}

/** Chromium tells an element's `EditContext`, an object of the page's, what is written, where no key is pressed for it without any other event. */
const writesUnseen = (element: Element | null) => Boolean((element as { editContext?: object | null } | null)?.editContext);

const composerOf = (element: Element | null) => [...composers].find((composer) => composer.isHost(element));

function theft(): void {
	// an input method would go on writing in a field: it is asked before its text can be stopped
	(focusedElement() as HTMLElement | null)?.blur();
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

const isField = (one: Element) => one.matches('input, textarea') || (one as HTMLElement).isContentEditable;

/**
 * Letters that somebody types for a composer that is out of sight reach nobody, until their next act. They go by where the user clicked, as a
 * page draws what it likes and has the keyboard where it likes, and by where the element lies that has it.
 * @return whether it is so
 */
function turnAway(): boolean {
	const target = focusedElement() ?? document.documentElement;
	if (target === chosenField) return false;
	const own = target.getBoundingClientRect();
	// what is as large as a page has the focus wherever one clicks in it
	const boxes = isField(target) || target.matches(frames) || own.height < innerHeight / 2 ? [own, lastClick] : [lastClick];
	for (const composer of composers) {
		const box = boxes.find((one) => one && composer.isTakenFor(one));
		if (!box) continue;
		writer = composer;
		// it is told by a notice, and is none of the page's doing yet
		isTheft = true;
		theft();
		setTimeout(() => composer.onLookAlike(target, box));
		return true;
	}
	return false;
}

/** Whether an event brings a letter. Enter and the space bar also press buttons and scroll, and much else is an input than text. */
function isLetter(event: Event): boolean {
	if (!(event instanceof KeyboardEvent)) return event.type !== 'input' && event.type !== 'copy';
	return isText(event) && (!/^( |Enter)$/.test(event.key) || isField(focusedElement() ?? document.documentElement));
}

function guard(event: Event): void {
	if (!event.isTrusted) return;
	if (isStarting) stop(event);
	else if (writer) {
		stop(event);
		// the two keys by which people who use no mouse say that they want to be elsewhere; one that went down in the composer comes up here
		if (event instanceof KeyboardEvent && (event.key === 'Escape' || event.key === 'Tab')) {
			if (event.type === 'keydown') noteOwnAct();
		} else theft();
	} else if (isLetter(event) && turnAway()) stop(event);
}

/** the last press came while the page had the pointer locked: the user sees none, or one that the page draws where it likes */
let isLockedPress = false;

/** A click counts by itself: assistive technology presses nothing before. One whose press came under a locked pointer was aimed at nothing. */
const noteClick = (event: Event) => {
	if (!event.isTrusted) return;
	if (event.type === 'pointerdown' || document.pointerLockElement) isLockedPress = document.pointerLockElement !== null;
	if (isLockedPress) return;
	noteOwnAct();
	const { clientX, clientY, detail } = event as PointerEvent;
	// a click that a key or a script of the user's makes has no place of its own
	if (event.type === 'pointerdown' || detail) lastClick = new DOMRect(clientX, clientY);
};

/** when the pointer last moved in this window, ms of `performance.now` */
let lastMove = Number.NEGATIVE_INFINITY;
/** ms from a pointer's last move to a click in a frame of the page, at most: in there it is not seen */
const aimTime = 1500;
const notePointer = (event: Event) => {
	const { isTrusted, movementX, movementY } = event as PointerEvent;
	// what a page moves under a pointer that rests is no move of the pointer, and a locked one stands still
	if (isTrusted && (movementX || movementY) && !document.pointerLockElement) lastMove = performance.now();
};

/** Who writes has their pointer back from a page that locks it, so that they can click in the composer. */
function noteLock(): void {
	if (writer && document.pointerLockElement) document.exitPointerLock();
}

/**
 * Whether the user has just moved the pointer onto a frame of the page: a click in there shows nowhere else. The composer's own frame is none,
 * nor is one that the page lays over it: who has just clicked in the composer does not leave it.
 */
function isAimedAtFrame(): boolean {
	if (performance.now() - lastMove > aimTime) return false;
	const hovered = hoveredElement();
	if (!hovered?.matches(frames)) return false;
	const box = hovered.getBoundingClientRect();
	return ![...composers].some((composer) => composer.isAt(box));
}

/**
 * The composer lost the focus. Where a frame of the page took it, no key comes by here: so the page's own window gets the focus, where keys
 * are stopped. A composer that has it back is left with it: the user may have clicked in it by now.
 */
export function noteComposerBlur(by: BlurCause): void {
	// a window of the page's in which no script of Bauta's runs, and which stays in front
	if (by === 'page') (globalThis as { documentPictureInPicture?: { window: Window | null } }).documentPictureInPicture?.window?.close();
	if (by === 'user' || (by === 'unknown' && isAimedAtFrame())) noteOwnAct();
	if (!writer || !document.hasFocus()) return;
	if (by === 'caught') {
		writer.onTheft();
		return;
	}
	// it had the focus until now
	isTheft = false;
	// a focus that went into a frame is not told of here: the element that is said to have it is still the old one
	if (by === 'page' || composerOf(document.activeElement) || focusedElement()?.matches(frames)) window.focus();
	if (by === 'page') theft();
}

/** The page's own window takes the focus from a frame of the page's; from one that takes it back at once, a moment later. */
function takeFocus(): void {
	if (isTaking) return void setTimeout(followFocus);
	isTaking = true;
	theft();
	window.focus();
	isTaking = false;
}

/**
 * The focus went to a frame: somebody is about to write there, or a frame of the page takes what is written. To be called as well where the
 * page may have moved the frame that has the focus.
 */
export function followFocus(): void {
	const composer = composerOf(document.activeElement);
	if (composer) {
		writer = composer;
		isTheft = false;
		chosenField = lastClick = null;
	} else if (focusedElement()?.matches(frames)) {
		if (writer && isAimedAtFrame()) noteOwnAct();
		if (writer || turnAway()) takeFocus();
	} else if (writesUnseen(focusedElement()) && (writer || turnAway())) theft();
}

/** While the browser tells of it, no script can take the focus from the frame that gets it: what is told of that waits until it is taken. */
function noteBlur(): void {
	setTimeout(followFocus);
	followFocus();
}

/**
 * To be called at the document's start.
 * @param wasWriting resolves to whether somebody was writing in the composer when the page before this one went
 * @param tellLeft called when the user leaves the composer for the page
 * @param tell tells the user that the page took the keyboard, where there is no composer to tell it
 */
export function startTypingGuard(wasWriting: Promise<boolean>, tellLeft: () => void, tell: () => void): void {
	onLeft = tellLeft;
	tellInPage = tell;
	installTypingGuard();
	void awaitWriter(wasWriting);
}

/**
 * The page comes on show: it has just begun, or was prepared or put aside before. Who was writing in the page before it goes on writing for
 * nobody. @param wasWriting as for `startTypingGuard`
 */
export async function awaitWriter(wasWriting: Promise<boolean>): Promise<void> {
	const show = ++shows;
	const start = () => {
		if (show === shows) isStarting = false;
	};
	isStarting = true;
	// keys do not wait for a background that is slow to wake: it has no composer open then
	setTimeout(start, answerTime);
	const isWriting = await wasWriting.catch(() => false);
	start();
	if (!isWriting) return;
	writer ??= { isHost: () => false, isAt: () => false, isTakenFor: () => false, onTheft: tellInPage, onLookAlike: tellInPage };
	// a frame of the page may have the keyboard since before
	followFocus();
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
	for (const type of [...writingEvents, 'textInput', 'cut', 'copy']) listen(type, guard, { capture: true });
	for (const type of ['pointerdown', 'click']) listen(type, noteClick, { capture: true });
	listen('pointermove', notePointer, { capture: true });
	listen('pointerlockchange', noteLock, { capture: true });
	listen('blur', noteBlur);
	listen('focusin', followFocus, { capture: true });
}
