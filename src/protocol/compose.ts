import { type AuthorKey, type KeyPath, noTraceKey, oneTimeKey, personaKey } from './author.ts';
import { evenKey, type KeyPair, keyPair } from './curve.ts';
import { encodeEnvelope, encodeWire, envelopeHead, makeTag, periodOf, slotOf } from './envelope.ts';
import { ProtocolError } from './error.ts';
import { keylessSignature } from './keyless.ts';
import { cachedRoomKeys } from './keyring.ts';
import type { Node } from './node.ts';
import { seal, sealContext } from './seal.ts';
import { type Secret, secret, wipe } from './secret.ts';
import { messageDigest, signDigest } from './signature.ts';
import { contentHash } from './text.ts';

/** Gives random bytes. The caller passes it in, so that this code has no randomness of its own. */
export type Random = (length: number) => Uint8Array;

/** What an anonymous message is made of. */
export interface Draft {
	mode: 'one-time' | 'persona' | 'no-trace' | 'keyless';
	/** `nostr`, `status`: the transport's own signature names the author; `recoverable`: 65 bytes of ours do (every other chat) */
	transport: 'recoverable' | 'nostr' | 'status';
	/** canonical room id */
	room: string;
	/** canonical text */
	text: string;
	/** exact id of the message that this one answers, or '' */
	replyTo: string;
	/** unix seconds, by the transport's clock */
	now: number;
	/** the current generation; modes without an author's key make no use of it */
	generation: { generation: number; node: Node } | null;
	random: Random;
	/**
	 * what the key is made of, where it had to be known before: 16 random bytes for one-time, a private key for no trace; drawn now where it is
	 * absent. The caller wipes it
	 */
	drawn?: Uint8Array;
	/** mode persona: its scope (the room id, or `labelScope`) and number */
	persona?: { scope: string; n: number };
	/** decided by the kind of message and never by a setting; text: true */
	push?: boolean;
}

/** A message that is ready to be put on the wire. */
export type Composed = Secret<{
	/** b64, what the message carries */
	wire: string;
	/** 94 bytes */
	envelope: Uint8Array;
	/** 65 bytes; null on Nostr and Status */
	signature: Uint8Array | null;
	/** 33 bytes; null in keyless mode */
	authorKey: Uint8Array | null;
	/** Nostr and Status: the key to sign the event or payload with, and then to wipe; null in keyless mode */
	authorPrivate: Uint8Array | null;
	slot: number;
}>;

/**
 * Makes one anonymous message, from its key to its wire form. The private key is overwritten, unless the transport signs with it. Throws
 * `mode-unavailable`.
 */
export function composeMessage(draft: Draft): Composed {
	const ownSignature = draft.transport !== 'recoverable';
	const author = drawAuthor(draft);
	const authorKey = author && (draft.transport === 'nostr' ? evenKey(author.publicKey) : author.publicKey);
	const content = contentHash(draft.room, draft.text, draft.replyTo);
	const slot = slotOf(draft.now);
	const envelope =
		draft.generation && author && authorKey && 'words' in author
			? sealedEnvelope(draft, draft.generation, author, authorKey, content, slot)
			: randomEnvelope(draft, slot);
	const digest = messageDigest(content, envelope);
	const signature = ownSignature ? null : author ? signDigest(digest, author.privateKey) : keylessSignature(digest);
	if (!ownSignature) wipe(author?.privateKey);
	const authorPrivate = ownSignature && author ? author.privateKey : null;
	return secret({ wire: encodeWire(envelope, signature), envelope, signature, authorKey, authorPrivate, slot });
}

/** The message's author key, or null in keyless mode. */
function drawAuthor({ mode, transport, generation, persona, random, drawn }: Draft): AuthorKey | KeyPair | null {
	if (mode === 'no-trace') return drawn ? keyPair(drawn.slice()) : noTraceKey(random);
	if (mode === 'keyless') {
		if (transport === 'nostr') throw new ProtocolError('mode-unavailable', 'Nostr has no keyless');
		return null;
	}
	if (!generation) throw new ProtocolError('mode-unavailable', 'no generation');
	if (mode === 'one-time') return drawn ? oneTimeKey(generation.node, drawn) : drawOneTimeKey(generation.node, random);
	if (!persona) throw new ProtocolError('mode-unavailable', 'no persona');
	return personaKey(generation.node, persona.scope, persona.n);
}

function drawOneTimeKey(generation: Node, random: Random): AuthorKey {
	for (;;) {
		try {
			return oneTimeKey(generation, random(16));
		} catch (refused) {
			// BIP-32: an invalid child, one in 2^127; another is drawn
			if (!(refused instanceof ProtocolError && refused.code === 'child-invalid')) throw refused;
		}
	}
}

/** The envelope of a message whose author key the author's devices can derive again. 94 bytes. */
export function sealedEnvelope(
	{ room, push = true, random }: Pick<Draft, 'room' | 'push' | 'random'>,
	{ generation, node }: { generation: number; node: Node },
	path: KeyPath,
	authorKey: Uint8Array,
	content: Uint8Array,
	slot: number,
): Uint8Array {
	const keys = cachedRoomKeys(node, room, periodOf(slot));
	const nonce = random(24);
	const open = { push, slot, nonce, tag: makeTag(keys.tagKey, content, nonce) };
	const context = sealContext(envelopeHead(open), authorKey, content);
	return encodeEnvelope({ ...open, sealed: seal(keys.sealKey, nonce, context, { ...path, generation }) });
}

/** Keyless and no trace: as long as any other, and nothing in it. 94 bytes. */
export function randomEnvelope({ push = true, random }: Pick<Draft, 'push' | 'random'>, slot: number): Uint8Array {
	return encodeEnvelope({ push, slot, tag: random(16), nonce: random(24), sealed: random(48) });
}
