/**
 * Every listener that Bauta has on the page's window. `document.open()`, and `document.write()` into a page that is there already, take all
 * listeners away, those of the isolated world as well.
 */
import { randomTag } from './shadow-hosts.ts';

const listeners: Parameters<typeof globalThis.addEventListener>[] = [];

/** an event that tells whether the listeners are there */
const probe = randomTag();
let areThere = false;

/** Listens on the window, also in every document that the page opens in place of this one. */
export function listen<E extends Event = Event>(type: string, listener: (event: E) => void, options: AddEventListenerOptions = {}): void {
	listeners.push([type, listener as EventListener, options]);
	addEventListener(type, listener as EventListener, options);
}
listen(probe, () => {
	areThere = true;
});

/** Whether the listeners are still there. */
export function areListenersThere(): boolean {
	areThere = false;
	dispatchEvent(new Event(probe));
	return areThere;
}

/** Sets all of them again, in the order in which they were set at first. One that is there already stays as it is. */
export function listenAgain(): void {
	for (const entry of listeners) addEventListener(...entry);
}
