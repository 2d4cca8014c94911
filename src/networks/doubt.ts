import type { ErrorCode } from '../messages/errors.ts';

/** A server took a message, or may have, and nobody may see it: whether it is sent again is the user's choice. */
const doubts: ErrorCode[] = ['relay-shows-nothing', 'relay-notice', 'relay-login-unanswered'];

/** Whether a server itself gave reason to doubt that anybody sees a message; to ask its archive would say no more. */
export const isDoubt = (code: ErrorCode): boolean => doubts.includes(code);
