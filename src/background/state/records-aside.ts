import { openValue, recordLocation } from './vault.ts';

/** What was put aside of a record and opens with this key, each with its storage key. What does not open is passed over. */
export async function readRecordsAside(key: Uint8Array, name: string): Promise<{ storageKey: string; value: unknown }[]> {
	const location = recordLocation(name);
	const aside = Object.entries(await location.area.get(null)).filter(([storageKey]) =>
		storageKey.startsWith(`${location.storageKey}-aside`),
	);
	return aside.flatMap(([storageKey, sealed]) => {
		try {
			return [{ storageKey, value: openValue(key, name, sealed as string) }];
		} catch {
			return [];
		}
	});
}

/** Removes what was put aside, once it is kept elsewhere. `storageKeys`: as `readRecordsAside` gave them. */
export async function removeRecordsAside(name: string, storageKeys: string[]): Promise<void> {
	await recordLocation(name).area.remove(storageKeys);
}
