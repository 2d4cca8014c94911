import type { Settings } from '../../messages/popup.ts';
import { databaseStore } from '../../vault/store/database.ts';

/**
 * The last choices that count while the vault is locked as well, and say nothing of rooms: one byte in IndexedDB of Bauta's own origin, which
 * no content script can read. Without them a page that is loaded would be treated otherwise by the lock (THREATS.md P9).
 */
const database = databaseStore();
const recordName = 'care';
const [careful, killSwitch, noDelay, quietLocked] = [1, 2, 4, 8];
let lastBits: Promise<number | null> | null = null;

function readBits(): Promise<number | null> {
	lastBits ??= database.read(recordName).then(
		(bytes) => bytes?.[0] ?? null,
		() => null,
	);
	return lastBits;
}

/** The last choices; null where none were ever noted, or they cannot be read. */
export async function lastSettings(): Promise<Partial<Settings> | null> {
	const bits = await readBits();
	if (bits === null) return null;
	const delays = bits & noDelay ? { delayMin: 0, delayMax: 0 } : {};
	const rings = bits & quietLocked ? { ringLocked: false } : {};
	return { care: bits & careful ? 'careful' : 'everyday', killSwitch: (bits & killSwitch) > 0, ...delays, ...rings };
}

/** Notes the choices of an open vault. Throws where that fails; none count as known then. */
export async function noteSettings(settings: Settings): Promise<void> {
	const bits =
		(settings.care === 'careful' ? careful : 0) |
		(settings.killSwitch ? killSwitch : 0) |
		(settings.delayMax === 0 ? noDelay : 0) |
		(settings.ringLocked === false ? quietLocked : 0);
	if ((await readBits()) === bits) return;
	lastBits = Promise.resolve(null);
	await database.write(recordName, Uint8Array.of(bits));
	lastBits = Promise.resolve(bits);
}
