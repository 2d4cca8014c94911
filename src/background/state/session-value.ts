import { sessionArea } from '../../platform/local-area.ts';

/**
 * One value in the area of this session: in memory, gone when the browser closes, alive when the worker dies.
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
		this.value ??= sessionArea()
			.get(this.name)
			.then((stored) => (stored[this.name] as T | undefined) ?? structuredClone(this.initial));
		return this.value;
	}

	async set(value: T): Promise<void> {
		this.value = Promise.resolve(value);
		await sessionArea().set({ [this.name]: value });
	}

	/** Sets the value in memory back to the initial one. What is stored is read no more. */
	protected forget(): void {
		this.value = Promise.resolve(structuredClone(this.initial));
	}

	/** Changes the value in place and stores it. No other change comes in between, as `change` is synchronous. */
	async update<R>(change: (value: T) => R): Promise<R> {
		const value = await this.get();
		const result = change(value);
		await this.set(value);
		return result;
	}
}

/**
 * The names of all values that end with the lock. They stand here because the lock also erases values whose module this worker has not
 * loaded.
 */
const namesUntilLock = ['fresh-phrase', 'device-keys', 'link', 'questions'] as const;
const storageKeyOf = (name: string): string => `until-lock:${name}`;
const valuesUntilLock = new Set<UntilLock<unknown>>();

/** A secret that is gone at the lock, whether or not the module that uses it was loaded since it was written. */
export class UntilLock<T> extends SessionValue<T> {
	constructor(name: (typeof namesUntilLock)[number], initial: T) {
		super(storageKeyOf(name), initial);
		valuesUntilLock.add(this as UntilLock<unknown>);
	}

	/** All of them are out of memory when this returns, and out of the storage when it resolves. */
	static forgetAll(): Promise<void> {
		for (const value of valuesUntilLock) value.forget();
		return sessionArea().remove(namesUntilLock.map(storageKeyOf));
	}
}
