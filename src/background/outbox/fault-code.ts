import { BautaError, type ErrorCode, errorCodes } from '../../messages/errors.ts';

/**
 * Turns a ProtocolError whose code people are told about into a BautaError, without its text: that must never reach a page. Anything else
 * is returned as it is.
 */
export function withOurCode(thrown: unknown): unknown {
	if (thrown instanceof BautaError) return thrown;
	const code = (thrown as { code?: unknown } | null)?.code as ErrorCode;
	return errorCodes.includes(code) ? new BautaError(code) : thrown;
}
