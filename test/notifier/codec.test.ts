import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, decodeProto, encodeJson, encodeProto, type Message } from '../../notifier/connect/codec.ts';
import { Fault } from '../../notifier/connect/fault.ts';
import { methods } from '../../notifier/connect/schemas.ts';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';

const { request } = methods.SubscribeWithMetadata;
const key = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20';
/** Put together by hand: field, type and length of each part as protobuf's page on encoding has them. */
const golden = [
	`0a0161`, // 1: "a"
	`1231`, // 2: a subscription of 49 bytes
	`0a06726f6f6d2d31`, // its 1: "room-1"
	`1225`, // its 2: a key of 37 bytes
	`08b205`, // its 1: 690
	`1220${key}`, // its 2: 32 bytes
	`1801`, // its 3: silent
].join('');
const asMessage: Message = {
	installationId: 'a',
	subscriptions: [{ topic: 'room-1', hmacKeys: [{ thirtyDayPeriodsSinceEpoch: 690, key: fromHex(key) }], isSilent: true }],
};

describe('a subscription with metadata', () => {
	it('is read and written byte by byte', () => {
		expect(decodeProto(request, fromHex(golden))).toEqual(asMessage);
		expect(toHex(encodeProto(request, asMessage))).toBe(golden);
	});
	it('is read from JSON in either way to write names, and written in one', () => {
		const base64 = Buffer.from(fromHex(key)).toString('base64');
		const camel = {
			installationId: 'a',
			subscriptions: [{ topic: 'room-1', hmacKeys: [{ thirtyDayPeriodsSinceEpoch: 690, key: base64 }], isSilent: true }],
		};
		const snake = {
			installation_id: 'a',
			subscriptions: [
				{
					topic: 'room-1',
					hmac_keys: [{ thirty_day_periods_since_epoch: '690', key: base64.replaceAll('+', '-').replaceAll('/', '_').replace('=', '') }],
					is_silent: true,
				},
			],
			from_the_future: [{}],
		};
		expect(decodeJson(request, camel)).toEqual(asMessage);
		expect(decodeJson(request, snake)).toEqual(asMessage);
		expect(encodeJson(request, asMessage)).toEqual(camel);
	});
});

it('writes 64-bit numbers as text in JSON, and leaves out what is not set', () => {
	const { answer } = methods.RegisterInstallation;
	const message: Message = {
		installationId: 'a',
		validUntil: 1_800_000_000_000,
		lastSeen: 0,
		rooms: [],
		delivery: '',
		digestSeconds: 3600,
		period: 0,
	};
	expect(encodeJson(answer, message)).toEqual({ installationId: 'a', validUntil: '1800000000000', digestSeconds: 3600 });
	expect(decodeProto(answer, encodeProto(answer, message))).toEqual(message);
});

/** Whatever comes, a request is read or refused with words of its own. */
const refusesWell = (decode: () => unknown) => {
	try {
		decode();
	} catch (thrown) {
		expect(thrown).toBeInstanceOf(Fault);
		expect((thrown as Fault).code).toBe('invalid_argument');
	}
};

describe('hostile input', () => {
	it('of bytes is read or refused', () => {
		const schemas = Object.values(methods).map((method) => method.request);
		fc.assert(
			fc.property(fc.constantFrom(...schemas), fc.uint8Array({ maxLength: 200 }), (schema, bytes) =>
				refusesWell(() => decodeProto(schema, bytes)),
			),
			{ numRuns: 3000 },
		);
		// near a good one
		fc.assert(
			fc.property(fc.nat(51), fc.integer({ min: 0, max: 255 }), (at, value) => {
				const bytes = fromHex(golden);
				bytes[at] = value;
				refusesWell(() => decodeProto(request, bytes));
			}),
			{ numRuns: 3000 },
		);
	});
	it('of JSON is read or refused', () => {
		const names = fc.constantFrom('installationId', 'subscriptions', 'topic', 'hmac_keys', 'key', 'isSilent', '__proto__', 'constructor');
		const json = fc.letrec((tie) => ({
			value: fc.oneof(
				{ depthSize: 'small' },
				fc.jsonValue(),
				fc.array(tie('value'), { maxLength: 3 }),
				fc.dictionary(names, tie('value'), { maxKeys: 5 }),
			),
		})).value;
		fc.assert(
			fc.property(json, (value) => refusesWell(() => decodeJson(request, value))),
			{ numRuns: 3000 },
		);
	});
});
