import { startWaku } from '../../test/servers/waku.ts';
import { newPhrase } from '../demo/phrase.ts';
import { type Device, deviceOf, stranger } from './account.ts';
import { composePost } from './compose.ts';
import { StatusFault } from './fault.ts';
import { readIndependently } from './independent.ts';
import type { Options } from './options.ts';
import { readPayload } from './read.ts';
import { type Arrival, enterRoom, postAlone } from './room.ts';

/** How somebody sees the message: as docs/protocol.md §8 calls it, or `nothing` where it is an ordinary one. */
interface Sight {
	verdict: string;
	kind?: string;
}

export interface LoopbackReport {
	solution: string;
	author: Sight;
	otherDevice: Sight;
	stranger: Sight;
	/** a reader that shares no code with Bauta (independent.ts) */
	independent: { text: string };
}

/** ms after which a message is taken to be lost */
const patience = 60_000;

/** Plays one message over a node of its own: posted by one device, read by another one, by a stranger and by other software. */
export async function playLoopback(options: Options, phrase: string | null): Promise<LoopbackReport> {
	const { solution, chat, text } = options;
	const now = Math.floor(Date.now() / 1000);
	const words = phrase ?? newPhrase();
	const [author, otherDevice] = [deviceOf(words, now), deviceOf(words, now)];
	const post = composePost(author, solution, chat, text, now);
	const node = await startWaku();
	try {
		const readers = [await readerOf(node.address, chat, otherDevice), await readerOf(node.address, chat, stranger)];
		await postAlone(node.address, chat, post, now);
		const [other, foreign] = await Promise.all(readers.map((reader) => reader()));
		const own = await authorsOwn(node.address, chat, author);
		const reading = node.stored[0] && (await readIndependently(node.stored[0].message, chat));
		if (!other || !foreign || !reading) throw new StatusFault('The message did not come back.');
		return { solution, author: own, otherDevice: other, stranger: foreign, independent: { text: reading.text } };
	} finally {
		await node.close();
	}
}

/** Listens from now on; what it gives waits for the message. */
async function readerOf(address: string, chat: string, device: Device): Promise<() => Promise<Sight>> {
	const room = await enterRoom(address, chat);
	let hear: (arrival: Arrival) => void = () => {};
	const arrived = new Promise<Arrival>((resolve) => {
		hear = resolve;
	});
	await room.listen(hear);
	return async () => {
		const late = new Promise<null>((resolve) => setTimeout(resolve, patience, null));
		const arrival = await Promise.race([arrived, late]);
		await room.leave();
		if (!arrival) throw new StatusFault('The message did not come back.');
		return sightOf(arrival, device);
	};
}

/** The author reads what is stored, as after a restart. */
async function authorsOwn(address: string, chat: string, author: Device): Promise<Sight> {
	const room = await enterRoom(address, chat);
	try {
		const [arrival] = await room.history();
		if (!arrival) throw new StatusFault('The node has not stored the message.');
		return sightOf(arrival, author);
	} finally {
		await room.leave();
	}
}

function sightOf({ payload, stamp }: Arrival, device: Device): Sight {
	const message = payload && readPayload(payload, device, stamp ?? 0);
	if (message === null || typeof message === 'string') throw new StatusFault(message ?? 'The message does not open.');
	const { verdict } = message;
	return { verdict: verdict?.verdict ?? 'nothing', ...(verdict && 'kind' in verdict ? { kind: verdict.kind } : {}) };
}
