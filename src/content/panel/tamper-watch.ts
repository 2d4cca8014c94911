import type { Tampering } from '../../messages/rooms.ts';
import { areLettersHeld, followFocus } from '../page/typing.ts';
import { hasJustMoved } from '../page/user-acts.ts';
import { type FrameHost, lookPoints } from './frame-host.ts';

/** What is wrong with how the composer stands in the page right now, or null. */
export function findTampering(host: HTMLElement, frame: HTMLIFrameElement): Tampering | null {
	if (!host.isConnected || !frame.isConnected) return 'removed';
	const box = frame.getBoundingClientRect();
	if (box.width < 80 || box.height < 100) return 'small';
	if (box.right < 1 || box.bottom < 1 || box.left > innerWidth - 1 || box.top > innerHeight - 1) return 'moved';
	return lookPoints(box).every(([x, y]) => document.elementFromPoint(x, y) === host) ? null : 'covered';
}

/** ms from one look to the next, at least */
const pause = 400;

interface VisibilityEntry extends IntersectionObserverEntry {
	/** Chromium: nothing at all is painted over it, and no effect changes how it looks (Intersection Observer 2) */
	isVisible?: boolean;
}

/** A composer's frame that is being watched. */
export interface FrameWatch {
	/** whether all of it is in clear view, as far as this browser tells */
	isClear(): boolean;
	/** whether what lies over it may be a dialog that the user opened */
	givesWay(): boolean;
	end(): void;
}

/**
 * Watches the frame while it is there. A dialog that the user opens may lie over it: then the frame gives way. What stays for two looks while
 * the composer has the focus is reported, and so is a frame that the page then takes out of sight by no act of the user.
 */
export function watchFrame(at: FrameHost, frame: HTMLIFrameElement, onTampering: (how: Tampering) => void): FrameWatch {
	const { host } = at;
	let isUncovered = true;
	let isWhole = false;
	let before: Tampering | null = null;
	let wasWhole = false;
	/** it went out of the window as the page was scrolled, or the user did something */
	let isScrolledAway = false;
	let scrolledTo = '';
	const observer = new IntersectionObserver(
		(entries) => {
			const entry = entries.at(-1) as VisibilityEntry | undefined;
			isUncovered = !entry?.isIntersecting || entry.isVisible !== false;
			isWhole = (entry?.intersectionRatio ?? 0) > 0.99;
			wasWhole ||= isWhole;
		},
		{ threshold: [0, 0.99, 1], trackVisibility: true, delay: 100 } as IntersectionObserverInit,
	);
	observer.observe(frame);

	const givesWay = () => (hasJustMoved() || at.yields()) && at.isUnderPage();
	function look(): void {
		if (document.hasFocus()) followFocus();
		const isWriting = document.activeElement === host && !areLettersHeld();
		at.yieldTo(!isWriting && givesWay());
		// a popover that is open anywhere has a backdrop over all of the page, which cannot be seen: nothing is sent then, and nobody is caught
		const isHidden = !isUncovered && document.querySelectorAll(':popover-open').length < 2;
		const position = findTampering(host, frame) ?? (isHidden ? 'covered' : null);
		// what the page shows no place for is covered by nobody
		const tampering = position === 'covered' && !at.isWhole() ? null : position;
		if (tampering !== 'moved') isScrolledAway = false;
		else if (before !== 'moved') isScrolledAway = hasJustMoved() || !wasWhole || scrolledTo !== `${scrollX} ${scrollY}`;
		scrolledTo = `${scrollX} ${scrollY}`;
		// with a frame that nobody writes in a page may do what it likes
		const isWrong = isWriting && tampering !== null && !(tampering === 'moved' && isScrolledAway);
		if (isWrong && tampering === before) onTampering(tampering);
		before = tampering;
	}
	let timer: ReturnType<typeof setTimeout> | undefined;
	let drawing = 0;
	/** A browser with much to do tells late of what it has drawn: so it draws twice before the next look. */
	function lookAgain(): void {
		timer = setTimeout(() => {
			drawing = requestAnimationFrame(() => {
				drawing = requestAnimationFrame(() => {
					lookAgain();
					look();
				});
			});
		}, pause);
	}
	lookAgain();
	return {
		givesWay,
		isClear: () => isUncovered && isWhole && findTampering(host, frame) === null,
		end() {
			observer.disconnect();
			clearTimeout(timer);
			cancelAnimationFrame(drawing);
		},
	};
}
