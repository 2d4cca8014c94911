import { BautaError, type ErrorCode } from '../../messages/errors.ts';

/** NIP-01's machine-readable beginnings of a refusal. */
const codes: Record<string, ErrorCode> = {
	restricted: 'relay-restricted',
	blocked: 'relay-blocked',
	'rate-limited': 'relay-rate-limited',
	invalid: 'relay-invalid',
	pow: 'relay-work',
	'auth-required': 'relay-auth',
	mute: 'relay-muted',
};

/**
 * A relay's words for people: one line, no control or direction characters, at most `most` code points. They are the server's, so never
 * trusted further.
 */
export function plainLine(text: string, most = 200): string {
	const plain = text
		.slice(0, 2000)
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
		.trim();
	return [...plain].slice(0, most).join('');
}

/** Why a relay refused, from the text of its OK or CLOSED. `relay` is shown with it. */
export function refusal(relay: string, reason: string): BautaError {
	const [, beginning = '', rest = ''] = /^([a-z-]{1,20}):\s*([\s\S]*)$/.exec(reason) ?? [];
	const code = Object.hasOwn(codes, beginning) ? codes[beginning] : undefined;
	const words = plainLine(code ? rest : reason);
	return new BautaError(code ?? 'server-refused', words ? `${new URL(relay).host}: ${words}` : new URL(relay).host);
}

/**
 * Bits that a `pow:` refusal asks for, where it names them (`pow: 24 bits needed`, `pow: difficulty 12 is less than 20`): the largest
 * number in it.
 */
export function askedBits(reason: string): number {
	return Math.max(0, ...[...reason.slice(0, 500).matchAll(/\b\d{1,3}\b/g)].map(Number).filter((bits) => bits <= 256));
}
