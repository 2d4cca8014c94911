import type { ChannelCommand, ChannelEvent } from './commands.ts';
import { ChannelServer, type CounterFinder } from './frame-server.ts';

/**
 * Runs in a frame of the offscreen document. Says that it is there, takes the one port that its parent sends, and serves it.
 * Nobody but the parent can reach it: the frame is in no page.
 */
export function serveParent(inSandbox: boolean, findCounter?: CounterFinder): void {
	addEventListener('message', (event: MessageEvent) => {
		const [port] = event.ports;
		if (event.source !== parent || !port) return;
		const server = new ChannelServer((event: ChannelEvent) => port.postMessage(event), inSandbox, findCounter);
		port.onmessage = ({ data }: MessageEvent<ChannelCommand>) => server.do(data);
	});
	parent.postMessage('ready', '*');
}
