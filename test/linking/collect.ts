import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { finalizeEvent } from 'nostr-tools/pure';
import { bundle } from '../../scripts/bundle.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';
import { startRelay } from '../servers/relay.ts';
import { type TestAuthor, testAuthors } from './author.ts';
import type { Job, Outcome, Protection } from './device.ts';
import { draws, shuffled } from './draws.ts';
import { type Line, type LineEvent, openLine } from './line.ts';
import { type RoomSight, type RoomWatch, watchNostr, watchXmpp } from './room-watch.ts';

/** A way that messages take. */
export type Way = 'XMPP over WebSocket' | 'XMPP over BOSH' | 'Nostr';

/** Messages of one way, with all protections or without one of them. */
export interface Series {
	way: Way;
	without: Protection | null;
	messages: number;
}

/** All that server and room have of one message, and who wrote it. */
export interface Session {
	author: number;
	/** by server: on Nostr the room has two */
	lines: LineEvent[][];
	sight: RoomSight;
	text: string;
	isReply: boolean;
}

export interface CollectOptions {
	authors: number;
	series: readonly Series[];
	seed: number;
	/** over how many seconds the messages begin */
	seconds: number;
	say(line: string): void;
}

const project = resolve(import.meta.dirname, '../..');
const roomCount = 60;
/** what keyless messages are of XMPP's: everyone sees that they are, so it is the same for all authors */
const keylessShare = 0.1;
const replyShare = 0.1;
const words =
	'the room why who paid for roof again nobody asked vote next week budget is late and we all know it please tell them now'.split(' ');
/** how far a message's round trip is from its author's usual one, and one chunk's from its message's */
const [messageJitter, chunkJitter] = [0.15, 0.02];
/** how long the server is listened to after the author's device is done, ms */
const tailMs = 1500;

interface PlannedJob {
	start: number;
	series: number;
	author: number;
	text: string;
	mode: Job['mode'];
	isReply: boolean;
	room: number;
}

/** Who writes what and when: evenly many for each author, at times that say nothing. */
function plan({ authors: count, series, seed, seconds }: CollectOptions, authors: readonly TestAuthor[]): PlannedJob[] {
	const draw = draws(seed + 1);
	return series
		.flatMap(({ messages, way }, at) =>
			shuffled(
				Array.from({ length: messages }, (_, index) => index % count),
				draw,
			).map((author): PlannedJob => {
				const noTrace = draw() < (authors[author]?.noTrace ?? 0);
				const isKeyless = way !== 'Nostr' && draw() < keylessShare;
				return {
					start: draw() * seconds * 1000,
					series: at,
					author,
					text: Array.from({ length: 3 + Math.floor(draw() * 30) }, () => words[Math.floor(draw() * words.length)]).join(' '),
					mode: isKeyless ? 'keyless' : noTrace ? 'no-trace' : 'one-time',
					isReply: draw() < replyShare,
					room: Math.floor(draw() * roomCount),
				};
			}),
		)
		.sort((one, other) => one.start - other.start);
}

/** A device as a process that posts what it is told to. */
class Device {
	readonly #child: ChildProcess;
	readonly #waiting = new Map<number, (outcome: Outcome) => void>();
	readonly ready: Promise<void>;

	constructor(script: string, author: TestAuthor) {
		const { timeZone: TZ, language: LANG } = author;
		this.#child = fork(script, { env: { ...process.env, TZ, LANG, LC_ALL: LANG, LINKING_AUTHOR: JSON.stringify(author) }, execArgv: [] });
		this.ready = new Promise((resolve, reject) => {
			this.#child.once('message', () => resolve());
			this.#child.once('exit', (code) => reject(new Error(`a device ended (${code})`)));
		});
		this.#child.on('message', (outcome: Outcome) => this.#waiting.get(outcome.number)?.(outcome));
	}

	post(job: Job): Promise<Outcome> {
		return new Promise((resolve) => {
			this.#waiting.set(job.number, resolve);
			this.#child.send(job);
		});
	}

	end(): void {
		this.#child.disconnect();
	}
}

const hex = (draw: () => number, bytes: number) =>
	Array.from({ length: bytes }, () =>
		Math.floor(draw() * 256)
			.toString(16)
			.padStart(2, '0'),
	).join('');

