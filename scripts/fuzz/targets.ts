import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bech32, createBase58check } from '@scure/base';
import { normalPhrase, privateKeyFromHex, statusNodeFromXprv } from '../../src/protocol/account/root.ts';
import { fromBase64url, fromHex } from '../../src/protocol/bytes.ts';
import { decodeEnvelope, decodeWire } from '../../src/protocol/envelope.ts';
import { challengeText, decodeChallenge, readAnswer } from '../../src/protocol/proofs/challenge.ts';
import { decodeStatement, readReveal } from '../../src/protocol/proofs/reveal.ts';
import { decodeFields } from '../../src/protocol/protobuf.ts';
import { type HeldGeneration, recognise } from '../../src/protocol/recognise.ts';
import { nip22RoomId, nip29RoomId } from '../../src/protocol/room.ts';
import { decodeBody } from '../../src/protocol/seal.ts';
import { eciesDecrypt } from '../../src/protocol/status/ecies.ts';
import { recogniseStatus } from '../../src/protocol/status/solutions.ts';
import { decodeChatMessage, decodeWrapper } from '../../src/protocol/status/status.ts';
import { canonicalText } from '../../src/protocol/text.ts';
import { decodeV2Message, decodeV3Message } from '../../src/protocol/xmtp.ts';
import { identifyKey } from '../../src/vault/import/identify-key.ts';
import { identifyNcryptsec } from '../../src/vault/import/ncryptsec.ts';
import bip32 from '../../test/vectors/bip32.json' with { type: 'json' };
import bip39 from '../../test/vectors/bip39.json' with { type: 'json' };
import ecies from '../../test/vectors/ecies.json' with { type: 'json' };
import keystore from '../../test/vectors/keystore.json' with { type: 'json' };
import nip49 from '../../test/vectors/nip49.json' with { type: 'json' };
import status from '../../test/vectors/status.json' with { type: 'json' };
import xmtp from '../../test/vectors/xmtp-hmac.json' with { type: 'json' };
import type { BautaFile } from '../vectors/bauta-format.ts';
import { strangerTargets } from './stranger-targets.ts';
import { ofBytes, ofText, type Target } from './target.ts';

/** Read at run time: its texts hold unpaired surrogates, which a bundler cannot carry. */
export const bauta = JSON.parse(readFileSync(resolve('test/vectors/bauta-1.json'), 'utf8')) as Required<BautaFile>;

/** the share of what does work on a curve */
const onCurve = 0.01;
const base58check = createBase58check(sha256);
const messages = bauta.messages;
const mine = { room: messages[0]?.room ?? '', bodies: [messages[0]?.sent ?? ''], replyTo: '', time: messages[0]?.messageTime ?? 0 };
const wires = messages.map(({ wire }) => wire);
const phrases = bip39.vectors.map(({ phrase }) => phrase);
const receiver = fromHex(ecies.vectors[0]?.receiverPrivate ?? '');
const statements = bauta.reveals.map(({ statement }) => fromHex(statement));
const challenges = bauta.challenges.map(({ statement }) => fromHex(statement));
const answers = bauta.challenges.map((one) => challengeText(fromHex(one.statement), fromHex(one.signature)));
const payloads = status.wrapped.map(({ payload }) => fromHex(payload));
const wrappers = status.wrapped.map(({ wrapped }) => fromHex(wrapped));
const v2Messages = xmtp.v2_keystore.cases.map((one) => fromHex(one.message_v2_wire_hex));
const v3Messages = xmtp.v3_libxmtp.flatMap((one) => one.messages.map((message) => fromHex(message.group_message_input_hex)));
const xprvs = bip32.vectors.flatMap(({ chains }) => chains.map(({ xprv }) => xprv));
const ncryptsecs = nip49.vectors.map(({ ncryptsec }) => ncryptsec);

/** `generations`: a generation to recognise with. */
export function fuzzTargets(generations: HeldGeneration[]): Target[] {
	const account = { root: null, chatKey: null };
	return [
		ofBytes(
			'envelope',
			messages.map(({ envelope }) => fromHex(envelope)),
			decodeEnvelope,
		),
		ofText('wire form, signed', wires, (text) => decodeWire(text, true)),
		ofText(
			'wire form, unsigned',
			wires.map((wire) => wire.slice(0, 126)),
			(text) => decodeWire(text, false),
		),
		ofText('base64url', wires, fromBase64url),
		ofBytes(
			'seal body',
			messages.flatMap(({ body }) => (body ? [fromHex(body)] : [])),
			decodeBody,
		),
		ofBytes('statement', statements, decodeStatement),
		ofBytes('challenge', challenges, decodeChallenge),
		ofText(
			'reveal text',
			bauta.reveals.map(({ text }) => text),
			readReveal,
		),
		ofText('answer text', answers, readAnswer),
		ofBytes('protobuf', [...payloads, ...wrappers, ...v2Messages], decodeFields),
		ofBytes('Status chat message', payloads, decodeChatMessage),
		ofBytes('Status wrapper', wrappers, decodeWrapper),
		ofBytes('XMTP v2 message', v2Messages, decodeV2Message),
		ofBytes('XMTP v3 message', v3Messages, decodeV3Message),
		ofText('xprv', xprvs, statusNodeFromXprv),
		ofBytes(
			'xprv under a right checksum',
			xprvs.map((text) => base58check.decode(text)),
			(bytes) => statusNodeFromXprv(base58check.encode(bytes.slice(0, 90))),
		),
		ofText('private key as hex', ['0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'], privateKeyFromHex),
		ofText('phrase', phrases, normalPhrase),
		ofText(
			'keystore',
			keystore.vectors.map(({ json }) => JSON.stringify(json)),
			identifyKey,
		),
		ofText('ncryptsec', ncryptsecs, identifyNcryptsec),
		ofBytes('ncryptsec under a right checksum', ncryptsecs.map(bech32Bytes), (bytes) => identifyNcryptsec(bech32Text(bytes))),
		ofText('any key', [...xprvs, ...ncryptsecs, ...phrases], identifyKey),
		ofText(
			'canonical text',
			messages.map(({ text }) => text),
			(text) => canonicalText(text, { irc: text.length % 2 === 0 }),
		),
		ofText('relay URL', ['wss://relay.example.org:7777/path', 'ws://[::1]:80'], (text) => nip29RoomId(text, text)),
		ofText('NIP-22 tags', ['A E I', 'e k K A'], (text) => nip22RoomId(text.split(' ').map((letter) => [letter, text]))),
		ofText('recognise: wire form', wires, (wire) => recognise({ ...mine, wires: [wire] }, generations), onCurve),
		ofText(
			'recognise: text and reply',
			messages.map(({ text }) => text),
			(text) => recognise({ ...mine, bodies: [text], replyTo: text.slice(0, 9), wires: wires.slice(0, 1) }, generations),
			onCurve,
		),
		ofBytes('recognise: Status', wrappers, (bytes) => recogniseStatus(bytes, mine.time, generations, account), onCurve),
		ofBytes(
			'ECIES',
			ecies.vectors.map(({ box }) => fromHex(box)),
			(box) => eciesDecrypt(receiver, box),
			onCurve,
		),
		...strangerTargets(),
	];
}

function bech32Bytes(text: string): Uint8Array {
	return bech32.fromWords(bech32.decode(text as `ncryptsec1${string}`, 5000).words);
}

function bech32Text(bytes: Uint8Array): string {
	return bech32.encode('ncryptsec', bech32.toWords(bytes.slice(0, 500)), 5000);
}
