import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** What the page of a real Converse.js is to be started with. */
export interface ConverseSettings {
	jid: string;
	password: string;
	/** `ws://…/xmpp-websocket` or `http://…/http-bind` */
	endpoint: string;
	/** bare room JIDs, joined at once */
	rooms: string[];
	/** default `fullscreen` */
	viewMode?: 'fullscreen' | 'overlayed' | 'embedded';
	nickname?: string;
	/** any other setting of Converse.js, e.g. `{ theme: 'dracula' }` */
	more?: Record<string, unknown>;
	/** `rtl` turns the whole page around */
	direction?: 'ltr' | 'rtl';
	/** a Content-Security-Policy header for the page, to see what Bauta survives */
	policy?: string;
	/** HTML put in front of everything else, for hostile or watching pages */
	head?: string;
	/** the page is written by a loader, in place of its own document */
	written?: boolean;
}

export interface ConverseServer {
	/** the page of these settings; every call makes another address on the same origin */
	page(settings: ConverseSettings): string;
	origin: string;
	close(): Promise<void>;
}

const dist = join(import.meta.dirname, '../../node_modules/converse.js/dist');
const types: Record<string, string> = {
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.json': 'application/json',
	'.wasm': 'application/wasm',
	'.woff2': 'font/woff2',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.ico': 'image/x-icon',
};

/** JSON that may stand inside a script element. */
const inScript = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

function html(settings: ConverseSettings): string {
	const { jid, password, endpoint, rooms } = settings;
	const start = {
		assets_path: '/dist/',
		view_mode: settings.viewMode ?? 'fullscreen',
		authentication: 'login',
		auto_login: true,
		jid,
		password,
		nickname: settings.nickname ?? jid.split('@')[0],
		muc_nickname_from_jid: true,
		[endpoint.startsWith('ws') ? 'websocket_url' : 'bosh_service_url']: endpoint,
		discover_connection_methods: false,
		auto_join_rooms: rooms,
		i18n: 'en',
		play_sounds: false,
		allow_registration: false,
		...settings.more,
	};
	return `<!doctype html><html lang="en" dir="${settings.direction ?? 'ltr'}"><head><meta charset="utf-8"><title>Chat</title>${settings.head ?? ''}
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/dist/converse.min.css"><script src="/dist/converse.min.js" type="module"></script></head>
<body class="reset"><div id="conversejs-bg"></div><script type="module">converse.initialize(${inScript(start)});</script></body></html>`;
}

/** A page that fetches another one and writes it in place of itself. */
const loader = `<!doctype html><title>Loading</title><body>loading<script>fetch(location.pathname + '?whole').then((answer) => answer.text()).then((html) => {
	document.open();
	document.write(html);
	document.close();
});</script></body>`;

/** Serves Converse.js as npm has it, unchanged, with one page per set of settings. `port` 0 takes a free one. */
export async function serveConverse(port = 0): Promise<ConverseServer> {
	const pages = new Map<string, ConverseSettings>();
	const server = createServer(async (request, response) => {
		const { pathname, search } = new URL(request.url ?? '/', 'http://chat');
		const path = decodeURIComponent(pathname);
		const settings = pages.get(path);
		if (settings) {
			const policy = settings.policy ? { 'content-security-policy': settings.policy } : {};
			return response
				.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...policy })
				.end(settings.written && !search ? loader : html(settings));
		}
		const file = normalize(join(dist, path.replace(/^\/dist\//, '')));
		if (!path.startsWith('/dist/') || !file.startsWith(dist)) return response.writeHead(404).end();
		try {
			const content = await readFile(file);
			// a browser that keeps a script keeps it compiled: of a page that is loaded again, that is a third of the work
			const type = types[extname(file)] ?? 'application/octet-stream';
			response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=3600' }).end(content);
		} catch {
			response.writeHead(404).end();
		}
	});
	await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		origin,
		page(settings) {
			const path = `/${pages.size}`;
			pages.set(path, settings);
			return origin + path;
		},
		close: () =>
			new Promise((done) => {
				server.closeAllConnections();
				server.close(() => done());
			}),
	};
}
