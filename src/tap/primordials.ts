/**
 * The built-in functions that the tap works with, taken before the page's first script could replace them.
 * Only the main-world script needs them; the isolated world has its own, which the page cannot touch.
 */
const { bind, call } = Function.prototype;
const uncurry = bind.bind(call) as <T, A extends unknown[], R>(method: (this: T, ...args: A) => R) => (self: T, ...args: A) => R;
const getter = <T, K extends keyof T>(prototype: T, name: K) =>
	uncurry(Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: T) => T[K]);

export const includes = uncurry(String.prototype.includes) as (self: string, part: string) => boolean;
export const slice = uncurry(String.prototype.slice) as (self: string, from: number, to?: number) => string;
export const indexOf = uncurry(String.prototype.indexOf) as (self: string, part: string, from?: number) => number;
export const lower = uncurry(String.prototype.toLowerCase) as (self: string) => string;
export const normalize = uncurry(String.prototype.normalize) as (self: string, form: string) => string;
export const exec = uncurry(RegExp.prototype.exec) as (self: RegExp, text: string) => RegExpExecArray | null;
export const fromCodePoint = String.fromCodePoint;
/** `Array.prototype.includes`, but for NaN: a loop, as the page may have replaced what iterates. */
export function contains(list: readonly unknown[], item: unknown): boolean {
	for (let at = 0; at < list.length; at++) if (list[at] === item) return true;
	return false;
}
export const parseNumber = Number.parseInt;
export const parseJson = JSON.parse as (text: string) => unknown;
export const toJson = JSON.stringify as (value: unknown) => string;
export const { isArray } = Array;
export const whenSettled = uncurry(Promise.prototype.then) as <T>(
	self: Promise<T>,
	done: (value: T) => void,
	failed?: () => void,
) => Promise<void>;
export const listen = uncurry(EventTarget.prototype.addEventListener) as (
	self: EventTarget,
	type: string,
	listener: (event: Event) => void,
	options?: AddEventListenerOptions,
) => void;
export const messageData = getter(MessageEvent.prototype, 'data') as (self: Event) => unknown;
export const weakGet = uncurry(WeakMap.prototype.get) as <V>(self: WeakMap<object, V>, key: object) => V | undefined;
export const weakSet = uncurry(WeakMap.prototype.set) as <V>(self: WeakMap<object, V>, key: object, value: V) => unknown;
export const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;
/** `Array.prototype.push`, past any setter that the page has put on the prototype. */
export const push = <T>(self: T[], value: T): boolean =>
	defineProperty(self, self.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true } as PropertyDescriptor);
export const { getPrototypeOf: prototypeOf, keys: keysOf } = Object;
export const rejection = Promise.reject.bind(Promise) as (fault: Error) => Promise<never>;
export const NativeProxy = Proxy;
export const now = Date.now;
export const later = globalThis.setTimeout.bind(globalThis);
export const randomUuid = (): string => {
	// `crypto.randomUUID` is missing on insecure origins
	const bytes = crypto.getRandomValues(new Uint8Array(32));
	let uuid = '';
	for (let at = 0; at < 32; at++) {
		const random = bytes[at] ?? 0;
		const digit = at === 12 ? 4 : at === 16 ? 8 + (random & 3) : random & 15;
		uuid += (at % 4 === 0 && at > 7 && at < 21 ? '-' : '') + slice('0123456789abcdef', digit, digit + 1);
	}
	return uuid;
};
