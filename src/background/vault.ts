import { base64 } from '@scure/base';
import browser from 'webextension-polyfill';
import { openRecord, sealRecord } from '../vault/record.ts';
import { browserStores } from '../vault/store/browser.ts';
import { vaultIn } from '../vault/vault.ts';

/** The one vault of this browser profile, in its two stores (DESIGN.md §6). */
export const vault = vaultIn(browserStores());

/** Asks for the passphrase of the open vault once more. Throws `wrong-passphrase`, `too-many-tries`. */
export async function checkPassphrase(passphrase: string): Promise<void> {
	(await vault.unlock(passphrase)).fill(0);
}

/** Seals any JSON under a name, as base64 (record.ts). */
export function sealValue(key: Uint8Array, name: string, value: unknown): string {
	const plain = new TextEncoder().encode(JSON.stringify(value));
	const sealed = base64.encode(sealRecord(key, name, plain));
	plain.fill(0);
	return sealed;
}

/** Opens what `sealValue` made. Throws `record-broken`. */
export function openValue(key: Uint8Array, name: string, sealed: string): unknown {
	const plain = openRecord(key, name, base64.decode(sealed));
	const value: unknown = JSON.parse(new TextDecoder().decode(plain));
	plain.fill(0);
	return value;
}

/** A side record from `storage.local`, opened with the vault's key; null where there is none. Throws `record-broken`. */
export async function readRecord(key: Uint8Array, name: string): Promise<unknown> {
	const stored = (await browser.storage.local.get(name))[name] as string | undefined;
	return stored === undefined ? null : openValue(key, name, stored);
}

/** Writes a side record, encrypted and padded. */
export async function writeRecord(key: Uint8Array, name: string, value: unknown): Promise<void> {
	await browser.storage.local.set({ [name]: sealValue(key, name, value) });
}
