import { rootFromPrivateKey } from '../../protocol/account/root.ts';
import { wipe } from '../../protocol/secret.ts';
import { chatKeyFromPrivateKey } from '../../protocol/status/chat-key.ts';
import { type ImportedKey, withBautaErrors } from '../imported-key.ts';

/**
 * The root of a single private key, which is overwritten. `nameOf` says how its owner knows it.
 * @throws BautaError `key-length`, `key-zero`, `key-range`
 */
export function importRaw(privateKey: Uint8Array, nameOf: (publicKey: Uint8Array) => string): ImportedKey {
	return withBautaErrors(() => {
		const root = rootFromPrivateKey(privateKey);
		const account = chatKeyFromPrivateKey(privateKey);
		const summary = nameOf(account.publicKey);
		wipe(privateKey, account.privateKey);
		return { kind: 'key', root, phrase: null, summary };
	});
}
