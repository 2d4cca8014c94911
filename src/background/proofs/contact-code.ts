import { BautaError } from '../../messages/errors.ts';
import type { KeyPair } from '../../protocol/curve.ts';
import { withNode } from '../../protocol/node.ts';
import { contactKey, contactText } from '../../protocol/proofs/contact.ts';
import { equalBytes, wipe } from '../../protocol/secret.ts';
import type { StoredIdentity, VaultDocument } from '../../vault/document.ts';
import { changeDocument, readDocument } from '../state/document.ts';

/** Another device may have renewed a code so often more, of which this one does not hear. */
const renewalsElsewhere = 16;

function identityIn({ identities }: VaultDocument, id: string): StoredIdentity {
	const identity = identities.find((one) => one.id === id);
	if (!identity) throw new BautaError('not-allowed', 'identity');
	return identity;
}

function codeOf({ root, contact = 0 }: StoredIdentity): string {
	if (!root) throw new BautaError('contact-no-root');
	const { publicKey, privateKey } = withNode(root, (node) => contactKey(node, contact));
	wipe(privateKey);
	return contactText(publicKey);
}

/** The contact code of an identity. @throws BautaError `vault-locked`, `contact-no-root` on a device that was only linked */
export async function readContactCode(identity: string): Promise<string> {
	return codeOf(identityIn(await readDocument(), identity));
}

/** Makes a new one and returns it. What was proven to an earlier one can still be checked. @throws BautaError as `readContactCode` */
export function renewContactCode(id: string): Promise<string> {
	return changeDocument((document) => {
		const identity = identityIn(document, id);
		identity.contact = (identity.contact ?? 0) + 1;
		return codeOf(identity);
	});
}

/** The contact key pair, of any identity and any renewal, that has this public key; null where none has. The caller wipes it. */
export async function ownContactKey(publicKey: Uint8Array): Promise<KeyPair | null> {
	for (const { root, contact = 0 } of (await readDocument()).identities) {
		const key = root && withNode(root, (node) => contactKeyAmong(node, contact + renewalsElsewhere, publicKey));
		if (key) return key;
	}
	return null;
}

function contactKeyAmong(root: Parameters<typeof contactKey>[0], last: number, publicKey: Uint8Array): KeyPair | null {
	for (let renewal = 0; renewal <= last; renewal++) {
		const key = contactKey(root, renewal);
		if (equalBytes(key.publicKey, publicKey)) return key;
		wipe(key.privateKey);
	}
	return null;
}
