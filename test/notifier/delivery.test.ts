import { createDecipheriv, createECDH, createPublicKey, hkdfSync, verify } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import webPush from 'web-push';
import { isPrivateAddress } from '../../notifier/delivery/private-address.ts';
import { makePush, pushLength } from '../../notifier/delivery/push.ts';
import { Pushes } from '../../notifier/delivery/pushes.ts';
import { type Outcome, sendPush } from '../../notifier/delivery/send.ts';
import { parseToken } from '../../notifier/delivery/token.ts';
import { newSecret, type Push, random, startPushService, startTestNotifier, testClock } from './setting.ts';

let service: Awaited<ReturnType<typeof startPushService>>;
beforeAll(async () => {
	service = await startPushService();
});
afterAll(() => service?.close());
beforeEach(() => {
	service.pushes.splice(0);
	Object.assign(service.rules, { status: 200, location: '' });
});

const here = { deliveryHosts: ['127.0.0.1:*'], allowPrivate: true };
const target = (path: string) => parseToken(`${path.startsWith('/hook') ? '' : 'ntfy:'}http://127.0.0.1:${service.port}${path}`, here);
const words = { words: 'New in a room you follow' };
const lengths = (pushes: readonly Push[]) => [...new Set(pushes.map(({ length }) => length))];

describe('what a phone is told', () => {
	const rooms = ['ab', 'cd', 'ef'].map((pair) => `nostr:28:${pair.repeat(32)}`);

	it.each(['ntfy', 'hook'])('has the same words and the same length each time, and no room in it (%s)', async (kind) => {
		const secret = newSecret();
		const notifier = await startTestNotifier([secret]);
		try {
			const customToken = `${kind === 'ntfy' ? 'ntfy:' : ''}http://127.0.0.1:${service.port}/${kind}`;
			await notifier.ask('RegisterInstallation', { installationId: 'a', deliveryMechanism: { customToken } });
			await notifier.ask('Subscribe', { installationId: 'a', topics: rooms });
			for (const many of [1, 50]) {
				for (let at = 0; at < many; at++)
					notifier.take(rooms[at % 3] as string, () => ({ push: true, periods: [], mark: random(32), name: '', isMarkedBy: () => false }));
				await notifier.endWindow();
			}
		} finally {
			await notifier.stop();
		}
		expect(service.pushes).toHaveLength(2);
		expect(lengths(service.pushes)).toHaveLength(1);
		for (const { body, headers, path } of service.pushes) {
			expect(body).toHaveLength(pushLength);
			const text = kind === 'ntfy' ? body.toString() : JSON.parse(body.toString()).message;
			expect(text.trim()).toBe('New in a room you follow');
			for (const room of rooms) expect(`${body} ${path} ${JSON.stringify(headers)}`).not.toContain(room.slice(9));
		}
	});

	it('has that length whatever the operator’s words, and makes no sound only by what is subscribed', () => {
		const push = (text: string, isSilent: boolean) => makePush(target('/x'), { words: text }, isSilent);
		expect(['a', 'ع'.repeat(60)].map((text) => push(text, false).body.length)).toEqual([pushLength, pushLength]);
		expect([push('a', false), push('a', true)].map(({ headers }) => headers.Priority)).toEqual(['3', '1']);
	});
});

/** RFC 8291 and RFC 8188 as they are written, by Node's own cryptography: no code of the library that encrypted. */
function decryptPush(body: Buffer, receiver: ReturnType<typeof createECDH>, auth: Uint8Array): Buffer {
	const [salt, keyLength] = [body.subarray(0, 16), body.readUInt8(20)];
	const sender = body.subarray(21, 21 + keyLength);
	const info = Buffer.concat([Buffer.from('WebPush: info\0'), receiver.getPublicKey(), sender]);
	const ikm = Buffer.from(hkdfSync('sha256', receiver.computeSecret(sender), auth, info, 32));
	const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16));
	const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12));
	const record = body.subarray(21 + keyLength);
	const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(record.subarray(-16));
	const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
	// the delimiter of the last record, and nothing behind it
	expect(plain.at(-1)).toBe(2);
	return plain.subarray(0, -1);
}

