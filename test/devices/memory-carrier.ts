import type { Carrier } from '../../src/devices/carrier.ts';
import { toHex } from '../../src/protocol/bytes.ts';

/** A carrier that remembers what was written, and everything that it ever saw. */
export interface MemoryCarrier extends Carrier {
	mailboxes: Map<string, Map<string, string>>;
	writes: { mailbox: string; name: string; text: string }[];
}

export function memoryCarrier(): MemoryCarrier {
	const mailboxes = new Map<string, Map<string, string>>();
	const writes: MemoryCarrier['writes'] = [];
	return {
		mailboxes,
		writes,
		async read({ publicKey }) {
			return [...(mailboxes.get(toHex(publicKey))?.values() ?? [])];
		},
		async write({ publicKey }, name, text) {
			const mailbox = toHex(publicKey);
			writes.push({ mailbox, name, text });
			mailboxes.set(mailbox, (mailboxes.get(mailbox) ?? new Map()).set(name, text));
		},
		async clear({ publicKey }) {
			mailboxes.delete(toHex(publicKey));
		},
	};
}
