import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOutgoingNoticeMessage, type Event, LogLevel } from '@nostr-relay/common';
import { NostrRelay } from '@nostr-relay/core';
import { Validator } from '@nostr-relay/validator';
import { type Filter, matchFilters } from 'nostr-tools/filter';
import { finalizeEvent } from 'nostr-tools/pure';
import { type WebSocket, WebSocketServer } from 'ws';
import { addWitness } from '../evidence.ts';
import { EventStore } from './event-store.ts';

/** A NIP-29 group: the tags of its kind 39000 beside `d`, and who may write where it is `restricted`. */
export interface TestGroup {
	tags: string[][];
	members: string[];
}

/** How a relay behaves. All of it can be changed while it runs. */
export interface RelayRules {
	/** NIP-42: never, a challenge that nobody must answer, demanded for writing, for reading, or for everything */
	auth: 'never' | 'offered' | 'write' | 'read' | 'always';
	/** NIP-13: leading zero bits that an event must have */
	bits: number;
	/** says it in its NIP-11 document */
	told: boolean;
	groups: Record<string, TestGroup>;
	/** ms before anything is answered */
	delay: number;
	/** OK for another id; another text under the id when it is read back */
	lie: 'no' | 'other-id' | 'other-text';
	/** refuses every event with these words */
	refuse: string;
	/** takes an event and never says a word about it */
	silent: boolean;
	/** what becomes of an event that it said OK to; `late`: it is shown a second later */
	keeps: 'it' | 'nothing' | 'late';
	/** says this in place of an OK, and keeps nothing */
	notice: string;
	/** what it does with a login: answers it, takes it without a word (nostr-rs-relay 0.9), or ignores it */
	logins: 'answered' | 'unanswered' | 'ignored';
	/** groups as relay29 has them: only members write, whoever asks to join (9021) is one a moment later, unless the group is closed, and none a moment after leaving (9022) */
	relay29: boolean;
	/** ends the connection: when an event comes, before or after it is stored */
	hangUp: 'no' | 'before-storing' | 'after-storing' | 'after-answer';
	/** more of the NIP-11 document */
	document: Record<string, unknown>;
	/** sent with every handshake and page */
	cookies: string[];
	/** seconds that its clock is ahead */
	ahead: number;
	/** refuses who names no page */
	wantsOrigin: boolean;
}

const usual: RelayRules = {
	auth: 'never',
	bits: 0,
	told: true,
	groups: {},
	delay: 0,
	lie: 'no',
	refuse: '',
	silent: false,
	keeps: 'it',
	notice: '',
	logins: 'answered',
	relay29: false,
	hangUp: 'no',
	document: {},
	cookies: [],
	ahead: 0,
	wantsOrigin: false,
};

/** One request as it came over the wire. `port`: the client's TCP port, so the same port is the same connection. */
export interface Handshake {
	method: string;
	url: string;
	rawHeaders: string[];
	port: number;
	upgrade: boolean;
	at: number;
}

export interface RecordedFrame {
	/** the client's TCP port */
	port: number;
	direction: 'in' | 'out';
	data: string;
	at: number;
}

export interface TestRelay {
	url: string;
	port: number;
	rules: RelayRules;
	handshakes: Handshake[];
	frames: RecordedFrame[];
	store: EventStore;
	/** sockets now open */
	open(): number;
	/** puts an event into the store and sends it to whoever listens for it */
	add(event: Event): Promise<void>;
	/** the frames that clients sent, parsed, of one verb */
	said(verb: string): unknown[][];
	/** ends every connection, and goes on */
	cut(): void;
	close(): Promise<void>;
}

const relayKey = new Uint8Array(32).fill(7);

function leadingZeroBits(id: string): number {
	const zeros = /^0*/.exec(id)?.[0].length ?? 0;
	return zeros * 4 + Math.clz32(Number.parseInt(id[zeros] ?? '0', 16)) - 28;
}

