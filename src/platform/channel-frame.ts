/** Only in Chromium is the channel a frame of its own; in Firefox it is the background. */
export const channelHasFrame = __TARGET__ === 'chrome';
