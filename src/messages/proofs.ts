/** What the popup asks about proofs: "this was me", and "prove that you are this voice" (docs/protocol.md §8). */
import type { RoomRef } from './rooms.ts';

/** A voice as everybody sees it: the same for mine and foreign. */
export interface ShownVoice {
	/** four words of its key */
	name: string;
	/** a path of unit squares in a square of five (protocol/author.ts) */
	pattern: string;
}

/** A message of the user's own in a room on show. `whyNot`: why it cannot be claimed, or null. */
export interface OwnMessage {
	room: RoomRef;
	/** the transport's own id and author, which name the message */
	id: string;
	author: string;
	/** unix seconds */
	time: number;
	/** its beginning, where the room's archive has shown just these words; else '' */
	excerpt: string;
	/** null: the message is keyless */
	voice: ShownVoice | null;
	whyNot: 'keyless' | 'no-trace' | null;
	/** the account as the page's traffic names it here; '' where it does not */
	account: string;
}

/** A voice that was met in a room on show. */
export interface MetVoice extends ShownVoice {
	room: RoomRef;
	/** its author key, hex of 33 bytes */
	key: string;
	/** how many of its messages were met, and when the last one came, unix seconds */
	messages: number;
	last: number;
	/** the user's account as the page's traffic names it here; '' where it does not */
	account: string;
}

/** A question that waits for its answer. */
export interface OpenQuestion extends ShownVoice {
	text: string;
	/** canonical room id */
	room: string;
	/** unix ms at which no answer counts any more */
	until: number;
}

/** A question as the one who is asked sees it before signing. */
export interface AskedQuestion extends ShownVoice {
	/** canonical room id */
	room: string;
	/** account of the one who asks, as people know it */
	verifier: string;
	/** unix ms */
	until: number;
}

/** What was proven, and of which message. */
export interface ProvenMessage extends ShownVoice {
	form: 'public' | 'private';
	/** the account that claims it, as people know it */
	claimant: string;
	/** canonical room id */
	room: string;
	/** when the message came, unix seconds */
	time: number;
	excerpt: string;
}

/** Which own message is claimed, by whom. `tab`: its page shows the room. */
interface Claim {
	tab: number;
	room: RoomRef;
	id: string;
	author: string;
	/** the account as the user wrote it */
	account: string;
}

/** Popup → background: proofs. Nothing of it is told to a page, and none of it but `proof.check` with `look` asks a server. */
export interface ProofRequests {
	/** own messages in the rooms that a tab shows, newest first */
	'proof.own': { in: { tab: number }; out: { messages: OwnMessage[] } };
	/** `to`: the key of the one person whom it convinces, as the user wrote it; null: everybody */
	'proof.make': { in: Claim & { to: string | null }; out: { text: string } };
	/**
	 * `account`: who handed the proof over, or posted it. `key`: the secret key of the account that it is for, where that is no contact key;
	 * used once and kept nowhere. `look`: read the room's archive for the message, which Bauta does once a day at most
	 */
	'proof.check': { in: { tab: number; text: string; account: string; key: string; look: boolean }; out: ProvenMessage };
	'contact.read': { in: { identity: string }; out: { text: string } };
	/** the code before this one is still understood */
	'contact.renew': { in: { identity: string }; out: { text: string } };
	'voice.list': { in: { tab: number }; out: { voices: MetVoice[]; questions: OpenQuestion[] } };
	'voice.ask': { in: { tab: number; room: RoomRef; key: string; account: string }; out: OpenQuestion };
	/** looks at a question that somebody asks; nothing is signed */
	'question.look': { in: { text: string }; out: AskedQuestion };
	'question.answer': { in: { text: string }; out: { text: string } };
	/** an answer to an own question. `at`: unix ms */
	'answer.check': { in: { text: string }; out: ShownVoice & { at: number } };
}
