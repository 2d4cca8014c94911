import browser from 'webextension-polyfill';
import { openChannel } from '../../src/networks/channel.ts';
import { errorRecord } from '../../src/platform/error.ts';

// A background that has nothing in it but the channel, for tests that look at what the channel puts on the wire.

interface Order {
	origin: string;
	fetch?: { url: string; method: 'GET' | 'POST'; body?: string; accept?: string };
	socket?: { url: string; say: string };
}

browser.runtime.onMessage.addListener(async (message: unknown) => {
	const order = message as Order;
	const { signal } = new AbortController();
	try {
		const channel = await openChannel({ origin: order.origin, signal });
		try {
			if (order.fetch) return { answer: await channel.fetch(order.fetch) };
			const socket = await channel.socket(order.socket?.url ?? '', [], signal);
			socket.send(order.socket?.say ?? '');
			return { answer: await socket.receive(signal) };
		} finally {
			channel.close();
		}
	} catch (thrown) {
		return { fault: errorRecord(thrown) };
	}
});
