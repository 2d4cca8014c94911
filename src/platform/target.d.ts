/** Which browser this build is for, set by vite.config.ts. */
declare const __TARGET__: 'chrome' | 'firefox';
/** the network of every frontend (src/frontends/all.ts), by the frontend's id */
declare const __FRONTENDS__: Record<string, string>;
/** the network that this tap is for; `all` where it is for every one */
declare const __NETWORK__: 'xmpp' | 'nostr' | 'all';
/** whether this tap takes over the page's notifications of anonymous messages */
declare const __NOTICES__: boolean;
