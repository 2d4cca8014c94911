import type { CDPSession, Page } from 'playwright-core';
import type { TestBrowser } from '../test/browser.ts';
import type { BusyRoom } from './busy-room.ts';

const message = 'converse-chat-message';
/** so many messages come in while they are measured */
const incoming = 20;
/** so many of the archive's messages Converse.js shows at most: the latest */
const mostShown = 100;
/** so many of them it may leave out */
const spareMessages = 5;
/** ms within which a page has to be ready; with 1,000 messages one takes more than a minute */
const readyTime = 300_000;
/** ms after which a page has done what it does after loading, or after a message */
const settleMs = 1500;

/** What one load of a page cost. Times in ms. */
export interface PageLoad {
	/** from the navigation to the composer and all messages on the page, by the clock */
	ready: number;
	/** processor time of the page's main thread until it has settled */
	loading: number;
	/** the same for each message that comes in then */
	each: number;
	/** bytes of script objects in the end, of the page and of what runs in it */
	heap: number;
	/** how many tasks took longer than 50 ms, by the clock */
	longTasks: number;
}

/** A tab in which one page is loaded again and again. */
export interface Tab {
	page: Page;
	session: CDPSession;
}

/** What the page writes down of itself: when it was ready, and its long tasks. */
interface Notes {
	ready: Promise<number>;
	longTasks: { start: number; ms: number }[];
}

/** A tab whose pages note when they are ready, which they are with all of `count` messages on them that Converse.js shows. */
export async function openTab({ context }: TestBrowser, count: number): Promise<Tab> {
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	// processor time of the thread: other work on the machine makes nothing longer by it
	await session.send('Performance.enable', { timeDomain: 'threadTicks' });
	await page.addInitScript(
		([selector, wanted]) => {
			const scope = globalThis as unknown as { notes: Notes };
			const longTasks: Notes['longTasks'] = [];
			new PerformanceObserver((list) => {
				for (const { startTime, duration } of list.getEntries()) longTasks.push({ start: startTime, ms: duration });
			}).observe({ type: 'longtask', buffered: true });
			const messages = document.getElementsByTagName(selector);
			const ready = new Promise<number>((done) => {
				new MutationObserver((_, observer) => {
					if (messages.length < wanted || !document.querySelector('converse-muc textarea.chat-textarea')) return;
					observer.disconnect();
					requestAnimationFrame(() => done(performance.now()));
				}).observe(document, { subtree: true, childList: true });
			});
			scope.notes = { ready, longTasks };
		},
		[message, Math.min(count, mostShown) - spareMessages] as const,
	);
	return { page, session };
}

const metric = async ({ session }: Tab, name: string): Promise<number> =>
	(await session.send('Performance.getMetrics')).metrics.find((one) => one.name === name)?.value ?? Number.NaN;

/** ms of processor time that the tasks of the page's main thread have taken so far */
const taskTime = async (tab: Tab): Promise<number> => 1000 * (await metric(tab, 'TaskDuration'));

/** Leaves nothing of an earlier load: the page reads all from the archive, and nothing from its own cache. */
async function beginLoad({ page, session }: Tab, { origin }: BusyRoom): Promise<void> {
	await page.bringToFront();
	// a small file of the same origin, so that the process stays the same
	await page.goto(`${origin}/dist/manifest.json`);
	await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
}

/** Waits until the page is ready. Returns the ms from the navigation on. Throws where it is not within five minutes. */
async function untilReady(page: Page): Promise<number> {
	const ready = page.evaluate(() => (globalThis as unknown as { notes: Notes }).notes.ready);
	const late = page.waitForTimeout(readyTime).then(() => null);
	const ms = await Promise.race([ready, late]);
	if (ms !== null) return ms;
	const shown = await page.locator(message).count();
	throw new Error(`the page was not ready within ${readyTime / 1000} s: it shows ${shown} messages`);
}

/** Waits until the newest message has this text: a look that costs the page next to nothing. */
async function untilShown(page: Page, text: string): Promise<void> {
	const isLast = ([selector, words]: readonly [string, string]) =>
		[...document.getElementsByTagName(selector)].at(-1)?.textContent?.includes(words) === true;
	await page.waitForFunction(isLast, [message, text] as const, { polling: 200 });
}

