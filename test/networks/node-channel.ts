import { request as httpRequest } from 'node:http';
import { WebSocket } from 'ws';
import { BautaError } from '../../src/messages/errors.ts';
import type { Channel, ChannelResponse, ChannelSocket } from '../../src/networks/channel/channel.ts';
import { FrameQueue } from '../../src/networks/channel/connections.ts';

/** A channel of Node's own, for the transports' tests: real sockets, no browser. `origin` goes out as the Origin header. */
export function nodeChannel(origin = 'https://chat.example'): Channel & { requests: number } {
	const end = new AbortController();
	const channel = {
		requests: 0,
		fetch: (given: Parameters<Channel['fetch']>[0]) =>
			new Promise<ChannelResponse>((resolve, reject) => {
				channel.requests++;
				const signal = given.signal ? AbortSignal.any([given.signal, end.signal]) : end.signal;
				if (signal.aborted) return reject(new BautaError('cancelled'));
				const headers: Record<string, string> = { origin, ...(given.contentType ? { 'content-type': given.contentType } : {}) };
				const request = httpRequest(given.url, { method: given.method, headers, signal, agent: false }, (response) => {
					let body = '';
					response.setEncoding('utf8');
					response.on('data', (text) => {
						body += text;
					});
					response.on('error', fail);
					response.on('end', () => {
						const date = Date.parse(response.headers.date ?? '');
						resolve({
							status: response.statusCode ?? 0,
							date: Number.isNaN(date) ? null : Math.floor(date / 1000),
							authenticate: response.headers['www-authenticate'] !== undefined,
							body,
						});
					});
				});
				const fail = () => reject(new BautaError(signal.aborted ? 'cancelled' : 'server-down', new URL(given.url).origin));
				request.on('error', fail);
				request.end(given.body);
			}),
		socket: (url: string, protocols: string[], signal: AbortSignal) =>
			new Promise<ChannelSocket>((resolve, reject) => {
				const socket = new WebSocket(url, protocols, { origin, perMessageDeflate: false });
				const down = new BautaError('server-down', new URL(url).origin);
				const waiting = new FrameQueue(down);
				const stop = () => socket.terminate();
				signal.addEventListener('abort', stop, { once: true });
				end.signal.addEventListener('abort', stop, { once: true });
				socket.on('error', () => undefined);
				socket.on('message', (data) => waiting.add(String(data)));
				socket.on('close', () => {
					waiting.end();
					reject(signal.aborted ? new BautaError('cancelled') : down);
				});
				socket.on('open', () =>
					resolve({
						send: (data) => new Promise((left) => socket.send(data, () => left())),
						close: () => socket.close(),
						receive: (until) => waiting.next(until),
					}),
				);
			}),
		close: () => end.abort(),
	};
	return channel;
}
