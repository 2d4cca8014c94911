import { draws } from './draws.ts';

/** One person with a device. All of it differs between authors, and none of it may show in what they post. */
export interface TestAuthor {
	name: string;
	/** entropy of the recovery phrase, hex */
	entropy: string;
	/** seconds that a message waits at least and at most */
	delay: readonly [number, number];
	/** there and back between the device and any server, ms; the first of two servers and the second */
	roundTrips: readonly [number, number];
	timeZone: string;
	language: string;
	/** seconds that the device's clock is ahead */
	ahead: number;
	/** share of messages that leave no trace; of the others all are one-time */
	noTrace: number;
}

const timeZones = [
	'Pacific/Auckland',
	'Asia/Tokyo',
	'Asia/Kolkata',
	'Africa/Cairo',
	'Europe/Berlin',
	'UTC',
	'America/Caracas',
	'America/Denver',
];
const languages = ['de_DE.UTF-8', 'ar_EG.UTF-8', 'en_US.UTF-8', 'ja_JP.UTF-8', 'pt_BR.UTF-8', 'tr_TR.UTF-8', 'fa_IR.UTF-8'];
const delays = [
	[2, 12],
	[2, 12],
	[1, 4],
	[5, 30],
	[10, 20],
	[2, 40],
] as const;
const nearest = 8;
const farthest = 400;

/** Authors as far from the servers as people are: 8 ms (the same town) to 400 ms (by satellite, or over Tor). */
export function testAuthors(count: number, seed: number): TestAuthor[] {
	const draw = draws(seed);
	const pick = <T>(values: readonly T[]): T => values[Math.floor(draw() * values.length)] as T;
	const distance = (rank: number) => nearest * (farthest / nearest) ** (rank / Math.max(1, count - 1));
	return Array.from({ length: count }, (_, at) => ({
		name: `author ${at + 1}`,
		entropy: Array.from({ length: 16 }, () =>
			Math.floor(draw() * 256)
				.toString(16)
				.padStart(2, '0'),
		).join(''),
		delay: pick(delays),
		roundTrips: [distance(at), distance(Math.floor(draw() * count))],
		timeZone: pick(timeZones),
		language: pick(languages),
		// up to seven minutes, as clocks that nobody sets are off
		ahead: Math.round((draw() * 2 - 1) * 420),
		noTrace: pick([0, 0.1, 0.5, 0.9]),
	}));
}
