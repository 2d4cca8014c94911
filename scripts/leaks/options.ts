import type { BrowserName, NetworkName } from './recording.ts';
import type { Where } from './row.ts';

export const browsers: BrowserName[] = ['chromium', 'firefox'];
export const networks: NetworkName[] = ['xmpp', 'nostr'];

/** What `npm run leaks -- …` was asked for. */
export interface Options {
	json: boolean;
	prove: boolean;
	/** ids of rows, upper or lower case as they stand; empty: all */
	rows: string[];
	places: Where[];
	/** judges the recordings that are there, and plays nothing */
	again: boolean;
	writeSnapshots: boolean;
}

/** Reads the words after `npm run leaks --`. Throws where one cannot be understood. */
export function readOptions(words: string[]): Options {
	const named = (known: readonly string[]) => words.filter((word) => known.includes(word));
	const flags = ['--json', '--prove', '--again', '--write-snapshots'];
	const isRow = (word: string) => /^[NPTISDCR]\d+d?$/.test(word);
	for (const word of words)
		if (![...flags, ...browsers, ...networks].includes(word) && !isRow(word))
			throw new Error(
				`npm run leaks does not know ${word}; it knows ${[...flags, ...browsers, ...networks].join(', ')} and the ids of rows`,
			);
	const only = (chosen: string[], all: string[]) => (chosen.length > 0 ? chosen : all);
	return {
		json: words.includes('--json'),
		prove: words.includes('--prove'),
		again: words.includes('--again'),
		writeSnapshots: words.includes('--write-snapshots'),
		rows: words.filter(isRow),
		places: only(named(browsers), browsers).flatMap((browser) =>
			only(named(networks), networks).map((network) => ({ browser, network }) as Where),
		),
	};
}
