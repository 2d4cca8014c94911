import browser from 'webextension-polyfill';

/**
 * One value in `storage.session`: in memory, gone when the browser closes, alive when the worker dies.
 * The value is read once per worker life; writes go out in order.
 */
export class SessionValue<T> {
	private readonly name: string;
	private readonly initial: T;
	private value: Promise<T> | null = null;

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
