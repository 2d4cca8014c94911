/** How a page made the composer something else than what the user sees. Whichever it is, sending stops. */
type Tampering = 'removed' | 'navigated' | 'covered' | 'transparent' | 'moved' | 'small';

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

/** What is wrong with the composer's place in the page right now, or null. Asked only while the user is in it. */
function look(host: HTMLElement, frame: HTMLIFrameElement): Tampering | null {
	if (!host.isConnected || !frame.isConnected) return 'removed';
	const { left, top, width, height, right, bottom } = frame.getBoundingClientRect();
	if (width < 80 || height < 100) return 'small';
	if (right < 1 || bottom < 1 || left > innerWidth - 1 || top > innerHeight - 1) return 'moved';
	if (opacity(host) < 0.9) return 'transparent';
	for (const [x, y] of points) {
		const [at, down] = [left + x * width, top + y * height];
		if (at < 0 || down < 0 || at >= innerWidth || down >= innerHeight) continue;
		if (document.elementFromPoint(at, down) !== host) return 'covered';
	}
	return null;
}

interface VisibilityEntry extends IntersectionObserverEntry {
	/** Chromium: nothing at all is painted over it, and no effect changes how it looks (Intersection Observer 2) */
	isVisible?: boolean;
}

/**
 * Watches the frame while it is there. Somebody who writes elsewhere may open a dialog over it; only what stays for two looks
 * while the composer has the focus is told. Returns what ends the watch.
 */
export function watchFrame(host: HTMLElement, frame: HTMLIFrameElement, tell: () => void): () => void {
	let painted = true;
	let before: Tampering | null = null;
	const observer = new IntersectionObserver(
		(entries) => {
			const entry = entries.at(-1) as VisibilityEntry | undefined;
			painted = entry?.isVisible === undefined || !entry.isIntersecting || entry.isVisible;
		},
		{ threshold: [0, 1], trackVisibility: true, delay: 100 } as IntersectionObserverInit,
	);
	observer.observe(frame);
	const timer = setInterval(() => {
		const focused = document.activeElement === host;
		const found = focused ? (look(host, frame) ?? (painted ? null : 'covered')) : null;
		if (found && found === before) tell();
		before = found;
	}, 400);
	return () => {
		observer.disconnect();
		clearInterval(timer);
	};
}
