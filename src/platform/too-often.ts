/**
 * Counts something that happens again and again. The returned function is called each time, and tells whether it happened more than `most`
 * times within `period` ms.
 */
export function tooOften(most: number, period: number): () => boolean {
	/** on the clock of `performance`, which nobody sets */
	let times: number[] = [];
	return () => {
		const now = performance.now();
		times = [...times.filter((time) => now - time < period), now];
		return times.length > most;
	};
}
