import { wordlist } from '@scure/bip39/wordlists/english.js';

/** Optimal string alignment: how many letters to add, drop, change or swap with their neighbour. */
function distance(a: string, b: string): number {
	let before: number[] = [];
	let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
		for (let j = 1; j <= b.length; j++) {
			const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			let least = Math.min(substitution, (previous[j] as number) + 1, (current[j - 1] as number) + 1);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] as number) + 1);
			current.push(least);
		}
		before = previous;
		previous = current;
	}
	return previous[b.length] as number;
}

/** The same word, but for letters written twice or once: the commonest slip of all. */
const withoutDoubles = (word: string) => word.replace(/(.)\1+/g, '$1');

/**
 * The word of the BIP-39 list that was most likely meant, or null where none is near.
 * The first four letters of a word are its own (BIP-39), so who has written just those has written the word.
 */
export function nearestWord(word: string): string | null {
	if (word.length > 16) return null;
	const completion = word.length === 4 ? wordlist.find((candidate) => candidate.startsWith(word)) : undefined;
	if (completion) return completion;
	let best: string | null = null;
	let least = word.length < 6 ? 2 : 3;
	for (const candidate of wordlist) {
		// of two at the same distance, the one that begins alike, or is alike but for a doubled letter
		const favour = (candidate[0] === word[0] ? 0.1 : 0) + (withoutDoubles(candidate) === withoutDoubles(word) ? 0.2 : 0);
		if (Math.abs(candidate.length - word.length) - favour >= least) continue;
		const away = distance(word, candidate) - favour;
		if (away < least) {
			least = away;
			best = candidate;
		}
	}
	return best;
}
