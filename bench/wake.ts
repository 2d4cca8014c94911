import type { RequestName } from '../src/messages/messages.ts';
import { launchBauta, type ReadyBauta } from '../test/bauta.ts';
import { type Figure, tellProgress } from './figure.ts';
import { estimate, estimateText } from './statistics.ts';

const rounds = Number(process.env.PAIRS ?? 60);

/** Requests of the popup that need no more than the background's main script, and one that needs another script as well. */
const requests = [
	{ name: 'what every wake-up loads', to: 'popup.state', body: { tab: null, quiet: true } },
	{ name: 'the part for keys and devices as well', to: 'devices.state', body: {} },
] satisfies { name: string; to: RequestName; body: object }[];

/** ms from a request to its answer, in the page that asks. */
function timeAnswer({ popup }: ReadyBauta, to: RequestName, body: object): Promise<number> {
	return popup.evaluate(
		async (message) => {
			const { runtime } = (globalThis as unknown as { chrome: { runtime: { sendMessage(message: unknown): Promise<{ ok: boolean }> } } })
				.chrome;
			const begin = performance.now();
			const answer = await runtime.sendMessage(message);
			if (!answer?.ok) throw new Error(`${message.to}: no answer`);
			return performance.now() - begin;
		},
		{ to, body },
	);
}

/** How long the background takes until it answers, when the browser has ended it, and when it is awake. */
export async function benchWake(): Promise<Figure[]> {
	const bauta = await launchBauta();
	try {
		const figures: Figure[] = [];
		for (const { name, to, body } of requests) {
			const [woken, awake]: [number[], number[]] = [[], []];
			for (let round = -2; round < rounds; round++) {
				await bauta.killWorker();
				const [first, second] = [await timeAnswer(bauta, to, body), await timeAnswer(bauta, to, body)];
				// the first two fill caches
				if (round < 0) continue;
				woken.push(first);
				awake.push(second);
				tellProgress(`wake-up, ${name}`, round + 1, rounds);
			}
			figures.push(
				{ name: `background woken until its answer, ${name}`, value: estimateText(estimate(woken), ' ms'), goal: '', met: null },
				{ name: `background awake until its answer, ${name}`, value: estimateText(estimate(awake), ' ms', 1), goal: '', met: null },
			);
		}
		return figures;
	} finally {
		await bauta.close();
	}
}
