import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createSecureServer, type Http2ServerRequest } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../scripts/leaks/certificate.ts';
import { type FirefoxPage, launchFirefox, type TestFirefox } from '../firefox.ts';
import { type Handshake, startRelay, type TestRelay } from '../servers/relay.ts';
import { type SocksProxy, startSocksProxy } from '../servers/socks.ts';

// THREATS.md N1, N2, N4, N6 in Firefox: the channel as it is built, in an extension that has nothing else in it.

const root = resolve(import.meta.dirname, '../..');
let firefox: TestFirefox;
let relay: TestRelay;
let extension: string;
let runner: FirefoxPage;

async function buildExtension(): Promise<string> {
	const directory = await mkdtemp(join(tmpdir(), 'bauta-channel-'));
	const scripts = { background: 'test/pages/channel-background.ts', work: 'src/networks/nostr/proof-of-work-worker.ts' };
	for (const [name, script] of Object.entries(scripts))
		await build({
			configFile: false,
			root,
			logLevel: 'warn',
			publicDir: false,
			define: { __TARGET__: JSON.stringify('firefox') },
			build: {
				outDir: directory,
				emptyOutDir: false,
				target: 'es2023',
				rolldownOptions: {
					input: { [name]: resolve(root, script) },
					output: { format: 'iife', entryFileNames: '[name].js', codeSplitting: false },
				},
			},
		});
	const manifest = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8'));
	const { manifest_version, version, optional_host_permissions, content_security_policy, browser_specific_settings } = manifest;
	await writeFile(
		join(directory, 'manifest.json'),
		JSON.stringify({
			manifest_version,
			name: 'channel',
			version,
			background: { scripts: ['background.js'] },
			permissions: ['declarativeNetRequestWithHostAccess', 'storage'],
			optional_permissions: ['proxy'],
			optional_host_permissions,
			content_security_policy,
			browser_specific_settings,
		}),
	);
	await writeFile(join(directory, 'run.html'), '<!doctype html><title>run</title>');
	return directory;
}

/** Has the background do something on a channel of its own. */
const run = (order: object) =>
	runner.evaluate(
		(json: string) =>
			(globalThis as unknown as { browser: { runtime: { sendMessage(order: unknown): Promise<never> } } }).browser.runtime.sendMessage(
				JSON.parse(json),
			),
		JSON.stringify(order),
	) as Promise<{
		answer?: unknown;
		fault?: { code: string; detail: string };
	}>;

function headersOf(shake: Handshake | undefined): Record<string, string> {
	const raw = shake?.rawHeaders ?? [];
	return Object.fromEntries(raw.filter((_, at) => at % 2 === 0).map((name, at) => [name.toLowerCase(), raw[2 * at + 1] ?? '']));
}

const site = () => `http://127.0.0.1:${relay.port}`;
const request = JSON.stringify(['REQ', '1', { kinds: [42] }]);

beforeAll(async () => {
	const cookies = ['plain=1; Path=/', 'lax=1; Path=/; SameSite=Lax', 'strict=1; Path=/; SameSite=Strict; HttpOnly'];
	relay = await startRelay({ cookies }, (asked, response) => {
		if (asked.url === '/clears') response.setHeader('Clear-Site-Data', '"cookies", "storage"');
		if (asked.url === '/clears') response.end();
		if (asked.url !== '/site') return asked.url === '/clears';
		response.setHeader('Content-Type', 'text/html');
		response.setHeader('Set-Cookie', cookies);
		response.end('<!doctype html><title>site</title>');
		return true;
	});
	extension = await buildExtension();
	firefox = await launchFirefox({ extension });
	const page = await firefox.open(`${site()}/site`);
	const sent = await page.evaluate(() => fetch('/site').then(() => true));
	expect(sent).toBe(true);
	// the page itself has cookies: else the test could not fail
	expect(headersOf(relay.handshakes.at(-1)).cookie).toContain('strict=1');
	runner = await firefox.openExtensionPage('run.html');
});

afterAll(async () => {
	await firefox?.close();
	await relay?.close();
	if (extension) await rm(extension, { recursive: true, force: true });
});

beforeEach(() => {
	relay.handshakes.length = 0;
	relay.frames.length = 0;
});

it('proof of work is done in a worker: it says how far it is, and ends when it is given up', async () => {
	const work = async (bits: number, patience: number) => {
		const { answer } = await run({ origin: site(), work: { bits, patience } });
		return answer as { counter: string; told: number[] };
	};
	const { counter } = await work(12, 60_000);
	expect(createHash('sha256').update(`["${counter}"]`).digest().readUInt16BE(0) >> 4).toBe(0);
	const given = await work(60, 2000);
	expect(given.counter).toBe('cancelled');
	expect(given.told.length).toBeGreaterThan(0);
	expect(given.told).toEqual([...given.told].sort((one, other) => one - other));
	expect(relay.handshakes).toEqual([]);
});

