import './node-20.ts';
import { randomUUID } from 'node:crypto';
import { LightPushCodec } from '@waku/core';
import { proto_lightpush as lightPush } from '@waku/proto';
import { createLightNode, DecodedMessage, type IDecoder, type LightNode, Protocols } from '@waku/sdk';
import { createRoutingInfo } from '@waku/utils';
import * as lengthPrefixed from 'it-length-prefixed';
import { pipe } from 'it-pipe';
import { publicChat } from '../../src/protocol/status/status-key.ts';
import type { StatusPost } from './compose.ts';
import { printable, StatusFault } from './fault.ts';
import { openPayload, sealPayload } from './payload.ts';
import { protocolMessage } from './read.ts';

/** Where Status is on Waku: cluster 16, and shard 32 for what has no shard of its own. */
export const cluster = 16;
export const shard = 32;
/** ms that a node has to answer in */
const patience = 60_000;

/** what was derived of chats: their keys take 65356 rounds each */
const chats = new Map<string, ReturnType<typeof publicChat>>();

/** A public chat's topic and key, from before where they are there. */
export function chatOf(chat: string): ReturnType<typeof publicChat> {
	const derived = chats.get(chat) ?? publicChat(chat);
	chats.set(chat, derived);
	return derived;
}

/** A message as it came: its payload opened, or null where that cannot be done. */
export interface Arrival {
	/** the same for a message that is heard and for the same one in the store */
	hash: string;
	payload: Uint8Array | null;
	/** the stamp that its sender put on it, unix seconds; null where there is none */
	stamp: number | null;
}

/** A public chat of Status, on a connection of its own with an identity that lives as long. */
export interface StatusRoom {
	/** Throws `StatusFault` where the node does not take it. `now`: unix seconds */
	post(payload: Uint8Array, oneTimeKey: Uint8Array | null, now: number): Promise<void>;
	/** Throws `StatusFault` where the node refuses */
	listen(hear: (arrival: Arrival) => void): Promise<void>;
	/** what the node has stored, the oldest first. Throws `StatusFault` where it does not say */
	history(): Promise<Arrival[]>;
	/** when the node has closed the connection */
	gone: Promise<void>;
	leave(): Promise<void>;
}

/** Posts on a connection that is there for nothing else, under an identity that nobody meets again. Wipes the message's key. `now`: unix seconds. */
export async function postAlone(node: string, chat: string, { wrapper, oneTimeKey }: StatusPost, now: number): Promise<void> {
	let room: StatusRoom | null = null;
	try {
		room = await enterRoom(node, chat);
		await room.post(protocolMessage(wrapper), oneTimeKey, now);
	} finally {
		oneTimeKey?.fill(0);
		await room?.leave();
	}
}

/** Connects to a service node. `address`: multiaddr of a WebSocket, with or without the peer id. Throws `StatusFault`. */
export async function enterRoom(address: string, chat: string): Promise<StatusRoom> {
	const { contentTopic, symmetricKey } = chatOf(chat);
	const networkConfig = { clusterId: cluster };
	const routingInfo = createRoutingInfo(networkConfig, { shardId: shard });
	const waku = await connect(address);
	const { pubsubTopic } = routingInfo;
	const decoder: IDecoder<DecodedMessage> = {
		contentTopic,
		pubsubTopic,
		fromWireToProtoObj: async () => undefined,
		fromProtoObj: async (topic, proto) => new DecodedMessage(topic, proto as ConstructorParameters<typeof DecodedMessage>[1]),
	};
	const arrival = async ({ payload, timestamp, hashStr }: DecodedMessage): Promise<Arrival> => ({
		hash: hashStr,
		payload: await openPayload(payload, symmetricKey),
		stamp: timestamp ? Math.floor(timestamp.getTime() / 1000) : null,
	});
	return {
		async post(payload, oneTimeKey, now) {
			const sealed = await sealPayload(payload, symmetricKey, oneTimeKey);
			const answer = await push(waku, { pubsubTopic, message: stamped(contentTopic, sealed, now) });
			if (answer !== null) throw new StatusFault(`The node did not take the message: ${answer}.`);
		},
		async listen(hear) {
			const subscribed = await waku.filter.subscribe(decoder, async (message) => hear(await arrival(message)));
			if (!subscribed) throw new StatusFault('The node does not pass messages of this chat on: it refused the subscription.');
		},
		async history() {
			try {
				const messages = new Map<string, Arrival>();
				for await (const page of waku.store.queryGenerator([decoder])) {
					const { size } = messages;
					for (const message of await Promise.all(page)) if (message) messages.set(message.hashStr, await arrival(message));
					// a node that gives the same page again and again would never come to an end
					if (messages.size === size) break;
				}
				return [...messages.values()];
			} catch {
				throw new StatusFault('The node does not say what was written before: its store refused.');
			}
		},
		gone: new Promise((resolve) => waku.libp2p.addEventListener('peer:disconnect', () => resolve(), { once: true })),
		leave: () => waku.stop(),
	};
}

