import type { Browser } from 'webextension-polyfill';

export type { DeclarativeNetRequest, Runtime, Storage } from 'webextension-polyfill';

const { browser: ofFirefox, chrome: ofChromium } = globalThis as unknown as { browser: Browser; chrome: Browser };

/**
 * The extension's API. Both browsers' answer with promises in Manifest V3. Which one it is, the build says: in a content script of
 * Chromium 130 `globalThis.browser` is any element of the page with that id.
 */
export const browser = __TARGET__ === 'firefox' ? ofFirefox : ofChromium;
