/** Connect's codes (https://connectrpc.com/docs/protocol) that the notifier answers with, and their HTTP status. */
const statuses = {
	invalid_argument: 400,
	unauthenticated: 401,
	permission_denied: 403,
	not_found: 404,
	resource_exhausted: 429,
	internal: 500,
	unimplemented: 501,
	unavailable: 503,
} as const;
/** The code of a fault. */
export type FaultCode = keyof typeof statuses;

/** What a client is told: a code, and what to do about it. `message` names no key, no secret, and of rooms only what the request named. */
export class Fault extends Error {
	readonly code: FaultCode;

	constructor(code: FaultCode, message: string) {
		super(message);
		this.name = 'Fault';
		this.code = code;
	}

	/** HTTP status */
	get status(): number {
		return statuses[this.code];
	}
}

/** The fault of a field, with its place: `subscriptions[2].hmac_keys[0].key: expected 32 bytes, got 31`. */
export const wrong = (field: string, what: string): Fault => new Fault('invalid_argument', `${field}: ${what}`);
