/** Which browser this build is for, set by vite.config.ts. */
declare const __TARGET__: 'chrome' | 'firefox';
/** the ids of every frontend (src/frontends/all.ts), in the order in which a page is asked */
declare const __FRONTENDS__: string[];
