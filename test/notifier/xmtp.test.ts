import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodKey } from '../../notifier/installations/installation.ts';
import { judge, readGroupMessage, type Verdict } from '../../notifier/rooms/filter.ts';
import { dayMs, periodAt } from '../../notifier/time/clock.ts';
import { fromHex } from '../../src/protocol/bytes.ts';
import { decodeV3Message, encodeV3Message, type PeriodKey, senderHmac, v3Key, xmtpPeriod } from '../../src/protocol/xmtp.ts';
import { until } from '../until.ts';
import vectors from '../vectors/xmtp-hmac.json' with { type: 'json' };
import { jsonKey, newSecret, random, startPushService, startTestNotifier } from './setting.ts';

// The rule of XIP-35 as XMTP ships it, by messages and keys that its own library made.

interface Group {
	root_hmac_key_hex: string;
	group_id_hex: string;
	wallclock_ms: number;
	keys: { epoch: number; key_hex: string }[];
	messages: { group_message_input_hex: string; data_hex: string; sender_hmac_hex: string; should_push: boolean }[];
}
const groups = vectors.v3_libxmtp as unknown as Group[];
const keysOf = ({ keys }: Group): PeriodKey[] => keys.map(({ epoch, key_hex }) => periodKey(epoch, fromHex(key_hex)));

describe('messages that libxmtp made', () => {
	it.each(groups.flatMap((group) => group.messages.map((message) => ({ group, message }))))(
		'are recognised by its keys: %#',
		({ group, message }) => {
			const read = readGroupMessage(fromHex(message.group_message_input_hex), group.wallclock_ms);
			expect(judge(read, keysOf(group))).toBe('own');
			const stranger = groups.find((each) => each !== group) as Group;
			expect(judge(read, keysOf(stranger))).toBe(message.should_push ? 'other' : 'silent');
			expect(judge(read, [])).toBe(message.should_push ? 'other' : 'silent');
		},
	);
	it('are enough of them', () => expect(groups.length).toBeGreaterThan(1));
});

/** What XMTP's server did with each message, as it was seen to, and what this one does. */
describe('the table of XMTP’s server', () => {
	const root = random(42);
	const groupId = random(16);
	const time = 1_795_291_110_283;
	const period = xmtpPeriod(time);
	const own = (of: number) => v3Key(root, groupId, of);
	const keys = [period - 1, period, period + 1].map((each) => periodKey(each, own(each)));
	const message = (mark: ((data: Uint8Array) => Uint8Array) | null, shouldPush: boolean | null = true) => {
		const covered = random(200);
		return encodeV3Message({ covered, ciphertext: null, senderHmac: mark?.(covered) ?? null, shouldPush });
	};
	const delivered = { server: 'delivered', here: 'other' } as const;
	const rows: [string, Uint8Array, number, { server: 'delivered' | 'dropped'; here: Verdict }][] = [
		['own, key of this period', message((data) => senderHmac(own(period), data)), time, { server: 'dropped', here: 'own' }],
		['another participant', message((data) => senderHmac(random(42), data)), time, delivered],
		['a random mark of 32 bytes', message(() => random(32)), time, delivered],
		['no mark, should_push', message(null), time, delivered],
		['another, should_push = false', message((data) => senderHmac(random(42), data), false), time, { server: 'dropped', here: 'silent' }],
		['another, should_push absent', message((data) => senderHmac(random(42), data), null), time, { server: 'dropped', here: 'silent' }],
		['own, should_push = false', message((data) => senderHmac(own(period), data), false), time, { server: 'dropped', here: 'own' }],
		['own, a mark of 16 bytes', message((data) => senderHmac(own(period), data).slice(0, 16)), time, delivered],
		['own, two periods later, keys not renewed', message((data) => senderHmac(own(period + 2), data)), time + 60 * dayMs, delivered],
		// the differences: a message at the border of a period, or of a clock that is off, is still its author's
		[
			'own, with the key of the period before',
			message((data) => senderHmac(own(period - 1), data)),
			time,
			{ server: 'delivered', here: 'own' },
		],
		[
			'own, with the key of the next period',
			message((data) => senderHmac(own(period + 1), data)),
			time,
			{ server: 'delivered', here: 'own' },
		],
	];
	/** Its rule, by its source: the one key of the envelope's period, then should_push, of which a plain bool makes false. */
	function asPublished(bytes: Uint8Array, at: number): 'delivered' | 'dropped' {
		const { covered, senderHmac: mark, shouldPush } = decodeV3Message(bytes);
		const key = keys.find((each) => each.period === xmtpPeriod(at))?.key;
		if (key && mark && Buffer.from(senderHmac(key, covered)).equals(mark)) return 'dropped';
		return shouldPush ? 'delivered' : 'dropped';
	}
	it.each(rows)('%s', (_, bytes, at, { server, here }) => {
		expect(asPublished(bytes, at)).toBe(server);
		expect(judge(readGroupMessage(bytes, at), keys)).toBe(here);
	});
	it('differs for two rows, and both are the author’s own', () => {
		const differing = rows.filter(([, , , { server, here }]) => (server === 'delivered') !== (here === 'other'));
		expect(differing.map(([, , , { here }]) => here)).toEqual(['own', 'own']);
	});
});

