import { base64 } from '@scure/base';
import browser from 'webextension-polyfill';
import type { Store } from './store.ts';

/** `storage.local`, where bytes are kept as base64: Chromium's holds JSON only. */
export function localStore(): Store {
	const area = browser.storage.local;
	return {
		name: 'storage',
		async read(slot) {
			const found: unknown = (await area.get(slot))[slot];
			if (found === undefined) return null;
			try {
				return base64.decode(found as string);
			} catch {
				return new Uint8Array(0);
			}
		},
		write: (slot, bytes) => area.set({ [slot]: base64.encode(bytes) }),
		remove: (slot) => area.remove(slot),
		list: async (prefix) => Object.keys(await area.get(null)).filter((slot) => slot.startsWith(prefix)),
	};
}
