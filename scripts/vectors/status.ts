import { createHash } from 'node:crypto';
import { concat, fromHex } from '../../src/protocol/bytes.ts';
import { isPublicKey, keyPair, n, toBytes32, toNumber } from '../../src/protocol/curve.ts';
import { isSignature, recoverKey } from '../../src/protocol/signature.ts';
import { isLiteralKeyless } from '../../src/protocol/status/solutions.ts';
import {
	decodeChatMessage,
	decodeWrapper,
	encodeChatMessage,
	encodeWrapper,
	payloadDigest,
	statusAuthor,
	statusMessageId,
} from '../../src/protocol/status/status.ts';
import { chatKeyText, publicChat, threeWordIndices, uncompressedKey } from '../../src/protocol/status/status-key.ts';
import type { Case, Cases } from './cases.ts';

interface StatusFile {
	identities?: IdentityCase[];
	topics?: { chat: string; content_topic: string; sym_key: string }[];
	wrapped?: WrappedCase[];
}

interface IdentityCase {
	private_key: string;
	public_key_65: string;
	compressed: string;
	three_word_name: string;
	zQ3sh: string;
	identicon_bits_5x5?: string;
	identicon_hue_deg?: number;
}

interface WrappedCase {
	kind: string;
	payload: string;
	signature: string;
	wrapped: string;
	recovered_public_key: string;
	name_old_clients_show: string;
	message_id: string;
	try_counter?: number;
}

/** A file of the format status. */
export function checkStatus(file: StatusFile, cases: Cases): void {
	const names = new NameCheck();
	for (const item of file.identities ?? []) cases.run(`identities: ${item.private_key}`, (at) => checkIdentity(item, names, at));
	for (const { chat, content_topic, sym_key } of file.topics ?? [])
		cases.run(`topics: ${chat}`, (at) => {
			const { contentTopic, symmetricKey } = publicChat(chat);
			at.same('content_topic', content_topic, contentTopic);
			at.same('sym_key', sym_key, symmetricKey);
		});
	for (const item of file.wrapped ?? []) cases.run(`wrapped: ${item.kind}`, (at) => checkWrapped(item, names, at));
}

const hexOf = (text: string) => fromHex(text.replace(/^0x/, ''));
const plainHex = (text: string) => text.replace(/^0x/, '');

function checkIdentity(item: IdentityCase, names: NameCheck, at: Case): void {
	const { publicKey } = keyPair(hexOf(item.private_key));
	at.same('public_key_65', plainHex(item.public_key_65), uncompressedKey(publicKey));
	at.same('compressed', plainHex(item.compressed), publicKey);
	at.same('zQ3sh', item.zQ3sh, chatKeyText(publicKey));
	names.check(item.three_word_name, publicKey, at);
	const md5 = createHash('md5')
		.update(`0x${plainHex(item.public_key_65)}`)
		.digest();
	const cell = (row: number, column: number) => ((md5[3 * row + Math.min(column, 4 - column)] as number) % 2 === 0 ? 1 : 0);
	const five = [0, 1, 2, 3, 4];
	at.same('identicon_bits_5x5', item.identicon_bits_5x5, five.map((row) => five.map((column) => cell(row, column)).join('')).join(''));
	const hue = (360 * ((md5[13] as number) + (md5[14] as number) + (md5[15] as number))) / 765;
	at.same('identicon_hue_deg', item.identicon_hue_deg, Math.round(hue * 10_000) / 10_000);
}

function checkWrapped(item: WrappedCase, names: NameCheck, at: Case): void {
	const [payload, signature] = [fromHex(item.payload), fromHex(item.signature)];
	const wrapper = encodeWrapper({ signature, payload, type: 1 });
	at.same('wrapped', item.wrapped, wrapper);
	const read = decodeWrapper(fromHex(item.wrapped));
	at.same('signature', item.signature, read.signature);
	at.same('payload', item.payload, read.payload);
	at.same('payload encoded again', item.payload, encodeChatMessage(decodeChatMessage(payload)));
	const digest = payloadDigest(payload);
	const author = statusAuthor({ signature, payload, type: 1 });
	at.same('signature in range', true, isSignature(signature));
	at.same('recovered_public_key', plainHex(item.recovered_public_key), uncompressedKey(author));
	at.same('recovered twice', author, recoverKey(digest, signature));
	at.same('message_id', item.message_id, statusMessageId(author, wrapper));
	names.check(item.name_old_clients_show, author, at);
	at.same('reads as a literal keyless form', /constant|literal/.test(item.kind), isLiteralKeyless(digest, signature));
	checkSourceKeyless(item, digest, at);
}

/** The keyless form of these files has a domain string of its own, written without lengths; only here is it made again. */
function checkSourceKeyless({ kind, signature, try_counter }: WrappedCase, digest: Uint8Array, at: Case): void {
	const tag = /keyless derived \(tag (.+)\)/.exec(kind)?.[1];
	if (tag === undefined) return;
	const hash = (...parts: (string | Uint8Array)[]) => {
		const sha256 = createHash('sha256');
		for (const part of parts) sha256.update(part);
		return new Uint8Array(sha256.digest());
	};
	let counter = 0;
	const r = () => hash(tag, 'r', Uint8Array.of(counter), digest);
	while (!isPublicKey(concat(Uint8Array.of(2), r())) || toNumber(r()) >= n) counter++;
	const full = toNumber(hash(tag, 's', digest)) % n;
	at.same('try_counter', try_counter, counter);
	at.same('signature', signature, concat(r(), toBytes32(full > n / 2n ? n - full : full), Uint8Array.of(0)));
}

/** Names are checked as far as that goes without Status's own lists of words: what stands at the same place is the same word. */
class NameCheck {
	readonly #adjectives = new Map<number, string>();
	readonly #animals = new Map<number, string>();

	check(name: string, publicKey: Uint8Array, at: Case): void {
		const words = name.split(' ');
		at.same('words in the name', 3, words.length);
		for (const [place, index] of threeWordIndices(publicKey).entries()) {
			const list = place < 2 ? this.#adjectives : this.#animals;
			const word = words[place] ?? '';
			at.same(`name, word ${index} of the list`, list.get(index) ?? word, word);
			list.set(index, word);
		}
	}
}
