import { create, createFileRegistry, type DescMessage, type DescMethodUnary, type Message } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { periodAt } from '../../notifier/time/clock.ts';
import { newSecret, random, startPushService, startTestNotifier } from './setting.ts';

// An independent client, with a description of the service that is written down a second time here, in both codecs.

const { STRING, BYTES, BOOL, UINT32, UINT64, MESSAGE } = FieldDescriptorProto_Type;
const types = { string: STRING, bytes: BYTES, bool: BOOL, uint32: UINT32, uint64: UINT64 } as const;
type Line = [name: string, number: number, type: keyof typeof types | `.${string}`, isRepeated?: 'repeated'];

const message = (name: string, lines: Line[]) => ({
	name,
	field: lines.map(([field, number, type, isRepeated]) => ({
		name: field,
		// a compiler of protobuf puts it into the description
		jsonName: field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
		number,
		label: isRepeated ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
		...(type.startsWith('.') ? { type: MESSAGE, typeName: `.notifications.v1${type}` } : { type: types[type as keyof typeof types] }),
	})),
});
const file = create(FileDescriptorProtoSchema, {
	name: 'notifications/v1/service.proto',
	package: 'notifications.v1',
	syntax: 'proto3',
	messageType: [
		message('Empty', []),
		message('DeliveryMechanism', [
			['apns_device_token', 1, 'string'],
			['firebase_device_token', 2, 'string'],
			['custom_token', 3, 'string'],
		]),
		message('RegisterInstallationRequest', [
			['installation_id', 1, 'string'],
			['delivery_mechanism', 2, '.DeliveryMechanism'],
		]),
		message('Room', [
			['topic', 1, 'string'],
			['state', 2, 'string'],
			['leaves_out', 3, 'bool'],
			['last_period', 4, 'uint32'],
		]),
		message('RegisterInstallationResponse', [
			['installation_id', 1, 'string'],
			['valid_until', 2, 'uint64'],
			['last_seen', 1001, 'uint64'],
			['rooms', 1002, '.Room', 'repeated'],
			['delivery', 1003, 'string'],
			['digest_seconds', 1004, 'uint32'],
			['period', 1005, 'uint32'],
		]),
		message('HmacKey', [
			['thirty_day_periods_since_epoch', 1, 'uint32'],
			['key', 2, 'bytes'],
		]),
		message('Subscription', [
			['topic', 1, 'string'],
			['hmac_keys', 2, '.HmacKey', 'repeated'],
			['is_silent', 3, 'bool'],
			['topic_bytes', 4, 'bytes'],
		]),
		message('SubscribeWithMetadataRequest', [
			['installation_id', 1, 'string'],
			['subscriptions', 2, '.Subscription', 'repeated'],
		]),
		message('TopicsRequest', [
			['installation_id', 1, 'string'],
			['topics', 2, 'string', 'repeated'],
		]),
		message('DeleteInstallationRequest', [['installation_id', 1, 'string']]),
	],
	service: [
		{
			name: 'Notifications',
			method: [
				['RegisterInstallation', 'RegisterInstallationRequest', 'RegisterInstallationResponse'],
				['DeleteInstallation', 'DeleteInstallationRequest', 'Empty'],
				['Subscribe', 'TopicsRequest', 'Empty'],
				['SubscribeWithMetadata', 'SubscribeWithMetadataRequest', 'Empty'],
				['Unsubscribe', 'TopicsRequest', 'Empty'],
			].map(([name = '', input, output]) => ({
				name,
				inputType: `.notifications.v1.${input}`,
				outputType: `.notifications.v1.${output}`,
			})),
		},
	],
});
type AnyMethod = DescMethodUnary<DescMessage, DescMessage>;
type Service = { typeName: string; method: Record<string, AnyMethod> };
const service = createFileRegistry(file, () => undefined).getService('notifications.v1.Notifications') as unknown as Service;

const room = `nostr:28:${'cd'.repeat(32)}`;
let phone: Awaited<ReturnType<typeof startPushService>>;
let notifier: Awaited<ReturnType<typeof startTestNotifier>>;
const secrets = { json: newSecret(), proto: newSecret() };

