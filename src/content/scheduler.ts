/**
 * Returns a function that asks for a run of `task`. However often it is called, `task` runs once, before the browser paints next. A tab in
 * the background is not painted: there `task` runs 200 ms later, so that a closed room gets its switch all the same.
 */
export function beforeNextPaint(task: () => void): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const run = () => {
		if (!timer) return;
		clearTimeout(timer);
		timer = undefined;
		task();
	};
	return () => {
		if (timer) return;
		timer = setTimeout(run, 200);
		requestAnimationFrame(run);
	};
}

/**
 * Returns a function that asks for a run of `task`: after `quiet` ms without another call, and `longest` ms after the first call at the latest.
 */
export function afterQuiet(task: () => void, quiet: number, longest: number): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let last = 0;
	return () => {
		const time = performance.now();
		if (!timer) last = time + longest;
		clearTimeout(timer);
		timer = setTimeout(
			() => {
				timer = undefined;
				task();
			},
			Math.min(quiet, last - time),
		);
	};
}
