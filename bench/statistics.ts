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

/** How values are spread: the tenth and the quarter from below, the middle, the quarter and the tenth from above. Throws on none. */
export function spreadText(values: number[], unit: string, digits = 0): string {
	const order = inOrder(values);
	const at = (share: number) => (order[Math.round(share * (order.length - 1))] ?? Number.NaN).toFixed(digits);
	return `${median(values).toFixed(digits)}${unit} (10 %: ${at(0.1)}, 25 %: ${at(0.25)}, 75 %: ${at(0.75)}, 90 %: ${at(0.9)}, n = ${values.length})`;
}

/** A feature, a threshold, and whether what lies above it is taken for one of the first kind. */
interface Rule {
	feature: number;
	threshold: number;
	above: boolean;
}

/** The share of both kinds that a rule sorts rightly. */
function rightShare({ feature, threshold, above }: Rule, some: number[][], others: number[][]): number {
	const share = (rows: number[][]) => rows.filter((row) => (row[feature] ?? 0) > threshold).length / rows.length;
	const right = (share(some) + 1 - share(others)) / 2;
	return above ? right : 1 - right;
}

/** The rule that sorts these best, over all features. */
function bestRule(some: number[][], others: number[][]): Rule {
	const rows = [...some, ...others];
	const rules = (rows[0] ?? []).flatMap((_, feature) =>
		rows.flatMap((row) => [true, false].map((above): Rule => ({ feature, threshold: row[feature] ?? 0, above }))),
	);
	const [best] = rules.map((rule) => ({ rule, score: rightShare(rule, some, others) })).sort((one, other) => other.score - one.score);
	if (!best) throw new Error('nothing to tell apart');
	return best.rule;
}

/**
 * The share that a threshold sorts rightly into two kinds, chosen on one half of the values and tried on the other, both ways. 0.5 is chance.
 * Each row holds what was measured once, in the same order; the best of these features is taken. The halves are made of pairs of rows, so that
 * in each both kinds were measured first as often.
 */
export function accuracy(some: number[][], others: number[][]): number {
	const half = (rows: number[][], odd: number) => rows.filter((_, at) => (at >> 1) % 2 === odd);
	const [first, second] = [0, 1].map((odd) =>
		rightShare(bestRule(half(some, 1 - odd), half(others, 1 - odd)), half(some, odd), half(others, odd)),
	);
	return ((first ?? 0) + (second ?? 0)) / 2;
}

/** Half the width of the interval around chance that holds 95 % of such shares, for so many values of each kind. */
export const chanceWidth = (count: number): number => (1.96 * 0.5) / Math.sqrt(2 * count);

/** How well a threshold could tell two kinds apart, over all thresholds: 0.5 is chance, 0 and 1 are certain. With its 95 % interval. */
export interface Auc {
	value: number;
	low: number;
	high: number;
	counts: [some: number, others: number];
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: number[]): number => {
	const middle = mean(values);
	return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
};

/**
 * The chance that a value of the first kind is larger than one of the other, where equal ones count half: the area under the curve of all
 * thresholds. Its interval is by DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988). Throws under 2 values of either.
 */
export function auc(some: number[], others: number[]): Auc {
	if (Math.min(some.length, others.length) < 2) throw new Error('fewer than 2 values have no spread');
	const wins = (value: number, over: number[]) => mean(over.map((other) => (value > other ? 1 : value === other ? 0.5 : 0)));
	const ofSome = some.map((value) => wins(value, others));
	const ofOthers = others.map((value) => 1 - wins(value, some));
	const value = mean(ofSome);
	const width = 1.96 * Math.sqrt(variance(ofSome) / some.length + variance(ofOthers) / others.length);
	return { value, low: Math.max(0, value - width), high: Math.min(1, value + width), counts: [some.length, others.length] };
}

export const aucText = ({ value, low, high, counts }: Auc): string =>
	`AUC ${value.toFixed(2)} (95 %: ${low.toFixed(2)} to ${high.toFixed(2)}, n = ${counts.join(' and ')})`;
