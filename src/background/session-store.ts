import browser from 'webextension-polyfill';

/**
 * One value in `storage.session`: in memory, gone when the browser closes, alive when the worker dies.
 * The value is read once per worker life; writes go out in order.
 */
export class SessionValue<T> {
	private readonly name: string;
	private readonly initial: T;
	protected value: Promise<T> | null = null;

	constructor(name: string, initial: T) {
		this.name = name;
		this.initial = initial;
	}

	get(): Promise<T> {
		this.value ??= browser.storage.session
			.get(this.name)
			.then((stored) => (stored[this.name] as T | undefined) ?? structuredClone(this.initial));
		return this.value;
	}

	async set(value: T): Promise<void> {
		this.value = Promise.resolve(value);
		await browser.storage.session.set({ [this.name]: value });
	}

	/** Changes the value in place and stores it. No other change comes in between, as `change` is synchronous. */
	async update<R>(change: (value: T) => R): Promise<R> {
		const value = await this.get();
		const result = change(value);
		await this.set(value);
		return result;
	}
}

const untilLock = 'until-lock:';
const alive = new Set<UntilLock<unknown>>();

/** A value that is gone at the lock, whether or not the script that keeps it was loaded since it was written. */
export class UntilLock<T> extends SessionValue<T> {
	constructor(name: string, initial: T) {
		super(untilLock + name, initial);
		alive.add(this as UntilLock<unknown>);
	}

	/** Takes all of them out of memory. */
	static async forgetAll(): Promise<void> {
		for (const value of alive) value.value = null;
		const names = Object.keys(await browser.storage.session.get(null)).filter((name) => name.startsWith(untilLock));
		if (names.length > 0) await browser.storage.session.remove(names);
	}
}
