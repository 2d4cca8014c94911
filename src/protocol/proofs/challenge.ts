import { concat, expectLength, fromBase64url, H, lp, toBase64url, u64be } from '../bytes.ts';
import { ProtocolError } from '../error.ts';
import { equalBytes } from '../secret.ts';
import { signSchnorr, verifySchnorr } from '../signature.ts';
import { StatementReader } from './statement.ts';

// docs/protocol.md §8, "prove you are the organiser": for personas, without a named account on the author's side.

/** What a verifier asks a persona to sign. */
export interface Challenge {
	room: string;
	/** the persona's, 33 bytes */
	authorKey: Uint8Array;
	/** account of the one who asks, which the prover sees before signing */
	verifier: string;
	/** 32 random bytes of the verifier */
	challenge: Uint8Array;
	/** unix seconds */
	issuedAt: number;
}

const prefix = 'bauta-challenge:1:';
const questionPrefix = 'bauta-ask:1:';
/** an answer is good for ten minutes */
export const validSeconds = 600;

/** The bytes that are signed. Throws `bytes-length`. */
export function encodeChallenge({ room, authorKey, verifier, challenge, issuedAt }: Challenge): Uint8Array {
	expectLength(authorKey, 33);
	expectLength(challenge, 32);
	return concat(lp('bauta/1 challenge'), lp(room), authorKey, lp(verifier), challenge, u64be(issuedAt));
}

/** Throws `not-a-statement` unless every byte has its place. */
export function decodeChallenge(bytes: Uint8Array): Challenge {
	const reader = new StatementReader(bytes);
	reader.domain('bauta/1 challenge');
	const [room, authorKey, verifier] = [reader.text(), reader.take(33), reader.text()];
	const challenge: Challenge = { room, authorKey, verifier, challenge: reader.take(32), issuedAt: reader.time() };
	reader.end();
	return challenge;
}

/** The text form of the question, which the verifier hands to the voice. Throws `bytes-length`. */
export function questionText(challenge: Challenge): string {
	return questionPrefix + toBase64url(encodeChallenge(challenge));
}

/** Reads a question. Throws `not-base64url`, `not-a-statement`. */
export function readQuestion(text: string): Challenge {
	if (!text.startsWith(questionPrefix)) throw new ProtocolError('not-a-statement', 'unknown form');
	return decodeChallenge(fromBase64url(text.slice(questionPrefix.length)));
}

/** `H("bauta/1 challenge", statement)` */
export function challengeDigest(statement: Uint8Array): Uint8Array {
	return H('bauta/1 challenge', statement);
}

/** The answer's text form. `aux`: 32 random bytes. */
export function answerChallenge(challenge: Challenge, authorPrivate: Uint8Array, aux: Uint8Array): string {
	const statement = encodeChallenge(challenge);
	return challengeText(statement, signSchnorr(challengeDigest(statement), authorPrivate, aux));
}

/** The answer's text form, of its bytes and their signature (64 bytes). */
export function challengeText(statement: Uint8Array, signature: Uint8Array): string {
	return prefix + toBase64url(concat(statement, signature));
}

/** Reads an answer. Throws `not-base64url`, `not-a-statement`. */
export function readAnswer(text: string): { challenge: Challenge; bytes: Uint8Array; signature: Uint8Array } {
	if (!text.startsWith(prefix)) throw new ProtocolError('not-a-statement', 'unknown form');
	const whole = fromBase64url(text.slice(prefix.length));
	if (whole.length < 64) throw new ProtocolError('not-a-statement', 'too short');
	const bytes = whole.subarray(0, whole.length - 64);
	return { challenge: decodeChallenge(bytes), bytes, signature: whole.subarray(bytes.length) };
}

/** Whether a text answers what this verifier asked, by the verifier's own clock (`now`, unix seconds). Never throws on a hostile text. */
export function isAnswered(text: string, expectedChallenge: Omit<Challenge, 'issuedAt'>, now: number): boolean {
	try {
		const { challenge, bytes, signature } = readAnswer(text);
		return (
			challenge.room === expectedChallenge.room &&
			challenge.verifier === expectedChallenge.verifier &&
			equalBytes(challenge.authorKey, expectedChallenge.authorKey) &&
			equalBytes(challenge.challenge, expectedChallenge.challenge) &&
			now >= challenge.issuedAt &&
			now <= challenge.issuedAt + validSeconds &&
			verifySchnorr(challengeDigest(bytes), signature, expectedChallenge.authorKey)
		);
	} catch (refused) {
		if (refused instanceof ProtocolError) return false;
		throw refused;
	}
}
