import { BautaError } from '../../src/messages/errors.ts';
import type { Channel, ChannelSocket } from '../../src/networks/channel/channel.ts';
import { FrameQueue } from '../../src/networks/channel/connections.ts';

/** What a server that is so far away hears, and when, in ms on the clock of `performance`. */
export interface Heard {
	at: number;
	server: string;
	/** text of a frame or body; '' where a connection was opened, null where it was closed */
	text: string | null;
}

/** A server of a few lines: what it says to what it hears. */
export type Answers = (text: string) => string[];

/** On a busy machine what is to be sent leaves so many ms later; asked for each frame. */
export type Lateness = () => number;

/**
 * A channel to servers that are so many ms away, there and back: by host. Opening a connection costs two more trips, as with TLS. All of it happens
 * on the timers of `setTimeout`, so that a test can have hours pass in a moment.
 */
export function channelOverWays(
	ways: Record<string, number>,
	answers: Answers,
	lateness: Lateness = () => 0,
): Channel & { heard: Heard[] } {
	const heard: Heard[] = [];
	const wait = (ms: number) => new Promise((over) => setTimeout(over, ms));
	const hear = (server: string, text: string | null) => heard.push({ at: performance.now(), server, text });
	return {
		heard,
		async fetch({ url, body, signal }) {
			const { host } = new URL(url);
			const way = ways[host] ?? 0;
			await wait(2.5 * way);
			hear(host, body ?? '');
			const date = Math.floor(Date.now() / 1000);
			const [answer = ''] = answers(body ?? '');
			await wait(way / 2);
			if (signal?.aborted) throw new BautaError('cancelled');
			return { status: 200, date, authenticate: false, body: answer };
		},
		async socket(url): Promise<ChannelSocket> {
			const { host } = new URL(url);
			const way = ways[host] ?? 0;
			const waiting = new FrameQueue(new BautaError('server-down', host));
			let left = Promise.resolve();
			await wait(2.5 * way);
			hear(host, '');
			await wait(way / 2);
			return {
				send(data) {
					const late = lateness();
					// one behind the other; where nothing is late it leaves at once
					if (late > 0) left = left.then(async () => void (await wait(late)));
					const arrive = async () => {
						await wait(way / 2);
						hear(host, data);
						const frames = answers(data);
						await wait(way / 2);
						for (const frame of frames) waiting.add(frame);
					};
					void left.then(arrive);
					return left;
				},
				async close() {
					await wait(way / 2);
					hear(host, null);
				},
				receive: (until) => waiting.next(until),
			};
		},
		close() {},
	};
}

/** The greatest distance of two distributions of values (Kolmogorov, Smirnov), from 0 to 1. */
export function distance(one: number[], other: number[]): number {
	const below = (values: number[], limit: number) => values.filter((value) => value <= limit).length / values.length;
	return Math.max(...[...one, ...other].map((value) => Math.abs(below(one, value) - below(other, value))));
}

/** What the distance of two samples of one distribution passes once in 100,000 runs. `count`: of each */
export const distanceLimit = (count: number): number => 2.47 * Math.sqrt(2 / count);
