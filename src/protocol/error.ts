/**
 * What the protocol refuses, as one small set of codes.
 * The text and import codes stand under the same names among the codes that people are told about.
 */
const protocolErrorCodes = [
	// docs/protocol.md §1, text
	'text-empty',
	'text-long',
	'text-control',
	'text-surrogate',
	'text-noncharacter',
	'text-line',
	// docs/protocol.md §1, rooms
	'room-invalid',
	// docs/protocol.md §2, imports
	'phrase-checksum',
	'phrase-word',
	'phrase-count',
	'key-length',
	'key-hex',
	'key-zero',
	'key-range',
	'key-unknown',
	'key-public',
	'key-depth',
	'key-network',
	// docs/protocol.md §2 and §3, keys below A
	'generation-range',
	'path-range',
	'child-invalid',
	'label-empty',
	'mode-unavailable',
	// docs/protocol.md §4 to §8, what is read off the wire
	'bytes-length',
	'not-hex',
	'not-base64url',
	'not-an-envelope',
	'not-a-signature',
	'not-a-seal',
	'not-a-statement',
	// docs/protocol.md §9
	'not-protobuf',
	'not-ecies',
	// an object with a key inside was about to become text
	'secret-as-json',
] as const;
/** The code of a refusal. */
export type ProtocolErrorCode = (typeof protocolErrorCodes)[number];

/** The only error that `protocol` throws on purpose. `detail` says what was expected, and never holds a secret or message text. */
export class ProtocolError extends Error {
	readonly code: ProtocolErrorCode;
	readonly detail: string;
	constructor(code: ProtocolErrorCode, detail = '') {
		super(detail ? `${code}: ${detail}` : code);
		this.name = 'ProtocolError';
		this.code = code;
		this.detail = detail;
	}
}
