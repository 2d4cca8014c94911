import '../../scripts/status/node-20.ts';
import { messageHash } from '@waku/core';
import { proto_filter_v2 as filter, proto_lightpush as lightPush, proto_metadata as metadata, proto_store as store } from '@waku/proto';
import { createLibp2pAndUpdateOptions, type IProtoMessage } from '@waku/sdk';
import * as lengthPrefixed from 'it-length-prefixed';
import { pipe } from 'it-pipe';
import { equalBytes } from '../../src/protocol/secret.ts';
import { patience } from '../until.ts';
import { answerLightPush2, answerStore2, lightPush2, store2 } from './waku-2023.ts';

/*
 * A Waku service node on loopback. js-waku has the clients of these protocols alone; the other half is one protobuf that is asked and one that
 * is answered, each with its length before it, on a libp2p stream of its own. It relays to nobody: it is the whole network.
 */

/** What a Waku service node can be told to be. */
export interface WakuNodeSettings {
	/** 16 is Status's */
	cluster?: number;
	shards?: number[];
	/** light push answers with this in place of taking a message */
	refusal?: { code: number; text: string };
	/** a free port where it is 0 or absent */
	port?: number;
}

export interface WakuNode {
	/** multiaddr with the peer id */
	address: string;
	/** what was taken, in its order */
	stored: readonly StoredMessage[];
	/** how many subscribe to a topic */
	subscribers(pubsubTopic: string, contentTopic: string): number;
	/** puts a message on the network from outside, as another node would pass it on */
	publish(pubsubTopic: string, message: IProtoMessage): Promise<void>;
	close(): Promise<void>;
}

interface StoredMessage {
	pubsubTopic: string;
	message: IProtoMessage;
	messageHash: Uint8Array;
	/** id of the peer that gave it, or null where it came from outside */
	from: string | null;
}

type Libp2p = Awaited<ReturnType<typeof createLibp2pAndUpdateOptions>>;
type Peer = Parameters<Parameters<Libp2p['handle']>[1]>[0]['connection']['remotePeer'];
type Reply = (request: Uint8Array, peer: Peer) => Uint8Array | Promise<Uint8Array>;

/** The protocols of 2025, which @waku/sdk 0.0.36 speaks. */
const protocols = {
	metadata: '/vac/waku/metadata/1.0.0',
	lightPush: '/vac/waku/lightpush/3.0.0',
	subscribe: '/vac/waku/filter-subscribe/2.0.0-beta1',
	push: '/vac/waku/filter-push/2.0.0-beta1',
	store: '/vac/waku/store-query/3.0.0',
};

const { SUBSCRIBE, UNSUBSCRIBE, UNSUBSCRIBE_ALL } = filter.FilterSubscribeRequest.FilterSubscribeType;
/** messages on a page of the store, where the question does not say: so few that a client has to turn pages */
const pageLength = 5n;

/** Starts one on a port of 127.0.0.1. */
export async function startWaku({ cluster = 16, shards = [32], refusal, port = 0 }: WakuNodeSettings = {}): Promise<WakuNode> {
	const node = await createLibp2pAndUpdateOptions({
		defaultBootstrap: false,
		discovery: { dns: false, peerExchange: false, peerCache: false },
		networkConfig: { clusterId: cluster },
		// js-waku's own service answers without shards, as one that serves nobody
		libp2p: {
			addresses: { listen: [`/ip4/127.0.0.1/tcp/${port}/ws`] },
			filterMultiaddrs: false,
			hideWebSocketInfo: true,
			start: false,
			// all clients of a test come from one address, which libp2p takes five connections a second from
			connectionManager: { dialTimeout: patience, inboundUpgradeTimeout: patience, inboundConnectionThreshold: 1000 },
			// it ends a connection whose other side is busy for some seconds, as a machine full of browsers is
			connectionMonitor: { enabled: false },
			services: { metadata: () => ({}) },
		},
	});
	const network = new Network(node);
	await serve(node, protocols.metadata, () => metadata.WakuMetadataResponse.encode({ clusterId: cluster, shards }));
	await serve(node, protocols.lightPush, async (bytes, peer) => {
		const { requestId, pubsubTopic = '', message } = lightPush.LightPushRequestV3.decode(bytes);
		if (refusal) return lightPush.LightPushResponseV3.encode({ requestId, statusCode: refusal.code, statusDesc: refusal.text });
		if (!message) return lightPush.LightPushResponseV3.encode({ requestId, statusCode: 400, statusDesc: 'no message' });
		await network.publish(pubsubTopic, message as IProtoMessage, peer.toString());
		return lightPush.LightPushResponseV3.encode({ requestId, statusCode: 200, relayPeerCount: 1 });
	});
	await serve(node, protocols.subscribe, (bytes, peer) => network.subscribe(bytes, peer));
	await serve(node, protocols.store, (bytes) => network.query(bytes));
	await serve(node, lightPush2, (bytes, peer) =>
		answerLightPush2(bytes, (topic, message) => network.publish(topic, message, peer.toString())),
	);
	await serve(node, store2, (bytes) => answerStore2(bytes, network.stored));
	await node.start();
	return {
		address: String(node.getMultiaddrs()[0]),
		stored: network.stored,
		subscribers: (pubsubTopic, contentTopic) => network.subscribers(pubsubTopic, contentTopic).length,
		publish: (pubsubTopic, message) => network.publish(pubsubTopic, message, null),
		close: async () => void (await node.stop()),
	};
}

