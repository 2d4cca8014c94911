/**
 * Returns a function that asks for a run of `task`. However often it is asked, `task` runs once, before the browser paints next; in a tab
 * that is not painted, where a closed room's switch must not stay away, 200 ms later.
 */
export function beforeNextPaint(task: () => void): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const run = () => {
		if (timer === undefined) return;
		clearTimeout(timer);
		timer = undefined;
		task();
	};
	return () => {
		if (timer !== undefined) return;
		timer = setTimeout(run, 200);
		requestAnimationFrame(run);
	};
}
