import type { ChannelWork } from '../channel/channel.ts';
import { type WorkAnswer, workInSlices } from './work.ts';

// Proof of work beside everything else (NIP-13). The page that started it ends it too.
const answer = (message: WorkAnswer) => postMessage(message);

addEventListener('message', async ({ data }: MessageEvent<ChannelWork>) => {
	let told = 0;
	const counter = await workInSlices(data, data.start, new AbortController().signal, (tried) => {
		if (performance.now() - told < 250) return;
		told = performance.now();
		answer({ tried });
	});
	answer({ counter });
});
