import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat, fromHex, toBase64url, toHex } from '../../src/protocol/bytes.ts';
import { isCopy, type MetMessage } from '../../src/protocol/copies.ts';
import { keyPair } from '../../src/protocol/curve.ts';
import { ProtocolError } from '../../src/protocol/error.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { isKeyless } from '../../src/protocol/keyless.ts';
import type { Node } from '../../src/protocol/node.ts';
import { challengeDigest, challengeText, encodeChallenge, isAnswered } from '../../src/protocol/proofs/challenge.ts';
import {
	encodeStatement,
	type FoundMessage,
	isProven,
	privateRevealKey,
	publicRevealDigest,
	readReveal,
} from '../../src/protocol/proofs/reveal.ts';
import { authorOf, type ReceivedMessage, readCandidate, recognise, rememberKey } from '../../src/protocol/recognise.ts';
import { messageDigest, signSchnorr } from '../../src/protocol/signature.ts';
import { canonicalText, contentHash } from '../../src/protocol/text.ts';
import type { BautaFile, ChallengeCase, MessageCase, RecogniseCase, RevealCase } from './bauta-format.ts';
import { hasOwnSignature } from './bauta-messages.ts';
import type { Case, Cases } from './cases.ts';

/** recognise, reveals, challenges */
export function checkReaders(file: BautaFile, roots: Map<string, Node>, cases: Cases): void {
	const byName = new Map((file.recognise ?? []).map((item) => [item.name, item]));
	for (const item of file.recognise ?? []) cases.run(`recognise: ${item.name}`, (at) => checkRecognise(item, byName, roots, at));
	for (const item of file.reveals ?? []) cases.run(`reveals: ${item.name}`, (at) => checkReveal(item, file.messages ?? [], at));
	for (const item of file.challenges ?? []) cases.run(`challenges: ${item.name}`, (at) => checkChallenge(item, at));
}

function receivedOf(item: RecogniseCase): ReceivedMessage {
	const { room, bodies, replyTo, messageTime, wires, formatted, authorKey } = item;
	return { room, bodies, replyTo, time: messageTime, wires, formatted, ...(authorKey === null ? {} : { authorKey: fromHex(authorKey) }) };
}

/** One device with its memory: what it met before comes first. */
function checkRecognise(item: RecogniseCase, byName: Map<string, RecogniseCase>, roots: Map<string, Node>, at: Case): void {
	const messagesBefore: MetMessage[] = [];
	const verdicts = new Map<string, RecogniseCase['expect']>();
	const earlier = item.after === null ? undefined : byName.get(item.after);
	if (item.after !== null && !earlier) throw new Error(`no case ${item.after}`);
	if (earlier) meet(earlier, roots, messagesBefore, verdicts);
	const { expect, name } = meet(item, roots, messagesBefore, verdicts);
	at.same('expect', item.expect, inOrder(expect, item.expect));
	at.same('remember', item.remember, name);
}

function meet(item: RecogniseCase, roots: Map<string, Node>, messagesBefore: MetMessage[], verdicts: Map<string, RecogniseCase['expect']>) {
	const A = roots.get(item.holder);
	if (!A) throw new Error(`no root ${item.holder}`);
	const message = receivedOf(item);
	const candidate = readCandidate(message);
	if (!candidate) return { expect: { verdict: 'nothing' }, name: null };
	const { room, wire } = candidate;
	const inRoom = { room, id: item.messageId, author: '', wire, ...(item.authorKey === null ? {} : { authorKey: item.authorKey }) };
	if (messagesBefore.some((first) => isCopy(inRoom, first))) return { expect: { verdict: 'nothing' }, name: null };
	messagesBefore.push(inRoom);
	const name = rememberKey(candidate);
	const held = item.held.map(({ generation, closed }) => ({ generation, closed, node: generationNode(A, generation) }));
	const verdict = recognise(message, held);
	if (!verdict) return { expect: { verdict: 'nothing' }, name: null };
	const earlierVerdict = verdicts.get(name);
	if (earlierVerdict && JSON.stringify(earlierVerdict) !== JSON.stringify(verdict)) throw new Error('memory and judgement differ');
	verdicts.set(name, verdict);
	return { expect: verdict, name };
}

/** The same members in the file's order, so that they compare as text. */
function inOrder(computed: object, expected: object): object {
	const keys = [...new Set([...Object.keys(expected), ...Object.keys(computed)])];
	return Object.fromEntries(keys.map((key) => [key, (computed as Record<string, unknown>)[key]]));
}

