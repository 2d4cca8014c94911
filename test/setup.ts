import type { Settings } from '../src/messages/popup.ts';

export const testPassphrase = 'correct horse battery staple 41';
/** 16 zero bytes as BIP-39 words, the specification's own first example. */
export const testPhrase = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

/** How Bauta is set up before a test or a demo begins. */
export interface Setup {
	/** recovery phrase of the identity; null: no vault is made */
	phrase?: string | null;
	/** origins of web chats to enable */
	sites?: string[];
	frontend?: string;
	settings?: Partial<Settings>;
}
