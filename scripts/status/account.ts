import { readFileSync } from 'node:fs';
import { rootFromPhrase } from '../../src/protocol/account/root.ts';
import { ProtocolError } from '../../src/protocol/error.ts';
import { generationNode, newestGenerationToTry, openRestoredGeneration } from '../../src/protocol/generation.ts';
import type { HeldGeneration } from '../../src/protocol/recognise.ts';
import { chatKeyFromPhrase } from '../../src/protocol/status/chat-key.ts';
import type { StatusAccount } from '../../src/protocol/status/solutions.ts';
import { chatKeyText } from '../../src/protocol/status/status-key.ts';
import { printable, StatusFault } from './fault.ts';

/** One device of an account, or a stranger's, who holds nothing. */
export interface Device extends StatusAccount {
	/** what it looks for own messages with */
	held: HeldGeneration[];
}

/** A device of somebody else. */
export const stranger: Device = { root: null, chatKey: null, held: [] };

/**
 * A device that has the phrase and nothing else: it tries every generation there can be (docs/protocol.md §2). `now`: unix seconds. Throws
 * `StatusFault`, which does not repeat the phrase.
 */
export function deviceOf(phrase: string, now: number): Device {
	try {
		const root = rootFromPhrase(phrase);
		const held = Array.from({ length: newestGenerationToTry(now) + 1 }, (_, generation) => ({
			generation,
			node: generationNode(root, generation),
			closed: null,
		}));
		return { root, chatKey: chatKeyFromPhrase(phrase), held };
	} catch (refused) {
		if (refused instanceof ProtocolError)
			throw new StatusFault(phraseFaults[refused.code]?.(refused.detail) ?? `The phrase: ${refused.code}.`);
		throw refused;
	}
}

/** The generation that such a device posts with. `now`: unix seconds. */
export function postingGeneration({ held }: Device, now: number): HeldGeneration {
	const generation = openRestoredGeneration({ highestSeen: null, now });
	const posting = held.find((candidate) => candidate.generation === generation);
	if (!posting) throw new StatusFault('The envelope is sealed with a key of the phrase: there is none here.');
	return posting;
}

const phraseFaults: Partial<Record<string, (detail: string) => string>> = {
	'phrase-count': (count) => `The phrase has ${count} words; expected are 12, 15, 18, 21 or 24.`,
	'phrase-word': (place) => `Word ${place} of the phrase is none of the list (BIP-39, English).`,
	'phrase-checksum': () => 'The words of the phrase do not belong together: one is wrong, or two changed places.',
};

/** The phrase in a file. Throws `StatusFault`. */
export function phraseIn(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		throw new StatusFault(`The phrase file ${file} cannot be read.`);
	}
}

/** Throws `StatusFault` where the account's own chat key is another than the one that was named, and where that is none. */
export function checkChatKey({ chatKey }: Device, expected: string): void {
	if (!/^zQ3sh[1-9A-HJ-NP-Za-km-z]{40,50}$/.test(expected))
		throw new StatusFault(`Not a chat key: ${printable(expected)}. One begins with zQ3sh.`);
	if (!chatKey || chatKeyText(chatKey.publicKey) !== expected)
		throw new StatusFault('The chat key is not of this phrase: the phrase belongs to another account. Nothing was posted.');
}
