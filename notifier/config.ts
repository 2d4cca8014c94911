import { createECDH } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import * as v from 'valibot';
import { relayUrl } from '../src/networks/nostr/wire/room.ts';
import { isHost } from '../src/networks/xmpp/wire/jid.ts';
import { isLoopback } from './delivery/private-address.ts';
import type { Vapid } from './delivery/push.ts';
import { parseListed } from './delivery/token.ts';

/** A WebSocket that is encrypted, or on this machine. */
function isServerUrl(text: string): boolean {
	if (relayUrl(text) === null) return false;
	const { protocol, hostname } = new URL(text);
	return protocol === 'wss:' || isLoopback(hostname);
}

const serverUrl = v.pipe(v.string(), v.check(isServerUrl, 'must be a wss:// address (ws:// on this machine alone)'));
const host = v.pipe(v.string(), v.check(isHost, 'must be a domain'));
const path = v.pipe(v.string(), v.minLength(1, 'must not be empty'));
const whole = (least: number, most: number) =>
	v.pipe(
		v.number(),
		v.integer('must be a whole number'),
		v.minValue(least, `must be ${least} or more`),
		v.maxValue(most, `must be ${most} or less`),
	);
function isDeliveryHost(text: string): boolean {
	const { name, port } = parseListed(text);
	const host = name.replace(/^\*\./, '');
	// a star elsewhere would be a name that no host has
	const isName = !host.includes('*') && URL.canParse(`https://${host}`) && new URL(`https://${host}`).hostname === host;
	return isName && (port === '*' || Number(port) < 65_536);
}

/** Whether these are the private and the public key of a pair of P-256 (RFC 8292 §3.2), base64url. */
function isKeyPair({ publicKey, privateKey }: Vapid): boolean {
	const pair = createECDH('prime256v1');
	try {
		pair.setPrivateKey(privateKey, 'base64url');
	} catch {
		return false;
	}
	return pair.getPublicKey('base64url') === publicKey;
}

const service = v.strictObject({
	rooms: host,
	websocket: serverUrl,
	guests: host,
	way: v.optional(v.picklist(['archive', 'guest'], 'must be "archive" or "guest"'), 'archive'),
	pollSeconds: v.optional(whole(10, 3600), 60),
});

const isEachOnce = (services: v.InferOutput<typeof service>[]): boolean =>
	new Set(services.map(({ rooms }) => rooms)).size === services.length;

const schema = v.pipe(
	v.strictObject({
		listen: v.strictObject({ host: v.string(), port: whole(0, 65535) }),
		tls: v.optional(v.strictObject({ certificate: path, key: path })),
		data: v.optional(path),
		memoryOnly: v.optional(v.boolean(), false),
		secrets: v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits, as --new-secret prints them'))),
		deliveryHosts: v.pipe(
			v.array(
				v.pipe(v.string(), v.check(isDeliveryHost, 'must be a host in lower case, or *. and a host, and a port where it is not 443')),
			),
			v.minLength(1, 'must name at least one host'),
		),
		allowPrivate: v.optional(v.boolean(), false),
		digestMinutes: v.optional(whole(15, 1440), 60),
		cover: v.optional(v.pipe(v.number(), v.minValue(0.5, 'must be 0.5 or more'), v.maxValue(1, 'must be 1 or less')), 0.5),
		words: v.optional(
			v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxBytes(120, 'must be 120 bytes or less')),
			'New in a room you follow',
		),
		vapid: v.optional(
			v.pipe(
				v.strictObject({
					subject: v.pipe(v.string(), v.regex(/^(mailto:|https:\/\/)./, 'must begin with mailto: or https://')),
					publicKey: v.string(),
					privateKey: v.string(),
				}),
				v.check(isKeyPair, 'must be keys that belong together, as --new-vapid makes them'),
			),
		),
		nostr: v.optional(v.strictObject({ relays: v.pipe(v.array(serverUrl), v.minLength(1, 'must name at least one relay')) })),
		xmpp: v.optional(v.pipe(v.array(service), v.check(isEachOnce, 'must have each service of rooms once')), []),
		xmtp: v.optional(v.strictObject({ feed: path })),
		maxRooms: v.optional(whole(1, 10_000), 200),
	}),
	v.check(
		({ listen, tls }) => tls !== undefined || isLoopback(listen.host),
		'listen.host: beyond this machine secrets would go over the network in clear. Add tls, or listen on 127.0.0.1 behind a web server',
	),
	v.check(
		({ data, memoryOnly }) => memoryOnly !== (data !== undefined),
		'data: there must be a folder, or memoryOnly must be true, and not both',
	),
	v.check(
		({ nostr, xmpp, xmtp }) => nostr !== undefined || xmtp !== undefined || xmpp.length > 0,
		'there is nothing to watch: add nostr or xmpp',
	),
);

