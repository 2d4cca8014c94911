import type { Carrier } from '../../src/devices/carrier.ts';
import { toHex } from '../../src/protocol/bytes.ts';

/** A carrier that remembers what was written, and everything that it ever saw. */
export interface MemoryCarrier extends Carrier {
	places: Map<string, Map<string, string>>;
	seen: { place: string; name: string; text: string }[];
}

export function memoryCarrier(): MemoryCarrier {
	const places = new Map<string, Map<string, string>>();
	const seen: MemoryCarrier['seen'] = [];
	return {
		places,
		seen,
		async read({ publicKey }) {
			return [...(places.get(toHex(publicKey))?.values() ?? [])];
		},
		async write({ publicKey }, name, text) {
			const place = toHex(publicKey);
			seen.push({ place, name, text });
			places.set(place, (places.get(place) ?? new Map()).set(name, text));
		},
		async clear({ publicKey }) {
			places.delete(toHex(publicKey));
		},
	};
}
