import { apply, contains, getOwnPropertyDescriptor, isArray, now, push } from './primordials.ts';

type Fields = Record<string, unknown>;
/**
 * What the getters of a notification with these arguments say. Throws, or returns null, where the browser's own constructor throws.
 * @param persistent whether a service worker shows it
 */
export type ReadValues = (title: unknown, options: Fields, persistent: boolean) => Fields | null;

/** Makes what reads lists and addresses as browsers do, out of the browser's own functions. */
function prepareReaders() {
	const [NativeUrl, text, number] = [URL, String, Number];
	const { min } = Math;
	const { freeze } = Object;
	const href = Object.getOwnPropertyDescriptor(NativeUrl.prototype, 'href')?.get as () => string;
	const baseUri = Object.getOwnPropertyDescriptor(Node.prototype, 'baseURI')?.get as () => string;
	const { document } = window;

	function url(value: unknown): string {
		if (value === undefined || value === '') return '';
		try {
			return apply(href, new NativeUrl(text(value), apply(baseUri, document, [])), []);
		} catch {
			return '';
		}
	}

	function vibration(value: unknown): readonly number[] {
		const pattern: number[] = [];
		const parts = isArray(value) ? value : value === undefined ? [] : [value];
		for (let at = 0; at < parts.length && at < 99; at++) push(pattern, min(number(parts[at]) >>> 0, 10_000));
		// a pattern ends with a vibration, not with a pause
		if (pattern.length % 2 === 0) pattern.length -= pattern.length > 0 ? 1 : 0;
		return freeze(pattern);
	}

	function actions(value: unknown): readonly object[] {
		const list: object[] = [];
		for (let at = 0; isArray(value) && at < value.length; at++) {
			const { action, title, icon } = value[at] as Fields;
			push(list, freeze({ action: text(action), title: text(title), ...(icon === undefined ? {} : { icon: url(icon) }) }));
		}
		return freeze(list);
	}

	return { url, vibration, actions, text, number, word: (value: unknown) => (value === undefined ? '' : text(value)) };
}

/** To be called before the page's first script. `prototype`: that of the browser's notifications. */
export function prepareValues(prototype: object): ReadValues {
	const { url, vibration, actions, text, number, word } = prepareReaders();
	const clone = structuredClone;
	const { trunc } = Math;
	const has = (name: string) => getOwnPropertyDescriptor(prototype, name) !== undefined;
	const [canRenotify, canVibrate] = [has('renotify'), has('vibrate')];
	return (title, options, persistent) => {
		const { body, lang, tag, dir = 'auto', silent, vibrate, timestamp, data } = options;
		const values: Fields = {
			__proto__: null as never,
			title: text(title),
			body: word(body),
			lang: word(lang),
			tag: word(tag),
			dir: text(dir),
			icon: url(options.icon),
			image: url(options.image),
			badge: url(options.badge),
			silent: !!silent,
			renotify: !!options.renotify,
			requireInteraction: !!options.requireInteraction,
			timestamp: timestamp === undefined ? now() : trunc(number(timestamp)) || 0,
			vibrate: vibration(vibrate),
			actions: actions(options.actions),
			data: data === undefined ? null : clone(data),
		};
		const isWrong =
			!contains(['auto', 'ltr', 'rtl'], values.dir) ||
			(canRenotify && values.renotify && !values.tag) ||
			(canVibrate && values.silent && vibrate !== undefined) ||
			// Chromium alone
			(canVibrate && !persistent && (values.actions as object[]).length > 0) ||
			// some other number is made of it
			(values.timestamp as number) < 0;
		return isWrong ? null : values;
	};
}
