/** What a relay says of itself and Bauta needs to know, NIP-11. */
export interface RelayDocument {
	/** NIP-13 work that it asks for, leading zero bits */
	bits: number;
	/** it wants a NIP-42 login before anything is written */
	auth: boolean;
	/** it wants money */
	paid: boolean;
	/** longest text in code points, or null */
	maxPoints: number | null;
}

const silent: RelayDocument = { bits: 0, auth: false, paid: false, maxPoints: null };

/** Reads the document. Anything that is none, or of a wrong type in it, says nothing. */
export function readRelayDocument(body: string): RelayDocument {
	try {
		const { limitation } = JSON.parse(body.slice(0, 100_000)) as { limitation?: Record<string, unknown> };
		if (typeof limitation !== 'object' || limitation === null) return silent;
		const count = (name: string) => (Number.isSafeInteger(limitation[name]) && Number(limitation[name]) > 0 ? Number(limitation[name]) : 0);
		return {
			bits: Math.min(count('min_pow_difficulty'), 256),
			auth: limitation.auth_required === true,
			paid: limitation.payment_required === true,
			maxPoints: count('max_content_length') || null,
		};
	} catch {
		return silent;
	}
}

/** Where the document is: the relay's own address by http(s). */
export const documentUrl = (relay: string): string => relay.replace(/^ws/, 'http');
