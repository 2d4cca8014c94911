import type { Page } from 'playwright-core';
import { launchBauta, type ReadyBauta, testPhrase } from '../test/bauta.ts';
import { serveVoices, type Voice, type VoicesServer } from '../test/servers/voices.ts';
import { type Figure, tellProgress } from './figure.ts';
import { extensionProcesses, processorTimeOf } from './process-time.ts';
import { accuracy, chanceWidth, spreadText } from './statistics.ts';

/** loads of each of two pages, one's own messages and others' */
const reloads = Number(process.env.RELOADS ?? 100);
const sizes = (process.env.LABELS ?? '1,30,1000').split(',').map(Number);

/** What was measured of one load, ms. */
interface Load {
	/** from the page's last message to its first label, and to its last: what a page can see */
	first: number;
	last: number;
	/** processor time of the extension's process, which no page sees; 0 where the system does not tell it */
	work: number;
}

/** Writes down in the page itself how many ms passed from its last message to the first label, and to the last. */
const stopwatch = `<script>
(() => {
	const isLabel = (node) => node.nodeType === 1 && /^[a-z]{5}-[a-z]{4}$/.test(node.localName) && document.getElementById('list')?.contains(node);
	let shown = 0;
	let first = 0;
	let count = 0;
	window.delays = new Promise((done) => {
		new MutationObserver((records) => {
			const now = performance.now();
			for (const record of records) for (const node of record.addedNodes) {
				if (node.localName === 'converse-chat-message') shown = now;
				if (isLabel(node) && count++ === 0) first = now;
			}
			if (count >= window.wanted) done({ first: first - shown, last: now - shown });
		}).observe(document, { childList: true, subtree: true });
	});
})();
</script>`;

/** s that a load takes at most, before it is told which labels are missing */
const patience = 60;
/** ms for which messages are served: later their slot is over, as they are written when the server starts, and they have no label (docs/protocol.md §6) */
const freshness = 5 * 60_000;

async function measureLoad(bauta: ReadyBauta, page: Page, site: VoicesServer, processes: string[]): Promise<Load> {
	// what the background judged before it would have at hand: every load begins with one that knows nothing
	await bauta.killWorker();
	const before = processorTimeOf(processes);
	await page.goto(site.origin);
	const delays = await page.evaluate(async (seconds) => {
		const { delays: whole, wanted } = window as unknown as { delays: Promise<Omit<Load, 'work'>>; wanted: number };
		const late = new Promise<null>((resolve) => setTimeout(resolve, seconds * 1000, null));
		return (await Promise.race([whole, late])) ?? `not all of ${wanted} labels came within ${seconds} s`;
	}, patience);
	if (typeof delays === 'string') throw new Error(delays);
	const work = processorTimeOf(processes) - before;
	await page.goto('about:blank');
	return { ...delays, work };
}

function figuresOf(count: number, [mine, foreign]: [Load[], Load[]], hasWork: boolean): Figure[] {
	const loads = mine.length;
	const width = chanceWidth(loads);
	const spread = (name: string, values: number[]): Figure => ({
		name: `labels of ${count}: ${name}`,
		value: spreadText(values, ' ms'),
		goal: '',
		met: null,
	});
	const classifier = (name: string, rowOf: (load: Load) => number[]): Figure => {
		const right = accuracy(mine.map(rowOf), foreign.map(rowOf));
		return {
			name: `labels of ${count}: ${name}, ${2 * loads} loads`,
			value: `${right.toFixed(3)} of them right (chance: ${(0.5 - width).toFixed(3)} to ${(0.5 + width).toFixed(3)})`,
			goal: 'chance',
			met: right <= 0.5 + width,
		};
	};
	const seen = ({ first, last }: Load) => [first, last];
	const used = ({ work }: Load) => [work];
	return [
		spread(
			'one’s own messages, the last to the last label',
			mine.map(({ last }) => last),
		),
		spread(
			'others’ messages, the last to the last label',
			foreign.map(({ last }) => last),
		),
		classifier('a page tells both apart by its clock', seen),
		...(hasWork
			? [
					spread(
						'one’s own messages, processor time of the extension',
						mine.map(({ work }) => work),
					),
					spread(
						'others’ messages, processor time of the extension',
						foreign.map(({ work }) => work),
					),
					classifier('whoever saw the extension’s processor time would tell both apart', used),
				]
			: []),
	];
}

async function measure(bauta: ReadyBauta, count: number): Promise<Figure[]> {
	const head = `<script>window.wanted = ${count}</script>${stopwatch}`;
	const voicesOf = (voice: Voice): [Voice, string][] => Array.from({ length: count }, (_, at) => [voice, `words ${at}`]);
	const serve = async () => {
		const both = [await serveVoices('xmpp', voicesOf({ phrase: testPhrase }), head), await serveVoices('xmpp', voicesOf('stranger'), head)];
		for (const site of both) await bauta.enable(site.origin, site.frontend);
		return { both, since: performance.now() };
	};
	let sites = await serve();
	const page = await bauta.context.newPage();
	const processes = extensionProcesses(bauta.profile);
	try {
		const results: [Load[], Load[]] = [[], []];
		for (let pair = -1; pair < reloads; pair++) {
			if (performance.now() - sites.since > freshness) {
				for (const site of sites.both) await site.close();
				sites = await serve();
			}
			const first = pair & 1;
			for (const which of [first, 1 - first] as (0 | 1)[]) {
				const load = await measureLoad(bauta, page, sites.both[which] as VoicesServer, processes);
				// the first pair fills caches
				if (pair >= 0) results[which].push(load);
			}
			tellProgress(`labels of ${count}`, pair + 1, reloads);
		}
		return figuresOf(count, results, processes.length > 0);
	} finally {
		await page.close();
		for (const site of sites.both) await site.close();
	}
}

/** How long labels take, and whether their time tells whose the messages are (THREATS.md P9). */
export async function* benchLabels(): AsyncGenerator<Figure> {
	const bauta = await launchBauta();
	try {
		for (const count of sizes) yield* await measure(bauta, count);
	} finally {
		await bauta.close();
	}
}
