import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BrowserContext, chromium, type Page, type Worker } from 'playwright-core';
import { copyBuild } from './build-copy.ts';
import { type Display, openDisplay } from './display.ts';
import { addWitness } from './evidence.ts';
import { patience } from './until.ts';

/** Where the distribution keeps Chromium; `CHROMIUM` names another one. */
export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** The build that tests run; `BAUTA_BUILD` names another one. */
const builtExtension = resolve(import.meta.dirname, '..', process.env.BAUTA_BUILD ?? 'dist-chrome');

export interface BrowserOptions {
	/** the built extension, unpacked; null = a browser without Bauta. Default: dist-chrome */
	extension?: string | null;
	/** true: a copy of the build whose optional hosts are granted at install, and whose vaults cost little. false: as it ships */
	granted?: boolean;
	/** a granted copy may show notifications. Default: false */
	notifies?: boolean;
	/** a granted copy's guests pause as shortly as they can. Default: false */
	shortPauses?: boolean;
	/** a real window: true = on a display of its own, for what only a person's hands can do (permission prompts); `here` = on the screen of whoever started this */
	headed?: boolean | 'here';
	/** environment of a headed browser, e.g. DISPLAY: then it gets no display of its own */
	env?: Record<string, string>;
	/** profile directory to go on with; it is then kept on close. Default: a fresh one, deleted on close */
	profile?: string;
	/** directory of the granted copy to go on with (a profile only finds its extension again under the same path) */
	copy?: string;
	/** what the browser says it prefers */
	locale?: string;
	viewport?: { width: number; height: number };
	colorScheme?: 'light' | 'dark';
	/** further command-line switches */
	flags?: string[];
}

/** One running Chromium with a profile of its own, with Bauta in it or without. */
export interface TestBrowser {
	context: BrowserContext;
	/** the extension's id, '' without Bauta */
	id: string;
	profile: string;
	/** the directory that the extension was loaded from */
	extension: string;
	display: Display | null;
	/** uncaught errors of pages, extension pages and the service worker, with the address they came from */
	errors: string[];
	/** opens a page and waits until it is loaded */
	open(url: string): Promise<Page>;
	/** opens a page of the extension, e.g. `popup.html?tab=3`, in a tab */
	openExtensionPage(path: string): Promise<Page>;
	/** the service worker, which the browser lets live while the test is attached to it. Its `evaluate` hangs after `killWorker` until something wakes the worker */
	worker(): Promise<Worker>;
	/** ends the service worker as the browser does when it is idle; the next event starts it again */
	killWorker(): Promise<void>;
	/** closes everything and deletes what was made for this run, unless `keep` */
	close(keep?: boolean): Promise<void>;
}

/**
 * What the test driver turns off itself, as a second list takes the place of its own, and two things more that no test looks at: the page that
 * is loaded in each browser for what is typed into its address bar, and a process that is made ahead of each page. They are a tenth of a
 * browser's work. Where the focus has to be a person's, `raw-chromium.ts` starts the browser with all of it.
 */
const featuresOff = [
	'WebUIOmniboxPopup',
	'SpareRendererForSitePerProcess',
	'AvoidCorsURLLoaderRestartOnRedirect',
	'AvoidUnnecessaryBeforeUnloadCheckSync',
	'AimEnabled',
	'DestroyProfileOnBrowserClose',
	'HttpsFirstBalancedModeAutoEnable',
	'HttpsUpgrades',
	'LensOverlay',
	'MediaRouter',
	'NetworkTimeServiceQuerying',
	'OptimizationHints',
	'PaintHolding',
	'PreconnectToSearch',
	'ThirdPartyStoragePartitioning',
];

/**
 * Nothing but loopback is reachable: every other name fails to resolve, and names under `.test` are this machine.
 * The rest keeps the browser's own traffic out of what servers record.
 */
