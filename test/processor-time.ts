/**
 * Begins to measure, and returns what tells the ms of processor time that this process has used since. A machine with other work makes
 * nothing longer by this measure.
 */
export function startProcessorClock(): () => number {
	const begin = process.cpuUsage();
	return () => {
		const { user, system } = process.cpuUsage(begin);
		return (user + system) / 1000;
	};
}
