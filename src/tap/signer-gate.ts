import { spokenIn } from './nostr-gate.ts';
import { apply, defineProperty, NativeProxy, parseJson, rejection, toJson, weakGet, weakSet } from './primordials.ts';

type Sign = (template: unknown) => Promise<unknown>;
interface Signer {
	signEvent?: Sign;
}

const gates = new WeakMap<object, boolean>();

/**
 * The second half of the last gate on Nostr (NIP-07): what would speak in a closed room is not signed by the account either.
 * `closedAddresses` returns the rooms that are closed now; `onBlocked` gets the room for which something was held back. It is called whenever a
 * room is closed, because a signer may come late or be exchanged. Until the first room is closed, nothing of the page is touched.
 */
export function guardSigner(closedAddresses: () => string[], onBlocked: (room: string) => void): void {
	try {
		const signer = (window as { nostr?: Signer }).nostr;
		const sign = signer?.signEvent;
		if (!signer || typeof sign !== 'function' || weakGet(gates, sign)) return;
		const gate = new NativeProxy(sign, {
			apply(target, self, values: [unknown]) {
				const rooms = closedAddresses();
				const room = rooms.length > 0 ? spokenIn(parseJson(toJson(values[0])), rooms) : '';
				if (!room) return apply(target, self, values);
				onBlocked(room);
				return rejection(new Error('not signed'));
			},
		});
		weakSet(gates, gate, true);
		const property = { value: gate, configurable: true, enumerable: true, writable: true };
		if (defineProperty(signer, 'signEvent', property)) return;
		const whole = new NativeProxy(signer, {
			get: (target, name) => (name === 'signEvent' ? gate : (target as Record<PropertyKey, unknown>)[name]),
		});
		defineProperty(window, 'nostr', { ...property, value: whole });
	} catch {
		// a signer that cannot be guarded: what it signs still has to pass the gate
	}
}
