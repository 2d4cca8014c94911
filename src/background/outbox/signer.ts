import { BautaError } from '../../messages/errors.ts';
import { noTraceKey, oneTimeKey } from '../../protocol/author.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { authorOf, readCandidate } from '../../protocol/recognise.ts';
import { equalBytes, wipe } from '../../protocol/secret.ts';
import { roomIdOf } from '../access/adapters.ts';
import { writableGeneration } from '../identities/generations.ts';
import { drawnWords, voiceWords } from '../identities/voice-names.ts';
import { type WritableVoice, writableVoice } from '../identities/voices.ts';
import { identityFor } from '../state/document.ts';
import type { Entry, StoredBytes } from './entry.ts';
import { reusableBytes } from './transitions.ts';

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const unixSeconds = (): number => Math.floor(Date.now() / 1000);
/** so many words follow from the key; a further one, for a name that is taken, is drawn, or whoever took all of them would silence the voice */
const ownWords = 3;

/** Who signs a message, known before the room is entered, as a guest is called by it. `drawn` is secret, and is to be wiped. */
export interface Signer {
	/** what the guest is called: by the author key in every mode that has one, so that the name tells none of them (THREATS.md I3d) */
	words: string[];
	/** `Draft.drawn` */
	drawn?: Uint8Array;
	voice?: WritableVoice;
}

async function wordsOf(authorKey: Uint8Array | null): Promise<string[]> {
	const others = await drawnWords();
	return authorKey ? [...(await voiceWords(authorKey)).slice(0, ownWords), ...others.slice(ownWords)] : others;
}

/** The author key that the bytes of an earlier try show, 33 bytes; null where they show none. */
function authorOfBytes(room: string, { text, replyTo, wire, at }: StoredBytes): Uint8Array | null {
	const candidate = readCandidate({ room, bodies: [text], replyTo, time: at, wires: [wire] });
	return candidate && authorOf(candidate);
}

/**
 * The signer of an entry. A voice is begun here where there is none. Throws `voice-ended`, and `voice-changed` where another voice speaks than
 * the user saw when writing, or than the bytes of an earlier try are of.
 */
export async function signerOf(entry: Entry): Promise<Signer> {
	const { mode, scope } = entry;
	const room = roomIdOf(entry.room);
	const earlier = reusableBytes(entry, unixSeconds());
	if (mode === 'keyless') return { words: await wordsOf(null) };
	if (earlier && mode !== 'persona') return { words: await wordsOf(authorOfBytes(room, earlier)) };
	const identity = await identityFor(room);
	const generation = await writableGeneration(identity, unixSeconds());
	try {
		if (mode === 'persona') {
			const voice = await writableVoice(identity.id, generation, scope ?? room, entry.n ?? null);
			const fixedKey = earlier && authorOfBytes(room, earlier);
			// bytes of the voice that it took the place of, under its own name: the room would tie the two together
			if (fixedKey && !equalBytes(fixedKey, voice.key)) throw new BautaError('voice-changed');
			return { words: await wordsOf(voice.key), voice };
		}
		const drawn = random(mode === 'one-time' ? 16 : 32);
		const pair = mode === 'one-time' ? oneTimeKey(generation.node, drawn) : noTraceKey(() => drawn.slice());
		wipe(pair.privateKey);
		return { words: await wordsOf(pair.publicKey), drawn };
	} catch (thrown) {
		// one draw in 2^127 makes no key: the next try draws anew
		throw thrown instanceof BautaError ? thrown : new BautaError('internal', 'draw');
	} finally {
		forgetGeneration(generation.node);
	}
}
