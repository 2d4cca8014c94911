import { BautaError, type ErrorCode, errorCodes } from '../../messages/errors.ts';

/** A fault of the protocol as one of ours, where it has one of our codes: its texts never cross to a page. Whatever else comes back as it is. */
export function withOurCode(thrown: unknown): unknown {
	if (thrown instanceof BautaError) return thrown;
	const code = (thrown as { code?: unknown } | null)?.code as ErrorCode;
	return errorCodes.includes(code) ? new BautaError(code) : thrown;
}
