import { browser } from '../../platform/api/browser.ts';
import type { ChannelEvent, FrameKind, RoutedCommand } from './commands.ts';

// The document that lives for one message. It holds the two frames and passes on what goes between them and the background.

const pages: Record<FrameKind, string> = { rules: 'channel.html', sandbox: 'sandbox.html' };
const frames = new Map<FrameKind, Promise<MessagePort>>();
const port = browser.runtime.connect({ name: `channel:${location.hash.slice(1)}` });

/** A credentialless frame: it has no cookies and keeps none, and shares no connection with anything outside this document. */
function frame(kind: FrameKind): Promise<MessagePort> {
	const earlier = frames.get(kind);
	if (earlier) return earlier;
	const framePort = new Promise<MessagePort>((resolve) => {
		const element = document.createElement('iframe');
		Object.assign(element, { credentialless: true });
		element.src = pages[kind];
		addEventListener('message', function ready(event) {
			if (event.source !== element.contentWindow || event.data !== 'ready') return;
			removeEventListener('message', ready);
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = ({ data }: MessageEvent<ChannelEvent>) => port.postMessage(data);
			// a sandboxed page has no origin that could be named here; the frame is ours alone
			element.contentWindow?.postMessage(null, '*', [port2]);
			resolve(port1);
		});
		document.body.append(element);
	});
	frames.set(kind, framePort);
	return framePort;
}

port.onMessage.addListener((message: unknown) => {
	const { frame: kind, command } = message as RoutedCommand;
	void frame(kind).then((to) => to.postMessage(command));
});
// the background ended: nobody is left to hear of it
port.onDisconnect.addListener(() => close());
// keeps the worker awake while a message is on its way
setInterval(() => port.postMessage({ id: 0, kind: 'opened' } satisfies ChannelEvent), 20_000);
void frame('rules');
