import type { WaitingState } from '../../messages/composer.ts';
import { browser } from '../../platform/api/browser.ts';

/** The string of this key in the browser's language. `parts` fill its placeholders in order. */
export function text(key: string, ...parts: (string | number)[]): string {
	return browser.i18n.getMessage(key, parts.map(String));
}

/** The host of an origin, with its port where it has one. Anything else is shown as it is. */
export function hostOf(origin: string): string {
	return URL.canParse(origin) ? new URL(origin).host || origin : origin;
}

/** The hosts of these origins, each once and without port, as the browser will ask for them. Throws a TypeError where one is no address. */
export function hostNames(origins: string[]): string[] {
	return [...new Set(origins.map((origin) => new URL(origin).hostname))];
}

/** How a message that waits stands. `due`: when it will be sent, on the clock of `performance`; 0 = not known. */
export function waitingText(state: WaitingState, due: number): string {
	const seconds = Math.max(0, Math.ceil((due - performance.now()) / 1000));
	if (state === 'waiting' && due > 0) return text('popup_outbox_waiting', seconds);
	return text(`popup_outbox_${state}`);
}

/** A day in the browser's language. `seconds`: unix time. */
export function day(seconds: number): string {
	return new Date(seconds * 1000).toLocaleDateString(text('popup_language'), { dateStyle: 'medium' });
}

/** A day and the time of it, in the browser's language. `seconds`: unix time. */
export function moment(seconds: number): string {
	return new Date(seconds * 1000).toLocaleString(text('popup_language'), { dateStyle: 'medium', timeStyle: 'short' });
}

/** How long ago a time (unix ms) is, in the browser's language and the largest unit that fits: "3 hours ago". */
export function ago(ms: number): string {
	const minutes = Math.max(0, Math.floor((Date.now() - ms) / 60_000));
	const words = new Intl.RelativeTimeFormat(text('popup_language'), { numeric: 'auto' });
	if (minutes < 60) return words.format(-minutes, 'minute');
	return minutes < 1440 ? words.format(-Math.floor(minutes / 60), 'hour') : words.format(-Math.floor(minutes / 1440), 'day');
}

/** The time of a day. `ms`: unix time. */
export function timeOfDay(ms: number): string {
	return new Date(ms).toLocaleTimeString(text('popup_language'), { timeStyle: 'short' });
}

/** What a key is, in words. A kind that has no words yet is shown as it is. */
export function kindText(kind: string): string {
	return text(`popup_kind_${kind.replaceAll('-', '_')}`) || kind;
}
