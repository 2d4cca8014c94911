import { BautaError } from '../../messages/errors.ts';
import { newDocument, type StoredIdentity } from '../../vault/document.ts';
import { newIdentity, newPhrase, restoredIdentity, addIdentity as withIdentity } from '../../vault/identity.ts';
import { importKey } from '../../vault/import/identify-key.ts';
import { changeDocument, readDocument } from '../state/document.ts';
import { UntilLock } from '../state/session-value.ts';
import { vault } from '../state/vault.ts';
import { runSlowTask } from './slow-task.ts';

export { previewKey } from '../../vault/import/identify-key.ts';

/** The phrase that was made last: only it is known to be in use nowhere else (docs/protocol.md §2). In memory, until it is used. */
const fresh = new UntilLock<string | null>('fresh-phrase', null);
const now = (): number => Math.floor(Date.now() / 1000);

/** A new phrase of 12 words. Nothing is stored but that it is new. */
export async function generatePhrase(): Promise<string> {
	const phrase = newPhrase();
	await fresh.set(phrase);
	return phrase;
}

async function identityFromKey(key: string, keyPassphrase: string, confirmed: boolean): Promise<StoredIdentity> {
	// with a BIP-39 passphrase of its own it is another self, which may be in use elsewhere
	if (key === (await fresh.get()) && keyPassphrase === '') return { ...newIdentity(key, '', now()), confirmed };
	return restoredIdentity(await runSlowTask((watch) => importKey(key, keyPassphrase, watch)), '', now());
}

/** Makes the vault with its first identity and returns the key, 32 bytes. Throws the codes of `vault.create` and of every import. */
export async function createVault(
	passphrase: string,
	key: string,
	keyPassphrase: string,
	confirmed: boolean,
	replace: boolean,
): Promise<Uint8Array> {
	const identity = await identityFromKey(key, keyPassphrase, confirmed);
	const unlocked = await vault.create(passphrase, newDocument(identity), { replace });
	await fresh.set(null);
	return unlocked;
}

/** Adds an identity to the open vault. Throws the codes of every import, `identity-known`. */
export async function addIdentity(key: string, keyPassphrase: string, name: string): Promise<void> {
	const identity = await identityFromKey(key, keyPassphrase, false);
	await changeDocument((document) => {
		document.identities = withIdentity(document.identities, { ...identity, name });
	});
	await fresh.set(null);
}

/** Renames an identity; one that is not there is passed over. */
export async function renameIdentity(id: string, name: string): Promise<void> {
	await changeDocument((document) => {
		for (const one of document.identities) if (one.id === id) one.name = name;
	});
}

/** Takes an identity out of the vault; rooms that used it use the first one. Throws `not-allowed` for the last. */
export async function removeIdentity(id: string): Promise<void> {
	await changeDocument((document) => {
		if (document.identities.length < 2) throw new BautaError('not-allowed', 'last identity');
		document.identities = document.identities.filter((one) => one.id !== id);
		for (const room of Object.values(document.rooms)) if (room.identity === id) room.identity = null;
	});
}

/** An identity by its id. Throws `not-allowed` where there is none. */
export async function requireIdentity(id: string): Promise<StoredIdentity> {
	const found = (await readDocument()).identities.find((one) => one.id === id);
	if (!found) throw new BautaError('not-allowed', 'identity');
	return found;
}

/** The recovery phrase and its BIP-39 passphrase, '' for none. Throws `not-allowed` where an identity has no phrase. */
export async function phraseOf(id: string): Promise<{ phrase: string; keyPassphrase: string }> {
	const { phrase } = await requireIdentity(id);
	if (!phrase) throw new BautaError('not-allowed', 'phrase');
	return { phrase: phrase.words, keyPassphrase: phrase.passphrase };
}

/** Compares words asked back (index from 0) with the phrase; all right, and the identity counts as backed up. Throws `backup-words`. */
export async function askBack(id: string, words: { index: number; word: string }[]): Promise<void> {
	const known = (await phraseOf(id)).phrase.split(' ');
	const right = words.length > 0 && words.every(({ index, word }) => known[index] === word.trim().toLowerCase());
	if (!right) throw new BautaError('backup-words');
	await changeDocument((document) => {
		for (const one of document.identities) if (one.id === id) one.confirmed = true;
	});
}
