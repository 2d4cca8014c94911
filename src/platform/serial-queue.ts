const forget = (): void => {};

/**
 * Runs tasks one after another, in the order of the calls. A task that fails does not stop the next one. Of a finished task the queue keeps
 * nothing: no result, no error and no closure, as keys and messages pass through it.
 */
export class SerialQueue {
	/** settles with nothing once the last task is over; null while no task waits or runs */
	#tail: Promise<void> | null = null;

	/** Runs `task` after all that were handed in before, never at once. Resolves and rejects as the task does. */
	run<R>(task: () => R | Promise<R>): Promise<R> {
		const result = (this.#tail ?? Promise.resolve()).then(task);
		const tail = result.then(forget, forget);
		this.#tail = tail;
		void tail.then(() => {
			if (this.#tail === tail) this.#tail = null;
		});
		return result;
	}
}
