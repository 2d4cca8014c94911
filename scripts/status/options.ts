import { parseArgs } from 'node:util';
import { type Solution, solutions } from './compose.ts';
import { printable, StatusFault } from './fault.ts';

export const usage = `Usage: npm run status -- --node MULTIADDR --chat NAME [--solution 1|2|keyless|envelope] [--phrase-file FILE]
       npm run status -- --loopback [the same, without --node]

Posts one message to a public chat of Status over a Waku node, and prints what comes in: mine, anonymous, or the key of its author.
  --node MULTIADDR    a service node of Status's cluster, such as /dns4/node.example.org/tcp/443/wss/p2p/16Uiu2HAm…
  --chat NAME         the public chat
  --solution WHICH    1 and 2: the proposal's two; keyless: a signature that no key made; envelope: Bauta's own (it is what is taken)
  --phrase-file FILE  the account's recovery phrase, which all but keyless need
  --chat-key zQ3sh…   refuses to post where the phrase is of another account
  --text TEXT         what is posted
  --read              posts nothing
  --for SECONDS       ends by itself; else Ctrl+C ends it
  --loopback          starts a node of its own, posts, reads as the author's other device and as a stranger, and prints one JSON object
The node sees your address, and that these messages came from there. Try it with a phrase that is nobody's.
`;

/** What the command was asked for. */
export interface Options {
	node: string | null;
	chat: string;
	solution: Solution;
	phraseFile: string | null;
	chatKey: string | null;
	text: string;
	isReading: boolean;
	/** or null: until somebody ends it */
	seconds: number | null;
}

const kinds = {
	node: { type: 'string' },
	chat: { type: 'string' },
	solution: { type: 'string' },
	'phrase-file': { type: 'string' },
	'chat-key': { type: 'string' },
	text: { type: 'string' },
	read: { type: 'boolean' },
	for: { type: 'string' },
	loopback: { type: 'boolean' },
} as const;

/** Throws `StatusFault`. */
export function readOptions(words: string[]): Options {
	const given = parse(words);
	const { node = null, solution = 'envelope', loopback = false } = given;
	if (loopback === (node !== null)) throw new StatusFault('Say where: --node MULTIADDR, or --loopback.');
	if (!loopback && !given.chat) throw new StatusFault('Say in which public chat: --chat NAME.');
	if (!isSolution(solution)) throw new StatusFault(`There is no solution ${printable(solution)}: ${solutions.join(', ')}.`);
	const seconds = given.for === undefined ? null : Number(given.for);
	if (seconds !== null && !(seconds > 0 && seconds <= 86_400)) throw new StatusFault('--for takes seconds, up to 86400.');
	return {
		node,
		chat: given.chat ?? 'bauta-loopback',
		solution,
		phraseFile: given['phrase-file'] ?? null,
		chatKey: given['chat-key'] ?? null,
		text: given.text ?? 'Somebody in this room says hello.',
		isReading: given.read ?? false,
		seconds,
	};
}

const isSolution = (word: string): word is Solution => (solutions as readonly string[]).includes(word);

function parse(words: string[]) {
	try {
		return parseArgs({ args: words, options: kinds }).values;
	} catch (refused) {
		// a phrase that stands on the command line by mistake is not repeated
		const option = /'(--?[\w-]+)/.exec((refused as Error).message)?.[1];
		throw new StatusFault(
			option ? `The option ${option} is not one, or lacks its value.` : 'There are words without an option before them.',
		);
	}
}
