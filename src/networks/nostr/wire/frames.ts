import { asEvent, type Event } from './nip01.ts';
import type { Filter } from './room-kind.ts';

/** The fields in one order for everybody: another order would be a mark. */
const inOrder = (event: Event): Event => ({
	id: event.id,
	pubkey: event.pubkey,
	created_at: event.created_at,
	kind: event.kind,
	tags: event.tags,
	content: event.content,
	sig: event.sig,
});
/** Publishes an event (NIP-01). */
export const eventFrame = (event: Event): string => JSON.stringify(['EVENT', inOrder(event)]);
/** Logs in with a signed challenge (NIP-42). */
export const authFrame = (event: Event): string => JSON.stringify(['AUTH', inOrder(event)]);
/** Asks for events, under a subscription id (NIP-01). */
export const requestFrame = (subscription: string, filters: Filter[]): string => JSON.stringify(['REQ', subscription, ...filters]);
/** Ends a subscription (NIP-01). */
export const closeFrame = (subscription: string): string => JSON.stringify(['CLOSE', subscription]);

/** What a relay can say, NIP-01 and NIP-42. */
export type RelayFrame =
	| { type: 'EVENT'; subscription: string; event: Event }
	| { type: 'OK'; id: string; accepted: boolean; reason: string }
	| { type: 'EOSE'; subscription: string }
	| { type: 'CLOSED'; subscription: string; reason: string }
	| { type: 'NOTICE'; reason: string }
	| { type: 'AUTH'; challenge: string };

const maxFrame = 1_000_000;

/** A frame's array, or null for what is none. */
export function parseArray(data: string): unknown[] | null {
	if (data.length > maxFrame || !data.trimStart().startsWith('[')) return null;
	try {
		const value: unknown = JSON.parse(data);
		return Array.isArray(value) ? value : null;
	} catch {
		return null;
	}
}

/** A relay's frame, or null for what is none. Events in it are not verified. */
export function parseFrame(data: string): RelayFrame | null {
	const [type, first, second, third] = parseArray(data) ?? [];
	if (typeof first !== 'string') return null;
	const reason = (text: unknown): string => (typeof text === 'string' ? text : '');
	if (type === 'EVENT') {
		const event = asEvent(second);
		return event && { type, subscription: first, event };
	}
	// some relays write the truth as text
	const isTrue = second === true || second === 'true';
	if (type === 'OK')
		return isTrue || second === false || second === 'false' ? { type, id: first, accepted: isTrue, reason: reason(third) } : null;
	if (type === 'EOSE') return { type, subscription: first };
	if (type === 'CLOSED') return { type, subscription: first, reason: reason(second) };
	if (type === 'NOTICE') return { type, reason: [first, reason(second)].filter(Boolean).join(': ') };
	return type === 'AUTH' ? { type, challenge: first } : null;
}
