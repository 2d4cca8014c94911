import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodAt } from '../../notifier/time/clock.ts';
import { jsonKey, newSecret, random, startTestNotifier } from './setting.ts';

// Bad input: each has its own answer, and leaves everything as it was.

const room = `nostr:28:${'ab'.repeat(32)}`;
const token = 'https://127.0.0.1/hook';
const [mine, others] = [newSecret(), newSecret()];
let notifier: Awaited<ReturnType<typeof startTestNotifier>>;

beforeAll(async () => {
	notifier = await startTestNotifier([mine, others], {
		maxRooms: 3,
		xmpp: [{ rooms: 'muc.chat.test', websocket: 'ws://127.0.0.1:9/', guests: 'anon.chat.test' }],
	});
	await register();
	await notifier.ask('Subscribe', { installationId: 'a', topics: [room] });
});
afterAll(() => notifier?.stop());

const register = (changes = {}, secret = mine) =>
	notifier.ask('RegisterInstallation', { installationId: 'a', deliveryMechanism: { customToken: token }, ...changes }, secret);
const subscribe = (subscription: object) => notifier.ask('SubscribeWithMetadata', { installationId: 'a', subscriptions: [subscription] });
const period = () => periodAt(notifier.clock.now());
const roomsNow = async () => ((await register()).body.rooms as { topic: string }[]).map(({ topic }) => topic);

const to = (customToken: string) => register({ deliveryMechanism: { customToken } });
const webPush = (endpoint: string, p256dh: Uint8Array = Buffer.concat([Buffer.of(4), random(64)]), auth = random(16)) =>
	to(
		`webpush:${JSON.stringify({ endpoint, keys: { p256dh: Buffer.from(p256dh).toString('base64url'), auth: Buffer.from(auth).toString('base64url') } })}`,
	);

