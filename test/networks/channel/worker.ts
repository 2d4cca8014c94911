import { openChannel, prepareChannel } from '../../../src/networks/channel/open.ts';
import { traffic } from '../../../src/networks/xmpp/traffic.ts';

// A service worker with nothing in it but the channel and one transport, so that a test can drive it.
Object.assign(globalThis, { openChannel, prepareChannel, xmpp: traffic });
