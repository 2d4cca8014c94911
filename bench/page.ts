import { launchBauta } from '../test/bauta.ts';
import { startBusyRoom } from './busy-room.ts';
import { type Figure, tellProgress } from './figure.ts';
import { type LongTask, measureLoad, openTab, type PageLoad, profileLongTasks } from './page-load.ts';
import { estimate, estimateText, pairedRatio } from './statistics.ts';

const pairs = Number(process.env.PAIRS ?? 60);
const count = Number(process.env.HISTORY ?? 100);
/** loads under the profiler, after the pairs */
const profiles = Math.min(6, pairs);
/** ms from which on a task counts as long */
const long = 50;

type Pair = [on: PageLoad, off: PageLoad];

/** One quantity, with Bauta on, with Bauta off, and the ratio of each pair. */
function figuresOf(all: readonly Pair[], name: string, unit: string, of: (load: PageLoad) => number): Figure[] {
	const ratio = pairedRatio(all.map(([on, off]) => [of(on), of(off)]));
	const figure = (what: string, values: number[]): Figure => ({
		name: `page of ${count} messages, ${name}, ${what}`,
		value: estimateText(estimate(values), unit, 1),
		goal: '',
		met: null,
	});
	return [
		figure(
			'Bauta on',
			all.map(([on]) => of(on)),
		),
		figure(
			'Bauta off',
			all.map(([, off]) => of(off)),
		),
		{ name: `page of ${count} messages, ${name}, on/off`, value: estimateText(ratio, '', 3), goal: '≤ 1.02', met: ratio.median <= 1.02 },
	];
}

/** Long tasks that are Bauta's own, by what its scripts did in them, and those of the page's that would not be long without it. */
export function longTaskFigures(tasks: readonly LongTask[], all: readonly Pair[]): Figure[] {
	const mean = (values: number[]) => (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(1);
	const own = tasks.filter(({ ms, ours }) => ours > long || ours > ms / 2);
	const lengthened = tasks.filter((task) => !own.includes(task) && task.ours > 0 && task.ms - task.ours <= long);
	const most = (of: readonly LongTask[]) => Math.max(0, ...of.map(({ ours }) => ours)).toFixed(1);
	return [
		{
			name: 'tasks of over 50 ms in a load, Bauta on and off',
			value: `${mean(all.map(([on]) => on.longTasks))} and ${mean(all.map(([, off]) => off.longTasks))} on average`,
			goal: '',
			met: null,
		},
		{
			name: `tasks of over 50 ms that are Bauta's own, of ${tasks.length} in ${profiles} loads under the profiler`,
			value: `${own.length}; the most that scripts of Bauta took of one: ${most(tasks)} ms`,
			goal: 'none',
			met: own.length === 0,
		},
		{
			name: 'tasks of the page that are over 50 ms by what Bauta adds',
			value: `${lengthened.length}, by at most ${most(lengthened)} ms`,
			goal: '',
			met: null,
		},
	];
}

/**
 * What Bauta costs a web chat with many messages, every tenth anonymous: Converse.js with Bauta enabled for it, and with Bauta installed but not
 * enabled for it, one after the other in turns. The main thread is measured by processor time, the time to ready by the clock.
 */
export async function benchPage(): Promise<Figure[]> {
	const room = await startBusyRoom(count);
	const [on, off] = [await launchBauta({ sites: [room.origin] }), await launchBauta({ sites: [] })];
	try {
		const tabs = [await openTab(on, count), await openTab(off, count)] as const;
		const all: Pair[] = [];
		for (let pair = -1; pair < pairs; pair++) {
			const first = pair & 1;
			const loads: PageLoad[] = [];
			for (const which of [first, 1 - first] as (0 | 1)[]) loads[which] = await measureLoad(tabs[which], room);
			// the first fills caches
			if (pair >= 0) all.push(loads as Pair);
			tellProgress('pages', pair + 1, pairs);
		}
		const tasks: LongTask[] = [];
		for (let load = 0; load < profiles; load++) tasks.push(...(await profileLongTasks(tabs[0], room, on.id)));
		return [
			...figuresOf(all, 'ready by the clock', ' ms', ({ ready }) => ready),
			...figuresOf(all, 'main thread for loading', ' ms', ({ loading }) => loading),
			...figuresOf(all, 'main thread for each message that comes in', ' ms', ({ each }) => each),
			...figuresOf(all, 'memory of scripts', ' MB', ({ heap }) => heap / 1e6),
			...longTaskFigures(tasks, all),
		];
	} finally {
		await on.close();
		await off.close();
		await room.stop();
	}
}
