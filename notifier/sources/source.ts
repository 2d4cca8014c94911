import type { ReadMessage } from '../rooms/filter.ts';
import type { Topic } from '../rooms/topic.ts';

/** How a room is doing, as its followers are told (docs/notifier.md). */
export type RoomState =
	| 'connecting'
	| 'watching'
	| 'unreachable'
	| 'refused'
	| 'gone'
	| 'closed'
	| 'no-anonymous'
	| 'no-archive'
	| 'flooding';

/** Hands on a message of a room. `read` tells what it is, or null where it does not count; it is not called where nobody needs to know. */
export type Take = (topic: string, read: () => ReadMessage | null) => void;

/** A network whose rooms are watched. What it asks of a server follows from what is subscribed, never from what a message turns out to be. */
export interface Source {
	/** whether the operator has a server for it */
	watches(topic: Topic): boolean;
	begin(topic: Topic): void;
	end(topic: Topic): void;
	stateOf(topic: Topic): RoomState;
	/** told of a room that a server stops to let be read, also where it is read again at once */
	onLoss: (topic: string) => void;
	stop(): void;
}
