import { listen } from '../page/window-listeners.ts';

/** ms that is looked before each drawing once anything has moved, and ms between two looks while nothing does: to draw for nothing costs a battery */
const movingTime = 500;
const restingPause = 100;

/** those that look closely as the page scrolls or changes its size */
const watches = new Set<() => void>();
for (const type of ['scroll', 'resize']) {
	listen(
		type,
		() => {
			for (const lookClosely of watches) lookClosely();
		},
		{ capture: true, passive: true },
	);
}

/**
 * Has `look` run before each drawing while something moves, and ten times a second while nothing does, until it is ended.
 * @param look returns whether anything moved; null when there is nothing to look at any more, which ends it
 * @returns ends it
 */
export function followMovement(look: () => boolean | null): () => void {
	let lastMove = performance.now();
	let drawing = 0;
	let rest: ReturnType<typeof setTimeout> | undefined;
	function pause(): void {
		cancelAnimationFrame(drawing);
		clearTimeout(rest);
	}
	function follow(): void {
		pause();
		const hasMoved = look();
		if (hasMoved === null) {
			watches.delete(lookClosely);
			return;
		}
		if (hasMoved) lastMove = performance.now();
		if (performance.now() - lastMove < movingTime) drawing = requestAnimationFrame(follow);
		else rest = setTimeout(follow, restingPause);
	}
	function lookClosely(): void {
		lastMove = performance.now();
		follow();
	}
	watches.add(lookClosely);
	follow();
	return () => {
		watches.delete(lookClosely);
		pause();
	};
}
