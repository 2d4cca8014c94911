/**
 * Returns a function that asks for a run of `task`. However often it is called, `task` runs once, before the browser paints next. A tab in
 * the background is not painted: there `task` runs 200 ms later, so that a closed room gets its switch all the same.
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