/** Loads the page, lets it settle, and lets some more messages come. */
export async function measureLoad(tab: Tab, room: BusyRoom): Promise<PageLoad> {
	const { page, session } = tab;
	await beginLoad(tab, room);
	const before = await taskTime(tab);
	await page.goto(room.page);
	const ready = await untilReady(page);
	await page.waitForTimeout(settleMs);
	const loaded = await taskTime(tab);
	const last = await room.speak(incoming);
	await untilShown(page, last);
	await page.waitForTimeout(settleMs);
	const heard = await taskTime(tab);
	await session.send('HeapProfiler.collectGarbage');
	const { usedSize } = await session.send('Runtime.getHeapUsage');
	const longTasks = await page.evaluate(() => (globalThis as unknown as { notes: Notes }).notes.longTasks.length);
	return { ready, loading: loaded - before, each: (heard - loaded) / incoming, heap: usedSize, longTasks };
}

/** ms from one look of the profiler to the next */
const lookEvery = 0.5;
/**
 * ms that one look stands for at most. The profiler looks at a thread that runs, and at one that waits: where it looks much later, other work
 * had the machine, or the profiler did not run itself. What was at work then nobody knows.
 */
const mostPerLook = 5;

/** A task of over 50 ms, and how much of it scripts of the extension ran, ms. */
export interface LongTask {
	ms: number;
	ours: number;
}

/** Loads the page under the profiler: what its long tasks did. Times are longer than without. */
export async function profileLongTasks(tab: Tab, room: BusyRoom, extension: string): Promise<LongTask[]> {
	const { page, session } = tab;
	await beginLoad(tab, room);
	await session.send('Profiler.enable');
	await session.send('Profiler.setSamplingInterval', { interval: 1000 * lookEvery });
	await session.send('Profiler.start');
	await page.goto(room.page);
	await untilReady(page);
	await page.waitForTimeout(settleMs);
	const last = await room.speak(incoming);
	await untilShown(page, last);
	await page.waitForTimeout(settleMs);
	const { profile } = await session.send('Profiler.stop');
	await session.send('Profiler.disable');
	const start = await metric(tab, 'NavigationStart');
	const tasks = await page.evaluate(() => (globalThis as unknown as { notes: Notes }).notes.longTasks);
	const ours = extensionTimes(profile, extension);
	return tasks.map(({ start: at, ms }) => {
		const [from, to] = [1000 * start + at, 1000 * start + at + ms];
		return { ms, ours: ours.filter((piece) => piece.at >= from && piece.at < to).reduce((sum, piece) => sum + piece.ms, 0) };
	});
}

/** What the profiler gives: a tree of calls, and which of them ran when, times in µs. */
interface Profile {
	nodes: { id: number; children?: number[]; callFrame: { url: string; functionName?: string } }[];
	startTime: number;
	samples?: number[];
	timeDeltas?: number[];
}

/** What the page calls and the tap hands on to the browser: the browser does it with Bauta as without. */
const handedOn = ['fetch', 'send'];

/**
 * What of a profile ran scripts of the extension, or what of the browser's own they called: when it was, and how long until the next look, ms of
 * the browser's clock. What the page does in a listener that the tap calls is the page's, and so is what the page has the browser do through
 * the tap.
 */
export function extensionTimes(
	{ nodes, samples = [], timeDeltas = [], startTime }: Profile,
	extension: string,
): { at: number; ms: number }[] {
	const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
	const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
	const isOurs = (node: number | undefined): boolean => {
		const frame = node === undefined ? undefined : frames.get(node);
		if (frame?.url === '' && handedOn.includes(frame.functionName ?? '')) return false;
		// a function of the browser's has no address
		return frame?.url === '' ? isOurs(parents.get(node as number)) : (frame?.url ?? '').startsWith(`chrome-extension://${extension}/`);
	};
	let at = startTime / 1000;
	return samples.flatMap((node, index) => {
		at += (timeDeltas[index] ?? 0) / 1000;
		return isOurs(node) ? [{ at, ms: Math.min(mostPerLook, (timeDeltas[index + 1] ?? 0) / 1000) }] : [];
	});
}
