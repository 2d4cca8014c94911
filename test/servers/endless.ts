import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves a page with a field that is loaded without an end, and so tells nobody that it is loaded. */
export async function serveEndless(): Promise<{ url: string; close(): Promise<void> }> {
	const server = createServer((_, answer) => void answer.setHeader('content-type', 'text/html').write(`<textarea>${' '.repeat(4000)}`));
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		async close() {
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		},
	};
}
