import type { ContentEvents } from '../../messages/content.ts';
import { waitFor } from '../../platform/random-time.ts';
import { SessionValue } from '../state/session-value.ts';
import { allTabs, tellTab } from '../state/tabs.ts';

/*
 * Which pages are still to be told of labels or verdicts, in memory. Where the worker dies first, the next one has these pages ask: a page
 * cannot know that there is something to ask about.
 */

/** Tabs. Noted for every message alike, whosever it is (THREATS.md P9). */
const debts = new SessionValue<number[]>('owed-labels', []);
/** how often this worker has still to tell them */
const underWay = new Map<number, number>();

/** Writes down who is owed something, where that is another set. A memory that is full costs no more than what the next worker would have told. */
async function change(tabs: (all: number[]) => Iterable<number>): Promise<void> {
	const all = await debts.get();
	const next = [...tabs(all)];
	if (next.length === all.length && next.every((tab) => all.includes(tab))) return;
	all.splice(0, all.length, ...next);
	await debts.set(all).catch(() => {});
}

/** Notes that these tabs are owed something. Resolves, once that is written down, to what is to be called when they were told. */
export async function oweLabels(tabs: number[]): Promise<() => Promise<void>> {
	const count = (by: number) => {
		for (const tab of tabs) underWay.set(tab, (underWay.get(tab) ?? 0) + by);
	};
	count(1);
	await change((all) => new Set([...all, ...tabs]));
	return async () => {
		count(-1);
		await change((all) => all.filter((tab) => !tabs.includes(tab) || underWay.get(tab)));
	};
}

/** The same for every page. */
export const oweAll = async (): Promise<() => Promise<void>> => oweLabels((await allTabs()).map(([tab]) => tab));

/** ms after which a page that says nothing counts as told: it is busy or frozen, and hears of it when it is not. */
const patience = 1000;
/** Has the page in a tab ask about its labels. */
export const tellVerdicts = async (tab: number, body: ContentEvents['verdicts']): Promise<void> =>
	Promise.race([tellTab(tab, 'verdicts', body), waitFor(patience)]);

/** Has every page ask that an earlier worker left in debt, once. What a page asks is bounded as always (admission.ts). */
export async function payOwed(): Promise<void> {
	for (const tab of [...(await debts.get())]) {
		const settle = await oweLabels([tab]);
		void tellVerdicts(tab, { anew: true }).then(settle);
	}
}
