import { checkChatKey, type Device, deviceOf, phraseIn, stranger } from './account.ts';
import { composePost } from './compose.ts';
import { printable, StatusFault } from './fault.ts';
import { playLoopback } from './loopback.ts';
import { type Options, readOptions, usage } from './options.ts';
import { readPayload, whose } from './read.ts';
import { type Arrival, enterRoom, postAlone } from './room.ts';

/** Where lines go. */
export interface Output {
	out(line: string): void;
	err(line: string): void;
}

const now = () => Math.floor(Date.now() / 1000);

/** The whole command. `interruption`: ends it. Returns the exit code: 2 where it was not understood, 1 where it did not work. */
export async function runStatus(words: string[], { out, err }: Output, interruption: Promise<unknown>): Promise<number> {
	try {
		const options = readOptions(words);
		try {
			await run(options, { out, err }, interruption);
			return 0;
		} catch (fault) {
			if (!(fault instanceof StatusFault)) throw fault;
			err(fault.message);
			return 1;
		}
	} catch (fault) {
		if (!(fault instanceof StatusFault)) throw fault;
		err(`${fault.message}\n\n${usage}`);
		return 2;
	}
}

async function run(options: Options, output: Output, interruption: Promise<unknown>): Promise<void> {
	const phrase = options.phraseFile === null ? null : phraseIn(options.phraseFile);
	const device = phrase === null ? null : deviceOf(phrase, now());
	if (options.chatKey !== null) checkChatKey(device ?? stranger, options.chatKey);
	if (options.node === null) return output.out(JSON.stringify(await playLoopback(options, phrase)));
	// before anything is asked of the node: what is wrong with the message is told first
	const post = options.isReading ? null : composePost(device ?? stranger, options.solution, options.chat, options.text, now());
	let isStopped = false;
	void interruption.then(() => {
		isStopped = true;
	});
	const room = await enterRoom(options.node, options.chat);
	try {
		const printed = new Set<string>();
		const print = (arrival: Arrival, time: number) => {
			if (!printed.has(arrival.hash)) output.out(lineOf(arrival, device ?? stranger, time));
			printed.add(arrival.hash);
		};
		// listening first: what is written meanwhile comes twice, and is printed once
		await room.listen((arrival) => print(arrival, now()));
		for (const arrival of await room.history()) print(arrival, arrival.stamp ?? now());
		// whoever pressed Ctrl+C meanwhile has not posted
		if (isStopped) return;
		if (post) await postAlone(options.node, options.chat, post, now());
		output.err(`${post ? 'Sent to the node' : 'Connected'}. What comes in is printed${options.seconds === null ? ' until Ctrl+C' : ''}.`);
		await ended(options.seconds, interruption, room.gone);
	} finally {
		await room.leave();
	}
}

function lineOf({ payload }: Arrival, device: Device, time: number): string {
	const message = payload ? readPayload(payload, device, time) : 'not read: it does not open with the key of this chat, or is cut off';
	if (typeof message === 'string') return message;
	const others = message.otherFields.length ? `  (fields that Bauta does not know: ${message.otherFields.join(', ')})` : '';
	return `${whose(message)}  ${printable(message.text)}${others}`;
}

async function ended(seconds: number | null, interruption: Promise<unknown>, gone: Promise<void>): Promise<void> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const over = seconds === null ? [] : [new Promise((resolve) => (timer = setTimeout(resolve, seconds * 1000)))];
	const isGone = await Promise.race([interruption.then(() => false), gone.then(() => true), ...over]);
	clearTimeout(timer);
	if (isGone === true) throw new StatusFault('The node has closed the connection.');
}
