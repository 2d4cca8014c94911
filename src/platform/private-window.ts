import { browser } from './api/browser.ts';

/** Whether this script works for private windows: in Chromium those have a background of their own (THREATS.md S6), in Firefox none. */
export const isPrivateWindow = (): boolean => browser.extension.inIncognitoContext === true;