/** What the operator has decided (docs/notifier.md). */
export type Config = v.InferOutput<typeof schema>;

/** What a value should be, by the name that its type has in a schema. */
const typeWords: Record<string, string> = {
	Array: 'a list: [ … ]',
	Object: 'an object: { … }',
	boolean: 'true or false',
	number: 'a number',
	string: 'a text',
};
const typeWord = (message: string): string =>
	message.replace(/^Invalid type: Expected (\w+) but.*$/, (whole, type) => (typeWords[type] ? `must be ${typeWords[type]}` : whole));

/** One sentence for each thing that is wrong. */
function sentenceOf(issue: v.BaseIssue<unknown>): string {
	const path = v.getDotPath(issue) ?? '';
	if (issue.type === 'strict_object' && issue.expected === 'never') return `there is no field ${path}`;
	if (issue.received === 'undefined') return `${path} is missing`;
	// what is said of the whole names its field itself
	if (issue.kind === 'validation' && !path) return issue.message;
	return `${path || 'it'} ${typeWord(issue.message)}`;
}

/** Reads a configuration. Throws an Error that names every fault. */
export function parseConfig(text: string): Config {
	let values: unknown;
	try {
		values = JSON.parse(text);
	} catch (thrown) {
		throw new Error(`it is no JSON: ${(thrown as Error).message}`);
	}
	const result = v.safeParse(schema, values);
	if (!result.success) throw new Error(result.issues.map(sentenceOf).join('; '));
	return result.output;
}

/** Bits of a file's mode that let others at it. What systemd hands over (LoadCredential) has 0440, in a folder of the service's own. */
function othersBits(path: string): number {
	const folder = process.env.CREDENTIALS_DIRECTORY;
	return folder && dirname(resolve(path)) === resolve(folder) ? 0o037 : 0o077;
}

/** Does a task that a field of the configuration asks for. What it throws begins with that field's name. */
export async function doneFor<T>(field: string, task: () => Promise<T>): Promise<T> {
	try {
		return await task();
	} catch (thrown) {
		throw new Error(`${field}: ${(thrown as Error).message}`);
	}
}

/** Certificate and key, as PEM texts. Throws an Error where they cannot be read, are none, or are not of one another. */
export async function readTls({ certificate, key }: NonNullable<Config['tls']>): Promise<{ cert: string; key: string }> {
	const pems = {
		cert: await doneFor('tls.certificate', () => readFile(certificate, 'utf8')),
		key: await doneFor('tls.key', () => readFile(key, 'utf8')),
	};
	try {
		createSecureContext(pems);
	} catch (thrown) {
		throw new Error(`tls: certificate and key must be PEM files and fit each other (${(thrown as Error).message})`);
	}
	return pems;
}

/** Reads the configuration's file, and sees that those are there which it names. Throws an Error that says what to do. */
export async function readConfig(path: string): Promise<Config> {
	try {
		const config = parseConfig(await readFile(path, 'utf8'));
		if (config.vapid && (await stat(path)).mode & othersBits(path))
			throw new Error('it holds a private key (vapid) and others may read it: chmod 600');
		if (config.tls) await readTls(config.tls);
		return config;
	} catch (thrown) {
		throw new Error(`${path}: ${(thrown as Error).message}`);
	}
}
