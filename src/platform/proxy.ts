/**
 * Firefox: the user's own SOCKS proxy for all that Bauta asks (THREATS.md N9). Chromium lets no extension choose a proxy for its own requests
 * alone; there this file is not built in.
 */
import { BautaError } from '../messages/errors.ts';
import { browser } from './api/browser.ts';
import { localArea } from './local-area.ts';

/** Where a SOCKS 5 proxy listens. */
export interface ProxyAddress {
	host: string;
	/** 1 to 65535 */
	port: number;
}

/** As people write it: `127.0.0.1:9050`, `localhost:9150`, `[::1]:9050`, with or without `socks5://`. Throws `proxy-address`. */
export function readProxyAddress(written: string): ProxyAddress {
	const line = written.trim().replace(/^socks(?:5h?)?:\/\//i, '');
	const [, host = '', port = ''] = /^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})\/?$/i.exec(line) ?? [];
	const number = Number(port);
	if (host === '' || number < 1 || number > 65_535) throw new BautaError('proxy-address');
	return { host: host.toLowerCase(), port: number };
}

/** As `readProxyAddress` reads it. */
export const writeProxyAddress = ({ host, port }: ProxyAddress): string => `${host}:${port}`;

const name = 'proxy';

/** What stands on disk, in the clear: rooms are looked at while the vault is locked as well. null: no proxy. */
async function writtenProxy(): Promise<string | null> {
	const { [name]: written } = await localArea().get(name);
	return written === undefined ? null : String(written);
}

/** Whether the user has chosen one, also one that cannot be read. */
export const hasProxy = async (): Promise<boolean> => (await writtenProxy()) !== null;

/** From the next connection on, also on channels that are open already. */
export async function chooseProxy(address: ProxyAddress | null): Promise<void> {
	if (address) await localArea().set({ [name]: writeProxyAddress(address) });
	else await localArea().remove(name);
}

/** What the popup shows of it. An address that cannot be read is shown as it stands, so that it can be mended. */
export const proxyState = async () => ({ address: await writtenProxy(), isAllowed: api() !== undefined });

interface ProxyInfo {
	type: 'socks';
	host: string;
	port: number;
	proxyDNS: true;
	username: string;
	password: string;
	connectionIsolationKey: string;
}
type RequestListener = (details: { url: string; originUrl?: string }) => ProxyInfo | undefined;
/** `browser.proxy` as Firefox has it, where the user has allowed it; the types know Chromium's alone. */
interface FirefoxProxy {
	onRequest: { addListener(listener: RequestListener, filter: object): void; removeListener(listener: RequestListener): void };
}

const api = () => (browser as unknown as { proxy?: FirefoxProxy }).proxy;

const infoFor = ({ host, port }: ProxyAddress): ProxyInfo => {
	const username = crypto.randomUUID();
	return { type: 'socks', host, port, proxyDNS: true, username, password: crypto.randomUUID(), connectionIsolationKey: username };
};

/**
 * Firefox asks for no proxy for this machine's own addresses, and never sends them to one
 * (`network.proxy.allow_hijacking_localhost`).
 */
const isThisMachine = ({ hostname }: URL): boolean => /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

/** A way through the proxy that shares nothing with any other one: Tor makes a new circuit for each name and password. */
export class ProxyRoute {
	readonly #address: ProxyAddress;
	readonly #info: ProxyInfo;

	constructor(address: ProxyAddress) {
		this.#address = address;
		this.#info = infoFor(address);
	}

	/**
	 * Sends the connection that `open` opens to this address by this route. A WebSocket takes a route of its own, as Firefox asks twice for
	 * one, and nobody can say whose second time it is. Throws `proxy-down` where `open` throws `server-down`; `proxy-permission` where Firefox
	 * has not asked, and what was opened is closed.
	 */
	async lead<T>(url: string, open: () => Promise<T>): Promise<T> {
		const to = new URL(url);
		to.hash = '';
		const request: Request = {
			url: to.href,
			address: this.#address,
			info: /^ws/.test(url) ? null : this.#info,
			wasAsked: isThisMachine(to),
		};
		requests.push(request);
		try {
			const connection = await open();
			if (request.wasAsked) return connection;
			(connection as { close?(): void }).close?.();
			throw new BautaError('proxy-permission');
		} catch (thrown) {
			const isDown = thrown instanceof BautaError && thrown.code === 'server-down' && !isThisMachine(to);
			throw isDown ? new BautaError('proxy-down', writeProxyAddress(this.#address)) : thrown;
		} finally {
			requests.splice(requests.indexOf(request), 1);
		}
	}
}

/** A connection that is being opened. `info`: until Firefox has asked for it; null: a new one each time. */
interface Request {
	url: string;
	address: ProxyAddress;
	info: ProxyInfo | null;
	wasAsked: boolean;
}
const requests: Request[] = [];

/** for what no channel has asked: the port that discards what comes */
const nowhere: ProxyAddress = { host: '127.0.0.1', port: 9 };

/** What Firefox does with a request. Where it asks again, as after a fault, what it opens then goes alone. */
function routeOf({ url, originUrl }: { url: string; originUrl?: string }): ProxyInfo | undefined {
	if (!originUrl?.startsWith(browser.runtime.getURL(''))) return undefined;
	const same = requests.filter((request) => request.url === url);
	const next = same.find(({ wasAsked }) => !wasAsked) ?? same[0];
	if (!next) return infoFor(nowhere);
	const info = next.info ?? infoFor(next.address);
	next.info = null;
	next.wasAsked = true;
	return info;
}

/** channels that are open with a proxy */
let channelCount = 0;

/**
 * Has Firefox ask for the route of each request of Bauta's, until it is released. It is not asked at other times: that would wake Bauta for
 * whatever a page requests. `tabId` -1: requests of no page, so that none of a page takes longer meanwhile.
 * Throws `proxy-permission` where the user has chosen a proxy and no longer allows it.
 */
export function holdProxy(): () => void {
	const proxy = api();
	if (!proxy) throw new BautaError('proxy-permission');
	if (++channelCount === 1) proxy.onRequest.addListener(routeOf, { urls: ['<all_urls>'], tabId: -1 });
	return () => {
		if (--channelCount === 0) proxy.onRequest.removeListener(routeOf);
	};
}

/** The way of one channel's connections: each goes as the user has it at that moment, also where they chose while the channel was open. */
export class ChosenRoute {
	#written: string | null = null;
	#route: ProxyRoute | null = null;
	#release: (() => void) | null = null;

	/** null: the direct way. Throws `proxy-address` and `proxy-permission`, and nothing may go any way then. */
	async current(): Promise<ProxyRoute | null> {
		const written = await writtenProxy();
		if (written === this.#written) return this.#route;
		const address = written === null ? null : readProxyAddress(written);
		if (address) this.#release ??= holdProxy();
		this.#written = written;
		this.#route = address && new ProxyRoute(address);
		return this.#route;
	}

	/** The channel is closed. */
	release(): void {
		this.#release?.();
		// nothing is held for it from now on
		this.#release = () => {};
	}
}
