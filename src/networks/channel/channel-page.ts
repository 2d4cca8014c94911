import type { ChannelCommand, ChannelEvent } from './commands.ts';
import { ChannelServer } from './frame-server.ts';

// Runs in the frame of the offscreen document. It says that it is there, takes the one port that its parent sends, and serves it. Nobody but
// the parent can reach it: the frame is in no page.

addEventListener('message', (event: MessageEvent) => {
	const [port] = event.ports;
	if (event.source !== parent || !port) return;
	const server = new ChannelServer((event: ChannelEvent) => port.postMessage(event));
	port.onmessage = ({ data }: MessageEvent<ChannelCommand>) => server.do(data);
});
parent.postMessage('ready', location.origin);
