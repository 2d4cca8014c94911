/**
 * The element that holds the composer's frame. It lies in the browser's top layer, so that no style, effect or element of the page comes
 * over it, and follows the place that is kept for it beside the switch. It stands beside the page's body: what the page builds anew there
 * does not take it away (THREATS.md P3, P7).
 */
import { closedHost, frameTag, styleSheet } from '../page/shadow-hosts.ts';
import { hasJustScrolled } from '../page/user-acts.ts';
import { followMovement } from './movement.ts';

/** The composer's frame in the page. */
export interface FrameHost {
	host: HTMLElement;
	/** its closed root, where the frame goes */
	root: ShadowRoot;
	/** whether its place is on show as a whole: a page that shows another room, or is scrolled, cuts it */
	isWhole(): boolean;
	/** where in the window the user takes it to be, as far as that is known: a page may have moved it since */
	lastBox(): DOMRect | null;
	/** whether it is where it was put, in the top layer */
	isInPlace(): boolean;
	/** whether the page's own element lies over its place, as a dialog that the page opens does */
	isUnderPage(): boolean;
	/** lets what the page shows there be seen, or not any more */
	yieldTo(page: boolean): void;
	yields(): boolean;
	/** lets it be seen at all: before that it is not known what is in it */
	show(): void;
	remove(): void;
}

/**
 * These come from the root's own sheet, and from there `!important` wins against every rule of the page. `all` undoes every effect that the
 * page puts on the host; only `zoom` comes through from around it.
 */
const rule = (box: string) =>
	`:host { all: initial !important; display: block !important; position: fixed !important; overflow: hidden !important; z-index: 2147483647 !important; ${box} }`;
const frameSheet = styleSheet('iframe { display: block; width: 100%; height: 100%; border: 0; border-radius: 8px; background: var(--bg) }');

/** ms that the page around a new frame may take to find its form */
const settlingTime = 3000;
/** how many steps of the seat's visible share are told */
const steps = Array.from({ length: 41 }, (_, step) => step / 40);
const px = (value: number) => `${Math.round(value * 100) / 100}px`;

/** The part of its place that the page's own scrolling and clipping leaves to be seen, as the four insets of `clip-path`. */
function insetsOf({ boundingClientRect: box, intersectionRect: seen, isIntersecting }: IntersectionObserverEntry): string {
	if (!isIntersecting || seen.width === 0 || seen.height === 0) return '100%';
	const sides = [seen.top - box.top, box.right - seen.right, box.bottom - seen.bottom, seen.left - box.left];
	return sides.every((side) => side < 1) ? '' : sides.map((side) => px(Math.max(0, side))).join(' ');
}

/**
 * Puts the host over `seat` and keeps it there.
 * @param onLoss the page took it out of its place, or out of the top layer
 */
export function frameHost(seat: HTMLElement, onLoss: () => void): FrameHost {
	const sheet = styleSheet('');
	const { host, root } = closedHost(frameTag, sheet);
	root.adoptedStyleSheets = [sheet, frameSheet];
	let clip = '';
	let lastBox: DOMRect | null = null;
	let yields = false;
	let isShown = false;
	/** where it stood last: it keeps its size while the page has no place for it, and only is not seen */
	let at = '';
	let css = '';
	const since = performance.now();

	/** Returns whether that moved it. */
	function align(): boolean {
		const seatBox = seat.getBoundingClientRect();
		const { left, top, width, height } = seatBox;
		if (knowsPlace()) lastBox = width > 0 && clip === '' ? seatBox : null;
		// whole pixels: part of one that the frame does not have would count as out of view
		const box = [Math.round(left), Math.round(top), Math.floor(width), Math.floor(height)];
		if (width > 0) at = ['left', 'top', 'width', 'height'].map((side, index) => `${side}: ${box[index]}px !important; `).join('');
		const inset = width === 0 || yields || !isShown ? '100%' : clip;
		const zoom = (document.documentElement as HTMLElement & { currentCSSZoom?: number }).currentCSSZoom || 1;
		const next = `${at}zoom: ${1 / zoom} !important; clip-path: ${inset ? `inset(${inset})` : 'none'} !important`;
		if (next === css) return false;
		css = next;
		sheet.replaceSync(rule(css));
		return true;
	}
	/** Whether the user sees where it is: they write in it, they scroll, or it has just come. */
	const knowsPlace = () => document.activeElement === host || hasJustScrolled() || performance.now() - since < settlingTime;
	const isInPlace = () => host.parentNode === document.documentElement && host.matches(':popover-open');
	const observer = new IntersectionObserver(
		(entries) => {
			const entry = entries.at(-1);
			if (entry) clip = insetsOf(entry);
			align();
		},
		{ threshold: steps },
	);

	host.popover = 'manual';
	document.documentElement.append(host);
	host.showPopover();
	observer.observe(seat);
	const endFollowing = followMovement(() => {
		if (isInPlace()) return align();
		onLoss();
		return null;
	});
	return {
		host,
		root,
		lastBox: () => lastBox,
		isInPlace,
		isWhole: () => clip === '' && seat.getBoundingClientRect().width > 0,
		isUnderPage() {
			const box = seat.getBoundingClientRect();
			const around = (seat.getRootNode() as ShadowRoot).host;
			return lookPoints(box).some(([x, y]) => {
				const [top, below] = document.elementsFromPoint(x, y);
				return (top === host ? below : top) !== around;
			});
		},
		yields: () => yields,
		show() {
			isShown = true;
			align();
		},
		yieldTo(page) {
			yields = page;
			align();
		},
		remove() {
			endFollowing();
			observer.disconnect();
			host.remove();
		},
	};
}

/** places across and down a box at which it is looked: as close together as the smallest menu that opens over it */
const across = [0.03, 0.15, 0.27, 0.39, 0.5, 0.61, 0.73, 0.85, 0.97];
const down = [0.06, 0.3, 0.5, 0.7, 0.94];

/** Points of a box that lie in the window, where something over it would be met. */
export function lookPoints({ left, top, width, height }: DOMRect): [number, number][] {
	const points = across.flatMap((x) => down.map((y): [number, number] => [left + x * width, top + y * height]));
	return points.filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
}
