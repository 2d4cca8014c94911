import { base64 } from '@scure/base';
import browser, { type Storage } from 'webextension-polyfill';
import { openRecord, sealRecord } from '../../vault/record.ts';
import { browserStores } from '../../vault/store/browser.ts';
import { vaultIn } from '../../vault/vault.ts';

/** The one vault of this browser profile, in its two stores. */
export const vault = vaultIn(browserStores());

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

/**
 * Where side records lie. A private window of Chromium has a worker of its own, but the same `storage.local` as all others: there a
 * record is kept in memory, so that no two workers post from one outbox, and nothing crosses or stays (THREATS.md S6).
 */
function recordPlace(name: string): { area: Storage.StorageArea; slot: string } {
	const { local, session } = browser.storage;
	return browser.extension.inIncognitoContext ? { area: session, slot: `record:${name}` } : { area: local, slot: name };
}

async function storedRecord(name: string): Promise<string | undefined> {
	const { area, slot } = recordPlace(name);
	return (await area.get(slot))[slot] as string | undefined;
}

/** Whether there is such a side record, told without the key. */
export const hasRecord = async (name: string): Promise<boolean> => (await storedRecord(name)) !== undefined;

/** A side record, opened with the vault's key; null where there is none. Throws `record-broken`. */
export async function readRecord(key: Uint8Array, name: string): Promise<unknown> {
	const stored = await storedRecord(name);
	return stored === undefined ? null : openValue(key, name, stored);
}

/** Writes a side record, encrypted and padded. */
export async function writeRecord(key: Uint8Array, name: string, value: unknown): Promise<void> {
	const { area, slot } = recordPlace(name);
	await area.set({ [slot]: sealValue(key, name, value) });
}

export async function removeRecord(name: string): Promise<void> {
	const { area, slot } = recordPlace(name);
	await area.remove(slot);
}

/** Keeps a record that cannot be opened as it is, under a name of its own: one that was put aside before stays. */
export async function setRecordAside(name: string): Promise<void> {
	const { area, slot } = recordPlace(name);
	await area.set({ [`${slot}-aside-${crypto.randomUUID()}`]: await storedRecord(name) });
	await area.remove(slot);
}

/** What was put aside of a record and opens with this key, each with the place it lies in. What does not open is passed over. */
export async function readRecordsAside(key: Uint8Array, name: string): Promise<{ place: string; value: unknown }[]> {
	const { area, slot } = recordPlace(name);
	const stored = Object.entries(await area.get(null)).filter(([place]) => place.startsWith(`${slot}-aside`));
	return stored.flatMap(([place, sealed]) => {
		try {
			return [{ place, value: openValue(key, name, sealed as string) }];
		} catch {
			return [];
		}
	});
}

/** Takes away what was put aside, once it is kept elsewhere. `places`: as `readRecordsAside` gave them. */
export async function removeRecordsAside(name: string, places: string[]): Promise<void> {
	await recordPlace(name).area.remove(places);
}
