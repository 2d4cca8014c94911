import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { ProtocolError } from '../../src/protocol/error.ts';
import { type ReadMessage, readGroupMessage } from '../rooms/filter.ts';
import type { Topic } from '../rooms/topic.ts';
import type { RoomState, Source, Take } from './source.ts';

/** UTF-16 units of a line */
const longestLine = 2 ** 21;
/** bytes that Linux keeps for it, without the zero at the end; Node cuts off what is more (unix(7): `sun_path`) */
const longestPath = 107;
/** `xmtp.message_api.v1.Envelope` as protobuf's JSON writes it */
const envelope = v.object({
	contentTopic: v.string(),
	timestampNs: v.pipe(v.string(), v.regex(/^\d{1,20}$/)),
	message: v.string(),
});

/**
 * Groups of XMTP, from a feed: whoever reads a node hands on its envelopes as lines of JSON over a Unix socket, to which the operator alone can
 * write. There is no client of a node in here.
 */
export class XmtpSource implements Source {
	readonly #take: Take;
	#server: Server | null = null;
	readonly #feeders = new Set<Socket>();
	/** Nothing is known of what a feed has left out: its state says enough. */
	onLoss = (): void => {};

	constructor(take: Take) {
		this.#take = take;
	}

	/** Listens on a socket at this path. Throws an Error that says what to do where something else is there, or the folder is not. */
	async open(path: string): Promise<void> {
		if (Buffer.byteLength(path) > longestPath) throw new Error(`xmtp.feed: the path of a socket has at most ${longestPath} bytes`);
		const earlier = await lstat(path).catch(() => null);
		if (earlier && !(earlier.isSocket() && (await isDeserted(path))))
			throw new Error(`xmtp.feed: ${path} is there already, and no socket that an earlier run left. Name another path.`);
		await rm(path, { force: true });
		const server = createServer((feeder) => this.#listen(feeder));
		await new Promise<void>((ready, fail) => {
			server.once('error', (thrown) => fail(new Error(`xmtp.feed: ${thrown.message}`)));
			server.listen(path, ready);
		});
		this.#server = server;
		await chmod(path, 0o600);
	}

	watches({ network }: Topic): boolean {
		return network === 'xmtp' && this.#server !== null;
	}

	/** Everything comes unasked. */
	begin(): void {}
	end(): void {}

	stateOf(): RoomState {
		return this.#feeders.size > 0 ? 'watching' : 'unreachable';
	}

	stop(): void {
		for (const feeder of this.#feeders) feeder.destroy();
		this.#server?.close();
	}

	#listen(feeder: Socket): void {
		this.#feeders.add(feeder);
		let length = 0;
		feeder.on('data', (data) => {
			length = data.includes(0x0a) ? data.length - data.lastIndexOf(0x0a) : length + data.length;
			// a line without an end would be kept until there is no memory left
			if (length > longestLine) feeder.destroy();
		});
		feeder.on('error', () => {});
		feeder.on('close', () => this.#feeders.delete(feeder));
		createInterface({ input: feeder }).on('line', (line) => this.#hear(line));
	}

	#hear(line: string): void {
		let json: unknown;
		try {
			json = JSON.parse(line);
		} catch {
			return;
		}
		if (!v.is(envelope, json)) return;
		const { contentTopic, timestampNs, message } = json;
		this.#take(contentTopic, () => read(Buffer.from(message, 'base64'), Number(BigInt(timestampNs) / 1_000_000n)));
	}
}

/** Whether nobody listens on a socket any more. */
const isDeserted = (path: string): Promise<boolean> =>
	new Promise((answer) => {
		const visitor = connect(path);
		visitor.once('error', ({ code }: NodeJS.ErrnoException) => answer(code === 'ECONNREFUSED'));
		visitor.once('connect', () => {
			visitor.destroy();
			answer(false);
		});
	});

/** Null: it is no message of a group. */
function read(bytes: Uint8Array, time: number): ReadMessage | null {
	try {
		return readGroupMessage(bytes, time);
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return null;
		throw thrown;
	}
}
