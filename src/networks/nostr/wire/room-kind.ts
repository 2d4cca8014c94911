import type { Event, Template } from './nip01.ts';
import type { Room } from './room.ts';

/** The message that is answered, as the room's relays showed it. `author`: hex. */
export interface Reply {
	id: string;
	author: string;
}

/** Kind and author (hex) of the event that comments hang on. */
export interface Root {
	kind: number;
	author: string;
}

/** A subscription filter, NIP-01. */
export interface Filter {
	ids?: string[];
	authors?: string[];
	kinds?: number[];
	since?: number;
	limit?: number;
	[tag: `#${string}`]: string[];
}

/** Whether an event is what was asked for (NIP-01): a relay may send anything. */
export function matches({ ids, authors, kinds, since, limit: _, ...tags }: Filter, event: Event): boolean {
	if (ids && !ids.includes(event.id)) return false;
	if (authors && !authors.includes(event.pubkey)) return false;
	if (kinds && !kinds.includes(event.kind)) return false;
	if (since !== undefined && event.created_at < since) return false;
	return Object.entries(tags).every(([name, values]) =>
		event.tags.some(([tag, value = '']) => `#${tag}` === name && (values as string[]).includes(value)),
	);
}

/** A NIP that defines rooms. Each has a file of its own. */
export interface RoomKind {
	nip: Room['nip'];
	/** kind of its text messages */
	kind: number;
	/** value of the room that a message belongs to, or null. `relay`: URL that it came from */
	roomOf(event: Template, relay: string): string | null;
	/** the id that a message names as the one it answers, or '' */
	replyTo(event: Template): string;
	/** the fewest tags that the NIP asks for */
	tags(room: Room, reply: Reply | null, root: Root | null): string[][];
	/** asks for the room's messages */
	filter(room: Room): Filter;
	/** asks for what the room is: its creation, its state */
	about(room: Room): Filter[];
	/** values of rooms that a page's filter asks for */
	wanted(filter: Filter, relay: string): string[];
}
