import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Config, parseConfig } from '../../notifier/config.ts';
import { hashSecret } from '../../notifier/connect/server.ts';
import { startNotifier } from '../../notifier/notifier.ts';
import type { Clock } from '../../notifier/time/clock.ts';
import { rootFromSeed } from '../../src/protocol/account/root.ts';
import { composeMessage, type Draft, type Random } from '../../src/protocol/compose.ts';
import { generationNode, generationSecret, roomKeys } from '../../src/protocol/generation.ts';

/** ms of a window of the digest */
export const windowMs = 3_600_000;

/** The machine's clock, which a test can put ahead, both ways of counting together or the wall's alone. */
export interface TestClock extends Clock {
	pass(ms: number): void;
	jump(ms: number): void;
}

export function testClock(): TestClock {
	let [passed, jumped] = [0, 0];
	return {
		now: () => Date.now() + passed + jumped,
		steady: () => performance.now() + passed,
		pass: (ms) => {
			passed += ms;
		},
		jump: (ms) => {
			jumped += ms;
		},
	};
}

/** One request that a push service got. */
export interface Push {
	path: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** bytes of the request as a whole: what somebody on the wire can count */
	length: number;
}

/** Stands for ntfy, whose publishing is one POST, and for any other service of pushes. */
export async function startPushService() {
	const pushes: Push[] = [];
	const rules = { status: 200, location: '' };
	const server = createServer(async (request, response) => {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		const body = Buffer.concat(parts);
		const length = `${request.method} ${request.url}`.length + request.rawHeaders.join('').length + body.length;
		pushes.push({ path: request.url ?? '', headers: request.headers, body, length });
		response.writeHead(rules.status, rules.location ? { location: rules.location } : {}).end();
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const { port } = server.address() as AddressInfo;
	return {
		port,
		pushes,
		rules,
		to: (path: string) => pushes.filter((push) => push.path === path).length,
		async close() {
			server.closeAllConnections();
			await new Promise((done) => server.close(done));
		},
	};
}

export const newSecret = (): string => randomBytes(32).toString('base64url');

/** A configuration for one test: nothing on disk, pushes to this machine. */
export function testConfig(secrets: readonly string[], changes: Record<string, unknown> = {}): Config {
	const usual = {
		listen: { host: '127.0.0.1', port: 0 },
		memoryOnly: !('data' in changes),
		secrets: secrets.map(hashSecret),
		deliveryHosts: ['127.0.0.1:*'],
		allowPrivate: true,
		nostr: { relays: ['ws://127.0.0.1:9/'] },
	};
	return parseConfig(JSON.stringify({ ...usual, ...changes }));
}

/** What a method answered. */
export interface Answered {
	status: number;
	body: Record<string, unknown>;
}

/** Asks a method as JSON, with no library between. */
export async function ask(
	port: number,
	method: string,
	body: unknown,
	secret: string,
	headers: Record<string, string> = {},
): Promise<Answered> {
	const answer = await fetch(`http://127.0.0.1:${port}/notifications.v1.Notifications/${method}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...(secret && { authorization: `Bearer ${secret}` }), ...headers },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	const text = await answer.text();
	return { status: answer.status, body: text ? JSON.parse(text) : {} };
}

/** A notifier that runs, and one that asks it. */
export async function startTestNotifier(secrets: readonly string[], changes: Record<string, unknown> = {}, clock = testClock()) {
	const lines: string[] = [];
	/** what every draw comes out as: with 1 no window is covered, with 0 each */
	const chance = { draw: 1 };
	const patience = { first: 50, longest: 400, steady: 60_000, silence: 60_000 };
	const notifier = await startNotifier(testConfig(secrets, changes), {
		clock,
		patience,
		draw: () => chance.draw,
		log: (line) => lines.push(line),
	});
	return {
		...notifier,
		clock,
		chance,
		lines,
		ask: (method: string, body: unknown, secret = secrets[0] ?? '', headers = {}) => ask(notifier.port, method, body, secret, headers),
		/** lets a whole window pass by the wall clock, and what is due go out */
		async endWindow() {
			clock.jump(windowMs);
			await notifier.tick();
		},
	};
}

/** Has an installation follow topics, with a phone at ntfy. Returns what registers it once more, and so tells how things stand. */
export async function followTopics(
	notifier: Awaited<ReturnType<typeof startTestNotifier>>,
	phone: Awaited<ReturnType<typeof startPushService>>,
	topics: string[],
): Promise<() => Promise<Answered>> {
	const deliveryMechanism = { customToken: `ntfy:http://127.0.0.1:${phone.port}/a` };
	const register = () => notifier.ask('RegisterInstallation', { installationId: 'a', deliveryMechanism });
	await register();
	await notifier.ask('Subscribe', { installationId: 'a', topics });
	return register;
}

export const random: Random = (length) => new Uint8Array(randomBytes(length));

/** Somebody who writes anonymously: their messages, and the keys that they can give away. */
export function makeAuthor() {
	const node = generationNode(rootFromSeed(random(64)), 3);
	const generation = { generation: 3, node };
	const secret = generationSecret(node);
	return {
		tagKey: (room: string, period: number) => roomKeys(secret, room, period).tagKey,
		write: (draft: Pick<Draft, 'room' | 'text' | 'now' | 'transport'> & Partial<Draft>) =>
			composeMessage({ mode: 'one-time', replyTo: '', random, generation, ...draft }),
	};
}

/** A key as JSON has it. */
export const jsonKey = (period: number, key: Uint8Array) => ({
	thirtyDayPeriodsSinceEpoch: period,
	key: Buffer.from(key).toString('base64'),
});
