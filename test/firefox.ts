import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Bidi } from './bidi.ts';
import { copyBuild } from './build-copy.ts';
import { addWitness } from './evidence.ts';
import { FirefoxPage, type Json } from './firefox-page.ts';
import { patience, until } from './until.ts';

export { FirefoxPage } from './firefox-page.ts';

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
	/** true: a copy of the build whose vaults cost little; `short pauses`: whose guests pause as shortly as they can, too. Default: as it ships */
	copy?: boolean | 'short pauses';
	/** match patterns that are granted as if the user had said yes, e.g. `http://127.0.0.1/*` */
	granted?: string[];
	/** profile directory to go on with; it is then kept on close */
	profile?: string;
	preferences?: Record<string, string | number | boolean>;
	headed?: boolean;
	/** size of the window, CSS px with its bars. Default: as Firefox likes */
	size?: { width: number; height: number };
	/** environment, e.g. the DISPLAY of a headed browser */
	env?: Record<string, string>;
	/** done with the browser's own rights before the extension is installed */
	prepare?(chrome: TestFirefox['chrome']): Promise<void>;
}

/** One running Firefox with a profile of its own, driven by WebDriver BiDi. */
export interface TestFirefox {
	profile: string;
	/** per-profile UUID of the extension, as it stands in `moz-extension://` */
	uuid: string;
	open(url: string): Promise<FirefoxPage>;
	/** opens a page of the extension, e.g. `popup.html?tab=3`, in a tab */
	openExtensionPage(path: string): Promise<FirefoxPage>;
	/** the tab or window whose address begins so, once it is there */
	page(url: string): Promise<FirefoxPage>;
	/** grants match patterns, or permissions by their names, as if the user had said yes to a prompt */
	grant(patterns: string[]): Promise<void>;
	revoke(patterns: string[]): Promise<void>;
	/** runs a function with the browser's own rights */
	chrome<A extends Json[], R>(body: (...values: A) => R | Promise<R>, ...values: A): Promise<Awaited<R>>;
	/** ends the event page as the browser does when it is idle; the next event starts it again */
	killBackground(): Promise<void>;
	/** resolves when the browser has ended, by a person's hand or by `close` */
	ended: Promise<void>;
	close(keep?: boolean): Promise<void>;
}

async function endpoint(child: ChildProcess): Promise<string> {
	return new Promise((resolve, reject) => {
		let output = '';
		const late = setTimeout(() => reject(new Error(`Firefox says nothing: ${output.slice(-400)}`)), patience);
		child.stderr?.on('data', (data) => {
			output += data;
			const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(output)?.[1];
			if (!address) return;
			clearTimeout(late);
			resolve(address);
		});
		child.on('exit', (code) => reject(new Error(`Firefox ended with ${code}: ${output.slice(-400)}`)));
		child.on('error', reject);
	});
}

/** Starts Firefox. Throws when it does not come up, or does not take the extension. */
export async function launchFirefox(options: FirefoxOptions = {}): Promise<TestFirefox> {
	const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'bauta-firefox-')));
	const build = options.extension === undefined ? builtExtension : options.extension;
	const copy = build && options.copy ? await copyBuild(build, { shortPauses: options.copy === 'short pauses' }) : null;
	const foldersOf = (keep: boolean) => [copy, keep ? null : profile].filter((folder) => folder !== null);
	const preferences = { ...quietPreferences, ...options.preferences };
	const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
	await writeFile(join(profile, 'user.js'), lines.join('\n'));
	const child = spawn(
		firefoxPath,
		// system access: extension pages as tabs, and permissions granted without a prompt
		[
			...(options.headed ? [] : ['--headless']),
			...(options.size ? ['--width', String(options.size.width), '--height', String(options.size.height)] : []),
			'--no-remote',
			'--profile',
			profile,
			'--remote-debugging-port=0',
			'--remote-allow-system-access',
		],
		{ stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...options.env } },
	);
	const ended = new Promise<void>((done) => child.on('exit', () => done()));
	// an interrupted run leaves neither the browser nor its profile behind
	const discardNow = () => {
		child.kill('SIGKILL');
		for (const folder of foldersOf(options.profile !== undefined)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	process.once('exit', discardNow);
	let bidi: Bidi | undefined;
	const leave = addWitness('firefox', () => (bidi ? testimonyOf(bidi) : {}));
	const close = async (keep = options.profile !== undefined) => {
		await leave();
		await bidi?.end();
		const forced = setTimeout(() => child.kill('SIGKILL'), 20_000);
		if (child.exitCode === null) await ended;
		clearTimeout(forced);
		process.off('exit', discardNow);
		for (const folder of foldersOf(keep)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		bidi = await Bidi.connect(`${await endpoint(child)}/session`);
		return await attach(bidi, { profile, ended, close }, { ...options, extension: copy ?? build });
	} catch (fault) {
		if (!bidi) child.kill('SIGKILL');
		await close();
		throw fault;
	}
}

/** How the tabs look, and what all consoles said. */
async function testimonyOf(bidi: Bidi): Promise<Record<string, string | Buffer>> {
	const tabs = await bidi.tabs();
	const shots = await Promise.all(
		tabs.map(
			({ context }) => bidi.send('browsingContext.captureScreenshot', { context }).catch(() => null) as Promise<{ data: string } | null>,
		),
	);
	const pictures = shots.flatMap((shot, at) => (shot ? [[`page-${at + 1}.png`, Buffer.from(shot.data, 'base64')] as const] : []));
	const addresses = tabs.map(({ url }, at) => `page ${at + 1}: ${url}`);
	return { ...Object.fromEntries(pictures), 'console.log': [...addresses, ...bidi.console, ''].join('\n') };
}

async function attach(
	bidi: Bidi,
	own: Pick<TestFirefox, 'profile' | 'ended' | 'close'>,
	{ extension, granted, prepare }: FirefoxOptions,
): Promise<TestFirefox> {
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
	await prepare?.(chrome);
	if (extension) {
		await bidi.send('webExtension.install', { extensionData: { type: 'path', path: extension } });
		if (granted) await change('add', granted);
	}
	return {
		...own,
		uuid: pinnedUuid,
		open,
		openExtensionPage: (path) => open(`moz-extension://${pinnedUuid}/${path}`),
		async page(url) {
			const context = await until(async () => (await bidi.tabs()).find((tab) => tab.url.startsWith(url))?.context, url);
			return new FirefoxPage(bidi, context);
		},
		grant: (patterns) => change('add', patterns),
		revoke: (patterns) => change('remove', patterns),
		chrome,
		killBackground: () => chrome(endBackground as (id: string) => Promise<void>, firefoxAddonId),
	};
}

// These two run in the browser's own scope.
declare const ChromeUtils: {
	importESModule(url: string): { ExtensionPermissions: Record<string, (...values: unknown[]) => Promise<void>> };
};
declare const WebExtensionPolicy: { getByID(id: string): { extension: { terminateBackground(how: object): Promise<void> } } | null };

async function changePermissions(id: string, name: string, wanted: string[]): Promise<void> {
	const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
	const extension = WebExtensionPolicy.getByID(id)?.extension;
	const origins = wanted.filter((one) => one.includes('/'));
	const permissions = wanted.filter((one) => !one.includes('/'));
	await ExtensionPermissions[name]?.(id, { permissions, origins, data_collection: [] }, extension);
}

async function endBackground(id: string): Promise<void> {
	await WebExtensionPolicy.getByID(id)?.extension.terminateBackground({ ignoreDevToolsAttached: true });
}
