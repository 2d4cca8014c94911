import { proto_filter_v2 as filter, proto_lightpush as lightPush } from '@waku/proto';
import type { IProtoMessage } from '@waku/sdk';
import { concat, utf8 } from '../../src/protocol/bytes.ts';
import { bytesOf, decodeFields, encodeField, type Field, numberOf, textOf } from '../../src/protocol/protobuf.ts';

// What a Waku node spoke in 2023, for clients of then: light push and store of version 2. Filter has stayed.

export const lightPush2 = '/vac/waku/lightpush/2.0.0-beta1';
export const store2 = '/vac/waku/store/2.0.0-beta4';

/** Takes a pushed message, by `publish`, and answers. */
export async function answerLightPush2(bytes: Uint8Array, publish: (topic: string, message: IProtoMessage) => Promise<void>) {
	const { requestId, request } = lightPush.PushRpc.decode(bytes);
	if (request?.message) await publish(request.pubsubTopic, request.message as IProtoMessage);
	return lightPush.PushRpc.encode({ requestId, response: { isSuccess: request?.message !== undefined } });
}

/** Answers a question for what was written before: HistoryRpc, whose fields @waku/proto has no more. All of it is on one page. */
export function answerStore2(bytes: Uint8Array, stored: readonly { pubsubTopic: string; message: IProtoMessage }[]): Uint8Array {
	const rpc = decodeFields(bytes);
	const query = decodeFields(bytesOf(rpc, 2) ?? new Uint8Array(0));
	const contentTopics = query.filter(({ number }) => number === 3).map(({ value }) => textOf(decodeFields(value as Uint8Array), 1));
	const [start, end] = [stampOf(query, 5), stampOf(query, 6)];
	const matching = stored.filter(({ pubsubTopic, message: { contentTopic, timestamp = 0n } }) => {
		const inTime = (start === null || timestamp >= start) && (end === null || timestamp <= end);
		return pubsubTopic === textOf(query, 2) && contentTopics.includes(contentTopic) && inTime;
	});
	const messages = matching.map(({ message }) => encodeField(2, filter.WakuMessage.encode(message as filter.WakuMessage)));
	return concat(encodeField(1, utf8(textOf(rpc, 1))), encodeField(3, concat(...messages)));
}

/** A time in nanoseconds, which protobuf writes as sint64: the sign in the lowest bit. */
function stampOf(fields: Field[], number: number): bigint | null {
	const value = numberOf(fields, number);
	return value === null ? null : (value >> 1n) ^ -(value & 1n);
}