beforeAll(async () => {
	phone = await startPushService();
	notifier = await startTestNotifier(Object.values(secrets));
});
afterAll(async () => {
	await notifier?.stop();
	await phone?.close();
});

type Call = (request: Record<string, unknown>) => Promise<Message & Record<string, unknown>>;

/** The library's own client. `secret`: what it shows. */
function client(codec: 'json' | 'proto', secret: string): Record<string, Call> {
	const transport = createConnectTransport({
		baseUrl: `http://127.0.0.1:${notifier.port}`,
		httpVersion: '1.1',
		useBinaryFormat: codec === 'proto',
		interceptors: [
			(next) => (request) => {
				if (secret) request.header.set('Authorization', `Bearer ${secret}`);
				return next(request);
			},
		],
	});
	return createClient(service as never, transport) as Client<never> as unknown as Record<string, Call>;
}

const codeOf = (call: Promise<unknown> | undefined) =>
	(call ?? Promise.resolve()).then(
		() => null,
		(thrown) => (thrown instanceof ConnectError ? thrown.code : thrown),
	);

describe.each(['json', 'proto'] as const)('an independent Connect client, as %s', (codec) => {
	const id = `phone-${codec}`;
	const mechanism = () => ({ customToken: `ntfy:http://127.0.0.1:${phone.port}/${codec}` });

	it('registers, subscribes, is told the state, unsubscribes and goes', async () => {
		const notifications = client(codec, secrets[codec]);
		const first = await notifications.registerInstallation?.({ installationId: id, deliveryMechanism: mechanism() });
		expect(first).toMatchObject({ installationId: id, lastSeen: 0n, rooms: [], delivery: '', digestSeconds: 3600 });
		const now = BigInt(Math.round(notifier.clock.now()));
		expect(Number((first?.validUntil as bigint) - now) / 86_400_000).toBeCloseTo(45, 2);

		const period = periodAt(notifier.clock.now());
		expect(first?.period).toBe(period);
		const hmacKeys = [period - 1, period, period + 1].map((each) => ({ thirtyDayPeriodsSinceEpoch: each, key: random(32) }));
		await notifications.subscribeWithMetadata?.({ installationId: id, subscriptions: [{ topic: room, hmacKeys, isSilent: true }] });
		await notifications.subscribe?.({ installationId: id, topics: [`nostr:28:${'ef'.repeat(32)}`] });
		const second = await notifications.registerInstallation?.({ installationId: id, deliveryMechanism: mechanism() });
		expect(Math.abs(Number((second?.lastSeen as bigint) - now))).toBeLessThan(60_000);
		expect(second?.rooms).toMatchObject([
			{ topic: room, leavesOut: true, lastPeriod: period + 1 },
			{ topic: `nostr:28:${'ef'.repeat(32)}`, leavesOut: false, lastPeriod: 0 },
		]);

		await notifications.unsubscribe?.({ installationId: id, topics: [room, 'never subscribed'] });
		const third = await notifications.registerInstallation?.({ installationId: id, deliveryMechanism: mechanism() });
		expect(third?.rooms).toHaveLength(1);
		await notifications.deleteInstallation?.({ installationId: id });
		expect(await codeOf(notifications.subscribe?.({ installationId: id, topics: [room] }))).toBe(Code.NotFound);
	});

	it('hears faults by their code', async () => {
		expect(await codeOf(client(codec, '').registerInstallation?.({ installationId: id }))).toBe(Code.Unauthenticated);
		expect(await codeOf(client(codec, newSecret()).registerInstallation?.({ installationId: id }))).toBe(Code.Unauthenticated);
		const notifications = client(codec, secrets[codec]);
		expect(await codeOf(notifications.registerInstallation?.({ installationId: id }))).toBe(Code.InvalidArgument);
		const elsewhere = { installationId: id, deliveryMechanism: { customToken: 'https://elsewhere.example/' } };
		expect(await codeOf(notifications.registerInstallation?.(elsewhere))).toBe(Code.PermissionDenied);
	});
});
