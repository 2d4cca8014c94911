import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one installation told: where it is reached, and by topic the keys that it gave, by period. */
interface Installation {
	token: string;
	seen: number;
	rooms: Map<string, Record<number, string>>;
}

/** One request as it arrived. */
export interface NotifierRequest {
	method: string;
	headers: IncomingMessage['headers'];
	body: Record<string, unknown>;
	at: number;
}

type Body = { installationId: string; topics?: string[] } & {
	deliveryMechanism?: { customToken: string };
	subscriptions?: { topic: string; hmacKeys?: { thirtyDayPeriodsSinceEpoch: number; key: string }[] }[];
};

/**
 * The interface of docs/notifier.md in memory, for what the notifier itself does not do on demand: to be down, to forget, to answer nonsense. What
 * it delivers is no matter here; the real one is in test/e2e/notifier.test.ts.
 */
export async function startStandIn(secret: string) {
	const installations = new Map<string, Installation>();
	const requests: NotifierRequest[] = [];
	const state = {
		refusedHost: 'elsewhere.test',
		unknownRoom: 'xmpp:nowhere@muc.chat.test',
		states: {} as Record<string, string>,
		delivery: '',
	};
	/** answers in place of the notifier, where it is set and does not return false */
	const odd = { answer: null as ((response: ServerResponse, method: string) => unknown) | null };
	const fault = (status: number, code: string, message: string) => ({ status, body: { code, message } });

	function answer(method: string, body: Body): { status: number; body: object } {
		const { installationId: id } = body;
		const one = installations.get(id);
		if (method === 'RegisterInstallation') {
			const token = body.deliveryMechanism?.customToken ?? '';
			if (token.includes(state.refusedHost)) return fault(403, 'permission_denied', `deliveryHosts has no ${state.refusedHost}`);
			const rooms = one?.rooms ?? new Map();
			installations.set(id, { token, seen: Date.now(), rooms });
			const told = [...rooms].map(([topic, keys]) => ({
				...{ topic, state: state.states[topic] ?? 'watching', leavesOut: Object.keys(keys).length > 0 },
			}));
			return { status: 200, body: { installationId: id, lastSeen: String(one?.seen ?? 0), rooms: told, delivery: state.delivery } };
		}
		if (!one) return fault(404, 'not_found', 'installation_id is not registered');
		if (method === 'DeleteInstallation') installations.delete(id);
		else if (method === 'Unsubscribe') for (const topic of body.topics ?? []) one.rooms.delete(topic);
		else if (method === 'SubscribeWithMetadata') {
			if (body.subscriptions?.some(({ topic }) => topic === state.unknownRoom)) return fault(404, 'not_found', 'topic is not watched here');
			for (const { topic, hmacKeys = [] } of body.subscriptions ?? [])
				one.rooms.set(topic, Object.fromEntries(hmacKeys.map(({ thirtyDayPeriodsSinceEpoch, key }) => [thirtyDayPeriodsSinceEpoch, key])));
		} else return fault(501, 'unimplemented', method);
		return { status: 200, body: {} };
	}

	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const method = request.url?.split('/').at(-1) ?? '';
		const text = Buffer.concat(chunks).toString();
		const body = text === '' ? {} : JSON.parse(text);
		requests.push({ method, headers: request.headers, body, at: Date.now() });
		if (odd.answer && odd.answer(response, method) !== false) return;
		const isOurs = request.method === 'POST' && request.url === `/push/notifications.v1.Notifications/${method}`;
		const { status, body: told } = !isOurs
			? fault(404, 'not_found', 'no such path')
			: request.headers.authorization === `Bearer ${secret}`
				? answer(method, body)
				: fault(401, 'unauthenticated', 'no such secret');
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told));
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const { port } = server.address() as AddressInfo;
	return {
		address: `http://127.0.0.1:${port}/push`,
		installations,
		requests,
		state,
		odd,
		/** what it has of the one installation, by topic: its periods */
		rooms: () =>
			Object.fromEntries([...([...installations.values()][0]?.rooms ?? [])].map(([id, keys]) => [id, Object.keys(keys).map(Number)])),
		/** what was asked since the last call */
		asked: () => requests.splice(0).map(({ method }) => method),
		async stop() {
			server.closeAllConnections();
			await new Promise((over) => server.close(over));
		},
	};
}
/** A notifier that runs. */
export type StandIn = Awaited<ReturnType<typeof startStandIn>>;
