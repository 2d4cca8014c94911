import { type Clock, type JumpWatch, periodAt } from '../time/clock.ts';
import { type Installation, longestSilence, type Subscription, wipeKeys, withoutOldKeys } from './installation.ts';
import type { Store } from './store.ts';

/** Told after each change that lasts: what an installation was, and what it is. */
export type Listener = (before: Installation | null, after: Installation | null) => void;

/** All installations, one change after the other; a change counts once it is on the disk. */
export class Registry {
	readonly #store: Store;
	readonly #clock: Clock;
	readonly #jumps: JumpWatch;
	readonly #byId = new Map<string, Installation>();
	readonly #bySecret = new Map<string, Installation>();
	readonly #listeners: Listener[] = [];
	#last: Promise<unknown> = Promise.resolve();

	constructor(store: Store, clock: Clock, jumps: JumpWatch) {
		this.#store = store;
		this.#clock = clock;
		this.#jumps = jumps;
	}

	/** `listener` is told of each change from now on. */
	listen(listener: Listener): void {
		this.#listeners.push(listener);
	}

	/** The installation of that id. */
	get(id: string): Installation | undefined {
		return this.#byId.get(id);
	}

	/** The installation that a secret (its hash) belongs to. */
	ofSecret(hash: string): Installation | undefined {
		return this.#bySecret.get(hash);
	}

	/** All of them. */
	all(): IterableIterator<Installation> {
		return this.#byId.values();
	}

	/** Takes in what is on the disk, but for installations whose secret is no longer in the configuration, and purges. */
	async load(secretHashes: ReadonlySet<string>): Promise<void> {
		for (const installation of await this.#store.load()) {
			if (secretHashes.has(installation.secretHash)) this.#put(null, installation);
			else {
				wipeKeys(installation.subscriptions.values());
				await this.#store.remove(installation.id);
			}
		}
		await this.purge();
	}

	/**
	 * Puts another installation in the place of the one of that id, or takes it away (null). `change` may throw: then, as where the disk fails,
	 * nothing has changed. It gets the installation as it is, and must not change that one itself.
	 */
	change(id: string, change: (current: Installation | null) => Installation | null): Promise<Installation | null> {
		return this.#inTurn(async () => {
			const before = this.#byId.get(id) ?? null;
			const after = change(before);
			if (after) await this.#store.write(after);
			else await this.#store.remove(id);
			this.#put(before, after);
			if (before) wipeKeys(droppedKeys(before, after));
			return after;
		});
	}

	/**
	 * Forgets keys of old periods, and installations that were not heard of for 45 days. Does neither while the clock is in doubt. Returns how many
	 * of both went. Where the disk fails for some, the others are seen to all the same, and then it throws.
	 */
	async purge(): Promise<{ keys: number; installations: number }> {
		const count = { keys: 0, installations: 0 };
		if (!this.#jumps.isTrusted()) return count;
		const now = this.#clock.now();
		const faults: unknown[] = [];
		for (const { id } of [...this.#byId.values()]) {
			const pruning = this.change(id, (current) => {
				if (!current || current.lastSeen + longestSilence < now) {
					count.installations++;
					return null;
				}
				const pruned = withoutOldKeys(current, periodAt(now));
				for (const { keys } of pruned?.dropped ?? []) count.keys += keys.length;
				return pruned?.kept ?? current;
			});
			await pruning.catch((thrown) => faults.push(thrown));
		}
		if (faults.length > 0) throw faults[0];
		return count;
	}

	/** Resolves when all that was begun is done. */
	settle(): Promise<unknown> {
		return this.#last;
	}

	#put(before: Installation | null, after: Installation | null): void {
		if (before) {
			this.#byId.delete(before.id);
			this.#bySecret.delete(before.secretHash);
		}
		if (after) {
			this.#byId.set(after.id, after);
			this.#bySecret.set(after.secretHash, after);
		}
		for (const listener of this.#listeners) listener(before, after);
	}

	#inTurn<T>(task: () => Promise<T>): Promise<T> {
		const turn = this.#last.then(task, task);
		this.#last = turn.catch(() => {});
		return turn;
	}
}

/** Keys that were held and are not any more. */
function droppedKeys(before: Installation, after: Installation | null): Subscription[] {
	const held = new Set([...(after?.subscriptions.values() ?? [])].flatMap(({ keys }) => keys.map(({ key }) => key)));
	return [...before.subscriptions.values()].map((subscription) => ({
		...subscription,
		keys: subscription.keys.filter(({ key }) => !held.has(key)),
	}));
}
