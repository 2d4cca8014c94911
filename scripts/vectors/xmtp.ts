import { createDecipheriv, hkdfSync } from 'node:crypto';
import { fromHex } from '../../src/protocol/bytes.ts';
import { bytesOf, decodeFields } from '../../src/protocol/protobuf.ts';
import {
	decodeV2Message,
	decodeV3Message,
	encodeHmacKeys,
	encodeV2Header,
	encodeV2Message,
	encodeV3Message,
	type PeriodKey,
	senderHmac,
	threePeriods,
	v2Key,
	v2KeyOfInfo,
	v3Key,
	xmtpPeriod,
} from '../../src/protocol/xmtp.ts';
import type { Case, Cases } from './cases.ts';

interface XmtpFile {
	v2_pure?: V2PureCase[];
	v2_keystore?: V2Keystore;
	v3_libxmtp?: V3Case[];
}

interface V2PureCase {
	secret_hex: string;
	info_utf8: string;
	hmac_key_hex: string;
	macs: { message_hex: string; hmac_hex: string }[];
}

interface V2Keystore {
	alice_address: string;
	bob_address: string;
	topic: string;
	key_material_hex: string;
	cases: V2Case[];
}

interface V2Case {
	now_ms: number;
	period: number;
	header_bytes_hex: string;
	alice_sender_hmac_hex: string;
	bob_sender_hmac_hex: string;
	alice_keys: { period: number; key_hex: string }[];
	bob_keys: { period: number; key_hex: string }[];
	message_v2_wire_hex: string;
	getConversationHmacKeysResponse_wire_hex: string;
}

interface V3Case {
	inbox_id: string;
	root_hmac_key_hex: string;
	group_id_hex: string;
	wallclock_ms: number;
	keys: { epoch: number; key_hex: string }[];
	messages: { group_message_input_hex: string; data_hex: string; sender_hmac_hex: string; should_push: boolean }[];
}

/** A file of the format xmtp-hmac. */
export function checkXmtp(file: XmtpFile, cases: Cases): void {
	for (const [index, item] of (file.v2_pure ?? []).entries())
		cases.run(`v2_pure: ${index}, ${item.info_utf8}`, (at) => {
			const key = v2KeyOfInfo(fromHex(item.secret_hex), item.info_utf8);
			at.same('hmac_key_hex', item.hmac_key_hex, key);
			for (const { message_hex, hmac_hex } of item.macs)
				at.same(`hmac_hex of ${message_hex}`, hmac_hex, senderHmac(key, fromHex(message_hex)));
		});
	const store = file.v2_keystore;
	for (const item of store?.cases ?? []) cases.run(`v2_keystore: ${item.now_ms}`, (at) => checkV2(store as V2Keystore, item, at));
	for (const item of file.v3_libxmtp ?? []) cases.run(`v3_libxmtp: ${item.inbox_id}`, (at) => checkV3(item, at));
}

function checkV2({ alice_address, bob_address, topic, key_material_hex }: V2Keystore, item: V2Case, at: Case): void {
	const material = fromHex(key_material_hex);
	checkClaims(item, at);
	at.same('period', item.period, xmtpPeriod(item.now_ms));
	const header = encodeV2Header(BigInt(item.now_ms) * 1_000_000n, topic);
	at.same('header_bytes_hex', item.header_bytes_hex, header);
	const keysOf = (account: string) => threePeriods(item.now_ms, (period) => v2Key(material, period, account));
	const plain = (keys: PeriodKey[]) => keys.map(({ period, key }) => ({ period, key_hex: Buffer.from(key).toString('hex') }));
	const [alice, bob] = [keysOf(alice_address), keysOf(bob_address)];
	at.same('alice_keys', item.alice_keys, plain(alice));
	at.same('bob_keys', item.bob_keys, plain(bob));
	at.same('alice_sender_hmac_hex', item.alice_sender_hmac_hex, senderHmac(alice[1]?.key ?? new Uint8Array(), header));
	at.same('bob_sender_hmac_hex', item.bob_sender_hmac_hex, senderHmac(bob[1]?.key ?? new Uint8Array(), header));
	const message = decodeV2Message(fromHex(item.message_v2_wire_hex));
	at.same('header in the message', item.header_bytes_hex, message.covered);
	at.same('mark in the message', item.alice_sender_hmac_hex, message.senderHmac ?? '');
	at.same('should_push of a text', true, message.shouldPush);
	at.same('ciphertext opens', true, opensV2(material, message.covered, message.ciphertext ?? new Uint8Array()));
	at.same('message_v2_wire_hex', item.message_v2_wire_hex, encodeV2Message(message));
	at.same('getConversationHmacKeysResponse_wire_hex', item.getConversationHmacKeysResponse_wire_hex, encodeHmacKeys(topic, alice));
}

/** XMTP v2 itself: AES-256-GCM under HKDF(key material, salt = 1), nonce = 2, payload = 3, bound to the header. Only here, to judge the file's bytes. */
function opensV2(material: Uint8Array, header: Uint8Array, ciphertext: Uint8Array): boolean {
	const fields = decodeFields(bytesOf(decodeFields(ciphertext), 1) ?? new Uint8Array());
	const [salt, nonce, payload] = [1, 2, 3].map((number) => bytesOf(fields, number) ?? new Uint8Array()) as [
		Uint8Array,
		Uint8Array,
		Uint8Array,
	];
	const key = new Uint8Array(hkdfSync('sha256', material, salt, '', 32));
	const cipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(header);
	cipher.setAuthTag(payload.subarray(payload.length - 16));
	cipher.update(payload.subarray(0, payload.length - 16));
	try {
		cipher.final();
		return true;
	} catch {
		return false;
	}
}

/** What the file's maker found equal must be claimed so: each of these was just found equal here. */
function checkClaims(claims: object, at: Case): void {
	for (const [name, claim] of Object.entries(claims)) {
		if (!/equal|verify|same|not_covered/.test(name)) continue;
		for (const one of [claim].flat()) if (typeof one === 'boolean') at.same(name, true, one);
	}
}

function checkV3(item: V3Case, at: Case): void {
	const [root, group] = [fromHex(item.root_hmac_key_hex), fromHex(item.group_id_hex)];
	const keys = threePeriods(item.wallclock_ms, (period) => v3Key(root, group, period));
	const plain = keys.map(({ period, key }) => ({ epoch: period, key_hex: Buffer.from(key).toString('hex') }));
	at.same('keys', item.keys, plain);
	checkClaims(item, at);
	const now = keys[1]?.key ?? new Uint8Array();
	for (const [index, wire] of item.messages.entries()) {
		const message = decodeV3Message(fromHex(wire.group_message_input_hex));
		at.same(`messages ${index}: data_hex`, wire.data_hex, message.covered);
		at.same(`messages ${index}: mark in the message`, wire.sender_hmac_hex, message.senderHmac ?? '');
		at.same(`messages ${index}: sender_hmac_hex`, wire.sender_hmac_hex, senderHmac(now, message.covered));
		at.same(`messages ${index}: should_push`, wire.should_push, message.shouldPush);
		at.same(`messages ${index}: group_message_input_hex`, wire.group_message_input_hex, encodeV3Message(message));
	}
}
