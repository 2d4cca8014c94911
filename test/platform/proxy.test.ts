import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BautaError } from '../../src/messages/errors.ts';
import { ChosenRoute, chooseProxy, holdProxy, ProxyRoute, readProxyAddress, writeProxyAddress } from '../../src/platform/proxy.ts';

describe('an address of a proxy', () => {
	it.each([
		['127.0.0.1:9050', '127.0.0.1:9050'],
		['  LocalHost:9150 ', 'localhost:9150'],
		['socks5h://127.0.0.1:9050/', '127.0.0.1:9050'],
		['socks://tor.lan:1', 'tor.lan:1'],
		['[::1]:9050', '[::1]:9050'],
	])('%s', (written, read) => {
		expect(writeProxyAddress(readProxyAddress(written))).toBe(read);
	});

	it.each([
		'',
		'9050',
		'127.0.0.1',
		'127.0.0.1:0',
		'127.0.0.1:65536',
		'http://127.0.0.1:9050',
		'a b:1',
		'me:word@127.0.0.1:9050',
		'::1:9050',
	])('not %j', (written) => {
		expect(() => readProxyAddress(written)).toThrow(new BautaError('proxy-address'));
	});
});

interface Route {
	host: string;
	port: number;
	username: string;
	password: string;
	proxyDNS: boolean;
}
type Listener = (details: { url: string; originUrl?: string }) => Route | undefined;

const api = vi.hoisted(() => ({ listener: null as Listener | null, filter: null as object | null }));
const disk = vi.hoisted(() => ({}) as Record<string, unknown>);
vi.mock('../../src/platform/api/browser.ts', () => ({
	browser: {
		storage: {
			local: {
				get: async (name: string) => (name in disk ? { [name]: disk[name] } : {}),
				set: async (values: object) => void Object.assign(disk, values),
				remove: async (name: string) => void delete disk[name],
			},
		},
		runtime: { getURL: (path: string) => `moz-extension://me/${path}` },
		proxy: {
			onRequest: {
				addListener: (listener: Listener, filter: object) => Object.assign(api, { listener, filter }),
				removeListener: (listener: Listener) => listener === api.listener && Object.assign(api, { listener: null }),
			},
		},
	},
}));

describe('ways through a proxy', () => {
	const own = 'moz-extension://me/_generated_background_page.html';
	const address = { host: '127.0.0.1', port: 9050 };
	const server = 'https://chat.example/http-bind';
	const ask = (url = server, originUrl = own) => api.listener?.({ url, originUrl });
	/** what a way was found to be while a connection was being opened */
	const lead = async (route: ProxyRoute, url = server) => {
		let info: Route | undefined;
		await route.lead(url, async () => {
			info = ask(url);
		});
		return info as Route;
	};
	let release: () => void;
	beforeEach(() => {
		release = holdProxy();
	});
	afterEach(() => release());

	it('are asked for as long as a channel is open, and for requests of no page', () => {
		const another = holdProxy();
		another();
		expect(api.listener).not.toBeNull();
		expect(api.filter).toEqual({ urls: ['<all_urls>'], tabId: -1 });
		release();
		expect(api.listener).toBeNull();
		release = holdProxy();
	});

	it('are one for all requests of a channel, and another one for each channel', async () => {
		const [one, other] = [new ProxyRoute(address), new ProxyRoute(address)];
		const [first, second] = [await lead(one), await lead(one, 'https://chat.example/other')];
		expect(first).toMatchObject({ type: 'socks', host: '127.0.0.1', port: 9050, proxyDNS: true, connectionIsolationKey: first.username });
		expect(second).toEqual(first);
		const elsewhere = await lead(other);
		expect(elsewhere.username).not.toBe(first.username);
		expect(elsewhere.password).not.toBe(first.password);
	});

	it('are never one for two channels that ask the same address at the same time', async () => {
		const names: (string | undefined)[] = [];
		let open = () => {};
		const opened = new Promise<void>((resolve) => {
			open = resolve;
		});
		const both = [new ProxyRoute(address), new ProxyRoute(address)].map((route) => route.lead(server, () => opened));
		// twice each, as Firefox may
		for (let count = 0; count < 4; count++) names.push(ask()?.username);
		open();
		await Promise.all(both);
		expect(new Set(names).size).toBe(4);
	});

	it('are another one each time that Firefox asks for a WebSocket', async () => {
		const names: (string | undefined)[] = [];
		const socket = 'wss://chat.example/ws';
		await new ProxyRoute(address).lead(socket, async () => {
			names.push(ask(socket)?.username, ask(socket)?.username);
		});
		expect(new Set(names).size).toBe(2);
	});

	it('are nobody else’s: a page’s request stays what it was, and one that no channel makes goes nowhere', async () => {
		await new ProxyRoute(address).lead(server, async () => {
			expect(ask(server, 'https://chat.example')).toBeUndefined();
			expect(ask('https://chat.example/favicon.ico')).toMatchObject({ host: '127.0.0.1', port: 9 });
			ask();
		});
		expect(ask()).toMatchObject({ host: '127.0.0.1', port: 9 });
	});

	it('that Firefox did not ask for are no ways: what was opened is closed', async () => {
		const close = vi.fn();
		await expect(new ProxyRoute(address).lead(server, async () => ({ close }))).rejects.toThrow(new BautaError('proxy-permission'));
		expect(close).toHaveBeenCalledOnce();
		// nothing on this machine goes by a proxy in Firefox
		expect(await new ProxyRoute(address).lead('http://127.0.0.1:5280/', async () => 'direct')).toBe('direct');
	});

	it('that fail are told as the proxy’s fault or the server’s, and what is no such fault stays what it is', async () => {
		const fail = (code: 'server-down' | 'cancelled') => new ProxyRoute(address).lead(server, () => Promise.reject(new BautaError(code)));
		await expect(fail('server-down')).rejects.toMatchObject({ code: 'proxy-down', detail: '127.0.0.1:9050' });
		await expect(fail('cancelled')).rejects.toMatchObject({ code: 'cancelled' });
	});
});

describe('the way of a channel that is open', () => {
	const tor = { host: '127.0.0.1', port: 9050 };
	afterEach(() => chooseProxy(null));

	it('is the one that was chosen last, from its next connection on', async () => {
		const way = new ChosenRoute();
		expect(await way.current()).toBeNull();
		await chooseProxy(tor);
		const first = await way.current();
		expect(first).toBeInstanceOf(ProxyRoute);
		expect(api.listener).not.toBeNull();
		expect(await way.current()).toBe(first);
		await chooseProxy({ ...tor, port: 9150 });
		const second = await way.current();
		await expect(
			second?.lead('https://a.example/', async () => api.listener?.({ url: 'https://a.example/', originUrl: 'moz-extension://me/' })),
		).resolves.toMatchObject({ port: 9150 });
		await chooseProxy(null);
		expect(await way.current()).toBeNull();
		way.release();
		expect(api.listener).toBeNull();
	});

	it('is none where what was chosen meanwhile cannot be read', async () => {
		const way = new ChosenRoute();
		expect(await way.current()).toBeNull();
		disk.proxy = 'nowhere';
		await expect(way.current()).rejects.toThrow(new BautaError('proxy-address'));
		await expect(way.current()).rejects.toThrow(new BautaError('proxy-address'));
	});

	it('holds nothing once the channel is closed', async () => {
		const way = new ChosenRoute();
		way.release();
		await chooseProxy(tor);
		await way.current();
		expect(api.listener).toBeNull();
	});
});
