import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Bidi } from './bidi.ts';

/** Where the distribution keeps Firefox; `FIREFOX` names another one. */
export const firefoxPath = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
/** The build that tests run; `BAUTA_FIREFOX_BUILD` names another one. */
const builtExtension = resolve(import.meta.dirname, '..', process.env.BAUTA_FIREFOX_BUILD ?? 'dist-firefox');
export const firefoxAddonId = 'bauta@bauta.chat';
/** Firefox gives every profile another one; here it is always the same, so that extension pages can be opened by address. */
const pinnedUuid = '6d1f0c3e-2b7a-4c58-9e41-5f0a8d37c2b9';

/** Keeps the browser's own traffic out of what servers record, and everything but this machine unreachable: other names go to a dead proxy. */
const quietPreferences: Record<string, string | number | boolean> = {
	'app.normandy.enabled': false,
	'app.update.enabled': false,
	'browser.contentblocking.report.hide_vpn_banner': true,
	'browser.newtabpage.activity-stream.feeds.system.topstories': false,
	'browser.safebrowsing.malware.enabled': false,
	'browser.safebrowsing.phishing.enabled': false,
	'browser.safebrowsing.provider.mozilla.updateURL': '',
	'browser.shell.checkDefaultBrowser': false,
	'browser.startup.homepage': 'about:blank',
	'browser.startup.page': 0,
	'datareporting.policy.dataSubmissionEnabled': false,
	'dom.push.connection.enabled': false,
	'extensions.blocklist.enabled': false,
	'extensions.getAddons.cache.enabled': false,
	'extensions.systemAddon.update.enabled': false,
	'network.captive-portal-service.enabled': false,
	'network.connectivity-service.enabled': false,
	'network.dns.localDomains': 'chat.test,relay.test,site.test',
	'network.trr.mode': 5,
	'services.settings.server': 'data:,#',
	'toolkit.telemetry.reportingpolicy.firstRun': false,
	'extensions.webextensions.uuids': JSON.stringify({ [firefoxAddonId]: pinnedUuid }),
};

export interface FirefoxOptions {
	/** the built extension, unpacked; null = a browser without Bauta. Default: dist-firefox */
	extension?: string | null;
	/** match patterns that are granted as if the user had said yes, e.g. `http://127.0.0.1/*` */
	granted?: string[];
	/** profile directory to go on with; it is then kept on close */
	profile?: string;
	preferences?: Record<string, string | number | boolean>;
	headed?: boolean;
	/** environment, e.g. the DISPLAY of a headed browser */
	env?: Record<string, string>;
}

type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };

/** One tab, or one frame in it. Functions are run by their source, in the page's own world: they see nothing of the test's scope. */
export class FirefoxPage {
	readonly #bidi: Bidi;
	readonly context: string;

	constructor(bidi: Bidi, context: string) {
		this.#bidi = bidi;
		this.context = context;
	}

	/** Opens an address. Extension pages never tell that they are loaded, so for them it waits until the document is there. */
	async goto(url: string): Promise<void> {
		const extension = url.startsWith('moz-extension:');
		await this.#bidi.send('browsingContext.navigate', { context: this.context, url, wait: extension ? 'none' : 'complete' });
		if (extension) await this.until((wanted: string) => location.href.startsWith(wanted) && document.readyState === 'complete', url);
	}

