import { BautaError } from '../../messages/errors.ts';
import type { AskedQuestion, OpenQuestion, ProofRequests, ShownVoice } from '../../messages/proofs.ts';
import type { AuthorKey } from '../../protocol/author.ts';
import { toHex } from '../../protocol/bytes.ts';
import {
	answerChallenge,
	type Challenge,
	isAnswered,
	questionText,
	readAnswer,
	readQuestion,
	validSeconds,
} from '../../protocol/proofs/challenge.ts';
import { equalBytes } from '../../protocol/secret.ts';
import { roomIdOf } from '../access/adapters.ts';
import { withOwnVoice } from '../identities/own-voices.ts';
import { messagesAnywhere } from '../recognition/message-log.ts';
import { publicAuthor, withOwnKey } from '../recognition/verdicts.ts';
import { requireUnlocked } from '../state/lock.ts';
import { UntilLock } from '../state/session-value.ts';
import { steadyNow } from '../state/steady-now.ts';
import { readAccount, shownAccount } from './accounts.ts';
import { roomOnShow, shownVoice } from './own-messages.ts';
import { readStatement } from './statement-text.ts';

// "Prove that you are this voice" (docs/protocol.md §8), from both sides. What was asked lies in memory, until it is answered, over, or the lock.

/** A question of the user's own. `at`: by `steadyNow`, so that a clock that is put right makes no answer late. */
interface Question {
	/** the text form of what was asked */
	text: string;
	at: number;
	state: 'open' | 'answered';
}
const questions = new UntilLock<Question[]>('questions', []);
/** So many are remembered; of more the oldest are forgotten, and their answers are not understood any more. */
const mostQuestions = 30;
const validMs = validSeconds * 1000;

const shownQuestion = async (text: string, until: number): Promise<OpenQuestion> => {
	const { room, authorKey } = readQuestion(text);
	return { text, room, until, ...(await shownVoice(authorKey)) };
};

/** The questions whose answers still count, the newest first. */
export async function listQuestions(): Promise<OpenQuestion[]> {
	const now = await steadyNow();
	const open = (await questions.get()).filter(({ at, state }) => state === 'open' && now - at <= validMs);
	return Promise.all(open.reverse().map(({ text, at }) => shownQuestion(text, Date.now() + validMs - (now - at))));
}

/**
 * Asks a voice that was met in a room on show: 32 random bytes for it to sign, with the account of the one who asks.
 * @throws BautaError `vault-locked`, `proof-room-closed`, `proof-account`
 */
export async function askVoice({ tab, room: ref, key, account }: ProofRequests['voice.ask']['in']): Promise<OpenQuestion> {
	const { id: room, messages } = await roomOnShow(tab, roomIdOf(ref));
	const authorKey = messages.map(publicAuthor).find((voice) => voice !== null && toHex(voice) === key);
	if (!authorKey) throw new BautaError('not-allowed', 'voice');
	const challenge = crypto.getRandomValues(new Uint8Array(32));
	const verifier = await readAccount(account, ref.network);
	const text = questionText({ room, authorKey, verifier, challenge, issuedAt: Math.floor(Date.now() / 1000) });
	const at = await steadyNow();
	await questions.update((all) => {
		all.push({ text, at, state: 'open' });
		all.splice(0, all.length - mostQuestions);
	});
	return shownQuestion(text, Date.now() + validMs);
}

/** A question that counts now, by this device's clock; the verifier's own decides in the end. */
function readOpenQuestion(text: string): Challenge {
	const question = readStatement(text, ['ask'], readQuestion);
	if (Math.abs(Date.now() / 1000 - question.issuedAt) > validSeconds) throw new BautaError('challenge-late');
	return question;
}

/**
 * Does something, in one turn, with the key of the voice that is asked: by a message of it, whichever site showed that, as what the keys at hand
 * prove holds; else, where no message of it is at hand any more, by the user's own list of voices. Throws `challenge-not-mine`.
 */
async function withVoice<T>({ room, authorKey }: Challenge, task: (key: AuthorKey) => T & {}): Promise<T & {}> {
	for (const message of await messagesAnywhere(room)) {
		const voice = publicAuthor(message);
		const done = voice && equalBytes(voice, authorKey) ? await withOwnKey(message, task) : null;
		if (done !== null) return done;
	}
	const done = await withOwnVoice(room, authorKey, task);
	if (done === null) throw new BautaError('challenge-not-mine');
	return done;
}

/**
 * What a question asks, and who asks, before anything is signed.
 * @throws BautaError `vault-locked`, `challenge-late`, `challenge-not-mine`, and what `readStatement` throws
 */
export async function lookAtQuestion(text: string): Promise<AskedQuestion> {
	await requireUnlocked();
	const question = readOpenQuestion(text);
	await withVoice(question, () => true);
	const { room, verifier, authorKey, issuedAt } = question;
	return { room, verifier: await shownAccount(verifier), until: (issuedAt + validSeconds) * 1000, ...(await shownVoice(authorKey)) };
}

/** Signs a question with the voice's key, and returns the answer. @throws BautaError as `lookAtQuestion` */
export async function answerQuestion(text: string): Promise<string> {
	await requireUnlocked();
	const question = readOpenQuestion(text);
	const aux = crypto.getRandomValues(new Uint8Array(32));
	return withVoice(question, ({ privateKey }) => answerChallenge(question, privateKey, aux));
}

/** Why an answer does not count, by what was asked with the same random bytes. */
function faultOfAnswer(answer: Challenge, asked: Challenge, age: number): BautaError {
	if (answer.room !== asked.room) return new BautaError('challenge-other-room');
	if (!equalBytes(answer.authorKey, asked.authorKey)) return new BautaError('challenge-other-voice');
	if (answer.verifier !== asked.verifier) return new BautaError('challenge-other-account');
	return new BautaError(age > validMs ? 'challenge-late' : 'challenge-false');
}

/**
 * Checks an answer to an own question, which is used up by it. A wrong answer uses up nothing: else anybody could spoil the right one.
 * @throws BautaError why it does not count: `challenge-…`, `vault-locked`, and what `readStatement` throws
 */
export async function checkAnswer(input: string): Promise<ShownVoice & { at: number }> {
	await requireUnlocked();
	const { text, answer } = readStatement(input, ['challenge'], (whole) => ({ text: whole, answer: readAnswer(whole).challenge }));
	const now = await steadyNow();
	const verdict = await questions.update((all): BautaError | null => {
		const question = all.find((one) => equalBytes(readQuestion(one.text).challenge, answer.challenge));
		if (!question) return new BautaError('challenge-unknown');
		if (question.state === 'answered') return new BautaError('challenge-used');
		const { issuedAt, ...asked } = readQuestion(question.text);
		const age = now - question.at;
		// the time in the answer is the prover's to write: only the one that was asked with counts
		const isRight = answer.issuedAt === issuedAt && isAnswered(text, asked, issuedAt + Math.floor(age / 1000)) && age <= validMs;
		if (!isRight) return faultOfAnswer(answer, { ...asked, issuedAt }, age);
		question.state = 'answered';
		return null;
	});
	if (verdict) throw verdict;
	return { ...(await shownVoice(answer.authorKey)), at: Date.now() };
}
