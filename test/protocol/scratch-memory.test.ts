import { expect, test, vi } from 'vitest';

/** Typed arrays that were made while modules were loaded: they live as long as the program, and whoever uses them next finds what is in them. */
const lasting: ArrayLike<number>[] = [];
for (const name of ['Uint8Array', 'Int32Array', 'Uint32Array', 'BigUint64Array'] as const) {
	const original = globalThis[name] as unknown as new (...given: unknown[]) => ArrayLike<number>;
	const noting: unknown = new Proxy(original, {
		construct(target, given, created): ArrayLike<number> {
			const array: ArrayLike<number> = Reflect.construct(target, given, created === noting ? target : created);
			lasting.push(array);
			return array;
		},
	});
	vi.stubGlobal(name, noting);
}
const [{ H, HKDF, utf8 }, node, keyring, generation, record, kdf, signature, compose] = await Promise.all([
	import('../../src/protocol/bytes.ts'),
	import('../../src/protocol/node.ts'),
	import('../../src/protocol/keyring.ts'),
	import('../../src/protocol/generation.ts'),
	import('../../src/vault/record.ts'),
	import('../../src/vault/kdf.ts'),
	import('../../src/protocol/signature.ts'),
	import('../../src/protocol/compose.ts'),
]);
vi.unstubAllGlobals();
const atLoad = lasting.map((array) => Array.from(array));

/** How many of them hold something else than when they were made. */
const marked = () => lasting.filter((array, at) => Array.from(array).some((value, index) => value !== atLoad[at]?.[index])).length;

const key = Uint8Array.from({ length: 32 }, (_, at) => 200 - at);
const now = 1_795_291_110;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const freshNode = () => node.node(key.slice(), key.slice());

test.each<[string, () => unknown]>([
	['a hash of a text that is about to leave', () => H('bauta/1 content', 'xmpp:a@b', 'the third floor knows '.repeat(9), '')],
	['a hash of a long one', () => H('bauta/1 content', 'xmpp:a@b', 'the third floor knows '.repeat(900), '')],
	['a key derived by HKDF', () => HKDF(key, 'salt', 'info', 32)],
	['a BIP-32 child', () => node.wipeNode(node.hardenedChild(freshNode(), 7))],
	['a root from a seed', () => node.wipeNode(node.masterNode(new Uint8Array(64).fill(7)))],
	['a record sealed and opened', () => record.openRecord(key, 'outbox', record.sealRecord(key, 'outbox', utf8('moss under bridges')))],
	[
		'a passphrase',
		() => kdf.deriveKey('lantern barge pepper', key, { logN: 4, r: 1, p: 1 }, { limit: kdf.vaultWorkLimit, tooCostly: 'vault-broken' }),
	],
	['a signature', () => signature.signSchnorr(key, key, random(32))],
	[
		'a message that was recognised, once its generation is forgotten',
		() => {
			const held = freshNode();
			const keys = keyring.cachedRoomKeys(held, 'xmpp:a@b', 1);
			keyring.keyedTagInto(keys, new Uint8Array(48), new Uint8Array(32));
			keyring.forgetGeneration(held);
		},
	],
	[
		'a message that was composed',
		() => {
			const held = { generation: 1, node: generation.generationNode(freshNode(), 1) };
			compose.composeMessage({
				mode: 'one-time',
				transport: 'recoverable',
				room: 'xmpp:a@b',
				text: 'x',
				replyTo: '',
				now,
				random,
				generation: held,
			});
			keyring.forgetGeneration(held.node);
		},
	],
])('%s leaves nothing in memory that is used again', async (_, act) => {
	expect(lasting.length).toBeGreaterThan(10);
	await act();
	expect(marked()).toBe(0);
});
