/** A time in ms, drawn evenly between two numbers of seconds from the system's randomness. */
export function drawDelay(minSeconds: number, maxSeconds: number): number {
	const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
	return 1000 * (minSeconds + (word / 2 ** 32) * (maxSeconds - minSeconds));
}
