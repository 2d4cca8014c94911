import type { Page } from 'playwright-core';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../test/bauta.ts';
import { type Pierced, pierce } from '../test/pierce.ts';
import { serveVoices, type Voice } from '../test/servers/voices.ts';
import { until } from '../test/until.ts';
import { type Figure, tellProgress } from './figure.ts';
import { accuracy, auc, aucText, chanceWidth } from './statistics.ts';

/** windows of each kind */
const windows = Number(process.env.WINDOWS ?? 60);
const sizes = (process.env.LABELS ?? '200').split(',').map(Number);
/** ms that a page watches itself */
const windowTime = (count: number) => 1500 + 10 * count;

const kinds = ['lock', 'nothing', 'unlock'] as const;
type Kind = (typeof kinds)[number];
/** every order in which a lock comes before an unlock */
const orders: Kind[][] = [
	['lock', 'nothing', 'unlock'],
	['nothing', 'lock', 'unlock'],
	['lock', 'unlock', 'nothing'],
];

/** What a page felt of itself in one window, by what it is called. */
type Feeling = Record<string, number>;
/** How a page watches itself. */
interface Watch {
	/** a script of the page's: `feel(ms)` resolves to what it felt meanwhile */
	script: string;
	features: [feature: string, name: string][];
}

/** Pauses are those of the page's own messages to itself, which it sends without end. */
const timers: Watch = {
	features: [
		['longest', 'its longest pause'],
		['pauses', 'the number of its pauses over 1 ms'],
		['paused', 'the sum of these'],
		['frame', 'its longest frame'],
		['messages', 'how often it gets its turn'],
		['longTasks', 'its long tasks'],
	],
	script: `<script>
window.feel = (ms) => new Promise((done) => {
	const felt = { longest: 0, pauses: 0, paused: 0, frame: 0, messages: 0, longTasks: 0 };
	const tasks = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) felt.longTasks += duration; });
	tasks.observe({ type: 'longtask' });
	const { port1, port2 } = new MessageChannel();
	const end = performance.now() + ms;
	let before = performance.now();
	let drawn = 0;
	const draw = (time) => {
		if (drawn) felt.frame = Math.max(felt.frame, time - drawn);
		drawn = time;
		if (performance.now() < end) requestAnimationFrame(draw);
	};
	requestAnimationFrame(draw);
	port1.onmessage = () => {
		const now = performance.now();
		const pause = now - before;
		before = now;
		felt.messages++;
		felt.longest = Math.max(felt.longest, pause);
		if (pause > 1) { felt.pauses++; felt.paused += pause; }
		if (now < end) return port2.postMessage(0);
		port1.close();
		// the browser tells of a long task once it is over
		setTimeout(() => { tasks.disconnect(); done(felt); }, 100);
	};
	port2.postMessage(0);
});
</script>`,
};

/** Chromium tells a page how many bytes of memory its scripts have in use, the extension's in it among them, every 50 ms anew. */
const memory: Watch = {
	features: [
		['grown', 'how much memory is taken'],
		['most', 'the most that is taken at a time'],
		['second', 'the second most'],
		['times', 'how often some is taken'],
		['freed', 'how much is freed'],
		['odd', 'how often an odd number of bytes is taken'],
	],
	script: `<script>
window.feel = (ms) => new Promise((done) => {
	const steps = new Float64Array(10_000);
	let count = 0;
	let before;
	const end = performance.now() + ms;
	const weigh = () => {
		const now = performance.memory.usedJSHeapSize;
		steps[count++] = now - before;
		before = now;
		if (performance.now() < end) return setTimeout(weigh, 50);
		const all = [...steps.subarray(0, count)].sort((one, other) => other - one);
		const grown = all.filter((step) => step > 0);
		const sum = (list) => list.reduce((total, step) => total + step, 0);
		done({ grown: sum(grown), most: all[0], second: all[1], times: grown.length, freed: sum(all) - sum(grown), odd: grown.filter((step) => step % 2).length });
	};
	// what this call itself takes is over by then
	setTimeout(() => { before = performance.memory.usedJSHeapSize; setTimeout(weigh, 50); }, 300);
});
</script>`,
};