/** The servers, and somebody in their rooms. */
async function startScene(seed: number) {
	// one for each binding: what one process has to do must not show in how long it takes
	const [forSockets, forRequests] = [await startProsody(), await startProsody()];
	const relays = [await startRelay(), await startRelay()] as const;
	const draw = draws(seed + 2);
	const names = Array.from({ length: roomCount }, (_, at) => `room-${at}`);
	const channels = names.map(() => hex(draw, 32));
	const enter = async (prosody: Prosody) => {
		const rooms: string[] = [];
		for (const name of names) rooms.push(await prosody.room(name));
		return watchXmpp(prosody, rooms);
	};
	const watches: Record<Way, RoomWatch> = {
		'XMPP over WebSocket': await enter(forSockets),
		'XMPP over BOSH': await enter(forRequests),
		Nostr: await watchNostr(relays, channels),
	};
	const ports: Record<Way, number[]> = {
		'XMPP over WebSocket': [forSockets.httpPort],
		'XMPP over BOSH': [forRequests.httpPort],
		Nostr: relays.map(({ port }) => port),
	};
	const key = new Uint8Array(32).fill(5);
	const answerable = new Map<string, { id: string; text: string }>();
	for (const channel of channels) {
		const text = `what do you all think of this in ${channel}?`;
		const event = finalizeEvent(
			{ kind: 42, created_at: Math.floor(Date.now() / 1000) - 60, tags: [['e', channel, '', 'root']], content: text },
			key,
		);
		for (const relay of relays) await relay.add(event);
		answerable.set(`nostr:28:${channel}`, { id: event.id, text });
	}
	return {
		targets: (way: Way): number[] => ports[way],
		room: (way: Way, at: number) => (way === 'Nostr' ? `nostr:28:${channels[at]}` : `xmpp:${names[at]}@${forSockets.mucDomain}`),
		answerableIn: (way: Way, room: string) => answerable.get(room) ?? watches[way].answerable.get(room) ?? null,
		watchOf: (way: Way): RoomWatch => watches[way],
		async close() {
			for (const watch of Object.values(watches)) watch.close();
			await Promise.all([forSockets.stop(), forRequests.stop(), ...relays.map((relay) => relay.close())]);
		},
	};
}

const paths: Record<Way, (port: number) => string> = {
	'XMPP over WebSocket': (port) => `ws://127.0.0.1:${port}/xmpp-websocket`,
	'XMPP over BOSH': (port) => `http://127.0.0.1:${port}/http-bind`,
	Nostr: (port) => `ws://127.0.0.1:${port}/`,
};

/** Has the authors write, and gives what was seen of each series. What was not posted is left out and counted. */
export async function collect(options: CollectOptions): Promise<{ sessions: Session[][]; faults: Record<string, number> }> {
	const { series, seed, say } = options;
	const authors = testAuthors(options.authors, seed);
	const folder = join(project, '.cache/linking');
	await mkdir(folder, { recursive: true });
	const script = join(folder, 'device.mjs');
	await writeFile(script, await bundle('test/linking/device.ts', 'node'));
	const scene = await startScene(seed);
	const devices = authors.map((author) => new Device(script, author));
	const faults: Record<string, number> = {};
	const sessions: Session[][] = series.map(() => []);
	let done = 0;

	const run = async (job: PlannedJob, number: number) => {
		const { way, without } = series[job.series] as Series;
		const author = authors[job.author] as TestAuthor;
		const lines: Line[] = [];
		for (const [server, target] of scene.targets(way).entries()) {
			const usual = (author.roundTrips[server] ?? 0) * (1 + messageJitter * (2 * Math.random() - 1));
			lines.push(await openLine(target, () => usual * (1 + chunkJitter * (2 * Math.random() - 1))));
		}
		const room = scene.room(way, job.room);
		const { text, mode, isReply } = job;
		const original = isReply ? scene.answerableIn(way, room) : null;
		const urls = lines.map(({ port }) => paths[way](port));
		const outcome = await (devices[job.author] as Device).post({ number, room, urls, text, mode, original, without });
		await new Promise((resolve) => setTimeout(resolve, tailMs));
		for (const line of lines) line.close();
		const [fault = ''] = outcome.fault.split(' ');
		if (fault) faults[fault] = (faults[fault] ?? 0) + 1;
		else {
			const sight = scene.watchOf(way).sightOf(outcome.id);
			sessions[job.series]?.push({ author: job.author, lines: lines.map(({ events }) => events), sight, text, isReply });
		}
		if (++done % 500 === 0) say(`${done} messages written`);
	};
	try {
		await Promise.all(devices.map(({ ready }) => ready));
		const begin = performance.now();
		const runs: Promise<void>[] = [];
		for (const [number, job] of plan(options, authors).entries()) {
			const rest = begin + job.start - performance.now();
			if (rest > 1) await new Promise((resolve) => setTimeout(resolve, rest));
			runs.push(run(job, number));
		}
		await Promise.all(runs);
	} finally {
		for (const device of devices) device.end();
		await scene.close();
	}
	return { sessions, faults };
}