it('a host that is not granted is refused and never reached', async () => {
	const { fault } = await run({ origin: site(), socket: { url: relay.url, say: request } });
	expect(fault?.code).toBe('host-permission');
	expect(relay.handshakes).toEqual([]);
});

describe('once the host is granted', () => {
	beforeAll(() => firefox.grant(['http://127.0.0.1/*']));

	const clean = (shake: Handshake | undefined) => {
		const headers = headersOf(shake);
		expect(JSON.stringify(shake?.rawHeaders)).not.toMatch(/moz-extension/);
		expect(JSON.stringify(shake?.rawHeaders)).not.toContain(firefox.uuid);
		expect(headers).not.toHaveProperty('cookie');
		expect(headers).not.toHaveProperty('referer');
		expect(headers).not.toHaveProperty('authorization');
		expect(headers['accept-language']).toBe('en-US,en;q=0.5');
		return headers;
	};

	it('a WebSocket carries the chat’s own Origin, no cookie and no trace of the extension', async () => {
		const { answer } = await run({ origin: site(), socket: { url: relay.url, say: request } });
		expect(answer).toBe('["EOSE","1"]');
		const socket = relay.handshakes.find((shake) => shake.upgrade);
		expect(clean(socket).origin).toBe(site());
		for (const shake of relay.handshakes) clean(shake);
		expect(Object.keys(headersOf(socket)).sort()).toMatchInlineSnapshot(`
			[
			  "accept",
			  "accept-encoding",
			  "accept-language",
			  "cache-control",
			  "connection",
			  "host",
			  "origin",
			  "pragma",
			  "sec-websocket-extensions",
			  "sec-websocket-key",
			  "sec-websocket-version",
			  "upgrade",
			  "user-agent",
			]
		`);
	});

	it('on another site than the page nobody is told which page it is, and who insists is refused', async () => {
		relay.handshakes.length = 0;
		const elsewhere = 'https://me.chat.example';
		expect((await run({ origin: elsewhere, socket: { url: relay.url, say: request } })).answer).toBe('["EOSE","1"]');
		await run({ origin: elsewhere, fetch: { url: `${site()}/bosh`, method: 'POST', body: '<body/>' } });
		expect(relay.handshakes.length).toBe(2);
		for (const shake of relay.handshakes) {
			expect(clean(shake)).not.toHaveProperty('origin');
			expect(JSON.stringify(shake.rawHeaders)).not.toContain('me.chat.example');
		}
		relay.rules.wantsOrigin = true;
		expect((await run({ origin: elsewhere, socket: { url: relay.url, say: request } })).fault?.code).toBe('origin-refused');
		expect((await run({ origin: site(), socket: { url: relay.url, say: request } })).answer).toBe('["EOSE","1"]');
		relay.rules.wantsOrigin = false;
	});

	it('so does a POST', async () => {
		await run({ origin: site(), fetch: { url: `${site()}/bosh`, method: 'POST', body: '<body/>' } });
		const [shake] = relay.handshakes;
		expect(shake?.method).toBe('POST');
		expect(clean(shake).origin).toBe(site());
	});

	it('no two requests share a connection', async () => {
		for (let count = 0; count < 3; count++) await run({ origin: site(), fetch: { url: site(), method: 'GET' } });
		const ports = relay.handshakes.map((shake) => shake.port);
		expect(new Set(ports).size).toBe(3);
	});

	it('over HTTP/2 no two channels share a connection; an answer leads nowhere, asks for no password, and is not kept', async () => {
		const seen: { asked: Http2ServerRequest; port: number | undefined }[] = [];
		const server = createSecureServer({ ...makeCertificate(), allowHTTP1: true }, (asked, response) => {
			seen.push({ asked, port: asked.stream.session?.socket.remotePort });
			const moved = asked.url === '/moved' ? { location: '/elsewhere' } : {};
			const closed = asked.url === '/closed' ? { 'www-authenticate': 'Basic realm="chat"' } : {};
			response.writeHead(asked.url === '/moved' ? 302 : asked.url === '/closed' ? 401 : 200, {
				...{ ...moved, ...closed, etag: '"guest-7"', 'cache-control': 'max-age=9999', 'set-cookie': 'kept=1' },
			});
			response.end('an answer: \u00e9');
		});
		await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
		try {
			const tls = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
			await firefox.grant(['https://127.0.0.1/*']);
			for (const path of ['/one', '/one', '/moved', '/closed'])
				for (const method of ['GET', 'POST'] as const) {
					const { answer } = await run({ origin: tls, fetch: { url: `${tls}${path}`, method, ...(method === 'POST' && { body: 'x' }) } });
					const status = { '/one': 200, '/moved': 302, '/closed': 401 }[path];
					expect(answer).toMatchObject({ status, authenticate: status === 401, body: 'an answer: \u00e9' });
				}
			expect(seen.map(({ asked }) => `${asked.httpVersion} ${asked.url}`)).toEqual(
				['/one', '/one', '/one', '/one', '/moved', '/moved', '/closed', '/closed'].map((path) => `2.0 ${path}`),
			);
			expect(new Set(seen.map(({ port }) => port)).size).toBe(seen.length);
			for (const { headers } of seen.map(({ asked }) => asked)) {
				for (const name of ['authorization', 'cookie', 'if-none-match', 'sec-fetch-mode']) expect(headers).not.toHaveProperty(name);
				expect(headers.origin).toBe(tls);
				expect(JSON.stringify(headers)).not.toContain(firefox.uuid);
			}
		} finally {
			server.close();
		}
	});

	const isShut = (url: string | undefined, headers: IncomingHttpHeaders) => url?.startsWith('/shut') && !headers.authorization;
	/** A server over TLS that answers everything but who comes to /shut without a password, and what came to it: HTTP/2 requests, and WebSockets with what came over their connections. */
	async function startSecure() {
		type Asked = { url: string | undefined; port: number | undefined; headers: string };
		const requests: Asked[] = [];
		const sockets: Asked[] = [];
		const server = createSecureServer({ ...makeCertificate(), allowHTTP1: true }, (asked, response) => {
			const { url, headers } = asked;
			requests.push({ url, port: asked.stream.session?.socket.remotePort, headers: `${asked.httpVersion} ${JSON.stringify(headers)}` });
			if (isShut(url, headers)) response.writeHead(401, { 'www-authenticate': 'Basic realm="chat"' });
			response.end('an answer');
		});
		server.on('upgrade', (asked, socket) => {
			sockets.push({ url: asked.url, port: asked.socket.remotePort, headers: JSON.stringify(asked.headers) });
			if (isShut(asked.url, asked.headers))
				return socket.end(
					'HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic realm="chat"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
				);
			const key = createHash('sha1').update(`${asked.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
			socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${key}\r\n\r\n`);
			socket.write(Buffer.from([0x81, 2, ...Buffer.from('hi')]));
		});
		await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
		const { port } = server.address() as AddressInfo;
		return { host: `chat.test:${port}`, requests, sockets, close: () => server.close() };
	}
	const portsOf = (asked: { port: number | undefined }[]) => new Set(asked.map(({ port }) => port)).size;

	it('at a host with a name, where Firefox joins HTTP/2 connections to one address, each WebSocket has its own, and nothing is asked beside it', async () => {
		const server = await startSecure();
		try {
			const origin = `https://${server.host}`;
			await firefox.grant(['https://chat.test/*']);
			for (let channel = 0; channel < 2; channel++)
				expect((await run({ origin, socket: { url: `wss://${server.host}/ws`, say: request } })).answer).toBe('hi');
			expect(server.requests).toEqual([]);
			expect(portsOf(server.sockets)).toBe(2);
			// what remains, and README.md says: requests of two channels
			for (let channel = 0; channel < 2; channel++) await run({ origin, fetch: { url: `${origin}/bosh`, method: 'POST', body: 'x' } });
			expect(server.requests.map(({ headers }) => headers.slice(0, 3))).toEqual(['2.0', '2.0']);
			expect(portsOf(server.requests)).toBe(1);
			// and nothing but they
			expect((await run({ origin, socket: { url: `wss://${server.host}/ws`, say: request } })).answer).toBe('hi');
			expect(server.requests.length).toBe(2);
			expect(portsOf([...server.requests, ...server.sockets])).toBe(4);
		} finally {
			server.close();
		}
	});

	it('a WebSocket brings no password that the page has given, and a server that wants one is told of, without a question of the browser’s', async () => {
		const server = await startSecure();
		await firefox.grant(['https://chat.test/*']);
		const page = await firefox.open(`https://${server.host}/`);
		try {
			const origin = `https://${server.host}`;
			const status = await page.evaluate(
				() =>
					new Promise<number>((done) => {
						const request = new XMLHttpRequest();
						request.open('GET', '/shut/page', true, 'alice', 'sesame');
						request.onloadend = () => done(request.status);
						request.send();
					}),
			);
			expect(status).toBe(200);
			expect((await page.evaluate(() => fetch('/shut/again'))) && server.requests.at(-1)?.headers).toContain('authorization');
			const { fault } = await run({ origin, socket: { url: `wss://${server.host}/shut/ws`, say: request } });
			expect(fault).toEqual({ code: 'auth-required', detail: origin });
			expect(server.sockets.map(({ url }) => url)).toEqual(['/shut/ws']);
			expect(JSON.stringify([server.sockets, server.requests.at(-1)])).not.toContain('authorization');
		} finally {
			await page.close();
			server.close();
		}
	});

	const cookiesKept = () =>
		firefox.chrome(() => (globalThis as unknown as { Services: { cookies: { cookies: unknown[] } } }).Services.cookies.cookies.length);

	it('cookies that its answers set are not kept', async () => {
		const stored = await cookiesKept();
		expect(stored).toBe(3);
		relay.rules.cookies = ['new=1; Path=/', 'other=1; Path=/; SameSite=Lax'];
		await run({ origin: site(), socket: { url: relay.url, say: request } });
		await run({ origin: site(), fetch: { url: site(), method: 'GET' } });
		expect(await cookiesKept()).toBe(stored);
	});

	it('nor does an answer take away what the site has stored, which would log the account out as a message of nobody’s leaves', async () => {
		for (const method of ['GET', 'POST']) await run({ origin: site(), fetch: { url: `${site()}/clears`, method } });
		expect(relay.handshakes.filter(({ url }) => url === '/clears').length).toBe(2);
		expect(await cookiesKept()).toBe(3);
	});

	describe('with a proxy', () => {
		let proxy: SocksProxy;
		const far = () => `http://chat.test:${relay.port}`;
		const say = () => run({ origin: far(), socket: { url: `ws://chat.test:${relay.port}/`, say: request } });
		const get = (url = far()) => run({ origin: far(), fetch: { url, method: 'GET' } });
		beforeAll(async () => {
			proxy = await startSocksProxy();
			await firefox.grant(['http://chat.test/*']);
			await run({ origin: far(), proxy: `127.0.0.1:${proxy.port}` });
		});
		afterAll(async () => {
			await run({ origin: far(), proxy: '' });
			await proxy.close();
		});
		beforeEach(() => {
			proxy.requests.length = 0;
		});

		it('that Bauta may not use, nothing goes out at all', async () => {
			expect((await say()).fault?.code).toBe('proxy-permission');
			expect((await get(site())).fault?.code).toBe('proxy-permission');
			await firefox.grant(['proxy']);
			// Firefox would send a WebSocket past the proxy where its own pattern is not granted
			expect((await say()).fault?.code).toBe('host-permission');
			expect(relay.handshakes.filter(({ upgrade }) => upgrade)).toEqual([]);
		});

		it('everything goes through it, by name; each channel under a name and password of its own, and so does each WebSocket', async () => {
			await firefox.grant(['ws://chat.test/*']);
			const both = await Promise.all([say(), say()]);
			expect(both.map(({ answer }) => answer)).toEqual(['["EOSE","1"]', '["EOSE","1"]']);
			await get();
			const byName = `name chat.test ${relay.port}`;
			expect(proxy.requests.map(({ kind, host, port }) => `${kind} ${host} ${port}`)).toEqual(Array(3).fill(byName));
			expect(new Set(proxy.requests.map(({ username }) => username)).size).toBe(3);
			expect(new Set(proxy.requests.map(({ password }) => password)).size).toBe(3);
			expect(relay.handshakes.length).toBe(3);
		});

		it('over HTTP/2 no two channels share a connection, also at a host with a name', async () => {
			const server = await startSecure();
			try {
				await firefox.grant(['https://chat.test/*']);
				for (let channel = 0; channel < 3; channel++)
					expect((await get(`https://${server.host}/bosh`)).answer).toMatchObject({ status: 200 });
				expect(server.requests.map(({ headers }) => headers.slice(0, 3))).toEqual(['2.0', '2.0', '2.0']);
				expect(portsOf(server.requests)).toBe(3);
			} finally {
				server.close();
			}
		});

		it('nothing that a page asks goes through it, also while a message is under way', async () => {
			const page = await firefox.open(`${far()}/site`);
			const [, isThere] = await Promise.all([say(), page.evaluate(() => fetch('/site').then(({ ok }) => ok))]);
			expect(isThere).toBe(true);
			expect(proxy.requests.length).toBe(1);
		});

		it('where it refuses, or is not there, that is said, and nothing goes without it', async () => {
			proxy.refuses = true;
			const isDown = { code: 'proxy-down', detail: `127.0.0.1:${proxy.port}` };
			expect((await say()).fault).toEqual(isDown);
			await proxy.close();
			expect([(await say()).fault, (await get()).fault]).toEqual([isDown, isDown]);
			expect(relay.handshakes).toEqual([]);
		});
	});
});
