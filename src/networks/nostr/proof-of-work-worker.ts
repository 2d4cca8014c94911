import type { CounterSearch } from '../channel/channel.ts';
import { type SearchAnswer, searchInSlices } from './proof-of-work.ts';

// Proof of work beside everything else (NIP-13). The page that started it ends it too.
const answer = (message: SearchAnswer) => postMessage(message);

addEventListener('message', async ({ data }: MessageEvent<CounterSearch>) => {
	let told = 0;
	const counter = await searchInSlices(data, data.start, new AbortController().signal, (tried) => {
		if (performance.now() - told < 250) return;
		told = performance.now();
		answer({ tried });
	});
	answer({ counter });
});
