import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from '../scripts/bundle.ts';
import type { Figure } from './figure.ts';
import type { Kind } from './recognition-work.ts';
import { accuracy, chanceWidth, estimate, estimateText, pairedRatio } from './statistics.ts';

const sizes = (process.env.LABELS ?? '1,30,1000').split(',').map(Number);
/** rounds, in each of which every kind has its turn */
const rounds = Number(process.env.PAIRS ?? 60);
const reference = 'foreign, one-time';
/** What these are everybody sees, so that their work may tell it. */
const plainlyOther: readonly Kind[] = ['keyless', 'malformed: no key in it'];

/** Few messages are soon measured: more rounds of them. */
const roundsFor = (size: number): number => (size === 1 ? 10 : 1) * rounds;

/** Runs the bundle in a Node of its own whose engine has one thread: else its compiler's and collector's work would count as well. */
async function measureApart(path: string, size: number): Promise<Record<Kind, number[]>> {
	const call = `measureRecognitionWork(${size}, ${roundsFor(size)}, ${300})`;
	const code = `const { measureRecognitionWork } = await import(${JSON.stringify(pathToFileURL(path).href)}); process.stdout.write(JSON.stringify(${call}));`;
	const flags = ['--single-threaded', '--input-type=module', '--eval', code];
	const { stdout } = await promisify(execFile)(process.execPath, flags, { maxBuffer: 1e8 });
	return JSON.parse(stdout);
}

function figureOf(size: number, kind: Kind, times: Record<Kind, number[]>): Figure {
	const name = `work for ${size} messages, ${kind}`;
	if (kind === reference) return { name, value: estimateText(estimate(times[kind]), ' ms', 2), goal: '', met: null };
	const ratio = pairedRatio(times[kind].map((time, at) => [time, times[reference][at] as number]));
	const ratioText = `${estimateText(ratio, '×', 4)} of a foreign one’s`;
	if (plainlyOther.includes(kind)) return { name, value: ratioText, goal: '', met: null };
	const width = chanceWidth(times[kind].length);
	const rows = (values: number[]) => values.map((value) => [value]);
	const right = accuracy(rows(times[kind]), rows(times[reference]));
	const chance = `chance: ${(0.5 - width).toFixed(3)} to ${(0.5 + width).toFixed(3)}`;
	return { name, value: `${ratioText}; told apart: ${right.toFixed(3)} (${chance})`, goal: 'chance', met: right <= 0.5 + width };
}

/**
 * Whether a label costs the same work whosever the message is (THREATS.md P9, R2), by processor time: mine, foreign, keyless, of a removed
 * device, replies and malformed ones, each beside a foreign one of the same round.
 */
export async function* benchRecognition(): AsyncGenerator<Figure> {
	const folder = await mkdtemp(join(tmpdir(), 'bauta-bundle-'));
	try {
		const path = join(folder, 'bundle.mjs');
		await writeFile(path, await bundle('bench/recognition-work.ts', 'node'));
		for (const size of sizes) {
			const times = await measureApart(path, size);
			yield* (Object.keys(times) as Kind[]).map((kind) => figureOf(size, kind, times));
		}
	} finally {
		await rm(folder, { recursive: true });
	}
}
