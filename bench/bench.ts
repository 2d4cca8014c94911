// npm run bench: every figure, or those named: `npm run bench -- size protocol page send send-nostr`. PAIRS, ROUNDS, MESSAGES make it shorter.

import { type Figure, line } from './figure.ts';
import { benchPage } from './page.ts';
import { benchProtocol } from './protocol.ts';
import { benchSend } from './send.ts';
import { benchSize } from './size.ts';

const parts: Record<string, () => Promise<Figure[]>> = {
	size: benchSize,
	protocol: benchProtocol,
	page: benchPage,
	send: () => benchSend('xmpp'),
	'send-nostr': () => benchSend('nostr'),
};
const wanted = process.argv.slice(2);
for (const name of wanted.length ? wanted : Object.keys(parts)) {
	const part = parts[name];
	if (!part) throw new Error(`no figures called ${name}; there are: ${Object.keys(parts).join(', ')}`);
	for (const figure of await part()) process.stdout.write(`${line(figure)}\n`);
}
