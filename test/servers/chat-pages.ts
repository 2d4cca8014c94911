import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bundlePage, inlineJson } from './nostr-comments.ts';

/** Our own small pages that behave like web chats which npm does not have; the header of each says what it was taken from. */
export const nostrPages = {
	nostrchat: { script: 'nostr-nostrchat.js', worker: 'nostr-nostrchat-worker.js', description: 'A decentralized chat application' },
	flotilla: { script: 'nostr-flotilla.js', worker: '', description: 'A discord-like nostr client' },
	chachi: { script: 'nostr-chachi.js', worker: '', description: 'vibe with your tribe' },
	nostrudel: { script: 'nostr-nostrudel.js', worker: '', description: 'A simple nostr web client focused on exploring nostr' },
};
export type NostrPage = keyof typeof nostrPages;

export interface PagesServer {
	origin: string;
	close(): Promise<void>;
}

/** Serves one of the pages under every path. `key`: the account's private key, 64 hex digits. */
export const serveNostrPage = (name: NostrPage, settings: { relay: string; key: string }): Promise<PagesServer> =>
	servePage({ title: name, ...nostrPages[name] }, settings);

/** Serves a page like xmpp-web under every path; the account's password is its name. */
export const serveXmppWeb = (settings: { websocket: string; domain: string; name: string }): Promise<PagesServer> =>
	servePage(
		{ title: 'XMPP web', script: 'xmpp-xmpp-web.js', worker: '', description: 'Lightweight web chat client for XMPP server' },
		settings,
	);

async function servePage(
	{ title, script, worker, description }: { title: string; script: string; worker: string; description: string },
	settings: object,
): Promise<PagesServer> {
	const page = await bundlePage(script);
	return serveScripts({ title, description }, settings, {
		'/page.js': page,
		...(worker ? { '/worker.js': await bundlePage(worker) } : {}),
	});
}

/** Serves a page that runs `/page.js` under every path but those of its scripts, with its settings in an element `#settings`. */
export async function serveScripts(
	{ title, description }: { title: string; description: string },
	settings: object,
	scripts: Record<string, string>,
): Promise<PagesServer> {
	const server = createServer((request, response) => {
		const code = scripts[request.url ?? ''];
		if (code !== undefined)
			return void response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600' }).end(code);
		response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="description" content="${description}"><link rel="icon" href="data:,"></head>
<body><div id="root"></div><script type="application/json" id="settings">${inlineJson(settings)}</script><script src="/page.js"></script></body></html>`);
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	return {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		async close() {
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		},
	};
}
