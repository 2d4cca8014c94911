import type { PopupRequests } from '../../messages/popup.ts';

/** What a key was found to be, and the passphrase that it was looked at with ('' = none). */
export interface Preview {
	kind: string;
	summary: string;
	passphrase: 'needed' | 'possible' | 'none';
	triedPassphrase: string;
}

/** What stands in the form that takes a key. `passphrase` is the key's own. */
export interface KeyInput {
	key: string;
	passphrase: string;
	preview: Preview | null;
}

/** A key that was not looked at yet. What belonged to an earlier one is gone. */
export const inputOf = (key: string): KeyInput => ({ key, passphrase: '', preview: null });

/** Takes in what the background found in `key`. It changes nothing where another key was typed meanwhile. */
export function withPreview(
	input: KeyInput,
	key: string,
	triedPassphrase: string,
	answer: PopupRequests['identity.preview']['out'],
): KeyInput {
	if (input.key !== key) return input;
	const { kind, summary, passphrase = 'none' } = answer;
	return { ...input, preview: { kind, summary, passphrase, triedPassphrase } };
}

/** Is the key encrypted, and no passphrase was tried yet? */
export function isLocked({ preview }: KeyInput): boolean {
	return preview?.passphrase === 'needed' && preview.triedPassphrase === '';
}

/** Can the key be used as it stands? It was looked at, with the passphrase that stands beside it. */
export function isReady(input: KeyInput): boolean {
	return input.preview !== null && !isLocked(input) && input.preview.triedPassphrase === input.passphrase;
}