const cases: [string, () => ReturnType<typeof register>, number, string, RegExp][] = [
	['no secret', () => register({}, ''), 401, 'unauthenticated', /--new-secret/],
	['another secret', () => register({}, newSecret()), 401, 'unauthenticated', /not one of this notifier/],
	['two installations of one id', () => register({}, others), 403, 'permission_denied', /belongs to another secret/],
	['a second installation of one secret', () => register({ installationId: 'b' }), 403, 'permission_denied', /secret belongs to another/],
	['no installation id', () => register({ installationId: '' }), 400, 'invalid_argument', /^installation_id/],
	['an id with a slash', () => register({ installationId: '../x' }), 400, 'invalid_argument', /^installation_id/],
	[
		'an installation that is not registered',
		() => notifier.ask('Subscribe', { installationId: 'z', topics: [room] }, others),
		404,
		'not_found',
		/Register it first/,
	],
	['no delivery', () => register({ deliveryMechanism: {} }), 400, 'invalid_argument', /custom_token: is missing/],
	['a token of Apple’s', () => register({ deliveryMechanism: { apnsDeviceToken: 'x' } }), 400, 'invalid_argument', /custom_token alone/],
	['a form of delivery that is unknown', () => to('mailto:me@example.org'), 400, 'invalid_argument', /must begin with ntfy:/],
	[
		'a delivery host that is not allowed',
		() => to('https://elsewhere.example/x'),
		403,
		'permission_denied',
		/elsewhere\.example.*deliveryHosts/,
	],
	['a delivery that is not encrypted', () => to('http://elsewhere.example/x'), 400, 'invalid_argument', /https:\/\//],
	['a delivery with a password', () => to('https://a:b@127.0.0.1/x'), 400, 'invalid_argument', /password/],
	['no topic at ntfy', () => to('ntfy:https://127.0.0.1/'), 400, 'invalid_argument', /ntfy:/],
	['Web Push without JSON', () => to('webpush:{'), 400, 'invalid_argument', /JSON/],
	['Web Push with a short key', () => webPush('https://127.0.0.1/', random(64)), 400, 'invalid_argument', /65 bytes, got 64/],
	['Web Push with a short secret', () => webPush('https://127.0.0.1/', undefined, random(15)), 400, 'invalid_argument', /16 bytes, got 15/],
	['Web Push to elsewhere', () => webPush('https://elsewhere.example/'), 403, 'permission_denied', /elsewhere\.example/],
	['a topic that is none', () => subscribe({ topic: 'hello' }), 404, 'not_found', /subscriptions\[0\]\.topic/],
	['a room in another form', () => subscribe({ topic: `nostr:28:${'AB'.repeat(32)}` }), 404, 'not_found', /no room/],
	['a network that is not watched', () => subscribe({ topic: 'matrix:!a:b.example' }), 404, 'not_found', /no room/],
	[
		'a group of a relay that is not watched',
		() => subscribe({ topic: "nostr:29:other.example'g" }),
		404,
		'not_found',
		/no server that has the room/,
	],
	[
		'a room of a server that is not watched',
		() => subscribe({ topic: 'xmpp:a@muc.other.test' }),
		404,
		'not_found',
		/no server that has the room/,
	],
	[
		'a group of XMTP, which has no feed here',
		() => subscribe({ topic: '/xmtp/mls/1/g-ab/proto' }),
		404,
		'not_found',
		/no server that has the room/,
	],
	[
		'a key of 31 bytes',
		() => subscribe({ topic: room, hmacKeys: [jsonKey(period(), random(31))] }),
		400,
		'invalid_argument',
		/^subscriptions\[0\]\.hmac_keys\[0\]\.key: expected 32 bytes, got 31$/,
	],
	[
		'a period far ahead',
		() => subscribe({ topic: room, hmacKeys: [jsonKey(period() + 3, random(32))] }),
		400,
		'invalid_argument',
		/too far from \d+/,
	],
	[
		'a period far back',
		() => subscribe({ topic: room, hmacKeys: [jsonKey(period() - 3, random(32))] }),
		400,
		'invalid_argument',
		/too far from \d+/,
	],
	[
		'a period twice',
		() => subscribe({ topic: room, hmacKeys: [jsonKey(period(), random(32)), jsonKey(period(), random(32))] }),
		400,
		'invalid_argument',
		/twice/,
	],
	[
		'six keys',
		() => subscribe({ topic: room, hmacKeys: Array.from({ length: 6 }, () => jsonKey(period(), random(32))) }),
		400,
		'invalid_argument',
		/at most 5/,
	],
	[
		'a key that is no base64',
		() => subscribe({ topic: room, hmacKeys: [{ thirtyDayPeriodsSinceEpoch: period(), key: '#' }] }),
		400,
		'invalid_argument',
		/base64/,
	],
	[
		'a period that is a word',
		() => subscribe({ topic: room, hmacKeys: [{ thirtyDayPeriodsSinceEpoch: 'now', key: '' }] }),
		400,
		'invalid_argument',
		/expected a number/,
	],
	[
		'topics that are no list',
		() => notifier.ask('Subscribe', { installationId: 'a', topics: room }),
		400,
		'invalid_argument',
		/expected an array/,
	],
	[
		'too many rooms',
		() => notifier.ask('Subscribe', { installationId: 'a', topics: [1, 2, 3].map((n) => `xmpp:r${n}@muc.chat.test`) }),
		429,
		'resource_exhausted',
		/At most 3 rooms/,
	],
	['no JSON', () => notifier.ask('Subscribe', '{'), 400, 'invalid_argument', /no JSON/],
	['a list for a message', () => notifier.ask('Subscribe', []), 400, 'invalid_argument', /expected an object/],
	[
		'bytes that are no protobuf',
		() => notifier.ask('Subscribe', '\u{7f}\u{7f}', mine, { 'content-type': 'application/proto' }),
		400,
		'invalid_argument',
		/protobuf/,
	],
	['a body of more than 1 MiB', () => notifier.ask('Subscribe', 'x'.repeat(2 ** 20 + 1)), 429, 'resource_exhausted', /1048576 bytes/],
	['a compressed body', () => notifier.ask('Subscribe', '{}', mine, { 'content-encoding': 'gzip' }), 501, 'unimplemented', /compressed/],
	[
		'another version of Connect',
		() => notifier.ask('Subscribe', '{}', mine, { 'connect-protocol-version': '2' }),
		400,
		'invalid_argument',
		/expected 1/,
	],
	['a method that is unknown', () => notifier.ask('toString', '{}'), 501, 'unimplemented', /no method toString/],
];

describe('a request is refused, with its reason, and nothing has changed:', () => {
	it.each(cases)('%s', async (_, call, status, code, message) => {
		// sixty requests a minute are answered
		notifier.clock.pass(60_000);
		const { status: actual, body } = await call();
		expect({ status: actual, code: body.code, message: body.message }).toEqual({ status, code, message: expect.stringMatching(message) });
		expect(await roomsNow()).toEqual([room]);
	});
});

it('does all of a request or nothing: one bad room among good ones', async () => {
	const { status } = await notifier.ask('Subscribe', { installationId: 'a', topics: ['xmpp:good@muc.chat.test', 'bad'] });
	expect(status).toBe(404);
	expect(await roomsNow()).toEqual([room]);
});

it('answers no more than sixty requests of a secret in a minute', async () => {
	notifier.clock.pass(60_000 - (notifier.clock.steady() % 60_000));
	const answers = [];
	for (let at = 0; at < 62; at++) answers.push((await notifier.ask('Subscribe', { installationId: 'a', topics: [] })).status);
	expect(answers).toEqual([...Array(60).fill(200), 429, 429]);
	notifier.clock.pass(60_000);
	expect((await register()).status).toBe(200);
});

/** What a page's own script can send, and the question that a browser asks first; over a connection of its own. */
const raw = (method: string, path: string, headers: Record<string, string>) =>
	new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((done, fail) => {
		const request = httpRequest({ port: notifier.port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
			response.resume();
			done({ status: response.statusCode ?? 0, headers: response.headers });
		});
		request.on('error', fail).end();
	});

it('has room for whoever asks, however many say nothing', async () => {
	const silent = Array.from({ length: 300 }, () => connect(notifier.port, '127.0.0.1'));
	for (const socket of silent) socket.on('error', () => {});
	await Promise.all(silent.map((socket) => once(socket, 'connect')));
	expect((await raw('GET', '/', {})).status).toBe(404);
	// the newest of them stay
	expect(silent.filter((socket) => !socket.closed).length).toBeGreaterThan(100);
	for (const socket of silent) socket.destroy();
});

it('lets no page in: it grants no origin, and a browser asks before it sends what is needed', async () => {
	const path = '/notifications.v1.Notifications/Subscribe';
	const asked = await raw('OPTIONS', path, {
		Origin: 'https://page.example',
		'Access-Control-Request-Method': 'POST',
		'Access-Control-Request-Headers': 'authorization,content-type',
	});
	expect(asked.status).toBe(405);
	const answers = [
		asked,
		await raw('POST', path, { Origin: 'https://page.example', 'content-type': 'text/plain' }),
		await raw('GET', '/', {}),
	];
	expect(answers.map(({ status }) => status)).toEqual([405, 415, 404]);
	for (const { headers } of answers) expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

it('takes an extension’s request under whatever Origin it comes', async () => {
	notifier.clock.pass(60_000);
	for (const origin of ['null', 'chrome-extension://abc', 'https://page.example'])
		expect((await notifier.ask('Subscribe', { installationId: 'a', topics: [] }, mine, { origin })).status).toBe(200);
});
