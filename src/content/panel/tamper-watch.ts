/** How a page tampers with the composer (THREATS.md P7). */
export type Tampering = 'removed' | 'covered' | 'transparent' | 'moved' | 'small';

/** where in the frame the page must have nothing above it, as shares of its width and height */
const points = [
	[0.5, 0.5],
	[0.05, 0.15],
	[0.95, 0.15],
	[0.05, 0.85],
	[0.95, 0.85],
] as const;

/** The product of the opacities of an element and all around it. */
function opacity(element: Element): number {
	let product = 1;
	for (let at: Element | null = element; at; at = at.parentElement) product *= Number(getComputedStyle(at).opacity);
	return product;
}

/** What is wrong with where the composer stands in the page right now, or null. Asked only while the user is in it. */
export function findTampering(host: HTMLElement, frame: HTMLIFrameElement): Tampering | null {
	if (!host.isConnected || !frame.isConnected) return 'removed';
	const { left, top, width, height, right, bottom } = frame.getBoundingClientRect();
	if (width < 80 || height < 100) return 'small';
	if (right < 1 || bottom < 1 || left > innerWidth - 1 || top > innerHeight - 1) return 'moved';
	if (opacity(host) < 0.9) return 'transparent';
	for (const [x, y] of points) {
		const [pointX, pointY] = [left + x * width, top + y * height];
		if (pointX < 0 || pointY < 0 || pointX >= innerWidth || pointY >= innerHeight) continue;
		if (document.elementFromPoint(pointX, pointY) !== host) return 'covered';
	}
	return null;
}

interface VisibilityEntry extends IntersectionObserverEntry {
	/** Chromium: nothing at all is painted over it, and no effect changes how it looks (Intersection Observer 2) */
	isVisible?: boolean;
}

/**
 * Watches the frame while it is there. Somebody who writes elsewhere may open a dialog over it; only what stays for two looks
 * while the composer has the focus is reported. Returns what ends the watch.
 */
export function watchFrame(host: HTMLElement, frame: HTMLIFrameElement, onTampering: () => void): () => void {
	let isPainted = true;
	let before: Tampering | null = null;
	const observer = new IntersectionObserver(
		(entries) => {
			const entry = entries.at(-1) as VisibilityEntry | undefined;
			isPainted = entry?.isVisible === undefined || !entry.isIntersecting || entry.isVisible;
		},
		{ threshold: [0, 1], trackVisibility: true, delay: 100 } as IntersectionObserverInit,
	);
	observer.observe(frame);
	const timer = setInterval(() => {
		const focused = document.activeElement === host;
		const tampering = focused ? (findTampering(host, frame) ?? (isPainted ? null : 'covered')) : null;
		if (tampering && tampering === before) onTampering();
		before = tampering;
	}, 400);
	return () => {
		observer.disconnect();
		clearInterval(timer);
	};
}
