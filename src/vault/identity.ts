import { randomBytes } from '@noble/hashes/utils.js';
import { BautaError } from '../messages/errors.ts';
import { phraseFromEntropy, rootFromPhrase, rootFromSeed } from '../protocol/account/root.ts';
import { toHex } from '../protocol/bytes.ts';
import { openGeneration, storedGenerationNode } from '../protocol/generation.ts';
import { storedNode, wipeNode, withNode } from '../protocol/node.ts';
import { wipe } from '../protocol/secret.ts';
import type { StoredGeneration, StoredIdentity } from './document.ts';
import { type ImportedKey, withBautaErrors } from './imported-key.ts';

/** The 12 words of a new identity, from 128 random bits. */
export function newPhrase(): string {
	const entropy = randomBytes(16);
	const phrase = phraseFromEntropy(entropy);
	wipe(entropy);
	return phrase;
}

/** Makes an identity around a root, which is overwritten. */
function identityFrom(
	importedKey: ImportedKey,
	{ name, now, restored: isRestored }: { name: string; now: number; restored: boolean },
): StoredIdentity {
	const { root, kind, phrase } = importedKey;
	const generation = openGeneration({ current: null, now });
	const first: StoredGeneration = { generation, node: storedGenerationNode(root, generation), closed: null };
	const identity: StoredIdentity = {
		id: toHex(randomBytes(8)),
		name,
		kind,
		root: storedNode(root),
		phrase,
		confirmed: kind !== 'phrase' || isRestored,
		// a restored one opens a generation of its own when it first posts, and until then reads every one there may be (docs/protocol.md §2)
		generations: isRestored ? [] : [first],
		restored: isRestored,
		created: now,
	};
	wipeNode(root);
	return identity;
}

/** An identity from a key that may be in use elsewhere already. `now`: unix seconds. The imported root is overwritten. */
export function restoredIdentity(importedKey: ImportedKey, name: string, now: number): StoredIdentity {
	return identityFrom(importedKey, { name, now, restored: true });
}

/**
 * An identity from a phrase that was made just now; `confirmed` once its words were asked back. `now`: unix seconds.
 * @throws BautaError `phrase-count`, `phrase-word`, `phrase-checksum`
 */
export function newIdentity(words: string, name: string, now: number): StoredIdentity {
	const root = withBautaErrors(() => rootFromPhrase(words));
	const importedKey: ImportedKey = { kind: 'phrase', root, phrase: { words, passphrase: '' }, summary: '' };
	return identityFrom(importedKey, { name, now, restored: false });
}

/**
 * An identity whose root nobody ever sees, so that it lives on linked devices and in backups alone (docs/protocol.md §2). `now`: unix
 * seconds.
 */
export function devicesOnlyIdentity(name: string, now: number): StoredIdentity {
	const seed = randomBytes(64);
	const importedKey: ImportedKey = { kind: 'devices-only', root: rootFromSeed(seed), phrase: null, summary: '' };
	wipe(seed);
	return identityFrom(importedKey, { name, now, restored: false });
}

/** Do these two come from the same root? A linked one has no root, and is known by the generations it was given. */
export function isSameSelf(a: StoredIdentity, b: StoredIdentity): boolean {
	if (a.root && b.root) return a.root.privateKey === b.root.privateKey && a.root.chainCode === b.root.chainCode;
	const [root, held] = a.root ? [a.root, b.generations] : [b.root, a.generations];
	if (root)
		return withNode(root, (open) => held.some((one) => storedGenerationNode(open, one.generation).privateKey === one.node.privateKey));
	return a.generations.some((one) => b.generations.some((other) => other.node.privateKey === one.node.privateKey));
}

/**
 * Adds an identity. Where the same self is here as a linked device has it, without the root, it gets what the added one was made from.
 * @throws BautaError `identity-known`, detail = the name of the one that is there
 */
export function addIdentity(identities: readonly StoredIdentity[], added: StoredIdentity): StoredIdentity[] {
	const twin = identities.find((one) => isSameSelf(one, added));
	if (!twin) return [...identities, added];
	if (twin.root || !added.root) throw new BautaError('identity-known', twin.name);
	const { kind, root, phrase, confirmed } = added;
	return identities.map((one) => (one === twin ? { ...twin, kind, root, phrase, confirmed } : one));
}
