import { faultOf } from '../../src/messages/errors.ts';
import { openChannel } from '../../src/networks/channel/open.ts';
import { answerMessages } from '../../src/platform/api/answer-messages.ts';
import { chooseProxy, readProxyAddress } from '../../src/platform/proxy.ts';

// A background that has nothing in it but the channel, for tests that look at what the channel puts on the wire.

interface Order {
	origin: string;
	/** from then on; '' for none */
	proxy?: string;
	fetch?: { url: string; method: 'GET' | 'POST'; body?: string; accept?: string };
	socket?: { url: string; say: string };
	/** NIP-13 work of so many bits, given up after so many ms; answers with what came of it and what was told meanwhile */
	work?: { bits: number; patience: number };
}

answerMessages(async (message) => {
	const order = message as Order;
	const { signal } = new AbortController();
	try {
		if (order.proxy !== undefined) {
			await chooseProxy(order.proxy ? readProxyAddress(order.proxy) : null);
			return {};
		}
		const channel = await openChannel({ origin: order.origin, signal });
		try {
			if (order.fetch) return { answer: await channel.fetch(order.fetch) };
			if (order.work) {
				const { bits, patience } = order.work;
				const told: number[] = [];
				const until = AbortSignal.timeout(patience);
				const sought = { before: '["', after: '"]', bits, start: 0 };
				const counter = await channel.findCounter?.(sought, until, (tried) => told.push(tried)).catch(({ code }) => code);
				return { answer: { counter, told } };
			}
			const socket = await channel.socket(order.socket?.url ?? '', [], signal);
			await socket.send(order.socket?.say ?? '');
			return { answer: await socket.receive(signal) };
		} finally {
			channel.close();
		}
	} catch (thrown) {
		return { fault: faultOf(thrown) };
	}
});