describe('Web Push', () => {
	const receiver = createECDH('prime256v1');
	receiver.generateKeys();
	const auth = random(16);
	const keys = { p256dh: receiver.getPublicKey('base64url'), auth: Buffer.from(auth).toString('base64url') };
	const vapid = { subject: 'mailto:operator@example.org', ...webPush.generateVAPIDKeys() };

	it('can be read by the phone alone, has one length, and is signed by the operator', async () => {
		const endpoint = `http://127.0.0.1:${service.port}/push/abc`;
		const to = parseToken(`webpush:${JSON.stringify({ endpoint, keys })}`, here);
		for (let at = 0; at < 5; at++) expect(await sendPush(makePush(to, { ...words, vapid }, false), true)).toBe('delivered');
		expect(lengths(service.pushes)).toHaveLength(1);
		for (const { body, headers } of service.pushes) {
			expect(headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400', urgency: 'normal' });
			const plain = decryptPush(body, receiver, auth);
			expect(plain).toHaveLength(pushLength);
			expect(JSON.parse(plain.toString())).toEqual({ message: 'New in a room you follow' });
			const [, head = '', claims = '', signature = ''] =
				/^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=/.exec(headers.authorization ?? '') ?? [];
			expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).aud).toBe(`http://127.0.0.1:${service.port}`);
			const point = Buffer.from(vapid.publicKey, 'base64url');
			const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
			const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
			const isSigned = verify(
				'sha256',
				Buffer.from(`${head}.${claims}`),
				{ key, dsaEncoding: 'ieee-p1363' },
				Buffer.from(signature, 'base64url'),
			);
			expect(isSigned).toBe(true);
		}
	});
});

it('takes no key for Web Push that is no point of the curve', () => {
	const keys = { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16).toString('base64url') };
	const token = `webpush:${JSON.stringify({ endpoint: `http://127.0.0.1:${service.port}/`, keys })}`;
	expect(() => parseToken(token, here)).toThrow('keys.p256dh: is no point of P-256');
});