const quietFlags = [
	'--no-sandbox',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-default-apps',
	'--disable-sync',
	'--disable-quic',
	// there is none: painting by the processor alone takes less of it than a graphics card that is only computed
	'--disable-gpu',
	// nor a process of its own for it
	'--in-process-gpu',
	'--no-first-run',
	`--disable-features=${featuresOff}`,
	'--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** A copy of the build whose optional hosts are granted at install, and whose vaults cost little. Returns its directory. */
export const grantedCopy = (shortPauses = false): Promise<string> => copyBuild(builtExtension, { granted: true, shortPauses });

/** Starts Chromium. Throws when the extension's service worker does not come up. */
export async function launchBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
	const ownFolders: string[] = [];
	const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'bauta-profile-')));
	if (!options.profile) ownFolders.push(profile);
	let extension = options.extension === undefined ? builtExtension : (options.extension ?? '');
	if (options.copy) extension = options.copy;
	else if (extension && options.granted) {
		extension = await copyBuild(extension, { granted: true, shortPauses: options.shortPauses, notifies: options.notifies });
		ownFolders.push(extension);
	}
	const display = options.headed === true && !options.env ? await openDisplay() : null;
	const discardNow = () => {
		for (const directory of ownFolders) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
	};
	process.once('exit', discardNow);
	const discard = async () => {
		process.off('exit', discardNow);
		await display?.close();
		for (const directory of ownFolders) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		const context = await chromium.launchPersistentContext(profile, {
			executablePath: chromiumPath,
			headless: !options.headed,
			// whoever started this is asked first; the browser ends with its pipe
			handleSIGINT: false,
			handleSIGTERM: false,
			handleSIGHUP: false,
			...(display || options.env
				? { env: { ...process.env, ...(display ? { DISPLAY: display.name } : options.env) } as Record<string, string> }
				: {}),
			// what web chats show is what they are there for here
			...(options.env ? { ignoreDefaultArgs: ['--disable-notifications'] } : {}),
			...(options.locale ? { locale: options.locale } : {}),
			...(options.colorScheme ? { colorScheme: options.colorScheme } : {}),
			viewport: options.headed ? null : (options.viewport ?? { width: 1100, height: 760 }),
			args: [
				...quietFlags,
				...(extension ? [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`] : []),
				...(options.locale ? [`--lang=${options.locale}`] : []),
				...(options.flags ?? []),
			],
		});
		return await attach(context, { profile, extension, display, discard: (keep) => (keep ? display?.close() : discard()) });
	} catch (error) {
		await discard();
		throw error;
	}
}

interface Belongings {
	profile: string;
	extension: string;
	display: Display | null;
	discard(keep: boolean): Promise<void> | undefined;
}

/** most lines of a browser's console that are remembered */
const consoleLines = 2000;

/** What a browser can tell of a test: how its pages look, and what their consoles and that of the service worker said. */
function testimonyOf(context: BrowserContext) {
	const lines: string[] = [];
	const note = (line: string) => {
		lines.push(`${new Date().toISOString()} ${line}`);
		if (lines.length > consoleLines) lines.shift();
	};
	context.on('console', (message) => note(`${message.type()} ${message.text()} (${message.location().url})`));
	context.on('weberror', (error) => note(`uncaught ${error.error().stack ?? error.error().message} (${error.page()?.url() ?? ''})`));
	const hear = (worker: Worker) => worker.on('console', (message) => note(`${message.type()} ${message.text()} (${worker.url()})`));
	for (const worker of context.serviceWorkers()) hear(worker);
	context.on('serviceworker', hear);
	return async () => {
		const pages = context.pages();
		const shots = await Promise.all(pages.map((page) => page.screenshot({ timeout: 15_000 }).catch(() => null)));
		const pictures = shots.flatMap((shot, at) => (shot ? [[`page-${at + 1}.png`, shot] as const] : []));
		const addresses = pages.map((page, at) => `page ${at + 1}: ${page.url()}`);
		return { ...Object.fromEntries(pictures), 'console.log': [...addresses, ...lines, ''].join('\n') };
	};
}

async function attach(context: BrowserContext, own: Belongings): Promise<TestBrowser> {
	const errors: string[] = [];
	context.setDefaultTimeout(patience);
	const leave = addWitness('chromium', testimonyOf(context));
	context.on('weberror', (error) => errors.push(`${error.page()?.url() ?? ''}: ${error.error().stack ?? error.error().message}`));
	const worker = async () => context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
	let id = '';
	if (own.extension) {
		try {
			id = new URL((await worker()).url()).host;
		} catch (error) {
			await context.close();
			throw error;
		}
	}
	const open = async (url: string) => {
		const page = await context.newPage();
		await page.goto(url);
		return page;
	};
	return {
		context,
		id,
		profile: own.profile,
		extension: own.extension,
		display: own.display,
		errors,
		open,
		openExtensionPage: (path) => open(`chrome-extension://${id}/${path}`),
		worker,
		async killWorker() {
			const page = context.pages()[0] ?? (await context.newPage());
			const session = await context.newCDPSession(page);
			await session.send('ServiceWorker.enable');
			await session.send('ServiceWorker.stopAllWorkers');
			await session.detach();
		},
		async close(keep = false) {
			await leave();
			await context.close();
			await own.discard(keep);
		},
	};
}
