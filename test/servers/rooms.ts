import { escapeXml, logIn } from './account.ts';

/** Every kind of room that an anonymous voice can meet. */
export type RoomKind =
	| 'open'
	| 'members-only'
	| 'moderated'
	/** ejabberd's own: moderated, and newcomers get no voice */
	| 'newcomers-listen'
	/** ejabberd's: it takes one, and whoever makes it has left */
	| 'full'
	/** ejabberd's: a riddle for people stands before it (XEP-0158) */
	| 'riddle'
	| 'password'
	/** the whole anonymous host is an outcast */
	| 'banned'
	/** the topic says `no-anonymous` */
	| 'no-anonymous'
	/** the description says `no-anonymous`; disco#info shows it without joining */
	| 'no-anonymous-description'
	/** everybody sees real JIDs */
	| 'non-anonymous'
	/** no archive is kept */
	| 'no-archive';

interface Where {
	websocket: string;
	domain: string;
	mucDomain: string;
	anonymousDomain: string;
	owner: string;
}

const fields: Record<RoomKind, Record<string, string>> = {
	open: {},
	'members-only': { 'muc#roomconfig_membersonly': '1' },
	moderated: { 'muc#roomconfig_moderatedroom': '1' },
	'newcomers-listen': { members_by_default: '0' },
	full: { 'muc#roomconfig_maxusers': '1' },
	riddle: { captcha_protected: '1' },
	password: { 'muc#roomconfig_roomsecret': 'secret' },
	banned: {},
	'no-anonymous': {},
	'no-anonymous-description': { 'muc#roomconfig_roomdesc': 'Talk under your name here: no-anonymous' },
	'non-anonymous': { 'muc#roomconfig_whois': 'anyone' },
	'no-archive': { 'muc#roomconfig_enablearchiving': '0' },
};

const owner = 'http://jabber.org/protocol/muc#owner';
const admin = 'http://jabber.org/protocol/muc#admin';

/** Makes and configures a room (XEP-0045 §10). Returns its bare JID. The owner leaves it, so it stands empty. */
export async function makeRoom(where: Where, name: string, kind: RoomKind): Promise<string> {
	const room = `${name}@${where.mucDomain}`;
	const account = await logIn(where.websocket, where.domain, where.owner, where.owner);
	try {
		await account.join(room, 'owner');
		const values = { 'muc#roomconfig_persistentroom': '1', ...fields[kind] };
		const form = Object.entries({ FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig', ...values })
			.map(([key, value]) => `<field var='${key}'><value>${escapeXml(value)}</value></field>`)
			.join('');
		await account.iq('set', room, `<query xmlns='${owner}'><x xmlns='jabber:x:data' type='submit'>${form}</x></query>`);
		if (kind === 'banned') {
			const outcast = `<item affiliation='outcast' jid='${where.anonymousDomain}'/>`;
			await account.iq('set', room, `<query xmlns='${admin}'>${outcast}</query>`);
		}
		if (kind === 'no-anonymous') {
			account.send(
				`<message xmlns='jabber:client' type='groupchat' to='${room}'><subject>Welcome. This room is no-anonymous.</subject></message>`,
			);
			await account.wait(/<subject>Welcome/);
		}
		account.leave(room, 'owner');
		await account.wait(/<presence[^>]*type=['"]unavailable/);
	} finally {
		account.close();
	}
	return room;
}