/** How many messages are marked as one's own, by the debugger. */
async function marked(page: Page): Promise<number> {
	const isOwn = ({ name, attributes, path }: Pierced) =>
		name === 'i' && attributes['aria-label'] === 'Written by you' && path.includes('converse-chat-message');
	return (await pierce(page, isOwn)).length;
}

/** What is done as a window begins. Each asks the background once; a vault opens at once here, where a person's takes a second of a core. */
const acts: Record<Kind, (bauta: ReadyBauta) => Promise<unknown>> = {
	lock: (bauta) => bauta.ask('vault.lock', {}),
	unlock: (bauta) => bauta.ask('vault.unlock', { passphrase: testPassphrase }),
	nothing: (bauta) => bauta.ask('popup.state', { tab: null }),
};

async function feel(bauta: ReadyBauta, page: Page, kind: Kind, ms: number): Promise<Feeling> {
	const felt = page.evaluate((time) => (window as unknown as { feel(time: number): Promise<Feeling> }).feel(time), ms);
	await page.waitForTimeout(500);
	await acts[kind](bauta);
	return felt;
}

function figuresOf(count: number, { features }: Watch, felt: Record<Kind, Feeling[]>): Figure[] {
	return (['lock', 'unlock'] as const).flatMap((kind) => {
		const name = `${count} marks: a page tells ${kind === 'lock' ? 'a lock' : 'an unlock'} from nothing by`;
		const rowsOf = (of: Kind) => felt[of].map((feeling) => features.map(([feature]) => feeling[feature] ?? 0));
		const right = accuracy(rowsOf(kind), rowsOf('nothing'));
		const width = chanceWidth(felt[kind].length);
		return [
			...features.map(([feature, words]): Figure => {
				const [some, others] = [felt[kind], felt.nothing].map((all) => all.map((feeling) => feeling[feature] ?? 0)) as [number[], number[]];
				const area = auc(some, others);
				return { name: `${name} ${words}`, value: aucText(area), goal: 'chance', met: area.low <= 0.5 && area.high >= 0.5 };
			}),
			{
				name: `${name} the best of these, chosen on one half of the windows and tried on the other`,
				value: `${right.toFixed(3)} of them right (chance: ${(0.5 - width).toFixed(3)} to ${(0.5 + width).toFixed(3)})`,
				goal: 'chance',
				met: right <= 0.5 + width,
			},
		];
	});
}

async function measure(bauta: ReadyBauta, count: number, watch: Watch): Promise<Figure[]> {
	const own = Math.ceil(count / 2);
	const voices = Array.from({ length: count }, (_, at): [Voice, string] => [at % 2 ? 'stranger' : { phrase: testPhrase }, `words ${at}`]);
	const site = await serveVoices('xmpp', voices, watch.script);
	await bauta.enable(site.origin, site.frontend);
	const page = await bauta.open(site.origin);
	try {
		await page.bringToFront();
		await until(async () => (await marked(page)) === own, `${own} marks of one's own`);
		const ms = windowTime(count);
		const felt: Record<Kind, Feeling[]> = { lock: [], nothing: [], unlock: [] };
		for (let round = -1; round < windows; round++) {
			for (const kind of orders[(round + 3) % 3] as Kind[]) {
				const feeling = await feel(bauta, page, kind, ms);
				if (round >= 0) felt[kind].push(feeling);
				// the first round shows that marks do change, and fills caches
				else if (kind !== 'nothing')
					await until(async () => (await marked(page)) === (kind === 'lock' ? 0 : own), `marks after the first ${kind}`);
			}
			tellProgress(`redraws of ${count}`, round + 1, windows);
		}
		return figuresOf(count, watch, felt);
	} finally {
		await page.close();
		await site.close();
	}
}

async function* bench(watch: Watch): AsyncGenerator<Figure> {
	const bauta = await launchBauta();
	try {
		for (const count of sizes) yield* await measure(bauta, count, watch);
	} finally {
		await bauta.close();
	}
}

/** Whether a page feels by its timers that Bauta was locked or unlocked (THREATS.md P9). */
export const benchRedraw = (): AsyncGenerator<Figure> => bench(timers);
/** Whether it sees that by the memory that its scripts take. */
export const benchMemory = (): AsyncGenerator<Figure> => bench(memory);
