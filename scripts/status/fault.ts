/** What went wrong, as a sentence that tells what to do. It never holds a key, a phrase or a word of one. */
export class StatusFault extends Error {
	constructor(sentence: string) {
		super(sentence);
		this.name = 'StatusFault';
	}
}

/** What others wrote, as far as it may go to a terminal: on one line, without what steers it, and not without end. */
export const printable = (words: string): string => words.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, ' ').slice(0, 400);
