import { base64 } from '@scure/base';
import browser from 'webextension-polyfill';
import { openRecord, sealRecord } from '../vault/record.ts';
import { databaseStore } from '../vault/store/database.ts';
import { localStore } from '../vault/store/local.ts';
import { vaultIn } from '../vault/vault.ts';

/** The one vault of this browser profile, in its two stores (DESIGN.md §6). */
export const vault = vaultIn([localStore(), databaseStore()]);

/** A side record from `storage.local`, opened with the vault's key; null where there is none. Throws `record-broken`. */
export async function readRecord(key: Uint8Array, name: string): Promise<unknown> {
	const stored = (await browser.storage.local.get(name))[name] as string | undefined;
	if (stored === undefined) return null;
	const plain = openRecord(key, name, base64.decode(stored));
	const value: unknown = JSON.parse(new TextDecoder().decode(plain));
	plain.fill(0);
	return value;
}

/** Writes a side record, encrypted and padded. */
export async function writeRecord(key: Uint8Array, name: string, value: unknown): Promise<void> {
	const plain = new TextEncoder().encode(JSON.stringify(value));
	const sealed = sealRecord(key, name, plain);
	plain.fill(0);
	await browser.storage.local.set({ [name]: base64.encode(sealed) });
}
