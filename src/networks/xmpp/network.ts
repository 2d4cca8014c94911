import type { NetworkAdapter } from '../network.ts';
import { isArchiveId } from './wire/archive-id.ts';
import { roomId } from './wire/jid.ts';

/** Addresses are bare room JIDs. */
export const xmpp: NetworkAdapter = {
	id: 'xmpp',
	roomId,
	name: (address) => address.split('@')[0] ?? address,
	isMessageId: isArchiveId,
	shownAuthor(shown) {
		const name = shown.includes('/') ? shown.slice(shown.indexOf('/') + 1) : '';
		return { name, archivedName: name };
	},
	signature: 'recoverable',
	traffic: async () => (await import('./traffic.ts')).traffic,
};