describe('a feed of envelopes', () => {
	const topic = `/xmtp/mls/1/g-${'ab'.repeat(16)}/proto`;
	const secret = newSecret();
	const folder = mkdtempSync(join(tmpdir(), 'bauta-feed-'));
	const feed = join(folder, 'feed.sock');
	let phone: Awaited<ReturnType<typeof startPushService>>;
	let notifier: Awaited<ReturnType<typeof startTestNotifier>>;
	let feeder: Socket;
	const stateOf = async () => {
		const { body } = await notifier.ask('RegisterInstallation', registration());
		return (body.rooms as { state: string }[] | undefined)?.[0]?.state;
	};
	const registration = () => ({ installationId: 'x', deliveryMechanism: { customToken: `ntfy:http://127.0.0.1:${phone.port}/x` } });
	beforeAll(async () => {
		phone = await startPushService();
		notifier = await startTestNotifier([secret], { xmtp: { feed } });
		await notifier.ask('RegisterInstallation', registration());
	});
	afterAll(async () => {
		feeder?.destroy();
		await notifier?.stop();
		await phone?.close();
		rmSync(folder, { recursive: true });
	});
	const send = (message: Uint8Array) =>
		feeder.write(
			`${JSON.stringify({ contentTopic: topic, timestampNs: `${Math.round(notifier.clock.now())}000000`, message: Buffer.from(message).toString('base64') })}\n`,
		);

	it('is listened to where nothing else is: no file of somebody’s goes, nor a socket that is in use', async () => {
		const path = join(folder, 'letter');
		writeFileSync(path, 'dear');
		const start = (at: string) => startTestNotifier([newSecret()], { xmtp: { feed: at } });
		await expect(start(path)).rejects.toThrow(`xmtp.feed: ${path} is there already`);
		expect(readFileSync(path, 'utf8')).toBe('dear');
		await expect(start(feed)).rejects.toThrow(`xmtp.feed: ${feed} is there already`);
		await expect(start(join(folder, 'none', 'feed'))).rejects.toThrow(/^xmtp\.feed: .*none/);
		// what a run left that was killed
		const left = join(folder, 'left');
		const killed = spawn(process.execPath, ['-e', 'require("net").createServer().listen(process.argv[1], () => console.log())', left]);
		await once(killed.stdout, 'data');
		killed.kill('SIGKILL');
		await once(killed, 'exit');
		expect(statSync(left).isSocket()).toBe(true);
		const later = await start(left);
		const visitor = connect(left);
		await once(visitor, 'connect');
		visitor.destroy();
		await later.stop();
	});

	it('is heard: others’ messages ring, one’s own do not', async () => {
		const period = periodAt(notifier.clock.now());
		const key = random(42);
		const subscription = { topic, hmacKeys: [jsonKey(period, key)] };
		expect((await notifier.ask('SubscribeWithMetadata', { installationId: 'x', subscriptions: [subscription] })).status).toBe(200);
		expect(await stateOf()).toBe('unreachable');
		feeder = connect(feed);
		await until(async () => (await stateOf()) === 'watching', 'the feed');
		expect(statSync(feed).mode & 0o777).toBe(0o600);
		const data = random(100);
		const own = encodeV3Message({ covered: data, ciphertext: null, senderHmac: senderHmac(key, data), shouldPush: true });
		const other = encodeV3Message({ covered: data, ciphertext: null, senderHmac: random(32), shouldPush: true });
		for (const [message, rings] of [
			[own, 0],
			[other, 1],
			[random(50), 0],
		] as const) {
			phone.pushes.splice(0);
			send(message);
			feeder.write('no JSON\n{"contentTopic":7}\n');
			// the feeder's bytes are ahead of this question
			await stateOf();
			await stateOf();
			await notifier.endWindow();
			expect(phone.to('/x')).toBe(rings);
		}
	});
});
