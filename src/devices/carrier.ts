import type { KeyPair } from '../protocol/curve.ts';

/**
 * What carries sealed texts between devices: the browser account's storage, or a relay. It sees places (a key made for this alone),
 * names and texts of a few fixed sizes, all of them without meaning to it.
 */
export interface Carrier {
	/** The texts at a place, whole ones only, in any order. */
	read(place: KeyPair): Promise<string[]>;
	/**
	 * Puts a text at a place, instead of what had that name there. `name`: 32 hex digits.
	 * @throws BautaError `sync-full`, `sync-busy`, or the way's own faults
	 */
	write(place: KeyPair, name: string, text: string): Promise<void>;
	/** Empties a place. */
	clear(place: KeyPair): Promise<void>;
}
