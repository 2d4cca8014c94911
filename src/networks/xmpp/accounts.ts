import { BautaError } from '../../messages/errors.ts';
import { bareJid } from '../../protocol/room.ts';
import type { AccountForms } from '../network.ts';
import { resourceOf, roomId } from './wire/jid.ts';

/** an address takes this much at most (RFC 7622 §3.1) */
const longest = 3071;
/** as `roomId` begins */
const prefix = 'xmpp:';

/** `room@host/nick`, as a room authenticates its occupants, or `user@host`. The nick counts letter by letter. */
export const accounts: AccountForms = {
	read(written) {
		const nick = resourceOf(written);
		const isAddress = written !== '' && written.length <= longest && (nick !== '' || !written.includes('/'));
		if (!isAddress) throw new BautaError('proof-account');
		return roomId(bareJid(written)).slice(prefix.length) + (nick && `/${nick}`);
	},
	inRoom: (room, nick) => `${room.slice(prefix.length)}/${nick}`,
	shown: (account) => account,
};
