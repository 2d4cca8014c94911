/** What can go wrong, as one small set of codes. The words for people are `error_<code>` in `_locales`. */
export const errorCodes = [
	// vault and identity
	'no-vault',
	'vault-exists',
	'vault-locked',
	'vault-broken',
	'vault-newer',
	'vault-repaired',
	'vault-one-copy',
	'copies-forgotten',
	'vault-aside',
	'generations-mended',
	'record-broken',
	'wrong-passphrase',
	'passphrase-weak',
	'too-many-tries',
	'phrase-checksum',
	'phrase-word',
	'phrase-count',
	'phrase-language',
	'key-length',
	'key-hex',
	'key-zero',
	'key-range',
	'key-unknown',
	'key-many',
	'key-public',
	'key-depth',
	'key-network',
	'key-checksum',
	'key-version',
	'key-cost',
	'key-file',
	'key-passphrase-needed',
	'key-passphrase-wrong',
	'keystore-json',
	'keystore-version',
	'keystore-kdf',
	'keystore-mac',
	'keystore-broken',
	'picture-no-code',
	'backup-file',
	'backup-broken',
	'backup-newer',
	'backup-passphrase',
	'identity-known',
	'backup-words',
	'storage-full',
	'storage-failed',
	// linked devices
	'link-unknown',
	'link-kind',
	'link-newer',
	'link-truncated',
	'link-stale',
	'link-used',
	'link-own',
	'link-foreign',
	'link-none',
	'part-other',
	'keys-foreign',
	'device-unknown',
	'device-removed',
	'unlink-no-root',
	'unlink-alone',
	'erase-has-phrase',
	'own-unknown',
	'sync-full',
	'sync-busy',
	'sync-failed',
	'relay-address',
	'relay-unreadable',
	'relay-scheme',
	'relay-login',
	'relay-many',
	// text
	'text-empty',
	'text-long',
	'text-control',
	'text-surrogate',
	'text-noncharacter',
	'text-line',
	// the route to the server
	'proxy-address',
	'proxy-permission',
	'proxy-down',
	'server-down',
	'tls-failed',
	'timed-out',
	'clock-off',
	'policy-violation',
	'unclean-channel',
	'host-permission',
	'bad-answer',
	'auth-required',
	'origin-refused',
	'no-endpoint',
	'no-relay',
	'route-unasked',
	'no-anonymous-host',
	'gate-refused',
	// the room
	'room-gone',
	'room-members-only',
	'room-moderated',
	'room-password',
	'room-banned',
	'room-private',
	'room-no-anonymous',
	'group-members-only',
	'group-private',
	'group-no-chat',
	'room-full',
	'room-not-accepted',
	'nick-conflict',
	'not-in-room',
	'reply-not-shown',
	'reply-changed',
	'server-refused',
	'relay-restricted',
	'relay-blocked',
	'relay-muted',
	'relay-rate-limited',
	'relay-invalid',
	'relay-work',
	'relay-auth',
	'relay-lying',
	'relay-shows-nothing',
	'relay-notice',
	'relay-login-unanswered',
	'group-join-unasked',
	'work-too-high',
	// house rules
	'rate-minute',
	'rate-day',
	'kill-switch',
	'account-speaks',
	'outbox-unsure',
	'outbox-aside',
	'mode-unavailable',
	'cancelled',
	'work-elsewhere',
	'too-late',
	'ticket-used',
	'not-allowed',
	'site-unknown',
	'internal',
] as const;
/** The code of a fault. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * An error that a person can be told about: `code` names it, `detail` carries what it is about (a word, a host), never a secret or message
 * text.
 */
export class BautaError extends Error {
	readonly code: ErrorCode;
	readonly detail: string;
	constructor(code: ErrorCode, detail = '') {
		super(detail ? `${code}: ${detail}` : code);
		this.name = 'BautaError';
		this.code = code;
		this.detail = detail;
	}
}

/** What keeps anybody from being spoken to at all: nothing is known of the room then, and it may be over soon. */
export const networkFaults: readonly ErrorCode[] = ['server-down', 'proxy-down', 'timed-out', 'tls-failed'];

/** Any thrown value as a plain object that can cross a port. Unknown errors become `internal`, with no text of theirs. */
export function faultOf(thrown: unknown): { code: ErrorCode; detail: string } {
	return thrown instanceof BautaError ? { code: thrown.code, detail: thrown.detail } : { code: 'internal', detail: '' };
}