/** The verifier finds exactly the file's messages, and judges each from its bytes. */
function findMessages(messages: MessageCase[], room: string, id: string): FoundMessage[] {
	return messages
		.filter((message) => message.room === room && message.messageId === id)
		.map(({ sent, replyTo, wire, messageTime, authorKey }) => {
			const own = hasOwnSignature(room) ? { authorKey: fromHex(authorKey) } : {};
			const candidate = readCandidate({ room, bodies: [sent], replyTo, time: messageTime, wires: [wire], ...own });
			const hash = contentHash(room, canonicalText(sent, { irc: room.startsWith('irc:') }), replyTo);
			if (!candidate) return { contentHash: hash, authorKey: null };
			const { signature, bytes } = candidate;
			const keyless = signature !== null && isKeyless(messageDigest(hash, bytes), signature);
			return { contentHash: hash, authorKey: keyless ? null : authorOf(candidate) };
		});
}

function checkReveal(item: RevealCase, messages: MessageCase[], at: Case): void {
	const message = messages.find(({ name }) => name === item.message);
	if (!message) throw new Error(`no message ${item.message}`);
	const bytes = fromHex(item.statement);
	const [author, aux] = [fromHex(item.authorPrivate), fromHex(item.aux ?? '')];
	if (item.form === 'public') {
		at.same('digest', item.digest, publicRevealDigest(bytes));
		at.same('signature', item.signature, signSchnorr(publicRevealDigest(bytes), author, aux));
	} else {
		at.same('proof', item.proof, hmac(sha256, fromHex(item.k ?? ''), bytes));
	}
	at.same('expect', item.expect, verdictOf(item, messages) ? 'proven' : 'not proven');
	// The other cases are wrong on purpose, each in another field.
	if (item.expect !== 'proven') return;
	const { room, messageId, contentHash: hash, authorKey } = message;
	const { claimant, issuedAt } = item;
	const statement = { room, messageId, contentHash: fromHex(hash), authorKey: fromHex(authorKey), claimant, issuedAt };
	at.same('statement', item.statement, encodeStatement(statement));
	at.same('authorPrivate', message.authorPrivate ?? undefined, item.authorPrivate);
	if (item.form === 'public') {
		at.same('text', item.text, `bauta-reveal:1:${toBase64url(concat(bytes, fromHex(item.signature ?? '')))}`);
		return;
	}
	const verifier = fromHex(item.verifier ?? '');
	at.same('verifier', item.verifier?.slice(2), keyPair(fromHex(item.verifierPrivate ?? '')).publicKey.slice(1));
	at.same('k', item.k, privateRevealKey(author, verifier, fromHex(authorKey), verifier));
	at.same('text', item.text, `bauta-proof:1:${toBase64url(concat(bytes, verifier, fromHex(item.proof ?? '')))}`);
}

function verdictOf(item: RevealCase, messages: MessageCase[]): boolean {
	try {
		const reveal = readReveal(item.text);
		const { room, messageId } = reveal.statement;
		return isProven(reveal, {
			account: item.account,
			found: findMessages(messages, room, messageId),
			knownByX: room.startsWith('nostr:'),
			...(item.verifierPrivate ? { verifierPrivate: fromHex(item.verifierPrivate) } : {}),
		});
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return false;
		throw thrown;
	}
}

function checkChallenge(item: ChallengeCase, at: Case): void {
	const { room, verifier, issuedAt, now } = item;
	const bytes = fromHex(item.statement);
	const [authorKey, challenge] = [fromHex(item.authorKey), fromHex(item.challenge)];
	const text = challengeText(bytes, fromHex(item.signature));
	at.same('expect', item.expect, isAnswered(text, { room, authorKey, verifier, challenge }, now) ? 'proven' : 'not proven');
	const [author, aux] = [fromHex(item.authorPrivate), fromHex(item.aux)];
	at.same('signature', item.signature, signSchnorr(fromHex(item.digest), author, aux));
	// one that is signed under another domain is wrong on purpose
	const digests = [challengeDigest(bytes), publicRevealDigest(bytes)].map(toHex);
	at.same('digest', item.digest, item.expect !== 'proven' && item.digest === digests[1] ? digests[1] : digests[0]);
	if (item.expect !== 'proven') return;
	at.same('statement', item.statement, encodeChallenge({ room, authorKey, verifier, challenge, issuedAt }));
	at.same('authorPrivate', item.authorKey.slice(2), keyPair(author).publicKey.slice(1));
}
