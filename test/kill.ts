/** One message, and the death of the worker that had it. */
export interface Kill {
	run: number;
	text: string;
	room: string;
	/** ms after Enter */
	moment: number;
	/** ms after that within which the next worker is killed as well; 0: it lives */
	again: number;
	/** how far the message had come */
	wire: string;
	/** what the outbox said of it afterwards */
	after: string[];
}

/**
 * Draws a moment of the message's life. Every fourth one has a second within eight seconds, while Bauta finds out what became of it: that takes
 * more than five.
 */
export const drawKill = (run: number): Pick<Kill, 'run' | 'again'> & { share: number } => ({
	run,
	share: Math.round(Math.random() * 1100) / 1000,
	again: run % 4 === 0 ? 1 + Math.floor(Math.random() * 8000) : 0,
});

/** What became of the message, for people who read of a failure. `rooms`: those that heard it, one for each time. */
export function tellFate({ run, text, room, moment, again, wire, after }: Kill, rooms: string[]): string {
	const moments = `${moment} ms after Enter${again > 0 ? ` and within ${again} ms again` : ''}`;
	const ears = `heard ${rooms.length} times${rooms.length > 0 ? ` (${rooms.join(', ')})` : ''}`;
	return `kill ${run}, ${moments}, ${wire || 'never'}: “${text}” in ${room} was ${ears}; outbox: ${after.join(', ') || 'not asked'}`;
}
