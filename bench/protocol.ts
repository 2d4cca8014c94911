import { chromium } from 'playwright-core';
import { bundle, importBundle } from '../scripts/bundle.ts';
import { chromiumPath } from '../test/browser.ts';
import type { Figure } from './figure.ts';
import type { Round } from './protocol-work.ts';
import { estimate, estimateText, pairedRatio } from './statistics.ts';

/*
 * What is timed of a message: from the text and the wire form in b64, as strings that arrived, to the verdict. That is decoding, range
 * checks, canonical text, contentHash, the look for the keyless form where v = 0, and for each generation held the tag and its comparison;
 * no key is recovered, as no tag matches. The messages are of one room and period, so its keys are derived once in a run. Trial ECIES on
 * the same messages goes from b64 to the refused box. Making the messages and the generations is not timed.
 */
const rounds = Number(process.env.ROUNDS ?? 20);
const perRound = Number(process.env.MESSAGES ?? 10_000) / rounds;
/** values of each operation's figure */
const runs = 21;
const work = 'bench/protocol-work.ts';

interface Measured {
	recognition: Round[];
	operations: Record<string, number[]>;
}

/** Recognising foreign messages, against trial ECIES on the same messages, and what else the protocol does; in node and in Chromium. */
export async function benchProtocol(): Promise<Figure[]> {
	return [...figures('node', await inNode(), false), ...figures('Chromium', await inChromium(), true)];
}

async function inNode(): Promise<Measured> {
	const { measureRecognition, measureOperations } = await importBundle<typeof import('./protocol-work.ts')>(work);
	return { recognition: measureRecognition(rounds, perRound), operations: measureOperations(runs) };
}

async function inChromium(): Promise<Measured> {
	const code = await bundle(work, 'browser');
	const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
	try {
		const page = await browser.newPage();
		await page.addScriptTag({ content: `${code};globalThis.bundled = bundled;` });
		return await page.evaluate(
			([count, each, values]) => {
				const { bundled } = globalThis as unknown as { bundled: typeof import('./protocol-work.ts') };
				return { recognition: bundled.measureRecognition(count, each), operations: bundled.measureOperations(values) };
			},
			[rounds, perRound, runs] as const,
		);
	} finally {
		await browser.close();
	}
}

function figures(where: string, { recognition, operations }: Measured, goals: boolean): Figure[] {
	const total = (take: (round: Round) => number) => estimate(recognition.map((round) => take(round) * 10));
	const oneGenerationTotal = total(({ oneGeneration }) => oneGeneration);
	const further = estimate(recognition.map(({ oneGeneration, tenGenerations }) => (tenGenerations - oneGeneration) / 9));
	const ratio = pairedRatio(recognition.map(({ oneGeneration, trialEcies }) => [trialEcies, oneGeneration]));
	const figure = (name: string, value: string, goal = '', met = false): Figure =>
		goals && goal ? { name: `${where}: ${name}`, value, goal, met } : { name: `${where}: ${name}`, value, goal: '', met: null };
	return [
		figure(
			'10,000 foreign messages, 1 generation',
			estimateText(oneGenerationTotal, ' ms', 1),
			'≤ 150 ms',
			oneGenerationTotal.median <= 150,
		),
		figure(
			'the same, 10 generations',
			estimateText(
				total(({ tenGenerations }) => tenGenerations),
				' ms',
				1,
			),
		),
		figure(
			'the same, trial ECIES',
			estimateText(
				total(({ trialEcies }) => trialEcies),
				' ms',
			),
		),
		figure('each further generation, per message', estimateText(further, ' µs', 2), '≤ 10 µs', further.median <= 10),
		figure('trial ECIES / one generation', estimateText(ratio, '×', 1), '≥ 50×', ratio.median >= 50),
		...Object.entries(operations).map(([name, values]) => figure(name, estimateText(estimate(values), ' a second'))),
	];
}
