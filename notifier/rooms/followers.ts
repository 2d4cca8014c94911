import type { PeriodKey } from '../../src/protocol/xmtp.ts';
import type { Installation } from '../installations/installation.ts';
import { drawFor, RoomWindow, windowAt } from './digest.ts';
import { judge, type ReadMessage } from './filter.ts';
import { Recent } from './recent.ts';

interface Follower {
	installation: string;
	keys: readonly PeriodKey[];
	window: RoomWindow;
}

/** What of a digest follows from the configuration. */
export interface DigestRules {
	/** ms */
	interval: number;
	/** the least probability of a push where a window holds the owner's messages alone */
	cover: number;
}

/** Who follows which room, and what their windows hold. */
export class Followers {
	readonly #rules: DigestRules;
	readonly #draw: typeof drawFor;
	/** by topic and installation */
	readonly #followers = new Map<string, Map<string, Follower>>();
	/** messages with a mark that were met, by room and name */
	readonly #met = new Recent();
	/** by installation: its window, its phase, what its chance follows from, and its topics */
	readonly #windows = new Map<string, { number: number; phase: number; chance: Uint8Array; topics: Set<string> }>();

	constructor(rules: DigestRules, draw = drawFor) {
		this.#rules = rules;
		this.#draw = draw;
	}

	/** Takes in how an installation has changed. `now`: Unix milliseconds. Returns topics that have their first follower, or lost the last. */
	follow(before: Installation | null, after: Installation | null, now: number): { firstFollowed: string[]; lastLeft: string[] } {
		const firstFollowed: string[] = [];
		const lastLeft: string[] = [];
		const id = (after ?? before)?.id ?? '';
		for (const topic of before?.subscriptions.keys() ?? []) {
			if (after?.subscriptions.has(topic)) continue;
			const followers = this.#followers.get(topic);
			followers?.delete(id);
			if (followers?.size === 0 && this.#followers.delete(topic)) lastLeft.push(topic);
		}
		for (const [topic, { keys }] of after?.subscriptions ?? []) {
			const followers = this.#followers.get(topic) ?? new Map<string, Follower>();
			if (followers.size === 0) firstFollowed.push(topic);
			this.#followers.set(topic, followers);
			followers.set(id, { installation: id, keys, window: followers.get(id)?.window ?? new RoomWindow() });
		}
		if (!after) this.#windows.delete(id);
		else {
			const number = this.#windows.get(id)?.number ?? windowAt(now, this.#rules.interval, after.phase);
			this.#windows.set(id, { number, phase: after.phase, chance: after.chance, topics: new Set(after.subscriptions.keys()) });
		}
		return { firstFollowed, lastLeft };
	}

	/**
	 * A message of a room. `read` returns null for what does not count. It is called, and all marks are computed, wherever one follower has keys: what
	 * a message costs must not tell a server whose the ones before it were, as one's own does not settle a window. A copy counts for nobody: anybody
	 * in the room could show a message alone, in a window that they choose, and see whether it rings.
	 */
	take(topic: string, read: () => ReadMessage | null): void {
		const all = [...(this.#followers.get(topic)?.values() ?? [])];
		const open = all.some(({ keys }) => keys.length > 0) ? all : all.filter(({ window }) => !window.isSettled);
		const message = open.length > 0 ? read() : null;
		if (!message || this.#wasMet(topic, message)) return;
		for (const { keys, window } of open) {
			const verdict = judge(message, keys);
			// nobody else's would be pushed where it asks for none, so a push in its cover would say whose it is
			window.add(verdict === 'own' && !message.push ? 'silent' : verdict, message.mark);
		}
	}

	#wasMet(topic: string, { name }: ReadMessage): boolean {
		if (name === '') return false;
		const copy = `${topic} ${name}`;
		if (this.#met.has(copy)) return true;
		this.#met.add(copy);
		return false;
	}

	/**
	 * Looks which rooms are not read just now, or one of them. Who could have one not read, by a flood or by cutting a line, could have a window hold
	 * its follower's messages alone.
	 */
	lookAfter(isRead: (topic: string) => boolean, topics: Iterable<string> = this.#followers.keys()): void {
		for (const topic of topics) if (!isRead(topic)) for (const { window } of this.#followers.get(topic)?.values() ?? []) window.doubt();
	}

	/** Ends the windows that are over, and names the installations that are due a push. A clock that has jumped ends one window, whichever way. */
	endWindows(now: number): string[] {
		const due: string[] = [];
		for (const [id, window] of this.#windows) {
			const number = windowAt(now, this.#rules.interval, window.phase);
			if (number === window.number) continue;
			window.number = number;
			// every room's window ends, also where one has asked for the push already
			const draw = (mark: Uint8Array) => this.#draw(window.chance, mark);
			const asking = [...window.topics].filter((topic) => this.#followers.get(topic)?.get(id)?.window.close(this.#rules.cover, draw));
			if (asking.length > 0) due.push(id);
		}
		return due;
	}

	/** Topics that somebody follows. */
	get count(): number {
		return this.#followers.size;
	}
}
