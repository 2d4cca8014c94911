import { BautaError } from '../../../messages/errors.ts';
import { bareJid, xmppRoomId } from '../../../protocol/room.ts';

// RFC 7622, as far as it is needed to tell a room from anything else.

const bare = /^[^\s@/"&'<>:]{1,1023}@[^\s@/"&'<>]{1,1023}$/;

/** `nick` of `room@host/nick`, or ''. */
export function resourceOf(jid: string): string {
	const slash = jid.indexOf('/');
	return slash < 0 ? '' : jid.slice(slash + 1);
}

/** `host` of any JID. */
export function domainOf(jid: string): string {
	const whole = bareJid(jid);
	return whole.slice(whole.indexOf('@') + 1);
}

/** `local@host` with no resource, as rooms and accounts have it. */
export function isBareJid(jid: string): boolean {
	return jid.length <= 3071 && bare.test(jid);
}

/** A domain, as long as one may be. */
export function isHost(host: string): boolean {
	return host.length <= 253 && /^[^\s@/"&'<>?#]+$/.test(host);
}

/**
 * Canonical room id (docs/protocol.md §1) of a room's address. Throws `room-private` on an address with a resource, `room-gone` on none at
 * all.
 */
export function roomId(address: string): string {
	// servers send the prepared form, which for ASCII is lower case (RFC 7622 §3.3)
	const prepared = bareJid(address).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
	if (!isBareJid(prepared)) throw new BautaError('room-gone', 'address');
	if (address.includes('/')) throw new BautaError('room-private');
	return xmppRoomId(prepared);
}

/** The bare JID of a canonical room id. Throws `room-gone`. */
export function roomJid(room: string): string {
	const jid = room.slice(room.indexOf(':') + 1);
	if (!isBareJid(jid) || xmppRoomId(jid) !== room) throw new BautaError('room-gone', 'address');
	return jid;
}
