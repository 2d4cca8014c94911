import { rootFromPrivateKey } from '../../protocol/account/root.ts';
import { checkPrivateKey, type KeyPair, keyPair } from '../../protocol/curve.ts';
import { wipe } from '../../protocol/secret.ts';
import { type Imported, refusing } from '../imported.ts';

/**
 * The root of a single private key, which is overwritten. `nameOf` says how its owner knows it.
 * @throws BautaError `key-length`, `key-zero`, `key-range`
 */
export function importRaw(privateKey: Uint8Array, nameOf: (publicKey: Uint8Array) => string): Imported {
	return refusing(() => {
		checkPrivateKey(privateKey);
		const pair: KeyPair = keyPair(privateKey);
		const root = rootFromPrivateKey(privateKey);
		const summary = nameOf(pair.publicKey);
		wipe(privateKey);
		return { kind: 'key', root, phrase: null, summary };
	});
}