describe('a delivery', () => {
	const send = (path = '/x', allowPrivate = true) => sendPush(makePush(target(path), words, false), allowPrivate);

	it.each<[number, Outcome]>([
		[200, 'delivered'],
		[201, 'delivered'],
		[403, 'refused'],
		[429, 'refused'],
		[500, 'refused'],
		[404, 'gone'],
		[410, 'gone'],
	])('of which the answer is %i counts as %s', async (status, outcome) => {
		service.rules.status = status;
		expect(await send()).toBe(outcome);
	});

	it('follows no redirect', async () => {
		Object.assign(service.rules, { status: 307, location: `http://127.0.0.1:${service.port}/elsewhere` });
		expect(await send()).toBe('redirected');
		expect(service.to('/elsewhere')).toBe(0);
	});

	it('to nobody who listens counts as unreachable', async () => {
		const nobody = makePush(parseToken('ntfy:http://127.0.0.1:9/x', here), words, false);
		expect(await sendPush(nobody, true)).toBe('unreachable');
	});

	it('that is answered by another protocol is over, too', async () => {
		const server = createServer((socket) => {
			socket.on('error', () => {});
			socket.once('data', () => socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'));
		});
		await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
		const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
		expect(await sendPush({ url, headers: {}, body: Buffer.from('x') }, true)).toBe('unreachable');
		await new Promise((done) => server.close(done));
	});

	it('goes to no private address, literal or by name, whatever the name said before', async () => {
		expect(await send('/x', false)).toBe('private-address');
		const url = new URL(`http://rebinding.example:${service.port}/x`);
		const asked: string[] = [];
		const answers: LookupAddress[][] = [
			[{ address: '127.0.0.1', family: 4 }],
			[{ address: '::1', family: 6 }],
			[{ address: '192.168.1.1', family: 4 }],
		];
		for (const addresses of answers) {
			const outcome = await sendPush({ url, headers: {}, body: Buffer.from('x') }, false, (host, _, answer) => {
				asked.push(host);
				answer(null, addresses);
			});
			expect(outcome).toBe('private-address');
		}
		// once for each connection: there is no second answer to be used
		expect(asked).toHaveLength(3);
		expect(service.pushes).toEqual([]);
	});

	it('is tried again, later each time, and given up', async () => {
		const clock = testClock();
		const outcomes: Outcome[] = ['unreachable', 'refused', 'unreachable', 'unreachable', 'delivered'];
		let tries = 0;
		const pushes = new Pushes(async () => outcomes[tries++] ?? 'delivered', clock);
		pushes.add('a');
		const triesAfter = async (ms: number) => {
			clock.pass(ms);
			await pushes.flush();
			return tries;
		};
		expect(await triesAfter(0)).toBe(1);
		expect([await triesAfter(25_000), await triesAfter(10_000)]).toEqual([1, 2]);
		expect([await triesAfter(60_000), await triesAfter(70_000)]).toEqual([2, 3]);
		expect([await triesAfter(500_000), await triesAfter(10_000_000)]).toEqual([4, 4]);
	});

	it('is one at a time for each installation, and none any more where nobody is there', async () => {
		const sentTo: string[] = [];
		const pushes = new Pushes(async (id) => {
			sentTo.push(id);
			return 'gone';
		}, testClock());
		for (let at = 0; at < 3; at++) pushes.add('a');
		await pushes.flush();
		pushes.add('a');
		await pushes.flush();
		expect(sentTo).toEqual(['a']);
		expect(pushes.outcomeOf('a')).toBe('gone');
		pushes.welcome('a');
		pushes.add('a');
		await pushes.flush();
		expect(sentTo).toEqual(['a', 'a']);
	});
});

describe('an address', () => {
	it.each(
		'0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.168.0.1 198.18.0.1 224.0.0.1 255.255.255.255 :: ::1 [::1] ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 ff02::1 localhost x'.split(
			' ',
		),
	)('is private: %s', (address) => expect(isPrivateAddress(address)).toBe(true));
	it.each('8.8.8.8 172.32.0.1 100.128.0.1 192.169.0.1 2606:4700::1111 2a00:1450::1'.split(' '))('is public: %s', (address) =>
		expect(isPrivateAddress(address)).toBe(false),
	);
});

describe('where a push may go', () => {
	const rules = { deliveryHosts: ['ntfy.example.org', '*.push.example', '10.0.0.1', 'localhost'], allowPrivate: false };
	const kindOf = (token: string, allowed = rules) => parseToken(token, allowed).kind;
	it('is what the operator has named', () => {
		expect(kindOf('ntfy:https://ntfy.example.org/topic')).toBe('ntfy');
		expect(kindOf('https://a.push.example/x?y=1')).toBe('hook');
	});
	it.each([
		'https://push.example/',
		'https://xpush.example/',
		'https://ntfy.example.org.evil.example/',
		'https://ntfy.example.org@evil.example/',
	])('is nothing else: %s', (token) => expect(() => kindOf(token)).toThrow(/does not deliver|name or password/));
	it('is the usual port, where no other is named with the host', () => {
		const ports = { deliveryHosts: ['a.example', 'b.example:8443', '*.c.example:8443', 'd.example:*'], allowPrivate: false };
		const allowed = (address: string) => {
			try {
				return kindOf(address, ports) === 'hook';
			} catch (thrown) {
				expect((thrown as Error).message).toContain(`does not deliver to ${new URL(address).host}. `);
				return false;
			}
		};
		for (const address of ['https://a.example/', 'https://a.example:443/', 'https://b.example:8443/', 'https://x.c.example:8443/'])
			expect(allowed(address), address).toBe(true);
		for (const address of ['https://a.example:22/', 'https://b.example/', 'https://b.example:8444/', 'https://x.c.example/'])
			expect(allowed(address), address).toBe(false);
		expect(['https://d.example/', 'https://d.example:22/'].map(allowed)).toEqual([true, true]);
	});
	// other ways to write an address in figures, which URL puts in order
	it.each(['https://10.0.0.1/', 'https://0xa.1/', 'https://167772161/', 'https://localhost/'])('is no private address: %s', (token) =>
		expect(() => kindOf(token)).toThrow(/private address/),
	);
	it('is one where the operator allows it, and then plain http on this machine alone', () => {
		const local = { ...rules, allowPrivate: true };
		expect(kindOf('https://10.0.0.1/', local)).toBe('hook');
		expect(kindOf('http://localhost/', local)).toBe('hook');
		expect(() => kindOf('http://10.0.0.1/', local)).toThrow('https://');
	});
	afterEach(() => expect(service.pushes).toEqual([]));
});
