import { BautaError } from '../messages/errors.ts';
import { browser } from '../platform/api/browser.ts';
import { H, toHex, utf8 } from '../protocol/bytes.ts';
import { type KeyPair, xOf } from '../protocol/curve.ts';
import type { Carrier } from './carrier.ts';

/** The part of `storage.sync` that is used here. */
export interface SyncArea {
	get(keys: null): Promise<Record<string, unknown>>;
	set(items: Record<string, string>): Promise<void>;
	remove(keys: string[]): Promise<void>;
}

/*
 * `storage.sync` of the browser's own account: 100 kB in all, 8192 bytes an item (key and JSON text together), 120 writes a minute,
 * 1800 an hour. A text is cut into items; one `set` writes them all and counts once.
 * item key = mailbox(16 hex) "." name(32 hex) "." index; item = hash of the whole(8 hex) ":" count ":" chunk
 */
const itemChunk = 8000;

const keyPrefixOf = (mailbox: KeyPair): string => `${toHex(xOf(mailbox.publicKey)).slice(0, 16)}.`;
const markOf = (text: string): string => toHex(H('bauta/1 sync item', utf8(text)).slice(0, 4));

/** The storage that the browser's account syncs, as a carrier. */
export function browserCarrier(area: SyncArea = browser.storage.sync as unknown as SyncArea): Carrier {
	async function keysUnder(prefix: string): Promise<string[]> {
		return Object.keys(await translateFaults(() => area.get(null))).filter((key) => key.startsWith(prefix));
	}
	return {
		async read(mailbox) {
			const prefix = keyPrefixOf(mailbox);
			const texts = new Map<string, [string, unknown][]>();
			for (const [key, value] of Object.entries(await translateFaults(() => area.get(null)))) {
				if (!key.startsWith(prefix)) continue;
				const name = key.slice(prefix.length).split('.')[0] as string;
				texts.set(name, [...(texts.get(name) ?? []), [key, value]]);
			}
			return [...texts.values()].flatMap((parts) => wholeOf(parts) ?? []);
		},
		async write(mailbox, name, text) {
			const prefix = `${keyPrefixOf(mailbox)}${name}.`;
			const count = Math.ceil(text.length / itemChunk);
			const head = `${markOf(text)}:${count}:`;
			const items: Record<string, string> = {};
			for (let index = 0; index < count; index++)
				items[`${prefix}${index}`] = head + text.slice(index * itemChunk, (index + 1) * itemChunk);
			await translateFaults(() => area.set(items));
			const left = (await keysUnder(prefix)).filter((key) => !Object.hasOwn(items, key));
			if (left.length > 0) await translateFaults(() => area.remove(left));
		},
		async clear(mailbox) {
			const keys = await keysUnder(keyPrefixOf(mailbox));
			if (keys.length > 0) await translateFaults(() => area.remove(keys));
		},
	};
}

/** What lies in the storage now, to look through many mailboxes in; null where there is nothing of ours. */
export async function browserSnapshot(area: SyncArea = browser.storage.sync as unknown as SyncArea): Promise<Carrier | null> {
	const all = await translateFaults(() => area.get(null));
	if (!Object.keys(all).some((key) => /^[0-9a-f]{16}\.[0-9a-f]{32}\.\d+$/.test(key))) return null;
	const refuseWrites = async () => {
		throw new BautaError('internal', 'a snapshot is read only');
	};
	return browserCarrier({ get: async () => all, set: refuseWrites, remove: refuseWrites });
}

/** The text in its items, or null while some of them are still on their way. */
function wholeOf(parts: readonly [string, unknown][]): string | null {
	const byIndex = new Map(parts.map(([key, value]) => [Number(key.slice(key.lastIndexOf('.') + 1)), String(value)]));
	const [, mark, count] = /^([0-9a-f]{8}):(\d{1,2}):/.exec(byIndex.get(0) ?? '') ?? [];
	let text = '';
	for (let index = 0; index < Number(count); index++) {
		const item = byIndex.get(index);
		if (!item?.startsWith(`${mark}:${count}:`)) return null;
		text += item.slice(`${mark}:${count}:`.length);
	}
	return mark !== undefined && markOf(text) === mark ? text : null;
}

/** Chrome tells quotas apart by text alone (QUOTA_BYTES, MAX_ITEMS, MAX_WRITE_OPERATIONS_PER_…); Firefox names the error. */
async function translateFaults<T>(call: () => Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (thrown) {
		const { name = '', message = '' } = thrown as { name?: string; message?: string };
		if (/MAX_(SUSTAINED_)?WRITE_OPERATIONS/.test(message)) throw new BautaError('sync-busy');
		if (/QUOTA|MAX_ITEMS/i.test(message) || name === 'QuotaExceededError') throw new BautaError('sync-full');
		throw new BautaError('sync-failed');
	}
}