	/** Calls a function in the page and returns what it gives, as JSON. Throws what it throws. */
	evaluate<A extends Json[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<Awaited<R>> {
		return this.#bidi.call({ context: this.context }, String(body), values) as Promise<Awaited<R>>;
	}

	/** Calls until the answer is truthy, and returns it. Throws after `timeout` ms with the last answer or fault. */
	async until<A extends Json[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<Awaited<R>> {
		const end = Date.now() + 15_000;
		for (let last: unknown; ; ) {
			try {
				const answer = await this.evaluate(body, ...values);
				if (answer) return answer;
				last = answer;
			} catch (fault) {
				last = fault;
			}
			if (Date.now() > end) throw new Error(`waited in vain for ${body}: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
			await new Promise((next) => setTimeout(next, 100));
		}
	}

	/** A real click in the middle of the element, once it is there. */
	async click(selector: string): Promise<void> {
		await this.#pointAt({ type: 'element', element: { sharedId: await this.#locate(selector) } }, 0, 0);
	}

	/** A real click so many px from the element's top left corner, for what stands in a closed root. */
	async press(selector: string, right: number, down: number): Promise<void> {
		const [x, y] = await this.evaluate((wanted: string) => {
			const box = document.querySelector(wanted)?.getBoundingClientRect();
			return [box?.x ?? 0, box?.y ?? 0] as [number, number];
		}, selector);
		await this.#pointAt('viewport', Math.round(x + right), Math.round(y + down));
	}

	/** Real keys to whatever has the focus. Special keys by their WebDriver code points, e.g. `\uE007` for Enter. */
	async type(text: string): Promise<void> {
		const actions = [...text].flatMap((value) => [
			{ type: 'keyDown', value },
			{ type: 'keyUp', value },
		]);
		await this.#perform({ type: 'key', id: 'keys', actions });
	}

	/** Presses a key while others are held, e.g. `chord('\uE009', 'a')` for Ctrl+A. */
	async chord(...keys: string[]): Promise<void> {
		const down = keys.map((value) => ({ type: 'keyDown', value }));
		const up = [...keys].reverse().map((value) => ({ type: 'keyUp', value }));
		await this.#perform({ type: 'key', id: 'keys', actions: [...down, ...up] });
	}

	/** The frame below this one whose address begins so, once it is there; extension frames in closed shadow roots too. */
	async frame(address: string, patience = 15_000): Promise<FirefoxPage> {
		const end = Date.now() + patience;
		for (;;) {
			const found = await this.#bidi.contexts(this.context);
			const context = found.find((one) => one.context !== this.context && one.url.startsWith(address))?.context;
			if (context) return new FirefoxPage(this.#bidi, context);
			if (Date.now() > end) throw new Error(`no frame ${address} among ${found.map((one) => one.url).join(' ')}`);
			await new Promise((next) => setTimeout(next, 100));
		}
	}

	/** Writes what is on screen as PNG. */
	async screenshot(path: string): Promise<void> {
		const { data } = (await this.#bidi.send('browsingContext.captureScreenshot', { context: this.context })) as { data: string };
		await writeFile(path, Buffer.from(data, 'base64'));
	}

	async reload(): Promise<void> {
		await this.#bidi.send('browsingContext.reload', { context: this.context, wait: 'complete' });
	}

	async close(): Promise<void> {
		await this.#bidi.send('browsingContext.close', { context: this.context });
	}

	async #locate(selector: string): Promise<string> {
		const end = Date.now() + 15_000;
		for (;;) {
			const locator = { type: 'css', value: selector };
			const { nodes } = (await this.#bidi.send('browsingContext.locateNodes', { context: this.context, locator })) as {
				nodes: { sharedId: string }[];
			};
			if (nodes[0]) return nodes[0].sharedId;
			if (Date.now() > end) throw new Error(`no ${selector}`);
			await new Promise((next) => setTimeout(next, 100));
		}
	}

	#pointAt(origin: object | string, x: number, y: number): Promise<unknown> {
		const actions = [
			{ type: 'pointerMove', x, y, origin },
			{ type: 'pointerDown', button: 0 },
			{ type: 'pointerUp', button: 0 },
		];
		return this.#perform({ type: 'pointer', id: 'mouse', actions });
	}

	#perform(source: object): Promise<unknown> {
		return this.#bidi.send('input.performActions', { context: this.context, actions: [source] });
	}
}

/** One running Firefox with a profile of its own, driven by WebDriver BiDi. */
export interface TestFirefox {
	profile: string;
	/** per-profile UUID of the extension, as it stands in `moz-extension://` */
	uuid: string;
	open(url: string): Promise<FirefoxPage>;
	/** opens a page of the extension, e.g. `popup.html?tab=3`, in a tab */
	openExtensionPage(path: string): Promise<FirefoxPage>;
	/** grants match patterns as if the user had said yes to a prompt */
	grant(patterns: string[]): Promise<void>;
	revoke(patterns: string[]): Promise<void>;
	/** runs a function with the browser's own rights */
	chrome<A extends Json[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<Awaited<R>>;
	/** ends the event page as the browser does when it is idle; the next event starts it again */
	killBackground(): Promise<void>;
	close(keep?: boolean): Promise<void>;
}

async function endpoint(child: ChildProcess): Promise<string> {
	return new Promise((found, failed) => {
		let heard = '';
		const late = setTimeout(() => failed(new Error(`Firefox says nothing: ${heard.slice(-400)}`)), 60_000);
		child.stderr?.on('data', (data) => {
			heard += data;
			const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(heard)?.[1];
			if (!address) return;
			clearTimeout(late);
			found(address);
		});
		child.on('exit', (code) => failed(new Error(`Firefox ended with ${code}: ${heard.slice(-400)}`)));
		child.on('error', failed);
	});
}

/** Starts Firefox. Throws when it does not come up within a minute, or does not take the extension. */
export async function launchFirefox(options: FirefoxOptions = {}): Promise<TestFirefox> {
	const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'bauta-firefox-')));
	const preferences = { ...quietPreferences, ...options.preferences };
	const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
	await writeFile(join(profile, 'user.js'), lines.join('\n'));
	const child = spawn(
		firefoxPath,
		// system access: extension pages as tabs, and permissions granted without a prompt
		[
			...(options.headed ? [] : ['--headless']),
			'--no-remote',
			'--profile',
			profile,
			'--remote-debugging-port=0',
			'--remote-allow-system-access',
		],
		{ stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...options.env } },
	);
	const ended = new Promise<void>((done) => child.on('exit', () => done()));
	let bidi: Bidi | undefined;
	const close = async (keep = options.profile !== undefined) => {
		await bidi?.end();
		const forced = setTimeout(() => child.kill('SIGKILL'), 5000);
		if (child.exitCode === null) await ended;
		clearTimeout(forced);
		if (!keep) await rm(profile, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		bidi = await Bidi.connect(`${await endpoint(child)}/session`);
		return await attach(bidi, profile, close, options);
	} catch (fault) {
		if (!bidi) child.kill('SIGKILL');
		await close();
		throw fault;
	}
}

async function attach(bidi: Bidi, profile: string, close: TestFirefox['close'], options: FirefoxOptions): Promise<TestFirefox> {
	const chrome: TestFirefox['chrome'] = async (body, ...values) => {
		const { contexts } = (await bidi.send('browsingContext.getTree', { 'moz:scope': 'chrome' })) as { contexts: { context: string }[] };
		return (await bidi.call({ context: contexts[0]?.context ?? '' }, String(body), values)) as never;
	};
	const change = (name: 'add' | 'remove', patterns: string[]) =>
		chrome(changePermissions as (id: string, name: string, patterns: string[]) => Promise<void>, firefoxAddonId, name, patterns);
	const open = async (url: string) => {
		const { context } = (await bidi.send('browsingContext.create', { type: 'tab' })) as { context: string };
		const page = new FirefoxPage(bidi, context);
		await page.goto(url);
		return page;
	};
	const extension = options.extension === undefined ? builtExtension : options.extension;
	if (extension) {
		await bidi.send('webExtension.install', { extensionData: { type: 'path', path: extension } });
		if (options.granted) await change('add', options.granted);
	}
	return {
		profile,
		uuid: pinnedUuid,
		open,
		openExtensionPage: (path) => open(`moz-extension://${pinnedUuid}/${path}`),
		grant: (patterns) => change('add', patterns),
		revoke: (patterns) => change('remove', patterns),
		chrome,
		killBackground: () => chrome(endBackground as (id: string) => Promise<void>, firefoxAddonId),
		close,
	};
}

// These two run in the browser's own scope.
declare const ChromeUtils: {
	importESModule(url: string): { ExtensionPermissions: Record<string, (...values: unknown[]) => Promise<void>> };
};
declare const WebExtensionPolicy: { getByID(id: string): { extension: { terminateBackground(how: object): Promise<void> } } | null };

async function changePermissions(id: string, name: string, origins: string[]): Promise<void> {
	const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
	const extension = WebExtensionPolicy.getByID(id)?.extension;
	await ExtensionPermissions[name]?.(id, { permissions: [], origins, data_collection: [] }, extension);
}

async function endBackground(id: string): Promise<void> {
	await WebExtensionPolicy.getByID(id)?.extension.terminateBackground({ ignoreDevToolsAttached: true });
}
