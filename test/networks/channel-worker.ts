import { openChannel, prepareChannel } from '../../src/networks/channel.ts';

// A service worker with nothing in it but the channel, so that a test can drive it.
Object.assign(globalThis, { openChannel, prepareChannel });