/** Why an event is not taken, in a relay's own words, or ''. */
function refusalOf(event: Event, rules: RelayRules, login: string | undefined): string {
	if (rules.refuse) return rules.refuse;
	if ((rules.auth === 'write' || rules.auth === 'always') && !login) return 'auth-required: please log in first';
	if (event.tags.some((tag) => tag[0] === '-') && login !== event.pubkey)
		return 'auth-required: this event may only be published by its author';
	if (rules.bits > 0 && leadingZeroBits(event.id) < rules.bits)
		return `pow: difficulty ${leadingZeroBits(event.id)} is less than ${rules.bits}`;
	const name = event.tags.find((tag) => tag[0] === 'h')?.[1];
	if (name === undefined) return '';
	const group = rules.groups[name];
	if (!group) return 'invalid: no such group';
	const [restricted, closed] = ['restricted', 'closed'].map((name) => group.tags.some((tag) => tag[0] === name));
	if (rules.relay29 && event.kind === 9021) {
		if (!closed) setTimeout(() => group.members.push(event.pubkey), 100);
		return '';
	}
	if (rules.relay29 && event.kind === 9022 && group.members.includes(event.pubkey)) {
		setTimeout(() => group.members.splice(group.members.indexOf(event.pubkey), 1), 100);
		return '';
	}
	if (rules.relay29 && !group.members.includes(event.pubkey)) return 'blocked: unknown member';
	return restricted && !group.members.includes(event.pubkey) ? 'restricted: you are not a member of this group' : '';
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Starts a relay on loopback that keeps everything in memory and records what arrives. `page` may answer plain HTTP requests on the same port. */
export async function startRelay(
	changes: Partial<RelayRules> = {},
	page?: (request: IncomingMessage, response: ServerResponse) => boolean,
): Promise<TestRelay> {
	const rules: RelayRules = { ...usual, ...changes };
	const store = new EventStore();
	const validator = new Validator();
	const handshakes: Handshake[] = [];
	const frames: RecordedFrame[] = [];
	const record = (request: IncomingMessage, upgrade: boolean) =>
		handshakes.push({
			method: request.method ?? '',
			url: request.url ?? '',
			rawHeaders: request.rawHeaders,
			port: request.socket.remotePort ?? 0,
			upgrade,
			at: Date.now(),
		});
	const dateHeader = () => new Date(Date.now() + rules.ahead * 1000).toUTCString();
	const document = () => {
		const limitation = {
			...(rules.bits > 0 ? { min_pow_difficulty: rules.bits } : {}),
			...(['write', 'always'].includes(rules.auth) ? { auth_required: true } : {}),
		};
		return JSON.stringify({
			name: 'test relay',
			supported_nips: [1, 11, 13, 28, 29, 42],
			...(rules.told ? { limitation } : {}),
			...rules.document,
		});
	};

	const refusesGuest = ({ headers }: IncomingMessage) => rules.wantsOrigin && !headers.origin;
	const server = createServer((request, response) => {
		record(request, false);
		if (refusesGuest(request)) return void response.writeHead(403).end();
		if (page?.(request, response)) return;
		response.setHeader('Date', dateHeader());
		response.setHeader('Access-Control-Allow-Origin', '*');
		if (rules.cookies.length > 0) response.setHeader('Set-Cookie', rules.cookies);
		response.setHeader('Content-Type', 'application/nostr+json');
		response.end(document());
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const { port } = server.address() as AddressInfo;

	const relay = new NostrRelay(store, {
		// no `hostname`: NIP-42 is done below, as the relay's own cannot be turned on and off and closes requests for kind 4
		filterResultCacheTtl: 0,
		maxSubscriptionsPerClient: 500,
		logLevel: LogLevel.ERROR,
	});
	/** what every client listens for, by subscription */
	const listeners = new Map<WebSocket, Map<string, Filter[]>>();
	relay.register({
		// the relay's own broadcast looks at kinds alone, so a subscription for one room would get another room's events
		async broadcast(event) {
			for (const [client, subscriptions] of listeners)
				for (const [id, filters] of subscriptions)
					if (client.readyState === client.OPEN && matchFilters(filters, event)) client.send(JSON.stringify(['EVENT', id, event]));
		},
	});

	const sockets = new WebSocketServer({ server, verifyClient: ({ req }, answer) => answer(!refusesGuest(req), 403) });
	sockets.on('headers', (headers, request) => {
		record(request, true);
		for (const cookie of rules.cookies) headers.push(`Set-Cookie: ${cookie}`);
	});
	sockets.on('connection', (socket, request) => serve(socket, request.socket.remotePort ?? 0));

	/** What one client says, judged by the rules before the relay sees it. */
	function serve(socket: WebSocket, client: number): void {
		let login: string | undefined;
		const challenge = crypto.randomUUID();
		const send = (data: string) => {
			frames.push({ port: client, direction: 'out', data, at: Date.now() });
			socket.send(data);
		};
		const recordedSocket = Object.create(socket, {
			send: { value: (data: string) => send(rules.lie === 'other-text' ? otherText(data) : data) },
		}) as WebSocket;
		relay.handleConnection(recordedSocket);
		const subscriptions = new Map<string, Filter[]>();
		listeners.set(recordedSocket, subscriptions);
		if (rules.auth !== 'never') send(JSON.stringify(['AUTH', challenge]));
		socket.on('close', () => {
			listeners.delete(recordedSocket);
			relay.handleDisconnect(recordedSocket);
		});
		socket.on('message', async (raw) => {
			const data = String(raw);
			frames.push({ port: client, direction: 'in', data, at: Date.now() });
			if (rules.delay > 0) await wait(rules.delay);
			try {
				const message = await validator.validateIncomingMessage(raw as Buffer);
				if (message[0] === 'AUTH') {
					const proof = message[1];
					const right = proof.kind === 22242 && proof.tags.some((tag) => tag[0] === 'challenge' && tag[1] === challenge);
					if (right && rules.logins !== 'ignored') login = proof.pubkey;
					if (rules.logins === 'answered') send(JSON.stringify(['OK', proof.id, right, right ? '' : 'invalid: wrong challenge']));
				} else if (message[0] === 'EVENT') {
					await take(message[1], login, send, () => relay.handleMessage(recordedSocket, message), socket);
				} else if (message[0] === 'REQ' && ['read', 'always'].includes(rules.auth) && !login) {
					send(JSON.stringify(['CLOSED', message[1], 'auth-required: please log in first']));
				} else {
					if (message[0] === 'REQ') subscriptions.set(message[1], message.slice(2) as Filter[]);
					if (message[0] === 'CLOSE') subscriptions.delete(message[1]);
					await relay.handleMessage(recordedSocket, message);
				}
			} catch (fault) {
				send(JSON.stringify(createOutgoingNoticeMessage(fault instanceof Error ? fault.message : String(fault))));
			}
		});
	}

	async function take(
		event: Event,
		login: string | undefined,
		send: (data: string) => void,
		store: () => Promise<unknown>,
		socket: WebSocket,
	) {
		const reason = refusalOf(event, rules, login);
		if (reason) return send(JSON.stringify(['OK', event.id, false, reason]));
		if (rules.notice) return send(JSON.stringify(['NOTICE', rules.notice]));
		if (rules.keeps !== 'it') {
			if (rules.keeps === 'late') setTimeout(() => void self.add(event), 1000);
			return send(JSON.stringify(['OK', event.id, true, '']));
		}
		if (rules.hangUp === 'before-storing') return socket.terminate();
		if (rules.lie === 'other-id') return send(JSON.stringify(['OK', 'f'.repeat(64), true, '']));
		if (rules.silent || rules.hangUp === 'after-storing') {
			await self.add(event);
			return rules.silent ? undefined : socket.terminate();
		}
		await store();
		if (rules.hangUp === 'after-answer') socket.close();
	}

	const leave = addWitness('relay', () => ({
		'wire.log': frames
			.map(({ at, port: client, direction, data }) => `${new Date(at).toISOString()} ${client} ${direction} ${data}\n`)
			.join(''),
	}));
	const self: TestRelay = {
		url: `ws://127.0.0.1:${port}/`,
		port,
		rules,
		handshakes,
		frames,
		store,
		open: () => sockets.clients.size,
		async add(event) {
			await store.upsert(event);
			await relay.broadcast(event);
		},
		said: (verb) =>
			frames
				.filter((frame) => frame.direction === 'in')
				.map((frame) => parseFrame(frame.data))
				.filter((frame) => frame[0] === verb),
		cut() {
			for (const socket of sockets.clients) socket.terminate();
		},
		async close() {
			await leave();
			self.cut();
			sockets.close();
			server.closeAllConnections();
			await new Promise((closed) => server.close(closed));
		},
	};
	for (const [name, group] of Object.entries(rules.groups)) await store.upsert(groupState(name, group.tags));
	return self;
}

/** What a client said; nothing where it is no JSON: NDK says `["REQ","id",]` when it has nothing to ask. */
function parseFrame(data: string): unknown[] {
	try {
		return JSON.parse(data) as unknown[];
	} catch {
		return [];
	}
}

/** Kind 39000 by the relay's key. */
export const groupState = (name: string, tags: string[][]): Event =>
	finalizeEvent({ kind: 39000, created_at: Math.floor(Date.now() / 1000) - 60, tags: [['d', name], ...tags], content: '' }, relayKey);

function otherText(data: string): string {
	const frame = JSON.parse(data) as [string, string, Event];
	if (frame[0] !== 'EVENT') return data;
	return JSON.stringify([frame[0], frame[1], { ...frame[2], content: `${frame[2].content}!` }]);
}
