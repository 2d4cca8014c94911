/** A middle value with the interval that holds the true one with 95 % confidence. */
export interface Estimate {
	median: number;
	low: number;
	high: number;
	count: number;
}

const inOrder = (values: number[]): number[] => [...values].sort((a, b) => a - b);

/** The median; of an even count the mean of the two in the middle. Throws on none. */
export function median(values: number[]): number {
	const order = inOrder(values);
	const half = order.length >> 1;
	const [low, high] = [order[order.length % 2 ? half : half - 1], order[half]];
	if (low === undefined || high === undefined) throw new Error('the median of nothing');
	return (low + high) / 2;
}

/** P(X ≤ k) of n throws of a coin. */
function binomial(n: number, k: number): number {
	let term = 0.5 ** n;
	let sum = 0;
	for (let i = 0; i <= k; i++) {
		sum += term;
		term = (term * (n - i)) / (i + 1);
	}
	return sum;
}

/**
 * Median with its 95 % interval by order statistics: assumes nothing of the distribution.
 * The interval runs between the values of ranks k+1 and n−k, with the largest k for which P(X ≤ k) ≤ 2.5 %. Throws under 6 values.
 */
export function estimate(values: number[]): Estimate {
	const order = inOrder(values);
	let k = -1;
	while (binomial(order.length, k + 1) <= 0.025) k++;
	const [low, high] = [order[k], order[order.length - 1 - k]];
	if (k < 0 || low === undefined || high === undefined) throw new Error('fewer than 6 values have no 95 % interval');
	return { median: median(values), low, high, count: values.length };
}

/** Ratio `a/b` of each interleaved pair, as one estimate. */
export function pairedRatio(pairs: [a: number, b: number][]): Estimate {
	return estimate(pairs.map(([a, b]) => a / b));
}

export function estimateText({ median: middle, low, high, count }: Estimate, unit: string, digits = 0): string {
	const [m, l, h] = [middle, low, high].map((value) => value.toFixed(digits));
	return `${m}${unit} (95 %: ${l} to ${h}, n = ${count})`;
}

/**
 * The share that a threshold sorts rightly into two kinds, chosen on one half of the values and tried on the other, both ways. 0.5 is chance.
 */
export function accuracy(some: number[], others: number[]): number {
	const halves = (values: number[], odd: number) => values.filter((_, at) => at % 2 === odd);
	const scores = [0, 1].map((odd) => {
		const [a, b] = [halves(some, 1 - odd), halves(others, 1 - odd)];
		const thresholds = [...a, ...b].sort((one, other) => one - other);
		const rate = (threshold: number, over: number[], under: number[]) =>
			(over.filter((value) => value > threshold).length / over.length + under.filter((value) => value <= threshold).length / under.length) /
			2;
		const best = thresholds.reduce(
			(chosen, threshold) => {
				const score = rate(threshold, a, b);
				return Math.abs(score - 0.5) > Math.abs(chosen.score - 0.5) ? { threshold, score } : chosen;
			},
			{ threshold: 0, score: 0.5 },
		);
		const score = rate(best.threshold, halves(some, odd), halves(others, odd));
		return best.score >= 0.5 ? score : 1 - score;
	});
	return ((scores[0] ?? 0) + (scores[1] ?? 0)) / 2;
}

/** Half the width of the interval around chance that holds 95 % of such shares, for so many values of each kind. */
export const chanceWidth = (count: number): number => (1.96 * 0.5) / Math.sqrt(2 * count);
