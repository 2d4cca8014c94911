import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../scripts/bundle.ts';
import type { Figure } from './figure.ts';
import type { NotifierRound } from './notifier-work.ts';
import { estimate, estimateText, pairedRatio } from './statistics.ts';

const rounds = Number(process.env.ROUNDS ?? 20);
const rooms = 1000;
const subscriptions = 10_000;

interface Measured {
	rounds: NotifierRound[];
	memory: number;
}

/** A process of its own, with nothing in it but the notifier's filter, so that its memory can be told. */
async function measure(): Promise<Measured> {
	const folder = mkdtempSync(join(tmpdir(), 'bauta-bench-'));
	try {
		const script = join(folder, 'work.mjs');
		writeFileSync(script, await bundle('bench/notifier-work.ts', 'node'));
		const call = `import { measureNotifier, measureNotifierMemory } from ${JSON.stringify(script)};
			const memory = measureNotifierMemory(${rooms}, ${subscriptions});
			process.stdout.write(JSON.stringify({ memory, rounds: measureNotifier(${rounds}, ${rooms}, ${subscriptions}) }));`;
		const node = ['--expose-gc', '--input-type=module', '--eval', call];
		return JSON.parse(execFileSync(process.execPath, node, { encoding: 'utf8' })) as Measured;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** The notifier with a thousand rooms and ten thousand subscriptions; and XMTP's rule beside it as it is published, on the same messages. */
export async function benchNotifier(): Promise<Figure[]> {
	const { rounds: results, memory } = await measure();
	const figure = (name: string, value: string): Figure => ({ name: `notifier: ${name}`, value, goal: '', met: null });
	const time = (take: (round: NotifierRound) => number) => estimateText(estimate(results.map(take)), ' µs', 1);
	return [
		figure(`memory of ${subscriptions} subscriptions in ${rooms} rooms, three keys each`, `${(memory / 2 ** 20).toFixed(1)} MiB`),
		figure(
			'a message, ten followers with keys',
			time(({ withKeys }) => withKeys),
		),
		figure(
			'a message, ten followers without',
			time(({ withoutKeys }) => withoutKeys),
		),
		figure(
			'a Nostr event’s signature, looked at before that',
			time(({ signature }) => signature),
		),
		figure(
			'a message of XMTP, ten followers, three periods tried',
			time(({ ours }) => ours),
		),
		figure(
			'the same by XMTP’s rule as published, one period tried',
			time(({ published }) => published),
		),
		figure('three periods / one', estimateText(pairedRatio(results.map(({ ours, published }) => [ours, published])), '×', 2)),
	];
}
