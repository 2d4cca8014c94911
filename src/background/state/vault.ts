import { fromBase64, toBase64 } from '../../platform/base64.ts';
import { type LocalArea, localArea, sessionArea } from '../../platform/local-area.ts';
import { isPrivateWindow } from '../../platform/private-window.ts';
import { openRecord, sealRecord } from '../../vault/record.ts';
import { browserStores } from '../../vault/store/browser.ts';
import { vaultIn } from '../../vault/vault.ts';

/** The one vault of this browser profile, in its two stores. */
export const vault = vaultIn(browserStores());

/** Seals any JSON under a name, as base64 of what `sealRecord` makes. `key`: 32 bytes. */
export function sealValue(key: Uint8Array, name: string, value: unknown): string {
	const plain = new TextEncoder().encode(JSON.stringify(value));
	const sealed = toBase64(sealRecord(key, name, plain));
	plain.fill(0);
	return sealed;
}

/** Opens what `sealValue` made. Throws `record-broken`. */
export function openValue(key: Uint8Array, name: string, sealed: string): unknown {
	const plain = openRecord(key, name, fromBase64(sealed));
	const value: unknown = JSON.parse(new TextDecoder().decode(plain));
	plain.fill(0);
	return value;
}

/**
 * Where a record beside the vault lies. A private window of Chromium has a worker of its own, but the same `storage.local` as all others:
 * there a record is kept in memory, so that no two workers post from one outbox, and nothing crosses or stays (THREATS.md S6).
 */
export function recordLocation(name: string): { area: LocalArea; storageKey: string } {
	return isPrivateWindow() ? { area: sessionArea(), storageKey: `record:${name}` } : { area: localArea(), storageKey: name };
}

async function sealedRecord(name: string): Promise<string | undefined> {
	const { area, storageKey } = recordLocation(name);
	return (await area.get(storageKey))[storageKey] as string | undefined;
}

/** Whether there is such a record, told without the key. */
export const hasRecord = async (name: string): Promise<boolean> => (await sealedRecord(name)) !== undefined;

/** A record, opened with the vault's key; null where there is none. Throws `record-broken`. */
export async function readRecord(key: Uint8Array, name: string): Promise<unknown> {
	const sealed = await sealedRecord(name);
	return sealed === undefined ? null : openValue(key, name, sealed);
}

/** Writes a record, encrypted and padded. */
export async function writeRecord(key: Uint8Array, name: string, value: unknown): Promise<void> {
	const { area, storageKey } = recordLocation(name);
	await area.set({ [storageKey]: sealValue(key, name, value) });
}

/** Removes a record; none is fine, too. */
export async function removeRecord(name: string): Promise<void> {
	const { area, storageKey } = recordLocation(name);
	await area.remove(storageKey);
}

/** Moves a record that cannot be opened to a name of its own. Records that were put aside earlier stay. */
export async function setRecordAside(name: string): Promise<void> {
	const { area, storageKey } = recordLocation(name);
	await area.set({ [`${storageKey}-aside-${crypto.randomUUID()}`]: await sealedRecord(name) });
	await area.remove(storageKey);
}
