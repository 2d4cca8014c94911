// npm run bench: every figure, or those named: `npm run bench -- labels page`. CONTRIBUTING.md has the names, and what makes them shorter.

import { type Figure, line } from './figure.ts';
import { benchLabels } from './labels.ts';
import { benchNotifier } from './notifier.ts';
import { benchPage } from './page.ts';
import { benchProtocol } from './protocol.ts';
import { benchRecognition } from './recognition.ts';
import { benchMemory, benchRedraw } from './redraw.ts';
import { benchPausedSend, benchSend } from './send.ts';
import { benchSize } from './size.ts';
import { benchWake } from './wake.ts';

const benches: Record<string, () => Promise<Figure[]> | AsyncGenerator<Figure>> = {
	size: benchSize,
	protocol: benchProtocol,
	page: benchPage,
	labels: benchLabels,
	redraw: benchRedraw,
	memory: benchMemory,
	recognition: benchRecognition,
	send: () => benchSend('xmpp'),
	'send-nostr': () => benchSend('nostr'),
	'send-paused': () => benchPausedSend('xmpp'),
	'send-nostr-paused': () => benchPausedSend('nostr'),
	wake: benchWake,
	notifier: benchNotifier,
};
const names = process.argv.slice(2);
for (const name of names.length ? names : Object.keys(benches)) {
	const bench = benches[name];
	if (!bench) throw new Error(`no figures called ${name}; there are: ${Object.keys(benches).join(', ')}`);
	for await (const figure of await bench()) process.stdout.write(`${line(figure)}\n`);
}
