/** A of docs/protocol.md §2 by another road: Node's HKDF and @scure/bip32, nothing of Bauta's. */
import { hkdfSync } from 'node:crypto';
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync } from '@scure/bip39';

const hexOf = (key: HDKey) => ({
	privateKey: Buffer.from(key.privateKey as Uint8Array).toString('hex'),
	chainCode: Buffer.from(key.chainCode as Uint8Array).toString('hex'),
});

export function ownRootOfKey(privateKey: string) {
	const seed = hkdfSync('sha256', Buffer.from(privateKey, 'hex'), Buffer.alloc(0), 'bauta/1 raw account', 64);
	return hexOf(HDKey.fromMasterSeed(new Uint8Array(seed)));
}

export const masterOf = (phrase: string, passphrase = '') => HDKey.fromMasterSeed(mnemonicToSeedSync(phrase, passphrase));

export function ownRootOfPhrase(phrase: string, passphrase = '') {
	return hexOf(masterOf(phrase, passphrase).derive("m/43'/60'/1581'/0'/0'"));
}

export function shown(root: { privateKey: Uint8Array; chainCode: Uint8Array }) {
	return { privateKey: Buffer.from(root.privateKey).toString('hex'), chainCode: Buffer.from(root.chainCode).toString('hex') };
}
