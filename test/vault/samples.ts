import { defaultSettings, type VaultDocument } from '../../src/vault/document.ts';

/** Strong enough to be taken, and the same everywhere. */
export const passphrase = 'velvet-41-Kettle orbit';
export const otherPassphrase = 'quarry 77 Lantern/mist';
/** What tests that are not about the cost pay. */
export const lowCost = { logN: 4, r: 1, p: 1 };

const hex = (byte: string) => byte.repeat(32);

export function sampleDocument(name = 'Ada'): VaultDocument {
	return {
		version: 1,
		identities: [
			{
				id: '0123456789abcdef',
				name,
				kind: 'key',
				root: { privateKey: hex('11'), chainCode: hex('22') },
				phrase: null,
				confirmed: true,
				restored: false,
				generations: [{ generation: 46, node: { privateKey: hex('33'), chainCode: hex('44') }, closed: null }],
				created: 1_795_000_000,
			},
		],
		settings: defaultSettings(),
		rooms: { 'xmpp:tea@rooms.example': { hidden: false, stopped: false, anonymousHost: '', mode: 'one-time', identity: null } },
	};
}
