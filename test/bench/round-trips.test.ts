import { expect, it } from 'vitest';
import { roundTrips } from '../../bench/round-trips.ts';
import type { RecordedConnection, RecordedExchange } from '../servers/recorder.ts';

const connection = (
	opened: number,
	exchanges: [at: number, body: string][],
	frames: [at: number, direction: 'in' | 'out', text: string][],
) =>
	({
		opened,
		exchanges: exchanges.map(([at, body]) => ({ at, body }) as RecordedExchange),
		frames: frames.map(([at, direction, text]) => ({ at, direction, text })),
	}) as RecordedConnection;

it('counts one for opening and one for each HTTP exchange up to the text', () => {
	const seen = [
		connection(
			5,
			[
				[6, 'a'],
				[7, 'the text'],
				[8, 'goodbye'],
			],
			[],
		),
		connection(1, [[9, 'earlier one']], []),
	];
	expect(roundTrips(seen, 2, 'the text')).toBe(3);
});

it('counts bursts of frames, not frames', () => {
	const frames: [number, 'in' | 'out', string][] = [
		[7, 'out', 'a'],
		[8, 'out', 'b'],
		[9, 'in', 'c'],
		[10, 'in', 'the text, as somebody else’s'],
		[11, 'out', 'the text'],
	];
	expect(roundTrips([connection(5, [[6, '']], frames)], 0, 'the text')).toBe(4);
});

it('does not count what never left', () => {
	expect(() => roundTrips([connection(5, [], [])], 0, 'x')).toThrow('never left');
});
