import { bech32 } from '@scure/base';
import { BautaError } from '../../messages/errors.ts';
import { fromHex, toHex } from '../../protocol/bytes.ts';
import type { AccountForms } from '../network.ts';
import { isHex } from './wire/nip01.ts';

/** bytes of a public key, known by x alone */
const keyLength = 32;

/** A public key: 64 hex digits in statements, an npub (NIP-19) for people. */
export const accounts: AccountForms = {
	read(written) {
		const text = written.toLowerCase();
		if (isHex(text, 2 * keyLength)) return text;
		const { prefix, bytes } = bech32.decodeToBytes(text);
		if (prefix !== 'npub' || bytes.length !== keyLength) throw new BautaError('proof-account');
		return toHex(bytes);
	},
	// the page's traffic calls an account in a room by no name that proves anything
	inRoom: () => '',
	shown: (account) => (isHex(account, 2 * keyLength) ? bech32.encode('npub', bech32.toWords(fromHex(account))) : account),
};
