import type { Protection } from './device.ts';

/** How well a classifier told the authors of the half that it had not learnt from. */
export interface Accuracy {
	classifier: string;
	/** shares, from 0 to 1; `low` and `high`: the interval of 95 % */
	accuracy: number;
	low: number;
	high: number;
}

/** What the classifiers made of one table of messages. */
export interface Judgement {
	name: string;
	messages: number;
	authors: number;
	/** how many things were compared, and how many of them were not the same for all messages */
	features: number;
	varied: number;
	results: Accuracy[];
	/** what it went by: how much of the accuracy is lost where this feature is shuffled */
	telling: { feature: string; loss: number; weight: number }[];
}

/** A table of the report: what an adversary sees of one way. */
export interface Trial {
	way: string;
	/** `room`: everybody in it; `server`: the server as well; `path`: what TCP tells it besides */
	sees: 'room' | 'server' | 'path';
	without: Protection | null;
	judgement: Judgement;
}

/** one point above chance */
const margin = 0.01;

export const best = ({ results }: Judgement): Accuracy => results.reduce((one, other) => (other.accuracy > one.accuracy ? other : one));

/** What a trial is there to show, and whether it does: that nobody is told, or that the experiment would notice. Null: it is shown for information. */
export function isAsItShould({ sees, without, judgement }: Trial): boolean | null {
	if (sees === 'path') return null;
	const limit = 1 / judgement.authors + margin;
	return without === null ? best(judgement).accuracy <= limit : best(judgement).low > limit;
}

const percent = (share: number): string => (100 * share).toFixed(1);
const written = ({ accuracy, low, high }: Accuracy): string => `${percent(accuracy)} (${percent(low)}-${percent(high)})`;
const seen = { room: 'the room', server: 'room and server', path: 'and what TCP tells' } as const;
const missing = { pauses: 'no pauses', nick: 'a nick of the author’s', clock: 'the device’s own clock' } as const;

/** The report for people. `left`: what the experiment leaves out. */
export function drawReport(trials: readonly Trial[], left: readonly string[], faults: Record<string, number>): string {
	const [first] = trials;
	if (!first) return 'nothing was written';
	const classifiers = first.judgement.results.map(({ classifier }) => classifier);
	const rows = trials.map((trial) => [
		trial.without ? `${trial.way}, ${missing[trial.without]}` : trial.way,
		seen[trial.sees],
		String(trial.judgement.messages),
		...trial.judgement.results.map(written),
		{ true: trial.without ? 'noticed' : 'not told', false: trial.without ? 'NOT NOTICED' : 'TOLD', null: 'residual' }[
			String(isAsItShould(trial))
		] ?? '',
	]);
	const head = ['messages', 'seen by', 'number', ...classifiers, 'authors are'];
	const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
	const line = (cells: readonly string[]) =>
		cells
			.map((cell, at) => cell.padEnd(widths[at] ?? 0))
			.join('  ')
			.trimEnd();
	const tellingOf = ({ way, sees, without, judgement }: Trial) => {
		const parts = judgement.telling.slice(0, 5).map(({ feature, loss }) => `${feature.replace(/^\w+ /, '')} (${percent(loss)})`);
		return `${way}, ${without ? `${missing[without]}, ` : ''}${seen[sees]}: ${judgement.varied} of ${judgement.features} things vary; most telling: ${parts.join(', ')}`;
	};
	const { authors } = first.judgement;
	return [
		`${authors} authors; guessing is right in ${percent(1 / authors)} %. Right in %, of the half that was not learnt from (interval of 95 %):`,
		'',
		line(head),
		line(widths.map((width) => '-'.repeat(width))),
		...rows.map(line),
		'',
		'What the random forest went by (points of accuracy that are lost where it is shuffled):',
		...trials.map(tellingOf),
		'',
		'Left out:',
		...left.map((one) => `- ${one}`),
		...(Object.keys(faults).length > 0 ? ['', `Not posted: ${JSON.stringify(faults)}`] : []),
		'',
		trials.every((trial) => isAsItShould(trial) !== false)
			? `Verdict: nobody is told apart by more than one point above chance, and what is taken out is noticed.`
			: 'Verdict: NOT as it should be, see the last column.',
	].join('\n');
}

/** The report for programs. */
export const asJson = (trials: readonly Trial[], left: readonly string[], faults: Record<string, number>): string =>
	JSON.stringify(
		{
			trials: trials.map((trial) => ({ ...trial, best: best(trial.judgement), isAsItShould: isAsItShould(trial) })),
			leftOut: left,
			notPosted: faults,
			isAsItShould: trials.every((trial) => isAsItShould(trial) !== false),
		},
		null,
		'\t',
	);
