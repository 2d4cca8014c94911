import { chachi } from './chachi.ts';
import { converse } from './converse.ts';
import { flotilla } from './flotilla.ts';
import type { Frontend } from './frontend.ts';
import { nostrComments } from './nostr-comments.ts';
import { nostrchat } from './nostrchat.ts';
import { nostrudel } from './nostrudel.ts';
import { xmppWeb } from './xmpp-web.ts';

/** Every web chat that Bauta knows, in the order in which a page is asked whether it is one. */
export const frontends: Frontend[] = [converse, xmppWeb, nostrComments, nostrchat, flotilla, chachi, nostrudel];
