import { converse } from './converse.ts';
import type { Frontend } from './frontend.ts';

/** Every web chat that Bauta knows, in the order in which a page is asked whether it is one. */
export const frontends: Frontend[] = [converse];
