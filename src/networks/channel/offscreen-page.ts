import { browser } from '../../platform/api/browser.ts';
import type { ChannelCommand, ChannelEvent } from './commands.ts';

// The document that lives for one message. It holds the frame and passes on what goes between it and the background.

const port = browser.runtime.connect({ name: `channel:${location.hash.slice(1)}` });

/** A credentialless frame: it has no cookies and keeps none, and shares no connection with anything outside this document. */
const framePort = new Promise<MessagePort>((resolve) => {
	const element = document.createElement('iframe');
	Object.assign(element, { credentialless: true });
	element.src = 'channel.html';
	addEventListener('message', function ready(event) {
		if (event.source !== element.contentWindow || event.data !== 'ready') return;
		removeEventListener('message', ready);
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = ({ data }: MessageEvent<ChannelEvent>) => port.postMessage(data);
		element.contentWindow?.postMessage(null, location.origin, [port2]);
		resolve(port1);
	});
	document.body.append(element);
});

port.onMessage.addListener((message: unknown) => {
	void framePort.then((to) => to.postMessage(message as ChannelCommand));
});
// the background ended: nobody is left to hear of it
port.onDisconnect.addListener(() => close());
// keeps the worker awake while a message is on its way
setInterval(() => port.postMessage({ id: 0, kind: 'opened' } satisfies ChannelEvent), 20_000);
