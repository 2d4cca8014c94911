import { BautaError, type ErrorCode, faultOf } from '../../messages/errors.ts';
import type { NotifierRequests, NotifierRoom, NotifierState } from '../../messages/notifier.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import { browser } from '../../platform/api/browser.ts';
import { hostsGranted } from '../../platform/channel.ts';
import { patternsOf } from '../../platform/patterns.ts';
import { toHex } from '../../protocol/bytes.ts';
import { roomIdOf } from '../access/adapters.ts';
import { accessTo } from '../access/room-access.ts';
import { patternsInUse } from '../pages/further-hosts.ts';
import { readDocument } from '../state/document.ts';
import { allTabs } from '../state/tabs.ts';
import { readAddress, readSecret, readTarget } from './address.ts';
import { asksAnew, isSameOwner, openOwnGeneration, wantedKeys } from './keys.ts';
import type { FollowedRoom, StoredNotifier } from './record.ts';
import { scheduleVisits } from './schedule.ts';
import { changeNotifier, forgetNotifier, readNotifier, requireNotifier, writeNotifier } from './store.ts';
import { endOfPeriod, periodAt } from './times.ts';
import { leaveNotifier, visitNotifier } from './visits.ts';

// What the user does by hand with a notifier. Each of these may ask it at once: the button was theirs.

/** Rooms that are open in tabs, by canonical id. */
async function openRooms(): Promise<Map<string, { room: RoomRef; name: string }>> {
	const rooms = new Map<string, { room: RoomRef; name: string }>();
	for (const [tab, { rooms: open }] of await allTabs())
		for (const room of open) {
			const access = await accessTo(tab, room);
			try {
				rooms.set(roomIdOf(room), { room, name: (access.state === 'open' && access.name) || '' });
			} catch {
				// a page may name what is no room
			}
		}
	return rooms;
}

async function roomState(id: string, entry: FollowedRoom): Promise<NotifierRoom> {
	const { room, name, follow, keys, given, fault, state } = entry;
	const due = await wantedKeys(id, entry, { now: Date.now(), isRenewal: false });
	const has = given?.keys ?? null;
	const asks = await asksAnew(id, entry);
	const hasAll = due ? isSameOwner(has, due) : has === null && (!keys || asks);
	const isTold = follow ? given !== null && hasAll : given === null;
	return {
		room,
		name,
		follow,
		keys,
		asks,
		waits: !isTold,
		until: has?.periods.length ? endOfPeriod(Math.max(...has.periods)) : 0,
		fault,
		state,
	};
}

/** The notifier, and every room that is followed or open. Throws `vault-locked`. */
export async function notifierState(): Promise<NotifierState> {
	const notifier = await readNotifier();
	if (!notifier) return { notifier: null, rooms: [] };
	const { address, kind, target, wasAsked, isRegistered, seen, fault, delivery } = notifier;
	const rooms = await Promise.all(Object.entries(notifier.rooms).map(([id, room]) => roomState(id, room)));
	for (const [id, { room, name }] of await openRooms())
		if (!notifier.rooms[id])
			rooms.push({ room, name, follow: false, keys: false, asks: false, waits: false, until: 0, fault: null, state: null });
	const isAllowed = await hostsGranted([address]);
	return { notifier: { address, kind, target, isAllowed, wasAsked, isRegistered, seen, fault, delivery }, rooms };
}

/** One that was never asked. Its id for this browser is random. */
const newNotifier = (address: string): Omit<StoredNotifier, 'secret' | 'kind' | 'target'> => ({
	address,
	installation: toHex(crypto.getRandomValues(new Uint8Array(16))),
	wasAsked: false,
	isRegistered: false,
	seen: 0,
	fault: null,
	delivery: null,
	visit: 0,
	renew: 0,
	rooms: {},
});

/** Stores a notifier, or changes what is stored of it. Another one has to be left first. */
export async function setNotifier({ address, secret, kind, target }: NotifierRequests['notifier.set']['in']): Promise<NotifierState> {
	const before = await readNotifier();
	const url = readAddress(address);
	if (before && before.address !== url && before.seen > 0) throw new BautaError('notifier-other', new URL(before.address).host);
	const isSame = before?.address === url;
	const kept = isSame && secret === '';
	const change = { kind, target: readTarget(kind, target), fault: null, ...(kept ? {} : { secret: readSecret(secret) }) };
	if (isSame) await changeNotifier((notifier) => Object.assign(notifier, change));
	else await writeNotifier({ ...newNotifier(url), secret: '', ...change });
	return notifierState();
}

/** Faults that stand in the state already. */
const isToldLater = (code: ErrorCode): boolean => code !== 'vault-locked' && code !== 'notifier-missing';

/** Asks the notifier now, and sets the next time. */
export async function visitNow(): Promise<NotifierState> {
	await visitNotifier().catch((thrown) => {
		if (!isToldLater(faultOf(thrown).code)) throw thrown;
	});
	await scheduleVisits();
	return notifierState();
}

/** Follows a room, or no more. */
export async function followRoom({ room, follow, keys, past }: NotifierRequests['notifier.room']['in']): Promise<NotifierState> {
	const id = roomIdOf(room);
	await requireNotifier();
	const owner = follow && keys ? await openOwnGeneration(id) : '';
	const name = (await openRooms()).get(id)?.name ?? '';
	await changeNotifier(({ rooms }) => {
		const before = rooms[id];
		const none = { room, given: null, fault: null, state: null };
		rooms[id] = {
			...none,
			...before,
			name: name || before?.name || '',
			follow,
			keys: follow && keys,
			owner,
			past: follow && keys && past ? periodAt(Date.now()) - 1 : 0,
			fault: null,
		};
	});
	return visitNow();
}

/** Whether nothing else here needs the notifier's host. */
async function isAlone(pattern: string): Promise<boolean> {
	const { identities } = await readDocument();
	const relays = identities.flatMap(({ devices }) => (devices?.sync.relay ? patternsOf(devices.sync.relay) : []));
	return !relays.includes(pattern) && !(await patternsInUse()).has(pattern);
}

/** Has the notifier forget everything, and then this browser. Where it cannot be told, nothing is forgotten here either, unless `alone`. */
export async function revokeNotifier({ alone }: NotifierRequests['notifier.revoke']['in']): Promise<NotifierState> {
	const notifier = await requireNotifier();
	await (alone ? forgetNotifier() : leaveNotifier());
	await scheduleVisits();
	const [pattern = ''] = patternsOf(notifier.address);
	// a permission that is not the user's to take away costs nothing
	if (await isAlone(pattern)) await browser.permissions.remove({ origins: [pattern] }).catch(() => {});
	return notifierState();
}
