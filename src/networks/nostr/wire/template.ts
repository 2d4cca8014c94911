import type { Template } from './nip01.ts';
import type { Room } from './room.ts';
import type { Reply, Root } from './room-kind.ts';
import { kindOf } from './room-kinds.ts';

/** What a message is made of, before its work and signature. */
export interface Draft {
	room: Room;
	/** 64 hex digits, x of the author's key */
	author: string;
	/** canonical text */
	text: string;
	/** b64 of the envelope */
	wire: string;
	/** whole unix seconds */
	createdAt: number;
	reply: Reply | null;
	root: Root | null;
}

/** The event that says it, with the fewest fixed tags: no client, no relay hints, never NIP-70's `-`. */
export function template(draft: Draft): Template {
	const kind = kindOf(draft.room);
	return {
		pubkey: draft.author,
		created_at: draft.createdAt,
		kind: kind.kind,
		tags: [...kind.tags(draft.room, draft.reply, draft.root), ['bauta', '1', draft.wire]],
		content: draft.text,
	};
}

/** Kinds by which a key asks a group's relay to be a member, and to be none any more (NIP-29). */
export const membershipKinds = { join: 9021, leave: 9022 } as const;
export type MembershipRequest = keyof typeof membershipKinds;

/** NIP-29: asks to join a group, or to leave it. */
export const membershipTemplate = (request: MembershipRequest, author: string, group: string, createdAt: number): Template => ({
	pubkey: author,
	created_at: createdAt,
	kind: membershipKinds[request],
	tags: [['h', group]],
	content: '',
});

/** NIP-42: answers a relay's challenge. */
export const authTemplate = (author: string, relay: string, challenge: string, createdAt: number): Template => ({
	pubkey: author,
	created_at: createdAt,
	kind: 22242,
	tags: [
		['relay', relay],
		['challenge', challenge],
	],
	content: '',
});
