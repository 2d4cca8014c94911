import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Answer, RequestName, Requests } from '../src/messages/messages.ts';
import { chromiumPath, grantedCopy } from './browser.ts';
import { testPassphrase, testPhrase } from './setup.ts';
import { until } from './until.ts';

// Chromium without Playwright, which has every page believe that it has the focus, and knows no side panel.

interface Target {
	targetId: string;
	type: string;
	url: string;
}

type Params = Record<string, unknown>;

const gone = 'the browser has ended';

/** A connection to the browser's debugger, with a session for each target. */
class Connection {
	readonly #socket: WebSocket;
	readonly #waiting = new Map<number, (answer: { result?: Params; error?: { message: string } }) => void>();
	#count = 0;

	constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.on('message', (data) => {
			const { id, ...answer } = JSON.parse(String(data));
			this.#waiting.get(id)?.(answer);
			this.#waiting.delete(id);
		});
		// a browser that has ended answers nothing more: who waits for it would do so for ever
		socket.on('close', () => {
			for (const answer of this.#waiting.values()) answer({ error: { message: gone } });
			this.#waiting.clear();
		});
	}

	send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
		if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error(`${method}: ${gone}`));
		const id = ++this.#count;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, ({ result, error }) => (error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result ?? {})));
			this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
		});
	}

	close(): void {
		this.#socket.terminate();
	}
}

/** A tab, a side panel or a window, with real keys and clicks. */
export class RawPage {
	readonly #connection: Connection;
	readonly #session: string;
	readonly target: string;

	constructor(connection: Connection, session: string, target: string) {
		this.#connection = connection;
		this.#session = session;
		this.target = target;
	}

	send(method: string, params: Params = {}): Promise<Params> {
		return this.#connection.send(method, params, this.#session);
	}

	/** Calls a function in the page's own world, by its source, with JSON values. */
	async evaluate<A extends unknown[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<Awaited<R>> {
		const expression = `(async () => (${body})(...${JSON.stringify(values)}))()`;
		const answer = (await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })) as {
			result: { value: Awaited<R> };
			exceptionDetails?: { exception?: { description?: string }; text: string };
		};
		if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
		return answer.result.value;
	}

	until<A extends unknown[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<NonNullable<Awaited<R>>> {
		return until(() => this.evaluate(body, ...values).catch(() => null), String(body)).catch(async (thrown) => {
			const said = await this.evaluate(() => document.body.innerText).catch(String);
			throw new Error(`${thrown}, with ${JSON.stringify(values)}, where the page says: ${said}`);
		}) as Promise<NonNullable<Awaited<R>>>;
	}

	/** The attributes of all elements that have this one, closed roots included. */
	async pierced(attribute: string): Promise<Record<string, string>[]> {
		interface RawNode {
			attributes?: string[];
			children?: RawNode[];
			shadowRoots?: RawNode[];
		}
		const { root } = (await this.send('DOM.getDocument', { depth: -1, pierce: true })) as unknown as { root: RawNode };
		const all = (node: RawNode): RawNode[] => [node, ...[...(node.shadowRoots ?? []), ...(node.children ?? [])].flatMap(all)];
		return all(root)
			.map(({ attributes = [] }) =>
				Object.fromEntries(attributes.flatMap((name, at) => (at % 2 ? [] : [[name, attributes[at + 1] ?? ''] as const]))),
			)
			.filter((attributes) => attribute in attributes);
	}

	async click(x: number, y: number): Promise<void> {
		await this.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
		for (const type of ['mousePressed', 'mouseReleased'])
			await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
	}

	async type(text: string): Promise<void> {
		for (const key of text) await this.press(key, key, key.toUpperCase().charCodeAt(0));
	}

	async close(): Promise<void> {
		await this.#connection.send('Target.closeTarget', { targetId: this.target });
	}

	/** One key; Enter is `press('Enter', '\r', 13)`. */
	async press(key: string, text: string, windowsVirtualKeyCode: number): Promise<void> {
		await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, windowsVirtualKeyCode });
		await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode });
	}
}

/** The id that Chromium gives an unpacked extension: the first half of its path's hash, in the letters a to p. */
const idOf = (folder: string): string =>
	createHash('sha256')
		.update(folder)
		.digest('hex')
		.slice(0, 32)
		.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));

