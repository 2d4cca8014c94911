// Several runs of the same tests, side by side.

/** What several runs had in common: a line for each test that failed in any of them, the most frequent first. */
export function tally(outcomes) {
	const times = new Map();
	for (const { failed } of outcomes) for (const name of new Set(failed)) times.set(name, (times.get(name) ?? 0) + 1);
	const lines = [...times].sort(([, few], [, many]) => many - few).map(([name, count]) => `failed ${count} of ${outcomes.length}: ${name}`);
	return lines.length ? lines : [`${outcomes.length} of ${outcomes.length} runs without a failure`];
}