/** Answers one request on each stream. One that ends before its request is whole has asked for nothing. */
function serve(node: Libp2p, protocol: string, reply: Reply): Promise<void> {
	return node.handle(protocol, ({ stream, connection }) => {
		pipe(
			stream,
			(source) => lengthPrefixed.decode(source),
			async function* (source) {
				for await (const request of source) {
					yield await reply(request.subarray(), connection.remotePeer);
					return;
				}
			},
			(source) => lengthPrefixed.encode(source),
			stream,
		).catch((broken: Error) => stream.abort(broken));
	});
}

/** What the node knows: messages, and who wants which. */
class Network {
	readonly stored: StoredMessage[] = [];
	readonly #subscribers = new Map<string, { peer: Peer; topics: Set<string> }>();
	readonly #node: Libp2p;

	constructor(node: Libp2p) {
		this.#node = node;
	}

	/** Keeps a message, and passes it to everybody who subscribed to its topic. */
	async publish(pubsubTopic: string, message: IProtoMessage, from: string | null): Promise<void> {
		this.stored.push({ pubsubTopic, message, messageHash: messageHash(pubsubTopic, message), from });
		const push = filter.MessagePush.encode({ pubsubTopic, wakuMessage: message as filter.WakuMessage });
		for (const peer of this.subscribers(pubsubTopic, message.contentTopic)) await this.#push(peer, push);
	}

	subscribers(pubsubTopic: string, contentTopic: string): Peer[] {
		return [...this.#subscribers.values()].filter(({ topics }) => topics.has(`${pubsubTopic} ${contentTopic}`)).map(({ peer }) => peer);
	}

	async #push(peer: Peer, push: Uint8Array): Promise<void> {
		try {
			const stream = await this.#node.dialProtocol(peer, protocols.push);
			await pipe([push], (source) => lengthPrefixed.encode(source), stream.sink);
		} catch {
			// it has left
			this.#subscribers.delete(peer.toString());
		}
	}

	subscribe(bytes: Uint8Array, peer: Peer): Uint8Array {
		const { requestId, filterSubscribeType, pubsubTopic, contentTopics } = filter.FilterSubscribeRequest.decode(bytes);
		const subscriber = this.#subscribers.get(peer.toString());
		const topics = subscriber?.topics ?? new Set();
		for (const topic of contentTopics) {
			if (filterSubscribeType === SUBSCRIBE) topics.add(`${pubsubTopic} ${topic}`);
			if (filterSubscribeType === UNSUBSCRIBE) topics.delete(`${pubsubTopic} ${topic}`);
		}
		if (filterSubscribeType === SUBSCRIBE) this.#subscribers.set(peer.toString(), { peer, topics });
		if (filterSubscribeType === UNSUBSCRIBE_ALL) this.#subscribers.delete(peer.toString());
		const subscribed = filterSubscribeType === SUBSCRIBE || subscriber;
		return filter.FilterSubscribeResponse.encode({ requestId, statusCode: subscribed ? 200 : 404, statusDesc: '' });
	}

	query(bytes: Uint8Array): Uint8Array {
		const query = store.StoreQueryRequest.decode(bytes);
		const { requestId, pubsubTopic, contentTopics, messageHashes, paginationCursor: cursor, paginationForward } = query;
		const matching = this.stored.filter(({ pubsubTopic: topic, message, messageHash: hash }) =>
			messageHashes.length
				? messageHashes.some((wanted) => equalBytes(wanted, hash))
				: topic === pubsubTopic && contentTopics.includes(message.contentTopic) && inTime(message.timestamp ?? 0n, query),
		);
		const place = cursor ? matching.findIndex(({ messageHash: hash }) => equalBytes(hash, cursor)) : -1;
		if (cursor && place < 0)
			return store.StoreQueryResponse.encode({ requestId, statusCode: 400, statusDesc: 'unknown cursor', messages: [] });
		const count = Number(query.paginationLimit || pageLength);
		const end = cursor ? place : matching.length;
		const page = paginationForward ? matching.slice(place + 1, place + 1 + count) : matching.slice(Math.max(0, end - count), end);
		return store.StoreQueryResponse.encode({ requestId, statusCode: 200, messages: page as store.WakuMessageKeyValue[] });
	}
}

function inTime(stamp: bigint, { timeStart, timeEnd }: store.StoreQueryRequest): boolean {
	return (timeStart === undefined || stamp >= timeStart) && (timeEnd === undefined || stamp < timeEnd);
}
