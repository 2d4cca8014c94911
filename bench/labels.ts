import type { Page } from 'playwright-core';
import { launchBauta, type ReadyBauta, testPhrase } from '../test/bauta.ts';
import { serveVoices, type Voice, type VoicesServer } from '../test/servers/voices.ts';
import type { Figure } from './figure.ts';
import { accuracy, chanceWidth, estimate, estimateText } from './statistics.ts';

/** reloads of each page at one message; with more messages fewer */
const reloads = Number(process.env.RELOADS ?? 100);
const sizes = (process.env.LABELS ?? '1,30,1000').split(',').map(Number);

/** Writes down in the page itself how many ms passed from its last message to the last label. */
const stopwatch = `<script>
(() => {
	const isLabel = (node) => node.nodeType === 1 && /^[a-z]{5}-[a-z]{4}$/.test(node.localName) && document.getElementById('list')?.contains(node);
	let shown = 0;
	let count = 0;
	window.delay = new Promise((done) => {
		new MutationObserver((records) => {
			for (const record of records) for (const node of record.addedNodes) {
				if (node.localName === 'converse-chat-message') shown = performance.now();
				if (isLabel(node)) count++;
			}
			if (count >= window.wanted) done(performance.now() - shown);
		}).observe(document, { childList: true, subtree: true });
	});
})();
</script>`;

async function labelDelay(bauta: ReadyBauta, page: Page, site: VoicesServer): Promise<number> {
	// what the background judged before it would have at hand: every load begins with one that knows nothing
	await bauta.killWorker();
	await page.goto(site.origin);
	const delay = await page.evaluate(() => (window as unknown as { delay: Promise<number> }).delay);
	await page.goto('about:blank');
	return delay;
}

async function measure(bauta: ReadyBauta, count: number): Promise<Figure[]> {
	const loads = Math.max(6, count <= 30 ? reloads : Math.round(reloads / 5));
	const head = `<script>window.wanted = ${count}</script>${stopwatch}`;
	const voicesOf = (voice: Voice): [Voice, string][] => Array.from({ length: count }, (_, at) => [voice, `words ${at}`]);
	const sites = [await serveVoices('xmpp', voicesOf({ phrase: testPhrase }), head), await serveVoices('xmpp', voicesOf('stranger'), head)];
	const page = await bauta.context.newPage();
	try {
		for (const site of sites) await bauta.enable(site.origin, site.frontend);
		const delays: [number[], number[]] = [[], []];
		for (let pair = -1; pair < loads; pair++) {
			const first = pair & 1;
			for (const which of [first, 1 - first] as (0 | 1)[]) {
				const delay = await labelDelay(bauta, page, sites[which] as VoicesServer);
				// the first pair fills caches
				if (pair >= 0) delays[which].push(delay);
			}
		}
		const [mine, foreign] = delays;
		const width = chanceWidth(loads);
		const right = accuracy(mine, foreign);
		return [
			{
				name: `labels of ${count} own messages, the background just woken`,
				value: estimateText(estimate(mine), ' ms'),
				goal: '',
				met: null,
			},
			{
				name: `labels of ${count} others' messages, the background just woken`,
				value: estimateText(estimate(foreign), ' ms'),
				goal: '',
				met: null,
			},
			{
				name: `labels of ${count}: a page tells both apart, ${2 * loads} loads`,
				value: `${right.toFixed(3)} of them right (chance: ${(0.5 - width).toFixed(3)} to ${(0.5 + width).toFixed(3)})`,
				goal: 'chance',
				met: Math.abs(right - 0.5) <= width,
			},
		];
	} finally {
		await page.close();
		for (const site of sites) await site.close();
	}
}

/** How long labels take, and whether their time tells whose the messages are. */
export async function benchLabels(): Promise<Figure[]> {
	const bauta = await launchBauta();
	try {
		const figures: Figure[] = [];
		for (const count of sizes) figures.push(...(await measure(bauta, count)));
		return figures;
	} finally {
		await bauta.close();
	}
}
