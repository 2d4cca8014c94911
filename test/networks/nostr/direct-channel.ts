import { type RawData, WebSocket } from 'ws';
import { BautaError } from '../../../src/messages/errors.ts';
import type { Channel, ChannelSocket } from '../../../src/networks/channel/channel.ts';

/** A channel straight from Node: for what the transport says, not for how clean the way is. */
export function directChannel(): Channel & { sockets: string[] } {
	const sockets: string[] = [];
	return {
		sockets,
		async fetch({ url, accept, signal }) {
			const answer = await fetch(url, { headers: { Accept: accept ?? '*/*', Connection: 'close' }, ...(signal ? { signal } : {}) }).catch(
				() => {
					throw new BautaError('server-down', new URL(url).host);
				},
			);
			const date = Date.parse(answer.headers.get('date') ?? '');
			return {
				status: answer.status,
				date: Number.isNaN(date) ? null : Math.floor(date / 1000),
				authenticate: false,
				body: await answer.text(),
			};
		},
		async socket(url, _protocols, signal) {
			sockets.push(url);
			return openSocket(url, signal);
		},
		close() {},
	};
}

async function openSocket(url: string, signal: AbortSignal): Promise<ChannelSocket> {
	const socket = new WebSocket(url);
	const waiting: string[] = [];
	let wake = () => {};
	let gone = false;
	socket.on('message', (data: RawData) => {
		waiting.push(String(data));
		wake();
	});
	socket.on('error', () => undefined);
	socket.on('close', () => {
		gone = true;
		wake();
	});
	await new Promise<void>((resolve, reject) => {
		socket.on('open', resolve);
		socket.on('close', () => reject(new BautaError('server-down', new URL(url).host)));
		signal.addEventListener('abort', () => socket.terminate());
	});
	return {
		send: (data) => new Promise((left) => socket.send(data, () => left())),
		close: () => socket.close(),
		async receive(limit) {
			for (;;) {
				const frame = waiting.shift();
				if (frame !== undefined) return frame;
				if (gone) throw new BautaError('server-down', new URL(url).host);
				if (limit.aborted) throw new BautaError('cancelled');
				await new Promise<void>((resolve) => {
					wake = resolve;
					limit.addEventListener('abort', () => resolve(), { once: true });
				});
			}
		},
	};
}
