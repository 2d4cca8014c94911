import { BautaError, type ErrorCode } from '../../messages/errors.ts';
import { plainLine } from '../plain-line.ts';

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

/** Why a relay refused, from the text of its OK or CLOSED. `relay` is shown with it. */
export function refusal(relay: string, reason: string): BautaError {
	const [, beginning = '', rest = ''] = /^([a-z-]{1,20}):\s*([\s\S]*)$/.exec(reason) ?? [];
	const code = Object.hasOwn(codes, beginning) ? codes[beginning] : undefined;
	const words = plainLine(code ? rest : reason);
	return new BautaError(code ?? 'server-refused', words ? `${new URL(relay).host}: ${words}` : new URL(relay).host);
}

/** Whether a relay refuses because a key is no member of the group: relay29 says that with `blocked:`, others with `restricted:`. */
export const isForMembers = ({ code, detail }: BautaError): boolean =>
	(code === 'relay-blocked' || code === 'relay-restricted') &&
	/: .*\b(member|participant|join|(in|part of) (the|this|that|our) group)/i.test(detail);

/**
 * Bits that a `pow:` refusal asks for, where it names them (`pow: 24 bits needed`, `pow: difficulty 12 is less than 20`): the largest
 * number in it.
 */
export function askedBits(reason: string): number {
	return Math.max(0, ...[...reason.slice(0, 500).matchAll(/\b\d{1,3}\b/g)].map(Number).filter((bits) => bits <= 256));
}
