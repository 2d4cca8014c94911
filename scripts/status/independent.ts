import './node-20.ts';
import { pbkdf2Sync } from 'node:crypto';
import { create, createFileRegistry, type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import {
	FileDescriptorProtoSchema,
	FileDescriptorSetSchema,
	FieldDescriptorProto_Type as Kind,
	FieldDescriptorProto_Label as Label,
} from '@bufbuild/protobuf/wkt';
import { createDecoder } from '@waku/message-encryption/symmetric';
import type { IProtoMessage } from '@waku/sdk';
import { createRoutingInfo } from '@waku/utils';
import { keccak256 } from 'ethereum-cryptography/keccak';
import { secp256k1 } from 'ethereum-cryptography/secp256k1';
import { bytesToHex, utf8ToBytes } from 'ethereum-cryptography/utils';

/*
 * A reader of Status's messages that shares nothing with Bauta: Waku's package opens the payload, @bufbuild/protobuf reads it by the fields
 * that Status had in 2020, and ethereum-cryptography, which Status's own JavaScript uses, recovers the author. It has never heard of fields 20
 * and 2035.
 */

/** What a client of others gets of a message. */
export interface IndependentReading {
	text: string;
	chatId: string;
	/** key of the payload's signature, 65 bytes in hex */
	author: string;
	/** key of the transport's signature, likewise; '' where there is none */
	transportKey: string;
	id: string;
	/** the places of the random name that it shows for the author, in Status's lists of words */
	name: number[];
	/** the fields it does not know, which it carries along: number → wire type */
	unknown: Record<number, number>;
	/** the names of the fields that stand in ProtocolMessage */
	outer: string[];
}

type Described = [name: string, number: number, kind: Kind, of?: string][];

const messages: Record<string, Described> = {
	ProtocolMessage: [
		['installation_id', 2, Kind.STRING],
		['bundles', 3, Kind.BYTES],
		['public_message', 102, Kind.BYTES],
	],
	ApplicationMetadataMessage: [
		['signature', 1, Kind.BYTES],
		['payload', 2, Kind.BYTES],
		['type', 3, Kind.UINT32],
	],
	ChatMessage: [
		['clock', 1, Kind.UINT64],
		['timestamp', 2, Kind.UINT64],
		['text', 3, Kind.STRING],
		['response_to', 4, Kind.STRING],
		['ens_name', 5, Kind.STRING],
		['chat_id', 6, Kind.STRING],
		['message_type', 7, Kind.UINT32],
		['content_type', 8, Kind.UINT32],
	],
	/** a client that has given field 20 to a message of its own */
	LaterChatMessage: [
		['text', 3, Kind.STRING],
		['requests', 20, Kind.MESSAGE, '.status.Request'],
	],
	Request: [['receiver', 1, Kind.STRING]],
};

function describe(): (name: string) => DescMessage {
	const messageType = Object.entries(messages).map(([name, fields]) => ({
		name,
		field: fields.map(([field, number, type, typeName = '']) => ({ name: field, number, type, typeName, label: Label.OPTIONAL })),
	}));
	const file = create(FileDescriptorProtoSchema, { name: 'status.proto', package: 'status', syntax: 'proto3', messageType });
	const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
	return (name) => {
		const description = registry.getMessage(`status.${name}`);
		if (!description) throw new Error(`no ${name} is described`);
		return description;
	};
}

const describedAs = describe();
type Read<Fields> = Message & Fields;
const read = <Fields>(name: string, bytes: Uint8Array) => fromBinary(describedAs(name), bytes) as Read<Fields>;

/** Reads what a Waku node passed on. null: it is not for this chat. Throws whatever its libraries throw on what is not a message. */
export async function readIndependently(message: IProtoMessage, chat: string): Promise<IndependentReading | null> {
	const symmetricKey = pbkdf2Sync(chat, '', 65_356, 32, 'sha256');
	const topic = `/waku/1/0x${bytesToHex(keccak256(utf8ToBytes(chat)).subarray(0, 4))}/rfc26`;
	const routing = createRoutingInfo({ clusterId: 16 }, { shardId: 32 });
	if (message.contentTopic !== topic) return null;
	const opened = await createDecoder(topic, routing, symmetricKey).fromProtoObj(routing.pubsubTopic, message);
	if (!opened) return null;
	const outer = read<{ publicMessage: Uint8Array }>('ProtocolMessage', opened.payload);
	const { signature, payload } = read<{ signature: Uint8Array; payload: Uint8Array }>('ApplicationMetadataMessage', outer.publicMessage);
	const chatMessage = read<{ text: string; chatId: string }>('ChatMessage', payload);
	const compact = secp256k1.Signature.fromCompact(signature.slice(0, 64)).addRecoveryBit(signature[64] as number);
	const author = compact.recoverPublicKey(keccak256(payload)).toRawBytes(false);
	return {
		text: chatMessage.text,
		chatId: chatMessage.chatId,
		author: bytesToHex(author),
		transportKey: opened.signaturePublicKey ? bytesToHex(opened.signaturePublicKey) : '',
		id: `0x${bytesToHex(keccak256(new Uint8Array([...author, ...outer.publicMessage])))}`,
		name: randomName(bytesToHex(author)),
		unknown: Object.fromEntries((chatMessage.$unknown ?? []).map(({ no, wireType }) => [no, wireType])),
		outer: Object.keys(outer).filter((name) => name !== '$typeName' && (outer as Record<string, unknown>)[name]?.toString() !== ''),
	};
}

/**
 * Status's random name, step by step as its text forms of keys have it: the digits of x from the 51st on seed a shift register whose new bit is
 * the parity of the taps. `author`: 130 hex digits. Gives where each of the three words stands.
 */
export function randomName(author: string): number[] {
	let register = BigInt(`0x${author.slice(50, 66)}`)
		.toString(2)
		.padStart(64, '0');
	return [1389n, 1389n, 1704n].map((words) => {
		const taps = [7, 5, 4, 3].filter((bit) => register[63 - bit] === '1');
		register = `${register.slice(1)}${taps.length % 2}`;
		return Number(BigInt(`0b${register}`) % words);
	});
}

/** Passed on as a client passes it on that reads and writes again: what it does not know stays where it is. */
export const writeAgain = (payload: Uint8Array): Uint8Array =>
	toBinary(describedAs('ChatMessage'), fromBinary(describedAs('ChatMessage'), payload));

/** The text that a client gets which has given field 20 to a message of its own; null where it loses the whole message. */
export function textWhereField20IsTaken(payload: Uint8Array): string | null {
	try {
		return read<{ text: string }>('LaterChatMessage', payload).text;
	} catch {
		return null;
	}
}
