import type { RecordedConnection } from '../test/servers/recorder.ts';

/** What a client waits for: a connection that opens, an HTTP answer, frames that answer frames. */
type Event = { at: number; kind: 'open' | 'exchange' | 'out' | 'in'; text: string };

/**
 * Round trips from `since` (unix ms) until the text has left and was answered, over the connections opened after it:
 * one for each opening, one for each HTTP exchange, one for each burst of frames. As if none ran beside another; so never too few.
 */
export function roundTrips(connections: RecordedConnection[], since: number, text: string): number {
	const events: Event[] = connections
		.filter(({ opened }) => opened >= since)
		.flatMap(({ opened, exchanges, frames }) => [
			{ at: opened, kind: 'open' as const, text: '' },
			...exchanges.map(({ at, body }) => ({ at, kind: 'exchange' as const, text: body })),
			...frames.map((frame) => ({ at: frame.at, kind: frame.direction, text: frame.text })),
		])
		.sort((a, b) => a.at - b.at);
	const left = events.findIndex((event) => event.kind !== 'in' && event.text.includes(text));
	if (left < 0) throw new Error('the text never left');
	const until = events.slice(0, left + 1);
	return until.filter(({ kind }, index) => kind === 'open' || kind === 'exchange' || (kind === 'out' && until[index - 1]?.kind !== 'out'))
		.length;
}
