/** `npx tsx scripts/protocol-example.ts`: writes the worked example into docs/protocol.md. A test compares the two. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { mnemonicToSeedSync } from '@scure/bip39';
import { phraseFromEntropy, rootFromPhrase } from '../src/protocol/account/root.ts';
import { oneTimeKey } from '../src/protocol/author.ts';
import { concat, lp, toHex, utf8 } from '../src/protocol/bytes.ts';
import { composeMessage } from '../src/protocol/compose.ts';
import { envelopeHead, headLength, makeTag, periodOf, slotOf } from '../src/protocol/envelope.ts';
import { generationNode, generationSecret, periodInfo, roomKeys, roomSalt } from '../src/protocol/generation.ts';
import { keylessSteps } from '../src/protocol/keyless.ts';
import { readCandidate, recognise, rememberKey } from '../src/protocol/recognise.ts';
import { encodeBody, sealContext } from '../src/protocol/seal.ts';
import { messageDigest } from '../src/protocol/signature.ts';
import { contentHash } from '../src/protocol/text.ts';

const room = 'xmpp:garden@conference.example.org';
const text = 'Meet at the fountain at noon.';
/** 2026-11-21 12:00:00 UTC */
const now = 1_795_262_400;
const generation = 46;

/** Everything random in the example: SHA-256 of a sentence, cut to its length. */
function exampleBytes(what: string, length: number): Uint8Array {
	return sha256(utf8(`bauta/1 example, ${what}`)).slice(0, length);
}

/** The example as a Markdown table of every value on the way, in the order of the sections. */
export function protocolExample(): string {
	const entropy = exampleBytes('entropy', 16);
	const phrase = phraseFromEntropy(entropy);
	const A = rootFromPhrase(phrase);
	const G = generationNode(A, generation);
	const secret = generationSecret(G);
	const slot = slotOf(now);
	const period = periodOf(slot);
	const keys = roomKeys(secret, room, period);
	const content = contentHash(room, text, '');
	const words16 = exampleBytes('words', 16);
	const nonce = exampleBytes('nonce', 24);
	const author = oneTimeKey(G, words16);
	const tag = makeTag(keys.tagKey, content, nonce);
	const head = envelopeHead({ push: true, slot, tag, nonce });
	const draws = [words16, nonce];
	const sentMessage = composeMessage({
		mode: 'one-time',
		transport: 'recoverable',
		...{ room, text, replyTo: '', now },
		generation: { generation, node: G },
		random: () => (draws.shift() ?? new Uint8Array()).slice(),
	});
	const digest = messageDigest(content, sentMessage.envelope);
	const keyless = keylessSteps(digest);
	const incoming = { room, bodies: [text], replyTo: '', time: now + 2, wires: [sentMessage.wire] };
	const candidate = readCandidate(incoming);
	const ours = recognise(incoming, [{ generation, node: G, closed: null }]);
	const theirs = recognise(incoming, []);
	const rows: [string, string, string | Uint8Array][] = [
		['§1', 'room', room],
		['§1', 'text, canonical', text],
		['§1', 'contentHash is SHA-256 of', concat(lp('bauta/1 content'), lp(room), lp(text), lp(''))],
		['§1', 'contentHash', content],
		['§2', 'entropy (given)', entropy],
		['§2', 'phrase', phrase],
		['§2', 'seed', mnemonicToSeedSync(phrase)],
		['§2', "A = m/43'/60'/1581'/0'/0', private key", A.privateKey],
		['§2', 'A, chain code', A.chainCode],
		['§2', 'generation g', `${generation}`],
		['§2', "G = A/g', private key", G.privateKey],
		['§2', 'G, chain code', G.chainCode],
		['§2', 'generationSecret', secret],
		['§0', 'time of sending, unix seconds', `${now}`],
		['§0', 'slot, period', `${slot}, ${period}`],
		['§2', 'salt of the room keys', roomSalt(room)],
		['§2', 'info of the room keys', periodInfo(period)],
		['§2', 'tagKey', keys.tagKey],
		['§2', 'sealKey', keys.sealKey],
		['§3', '16 random bytes (given)', words16],
		['§3', 'path below G', `0'/${author.words.map((word) => `${word}'`).join('/')}`],
		['§3', 'author key, private', author.privateKey],
		['§3', 'author key, public', author.publicKey],
		['§4', 'nonce (given)', nonce],
		['§4', 'tag', tag],
		['§4', 'envelope, first 46 bytes', head],
		['§5', 'body', encodeBody({ ...author, generation })],
		['§5', 'aad', sealContext(head, author.publicKey, content)],
		['§5', 'sealed', sentMessage.envelope.slice(headLength)],
		['§4', 'envelope, 94 bytes', sentMessage.envelope],
		['§6', 'digest', digest],
		['§6', 'signature, r ‖ s ‖ v', sentMessage.signature ?? new Uint8Array()],
		['§6', 'wire form', sentMessage.wire],
		['§7', 'keyless signature of the same digest', keyless.signature],
		['§7', 'its c, and whether s was turned', `${keyless.counter}, ${keyless.negated ? 'yes' : 'no'}`],
		['§8', 'stamped two seconds later, name to remember the verdict by', candidate ? rememberKey(candidate) : ''],
		['§8', "verdict of the author's device", JSON.stringify(ours)],
		['§8', "verdict of anybody else's", JSON.stringify(theirs)],
	];
	const lines = rows.map(([section, name, value]) => `| ${section} | ${name} | \`${typeof value === 'string' ? value : toHex(value)}\` |`);
	return ['| section | value | bytes in hex, or as it is |', '|---|---|---|', ...lines].join('\n');
}

export const exampleMarks = ['<!-- example, written by scripts/protocol-example.ts -->', '<!-- end of the example -->'] as const;

/** The page with the example between its marks replaced. */
export function withExample(page: string): string {
	const [start, end] = exampleMarks.map((mark) => page.indexOf(mark)) as [number, number];
	if (start < 0 || end < start) throw new Error('docs/protocol.md has no place for the example');
	return `${page.slice(0, start + exampleMarks[0].length)}\n${protocolExample()}\n${page.slice(end)}`;
}

if (import.meta.filename === process.argv[1]) {
	const path = resolve(import.meta.dirname, '../docs/protocol.md');
	writeFileSync(path, withExample(readFileSync(path, 'utf8')));
}
