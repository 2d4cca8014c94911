import { keyAt, labelScope, personaWords, scopeHash, wordsOf } from '../../src/protocol/author.ts';
import { fromHex } from '../../src/protocol/bytes.ts';
import { composeMessage } from '../../src/protocol/compose.ts';
import { envelopeHead, makeTag, periodOf, slotFits, slotOf } from '../../src/protocol/envelope.ts';
import { generationNode, generationSecret, roomKeys } from '../../src/protocol/generation.ts';
import { keylessSteps } from '../../src/protocol/keyless.ts';
import type { Node } from '../../src/protocol/node.ts';
import { encodeBody, sealContext } from '../../src/protocol/seal.ts';
import { messageDigest, recoverKey } from '../../src/protocol/signature.ts';
import { canonicalText, contentHash } from '../../src/protocol/text.ts';
import type { BautaFile, MessageCase } from './bauta-format.ts';
import type { Case, Cases } from './cases.ts';

/** messages: everything computed again from what is random in the case. */
export function checkMessages(file: BautaFile, roots: Map<string, Node>, cases: Cases): void {
	for (const item of file.messages ?? []) cases.run(`messages: ${item.name}`, (at) => checkMessage(item, roots, at));
}

/** Nostr and Status bring a signature of their own. */
export function hasOwnSignature(room: string): boolean {
	return room.startsWith('nostr:') || room.startsWith('status:');
}

function checkMessage(item: MessageCase, roots: Map<string, Node>, at: Case): void {
	const { mode, room, replyTo, createdAt } = item;
	const text = canonicalText(item.text, { irc: room.startsWith('irc:') });
	at.same('sent', item.sent, text);
	const content = contentHash(room, text, replyTo);
	at.same('contentHash', item.contentHash, content);
	at.same('slot', item.slot, slotOf(createdAt));
	at.same('period', item.period, periodOf(slotOf(createdAt)));
	if (!slotFits(item.slot, item.messageTime)) at.fault('messageTime: not within a slot of createdAt');
	const generation = generationOf(item, roots);
	const persona = mode === 'persona' ? checkPersona(item, at) : undefined;
	if (mode === 'one-time') checkPath(item, [...wordsOf(fromHex(item.random ?? ''))], 0, at);
	const message = composeMessage({
		mode,
		transport: room.startsWith('nostr:') ? 'nostr' : room.startsWith('status:') ? 'status' : 'recoverable',
		...{ room, text, replyTo, generation, now: createdAt, push: item.flags === 1 },
		...(persona ? { persona } : {}),
		random: drawsOf(item),
	});
	at.same('envelope', item.envelope, message.envelope);
	at.same('authorPrivate', item.authorPrivate, privateKeyOf(item, generation?.node ?? null));
	const authorKey = message.authorKey ?? recoverKey(messageDigest(content, message.envelope), message.signature as Uint8Array);
	at.same('authorKey', item.authorKey, authorKey);
	if (!hasOwnSignature(room)) {
		at.same('digest', item.digest, messageDigest(content, message.envelope));
		at.same('signature', item.signature, message.signature);
	}
	at.same('wire', item.wire, message.wire);
	checkParts(item, generation, authorKey, content, at);
}

/** Again from the path; a no-trace key is random, so given, and keyless has none. */
function privateKeyOf(item: MessageCase, generation: Node | null): Uint8Array | string | null {
	const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = item.words ?? [];
	if (!generation || (item.mode !== 'one-time' && item.mode !== 'persona')) return item.authorPrivate;
	return keyAt(generation, { kind: item.mode, words: [w1, w2, w3, w4], n: item.n ?? 0 }).privateKey;
}

/** The fields that only show the way to the envelope. */
function checkParts(
	item: MessageCase,
	generation: { generation: number; node: Node } | null,
	authorKey: Uint8Array,
	content: Uint8Array,
	at: Case,
): void {
	const { mode, flags, slot, period, room } = item;
	const [nonce, tag] = [fromHex(item.nonce), fromHex(item.tag)];
	if (generation && (mode === 'one-time' || mode === 'persona')) {
		const keys = roomKeys(generationSecret(generation.node), room, period);
		at.same('tagKey', item.tagKey, keys.tagKey);
		at.same('sealKey', item.sealKey, keys.sealKey);
		at.same('tag', item.tag, makeTag(keys.tagKey, content, nonce));
		at.same('aad', item.aad, sealContext(envelopeHead({ push: flags === 1, slot, tag, nonce }), authorKey, content));
		const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = item.words ?? [];
		at.same('body', item.body, encodeBody({ kind: mode, generation: generation.generation, words: [w1, w2, w3, w4], n: item.n ?? 0 }));
	}
	at.same('sealed', item.sealed, item.envelope.slice(92));
	at.same('nonce', item.nonce, item.envelope.slice(44, 92));
	at.same('tag', item.tag, item.envelope.slice(12, 44));
	if (mode === 'keyless' && item.digest) {
		const steps = keylessSteps(fromHex(item.digest));
		at.same('counter', item.counter, steps.counter);
		at.same('negated', item.negated, steps.negated);
	}
}

function generationOf({ root, generation }: MessageCase, roots: Map<string, Node>) {
	if (root === null || generation === null) return null;
	const A = roots.get(root);
	if (!A) throw new Error(`no root ${root}`);
	return { generation, node: generationNode(A, generation) };
}

function checkPersona(item: MessageCase, at: Case): { scope: string; n: number } {
	const scope = typeof item.label === 'string' ? labelScope(item.label) : item.room;
	at.same('scope', item.scope, scope);
	at.same('scopeHash', item.scopeHash, scopeHash(scope));
	const n = item.n ?? 0;
	checkPath(item, [...personaWords(scope)], n, at);
	return { scope, n };
}

function checkPath(item: MessageCase, words: number[], n: number, at: Case): void {
	at.same('words', item.words, words);
	at.same('n', item.n, n);
	const path = item.mode === 'persona' ? [1, ...words, n] : [0, ...words];
	at.same('path', item.path, path.map((index) => `${index}'`).join('/'));
}

/** What is random in a case, given out by its length. */
function drawsOf(item: MessageCase): (length: number) => Uint8Array {
	const hasSeal = item.mode === 'one-time' || item.mode === 'persona';
	const draws: Record<number, string | null | undefined> = {
		16: hasSeal ? item.random : item.tag,
		24: item.nonce,
		32: item.authorPrivate,
		48: item.sealed,
	};
	return (length) => fromHex(draws[length] ?? '');
}