/** A Chromium with Bauta set up in it. */
export interface RawChromium {
	/** the extension's id */
	id: string;
	open(url: string): Promise<RawPage>;
	/** the page, panel or window whose address begins so; waits for it */
	page(url: string): Promise<RawPage>;
	/** the frame whose address begins so, in whatever page; waits for it */
	frame(url: string): Promise<RawPage>;
	/** addresses of all frames that begin so */
	frames(url: string): Promise<string[]>;
	/** addresses of all tabs, panels and windows */
	addresses(): Promise<string[]>;
	ask<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']>;
	/** ends the service worker as the browser does when it is idle */
	killWorker(): Promise<void>;
	close(): Promise<void>;
}

/** Starts Chromium with Bauta unlocked and enabled on these sites; headless, but with a true focus. */
export async function launchRawChromium(sites: { origin: string; frontend: string }[]): Promise<RawChromium> {
	const [profile, extension] = await Promise.all([mkdtemp(join(tmpdir(), 'bauta-raw-')), grantedCopy()]);
	const child = spawn(
		chromiumPath,
		[
			'--headless=new',
			'--no-sandbox',
			'--disable-gpu',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
			`--disable-extensions-except=${extension}`,
			`--load-extension=${extension}`,
			`--user-data-dir=${profile}`,
			'--remote-debugging-port=0',
			'--window-size=1200,860',
			'about:blank',
		],
		{ stdio: 'ignore' },
	);
	const ended = new Promise((done) => child.once('exit', done));
	const kill = () => void child.kill('SIGKILL');
	process.once('exit', kill);
	const address = await until(async () => {
		const [port, path] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '')).split('\n');
		return path && `ws://127.0.0.1:${port}${path}`;
	}, 'the debugger');
	const socket = new WebSocket(address);
	await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
	const connection = new Connection(socket);
	const targets = async () => ((await connection.send('Target.getTargets')) as unknown as { targetInfos: Target[] }).targetInfos;
	const attached = new Map<string, Promise<RawPage>>();
	const attach = (targetId: string) => {
		const page =
			attached.get(targetId) ??
			connection
				.send('Target.attachToTarget', { targetId, flatten: true })
				.then(({ sessionId }) => new RawPage(connection, sessionId as string, targetId));
		attached.set(targetId, page);
		return page;
	};
	const id = idOf(extension);
	const open = async (url: string) => {
		const { targetId } = await connection.send('Target.createTarget', { url });
		const page = await attach(targetId as string);
		await page.until(() => document.readyState === 'complete' && location.href !== 'about:blank');
		return page;
	};
	const find = async (type: string, url: string) => {
		const target = await until(
			async () => (await targets()).find((candidate) => candidate.type === type && candidate.url.startsWith(url)),
			`${type} ${url}`,
		);
		return attach(target.targetId);
	};
	// tried again while the extension is not loaded yet
	const popup = await until(async () => {
		const page = await open(`chrome-extension://${id}/popup.html?tab=1`);
		if (await page.evaluate(() => location.protocol === 'chrome-extension:')) return page;
		await page.close();
		return null;
	}, 'the extension');
	async function ask<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']> {
		const answer = (await popup.evaluate(
			(message) =>
				(globalThis as unknown as { chrome: { runtime: { sendMessage(message: unknown): Promise<unknown> } } }).chrome.runtime.sendMessage(
					message,
				),
			{ to, body },
		)) as Answer<N> | undefined;
		if (!answer?.ok) throw new Error(`${to}: ${answer?.fault.code ?? 'no answer'}`);
		return answer.value;
	}
	const close = async () => {
		connection.close();
		child.kill('SIGKILL');
		await ended;
		process.off('exit', kill);
		for (const folder of [profile, extension]) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		await ask('vault.create', { passphrase: testPassphrase, key: testPhrase, keyPassphrase: '', confirmed: true });
		await ask('settings.set', { delayMin: 0, delayMax: 0 });
		for (const { origin, frontend } of sites) {
			await ask('site.wanted', { origin, frontend, name: frontend, hosts: [] });
			await ask('site.granted', { origin });
		}
	} catch (thrown) {
		await close();
		throw thrown;
	}
	return {
		id,
		open,
		page: (url) => find('page', url),
		frame: (url) => find('iframe', url),
		frames: async (url) =>
			(await targets()).filter(({ type, url: at }) => type === 'iframe' && at.startsWith(url)).map(({ url: at }) => at),
		addresses: async () => (await targets()).filter(({ type }) => type === 'page').map(({ url }) => url),
		ask,
		async killWorker() {
			await popup.send('ServiceWorker.enable');
			await popup.send('ServiceWorker.stopAllWorkers');
		},
		close,
	};
}
