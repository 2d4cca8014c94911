import { BautaError, type ErrorCode, errorCodes } from '../messages/errors.ts';
import { ProtocolError } from '../protocol/error.ts';
import type { Node } from '../protocol/node.ts';
import type { StoredIdentity } from './document.ts';
import type { Watch } from './kdf.ts';

/** The formats that are told apart; the popup has a name for each, `popup_kind_<kind>`. */
export type KeyFormat = 'phrase' | 'xprv' | 'hex' | 'nsec' | 'ncryptsec' | 'keystore' | 'status' | 'backup';

/** What an import comes to: the anonymous root A of docs/protocol.md §2, and what is kept beside it. */
export interface ImportedKey {
	/** as it is stored with the identity */
	kind: StoredIdentity['kind'];
	root: Node;
	phrase: StoredIdentity['phrase'];
	/** names the key in public terms (npub, chat key, address, number of words), the same in every language */
	summary: string;
}

/** What was found in a text or file, before any slow work and before anything is stored. */
export interface IdentifiedKey {
	format: KeyFormat;
	/** as `ImportedKey.summary`, as far as it can be told without the passphrase; may be empty */
	summary: string;
	/** `needed`: nothing can be had without one · `possible`: a phrase may have one, and then makes another self */
	passphrase: 'needed' | 'possible' | 'none';
	/** @throws BautaError: the codes of its format, and `cancelled` */
	open(passphrase: string, watch?: Watch): Promise<ImportedKey>;
}

const bautaCodes = new Set<string>(errorCodes);

/** The protocol's own refusals under the codes that people are told about; they have the same names. */
function asBautaError(thrown: unknown): unknown {
	if (!(thrown instanceof ProtocolError)) return thrown;
	return bautaCodes.has(thrown.code) ? new BautaError(thrown.code as ErrorCode, thrown.detail) : new BautaError('internal', thrown.code);
}

/** Runs `make` with the protocol's refusals turned into BautaErrors. */
export function withBautaErrors<T>(make: () => T): T {
	try {
		return make();
	} catch (thrown) {
		throw asBautaError(thrown);
	}
}
