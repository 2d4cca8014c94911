import { fromBase64, toBase64 } from '../../platform/base64.ts';
import { localArea } from '../../platform/local-area.ts';
import type { Store } from './store.ts';

/** The browser's local area, where bytes are kept as base64: Chromium's `storage.local` holds JSON only. */
export function localStore(): Store {
	const area = localArea();
	return {
		name: 'storage',
		async read(name) {
			const stored: unknown = (await area.get(name))[name];
			if (stored === undefined) return null;
			try {
				return fromBase64(stored as string);
			} catch {
				return new Uint8Array(0);
			}
		},
		write: (name, bytes) => area.set({ [name]: toBase64(bytes) }),
		remove: (name) => area.remove(name),
		list: async (prefix) => Object.keys(await area.get(null)).filter((name) => name.startsWith(prefix)),
	};
}
