import { sha256 } from '@noble/hashes/sha2.js';
import { fromHex, toHex } from '../../../protocol/bytes.ts';
import { verifySchnorr } from '../../../protocol/signature.ts';

const encoder = new TextEncoder();

/** What a signature commits to, NIP-01. */
export interface Template {
	/** 64 lower-case hex digits, x of the author's key */
	pubkey: string;
	/** whole unix seconds */
	created_at: number;
	kind: number;
	tags: string[][];
	content: string;
}

/** An event with its id and signature, NIP-01. */
export interface Event extends Template {
	/** 64 hex digits */
	id: string;
	/** 128 hex digits */
	sig: string;
}

/** How much of a key an archive shows for an author, in hex digits. */
export const archivedKeyDigits = 8;

/** `digits` lower-case hex digits, as every id, key and signature is written (NIP-01). */
export const isHex = (text: unknown, digits: number): text is string =>
	typeof text === 'string' && text.length === digits && /^[0-9a-f]*$/.test(text);

/** The text that is hashed into the id, NIP-01. */
export const serialize = (event: Template): string =>
	JSON.stringify([0, event.pubkey, event.created_at, event.kind, event.tags, event.content]);

/** 32 bytes, NIP-01. */
export const eventHash = (event: Template): Uint8Array => sha256(encoder.encode(serialize(event)));

/** Id and signature are right: the owner of `pubkey` wrote exactly this (NIP-01, BIP-340). */
export function verifies(event: Event): boolean {
	const hash = eventHash(event);
	return toHex(hash) === event.id && verifySchnorr(hash, fromHex(event.sig), fromHex(`02${event.pubkey}`));
}

const maxTags = 2500;
const maxTagParts = 200;

/** A parsed JSON value as an event of NIP-01's shape, other fields dropped, or null. Not verified. */
export function asEvent(value: unknown): Event | null {
	if (typeof value !== 'object' || value === null) return null;
	const { id, pubkey, created_at, kind, tags, content, sig } = value as Record<string, unknown>;
	if (!isHex(id, 64) || !isHex(pubkey, 64) || !isHex(sig, 128) || typeof content !== 'string') return null;
	if (!isCount(created_at, Number.MAX_SAFE_INTEGER) || !isCount(kind, 65535)) return null;
	if (!Array.isArray(tags) || tags.length > maxTags || !tags.every(isTag)) return null;
	return { id, pubkey, created_at, kind, tags, content, sig };
}

const isCount = (value: unknown, most: number): value is number =>
	Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most;
const isTag = (tag: unknown): tag is string[] =>
	Array.isArray(tag) && tag.length <= maxTagParts && tag.every((part) => typeof part === 'string');

/** Value of the first tag of that name, or ''. */
export const tagValue = (event: Template, name: string): string => event.tags.find((tag) => tag[0] === name)?.[1] ?? '';
