import { describe, expect, it } from 'vitest';
import { rootFromPhrase, rootFromPrivateKey, statusNodeFromPhrase, statusNodeFromXprv } from '../../src/protocol/account/root.ts';
import { noTraceKey, oneTimeKey, personaKey } from '../../src/protocol/author.ts';
import { toHex } from '../../src/protocol/bytes.ts';
import { composeMessage } from '../../src/protocol/compose.ts';
import { keyPair } from '../../src/protocol/curve.ts';
import { generationNode, generationSecret, roomKeys } from '../../src/protocol/generation.ts';
import { cachedParent, cachedRoomKeys, forgetGeneration, keyedTagInto, roomsKept } from '../../src/protocol/keyring.ts';
import { hardenedChild, wipeNode } from '../../src/protocol/node.ts';
import { equalBytes, secret, wipe } from '../../src/protocol/secret.ts';
import { chatKeyFromPrivateKey } from '../../src/protocol/status/chat-key.ts';
import { threePeriods, v2Key } from '../../src/protocol/xmtp.ts';
import bip32 from '../vectors/bip32.json' with { type: 'json' };
import { now, random, rootOf } from './samples.ts';

const phrase = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const generation = { generation: 1, node: generationNode(rootOf(3), 1) };

describe('an object with a key in it', () => {
	const draft = { room: 'nostr:28:00', text: 'x', replyTo: '', now, random, generation };
	const objects: Record<string, object> = {
		'a root': rootFromPhrase(phrase),
		'a root of a raw key': rootFromPrivateKey(random(32)),
		'a node above A': statusNodeFromPhrase(phrase),
		'a node that was read': statusNodeFromXprv(bip32.vectors[0]?.chains[0]?.xprv ?? ''),
		'a child': hardenedChild(rootOf(1), 0),
		'a generation held': { ...generation, closed: null },
		'room keys': roomKeys(generationSecret(generation.node), 'xmpp:a@b', 1),
		'cached room keys': cachedRoomKeys(generation.node, 'xmpp:a@b', 1),
		'a key pair': keyPair(random(32)),
		'a chat key': chatKeyFromPrivateKey(random(32)),
		'a one-time key': oneTimeKey(generation.node, random(16)),
		'a persona': personaKey(generation.node, 'xmpp:a@b', 1),
		'a no-trace key': noTraceKey(random),
		'a composed message': composeMessage({ ...draft, mode: 'one-time', transport: 'nostr' }),
		'a period key': threePeriods(now, (period) => v2Key(random(32), period, '0x00'))[0] as object,
	};

	it.each(Object.entries(objects))('%s refuses to become JSON, also deep inside another', (_name, object) => {
		expect(() => JSON.stringify(object)).toThrow('secret-as-json');
		expect(() => JSON.stringify({ list: [{ object }] })).toThrow('secret-as-json');
	});

	it('can be handed on: nothing in it shows that it refuses', () => {
		expect(Object.keys(secret({ key: 1 }))).toEqual(['key']);
	});
});

describe('keys that are done with', () => {
	it('composing leaves no private key behind, but where the transport signs with it', () => {
		const draws: Uint8Array[] = [];
		const watched = (length: number) => {
			const drawn = random(length);
			draws.push(drawn);
			return drawn;
		};
		const draft = { mode: 'no-trace' as const, room: 'xmpp:a@b', text: 'x', replyTo: '', now, random: watched, generation: null };
		expect(composeMessage({ ...draft, transport: 'recoverable' }).authorPrivate).toBeNull();
		expect(draws.find(({ length }) => length === 32)).toEqual(new Uint8Array(32));
		const onNostr = composeMessage({ ...draft, room: 'nostr:28:00', transport: 'nostr' });
		expect(toHex(keyPair(onNostr.authorPrivate as Uint8Array).publicKey).slice(2)).toBe(toHex(onNostr.authorKey as Uint8Array).slice(2));
	});

	it('a generation that is forgotten is zeros, with all that came of it', () => {
		const node = generationNode(rootOf(4), 2);
		const keys = cachedRoomKeys(node, 'xmpp:a@b', 3);
		const parent = cachedParent(node, 0);
		expect(cachedRoomKeys(node, 'xmpp:a@b', 3)).toBe(keys);
		forgetGeneration(node);
		for (const bytes of [node.privateKey, node.chainCode, keys.tagKey, keys.sealKey, parent.privateKey, parent.chainCode])
			expect(bytes.every((byte) => byte === 0)).toBe(true);
		expect(() => keyedTagInto(keys, new Uint8Array(48), new Uint8Array(32))).toThrow('these keys were forgotten');
		const plain = hardenedChild(rootOf(4), 1);
		wipeNode(plain);
		expect([...plain.privateKey, ...plain.chainCode].every((byte) => byte === 0)).toBe(true);
	});

	it('the cache of room keys is bounded, and what falls out of it is zeros', () => {
		const node = generationNode(rootOf(5), 0);
		const [first, ...others] = Array.from({ length: roomsKept + 1 }, (_, at) => cachedRoomKeys(node, `room ${at}`, 0));
		expect(first?.tagKey).toEqual(new Uint8Array(32));
		for (const [at, keys] of others.entries()) expect(cachedRoomKeys(node, `room ${at + 1}`, 0)).toBe(keys);
		const again = cachedRoomKeys(node, 'room 0', 0);
		expect(toHex(again.tagKey)).toBe(toHex(roomKeys(generationSecret(node), 'room 0', 0).tagKey));
	});

	it('wipe takes what there is', () => {
		const bytes = random(5);
		wipe(bytes, null, undefined);
		expect(bytes).toEqual(new Uint8Array(5));
	});
});

describe('comparing', () => {
	it('reads every byte, whichever differs', () => {
		const tag = random(16);
		expect(equalBytes(tag, tag.slice())).toBe(true);
		expect(equalBytes(tag, tag.slice(1))).toBe(false);
		for (let at = 0; at < 16; at++) {
			const reads = new Set<string>();
			const other = tag.slice();
			other[at] = (other[at] as number) ^ 1;
			const watched = new Proxy(other, {
				get: (target, name) => {
					reads.add(String(name));
					return Reflect.get(target, name);
				},
			});
			expect(equalBytes(watched, tag)).toBe(false);
			for (let each = 0; each < 16; each++) expect(reads.has(String(each))).toBe(true);
		}
	});
});
