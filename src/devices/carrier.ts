import type { KeyPair } from '../protocol/curve.ts';

/**
 * What carries sealed texts between devices: the browser account's storage, or a relay. It sees mailboxes (each a
 * key that is made for this alone), names and texts of a few fixed sizes, all of them without meaning to it.
 */
export interface Carrier {
	/** The texts in a mailbox, whole ones only, in any order. Throws the carrier's faults. */
	read(mailbox: KeyPair): Promise<string[]>;
	/**
	 * Puts a text into a mailbox, instead of what had that name there. `name`: 32 hex digits.
	 * @throws BautaError `sync-full`, `sync-busy`, or the carrier's own faults
	 */
	write(mailbox: KeyPair, name: string, text: string): Promise<void>;
	/** Empties a mailbox. */
	clear(mailbox: KeyPair): Promise<void>;
}