/** The message as it goes out, stamped to the second alone. */
function stamped(contentTopic: string, payload: Uint8Array, now: number): lightPush.WakuMessage {
	return { payload, contentTopic, version: 1, timestamp: BigInt(now) * 1_000_000_000n, ephemeral: false };
}

/**
 * Light push, version 3. null where the node took it, else its own reason, which @waku/sdk keeps to itself.
 */
async function push(waku: LightNode, request: { pubsubTopic: string; message: lightPush.WakuMessage }): Promise<string | null> {
	const bytes = lightPush.LightPushRequestV3.encode({ requestId: randomUUID(), ...request });
	try {
		const stream = await waku.libp2p.dialProtocol(remotePeer(waku), LightPushCodec, { signal: AbortSignal.timeout(patience) });
		const answer = await pipe(
			[bytes],
			(source) => lengthPrefixed.encode(source),
			stream,
			(source) => lengthPrefixed.decode(source),
			async (source) => {
				for await (const first of source) return lightPush.LightPushResponseV3.decode(first);
				return null;
			},
		);
		if (!answer) return 'it answered nothing';
		return answer.statusCode === 200 ? null : `${answer.statusCode}${answer.statusDesc ? `, “${printable(answer.statusDesc)}”` : ''}`;
	} catch {
		return 'the connection broke off';
	}
}

const remotePeer = (waku: LightNode) => {
	const connection = waku.libp2p.getConnections()[0];
	if (!connection) throw new StatusFault('The node has closed the connection.');
	return connection.remotePeer;
};

/** A light node of js-waku, connected to this service node of Status's cluster. Throws `StatusFault`. */
export async function connect(address: string): Promise<LightNode> {
	if (!/^\/(ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/\d+\/(tls\/ws|wss|ws)(\/p2p\/\w+)?$/.test(address))
		throw new StatusFault(
			`Not the address of a node: ${printable(address)}. One looks like /dns4/node.example.org/tcp/443/wss/p2p/16Uiu2HAm…`,
		);
	const waku = await createLightNode({
		defaultBootstrap: false,
		discovery: { dns: false, peerExchange: false, peerCache: false },
		networkConfig: { clusterId: cluster },
		libp2p: {
			filterMultiaddrs: false,
			hideWebSocketInfo: true,
			connectionManager: { dialTimeout: patience },
			// it ends a connection where one side is busy for some seconds: one that broke off is noticed without it
			connectionMonitor: { enabled: false },
		},
	});
	await waku.start();
	try {
		await dial(waku, address);
		await checkCluster(waku);
		return waku;
	} catch (fault) {
		await waku.stop();
		throw fault;
	}
}

async function dial(waku: LightNode, address: string): Promise<void> {
	try {
		await waku.dial(address);
	} catch {
		throw new StatusFault(`The node ${address} does not answer as one of Waku. Is it running, and is its address right?`);
	}
	try {
		await waku.waitForPeers([Protocols.LightPush, Protocols.Filter, Protocols.Store], patience);
	} catch {
		throw new StatusFault(`The node ${address} has not all that is needed: light push, filter and store.`);
	}
}

async function checkCluster(waku: LightNode): Promise<void> {
	const handshake = await waku.libp2p.services.metadata?.confirmOrAttemptHandshake(remotePeer(waku));
	if (!handshake?.shardInfo) throw new StatusFault('The node does not say which cluster it is in.');
	const { clusterId, shards = [] } = handshake.shardInfo;
	if (clusterId !== cluster)
		throw new StatusFault(`The node is in cluster ${clusterId}, and Status in ${cluster}: nothing would get there.`);
	if (!shards.includes(shard))
		throw new StatusFault(`The node does not serve shard ${shard}, where public chats are; it has ${shards.join(', ') || 'none'}.`);
}
