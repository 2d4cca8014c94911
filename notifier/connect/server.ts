import { createHash } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../time/clock.ts';
import { decodeJson, decodeProto, encodeJson, encodeProto, type Message } from './codec.ts';
import { Fault, wrong } from './fault.ts';
import { type Method, methods } from './schemas.ts';

/** Bytes of a request's body. */
const mostBytes = 2 ** 20;
const requestMs = 15_000;
/** longer than web servers in front keep a connection for the next request: one that is closed just then loses that request */
const idleMs = 130_000;
const mostConnections = 256;
/** of these, how many may be there without a request */
const mostSilent = 128;
const mostRequestsAMinute = 60;
const prefix = '/notifications.v1.Notifications/';

/** What the server asks for each request that is well formed and has a secret. */
export type Answer = (method: Method, request: Message, secretHash: string) => Promise<Message>;

/** What it takes to listen. */
export interface ServerOptions {
	/** SHA-256 of each secret, hex */
	secretHashes: ReadonlySet<string>;
	clock: Clock;
	answer: Answer;
	/** PEM texts; without them it speaks plain HTTP */
	tls?: { cert: string; key: string } | undefined;
	/** told of a fault that is the notifier's own */
	onFault(thrown: unknown): void;
}

/** SHA-256 of a secret, hex: all that the notifier keeps of it. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/**
 * notifications.v1 over Connect, unary. It sets no header for other origins: extensions with permission for the host need none, and pages are not
 * to reach it. A page cannot send `authorization`, nor either content type, without asking first, and the question is not answered.
 */
export function makeServer(options: ServerOptions): Server {
	const budgets = new Map<string, { minute: number; count: number }>();
	const serve = (request: IncomingMessage, response: ServerResponse) => {
		respond(options, budgets, request, response).catch((thrown) => {
			options.onFault(thrown);
			response.destroy();
		});
	};
	const times = { requestTimeout: requestMs, headersTimeout: requestMs, connectionsCheckingInterval: 1000, keepAliveTimeout: idleMs };
	const server = options.tls
		? createHttpsServer({ ...times, handshakeTimeout: requestMs, ...options.tls }, serve)
		: createHttpServer(times, serve);
	server.maxConnections = mostConnections;
	hangUpOnSilence(server);
	return server;
}

/**
 * Where many connections ask nothing, the oldest of them is closed for each new one, as else they would keep everybody out. One that has asked
 * stays until it is answered.
 */
function hangUpOnSilence(server: Server): void {
	// by the address of the other end: with TLS a request has another object of the same connection
	const silent = new Map<string, Socket>();
	const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
	server.on('connection', (socket: Socket) => {
		const name = nameOf(socket);
		silent.set(name, socket);
		socket.once('close', () => silent.delete(name));
		const [oldest] = silent.values();
		if (silent.size > mostSilent) oldest?.destroy();
	});
	server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
		const name = nameOf(socket);
		const connection = silent.get(name);
		silent.delete(name);
		response.once('close', () => {
			if (connection && !connection.destroyed) silent.set(name, connection);
		});
	});
}

type Budgets = Map<string, { minute: number; count: number }>;

async function respond(options: ServerOptions, budgets: Budgets, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const end = (status: number, headers: Record<string, string>, body: string | Uint8Array = '') => {
		// whatever of the request was not read must not be taken for the next one
		if (!request.complete) response.setHeader('Connection', 'close');
		response.writeHead(status, { 'Cache-Control': 'no-store', ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
	};
	const path = request.url ?? '';
	if (!path.startsWith(prefix)) return end(404, {});
	if (request.method !== 'POST') return end(405, { Allow: 'POST' });
	const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
	if (type !== 'application/json' && type !== 'application/proto')
		return end(415, { 'Accept-Post': 'application/json, application/proto' });
	try {
		const secretHash = authorize(options, budgets, request);
		const name = path.slice(prefix.length);
		if (!Object.hasOwn(methods, name)) throw new Fault('unimplemented', `There is no method ${name.slice(0, 64)}.`);
		const method = name as Method;
		const schema = methods[method];
		const body = await readBody(request);
		const message = type === 'application/json' ? decodeJson(schema.request, parseJson(body)) : decodeProto(schema.request, body);
		const answer = await options.answer(method, message, secretHash);
		end(
			200,
			{ 'Content-Type': type },
			type === 'application/json' ? JSON.stringify(encodeJson(schema.answer, answer)) : encodeProto(schema.answer, answer),
		);
	} catch (thrown) {
		if (!(thrown instanceof Fault)) options.onFault(thrown);
		const fault = thrown instanceof Fault ? thrown : new Fault('internal', 'The notifier failed. Its log may say why.');
		const headers = { 'Content-Type': 'application/json', ...(fault.code === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }) };
		end(fault.status, headers, JSON.stringify({ code: fault.code, message: fault.message }));
	}
}

/** The hash of the request's secret. Throws `unauthenticated`, `resource_exhausted`. */
function authorize({ secretHashes, clock }: ServerOptions, budgets: Budgets, { headers }: IncomingMessage): string {
	const secret = /^Bearer ([\w-]{43})$/.exec(headers.authorization ?? '')?.[1];
	// looked up by its hash: how long that takes tells nothing of the secret
	const hash = secret === undefined ? '' : hashSecret(secret);
	if (!secretHashes.has(hash))
		throw new Fault('unauthenticated', 'The secret is missing or not one of this notifier’s. Its operator makes one by --new-secret.');
	const minute = Math.floor(clock.steady() / 60_000);
	const budget = budgets.get(hash);
	const count = budget?.minute === minute ? budget.count + 1 : 1;
	budgets.set(hash, { minute, count });
	if (count > mostRequestsAMinute) throw new Fault('resource_exhausted', 'Too many requests. Wait a minute.');
	return hash;
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
	const { 'content-encoding': encoding = 'identity', 'connect-protocol-version': version = '1' } = request.headers;
	if (encoding !== 'identity') throw new Fault('unimplemented', 'Send the body as it is, not compressed.');
	if (version !== '1') throw new Fault('invalid_argument', 'Connect-Protocol-Version: expected 1.');
	const parts: Buffer[] = [];
	let length = 0;
	// a body that is too long is left unread, and the answer still goes out
	for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
		length += part.length;
		if (length > mostBytes)
			throw new Fault('resource_exhausted', `A request has at most ${mostBytes} bytes. Subscribe to fewer rooms at once.`);
		parts.push(part);
	}
	return new Uint8Array(Buffer.concat(parts));
}

function parseJson(body: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
	} catch {
		throw wrong('body', 'is no JSON');
	}
}
