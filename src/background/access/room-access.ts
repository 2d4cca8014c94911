import { BautaError, type ErrorCode, errorRecord } from '../../messages/errors.ts';
import type { Fault, RoomAccess, RoomRef } from '../../messages/rooms.ts';
import { forbidsAnonymous } from '../../networks/forbids-anonymous.ts';
import type { Access, Hints, OpenAccess } from '../../networks/network.ts';
import { readRoom, readSettings } from '../state/document.ts';
import { vaultKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { readTab } from '../state/tabs.ts';
import { networkOf, roomIdOf } from './adapters.ts';
import { onChannel } from './on-channel.ts';

// A probe runs at most once per room and day (THREATS.md N10), but where what it found may be over soon; it is remembered in memory.
const day = 24 * 3600_000;
const probeSeconds = 30;
/** Faults that say nothing about the room, or may be over soon: it is looked again when the user asks, or after ten minutes. */
const passing: ErrorCode[] = [
	'server-down',
	'timed-out',
	'tls-failed',
	'bad-answer',
	'cancelled',
	'unclean-channel',
	'internal',
	'server-refused',
	'policy-violation',
	'relay-blocked',
	'relay-rate-limited',
	'room-full',
	'room-not-accepted',
	'nick-conflict',
	'not-in-room',
];
const passingFor = 600_000;
const isPassing = (access: Access): boolean => !access.open && passing.includes(access.reason);

const found = new SessionValue<Record<string, { at: number; access: Access; hints: string }>>('access', {});
const running = new Map<string, Promise<Access>>();

/** What Bauta knows about the way to this room's server: the page's hints and the user's own setting. */
export async function hintsFor(tabId: number, room: RoomRef): Promise<Hints> {
	const tab = await readTab(tabId);
	if (!tab) throw new BautaError('site-unknown');
	const id = roomIdOf(room);
	const { anonymousHost, relays: ownRelays } = await readRoom(id);
	const [topic, relays] = [tab.topics[id], tab.relays[id]];
	return {
		...tab.hints,
		...(topic === undefined ? {} : { topic }),
		...(relays ? { relays } : {}),
		...(anonymousHost ? { anonymousHost } : {}),
		...(ownRelays?.length ? { ownRelays } : {}),
	};
}

async function probe(id: string, room: RoomRef, hints: Hints): Promise<Access> {
	let access: Access;
	try {
		const { transport } = await networkOf(room.network).traffic();
		access = await onChannel(hints.origin, probeSeconds, (channel, signal) => transport.probe(id, hints, channel, signal));
	} catch (thrown) {
		const fault = errorRecord(thrown);
		access = { open: false, reason: fault.code, detail: fault.detail };
	}
	await remember(id, access, lead(hints));
	return access;
}

/** Where a probe with these hints looks for a server. A room's page is often there before its traffic has told anything. */
const lead = ({ websocket, bosh, domain, items, relays }: Hints): string => JSON.stringify([websocket, bosh, domain, items, relays]);
/** Found for want of hints: with other hints it is another question. */
const forWantOfHints: ErrorCode[] = ['no-endpoint', 'no-relay', 'no-anonymous-host'];

export async function remember(id: string, access: Access, hints = ''): Promise<void> {
	await found.update((all) => {
		all[id] = { at: Date.now(), access, hints };
	});
}

/** What an earlier probe found, if it still counts with what is known now. */
async function known(id: string, hints: Hints | null): Promise<Access | undefined> {
	const entry = (await found.get())[id];
	if (!entry) return undefined;
	if (hints && !entry.access.open && forWantOfHints.includes(entry.access.reason) && entry.hints !== lead(hints)) return undefined;
	const age = Date.now() - entry.at;
	return age < (isPassing(entry.access) ? passingFor : day) ? entry.access : undefined;
}

/** Forgets what was found, so that the next look is a fresh probe: only when the user asks, or a setting changed. */
export async function lookAgain(id: string): Promise<void> {
	await found.update((all) => {
		delete all[id];
	});
}

/** The user loads the page anew or sends again: what kept these rooms closed may be over. What their owners decided stays known. */
export async function forgetPassing(rooms: RoomRef[]): Promise<void> {
	await found.update((all) => {
		for (const id of rooms.map(roomIdOf)) if (all[id] && isPassing(all[id].access)) delete all[id];
	});
}

/** Forgets every room that waited for a host permission; called when one was granted. */
export async function hostsChanged(): Promise<void> {
	await found.update((all) => {
		for (const [id, { access }] of Object.entries(all))
			if (!access.open && (access.hosts?.length || access.reason === 'host-permission')) delete all[id];
	});
}

/** House rules that close a room whatever its server says. */
async function houseRule(id: string, topic = ''): Promise<ErrorCode | null> {
	if (forbidsAnonymous(topic)) return 'room-no-anonymous';
	if ((await readSettings()).killSwitch || (await readRoom(id)).stopped) return 'kill-switch';
	return null;
}

/** The way into a room, probing if it is not known. Throws the reason when it is closed. */
export async function wayInto(room: RoomRef, hints: Hints): Promise<OpenAccess> {
	const id = roomIdOf(room);
	const rule = await houseRule(id, hints.topic);
	if (rule) throw new BautaError(rule);
	const access = (await known(id, hints)) ?? (await probeOnce(id, room, hints));
	if (!access.open) throw new BautaError(access.reason, access.detail);
	return access;
}

function probeOnce(id: string, room: RoomRef, hints: Hints): Promise<Access> {
	const earlier = running.get(id);
	if (earlier) return earlier;
	const started = probe(id, room, hints).finally(() => running.delete(id));
	running.set(id, started);
	return started;
}

function shown(access: Access): RoomAccess {
	if (!access.open) return { state: 'closed', fault: { code: access.reason, detail: access.detail } };
	const { modes, name } = access;
	return { state: 'open', modes, ...(name && { name }) };
}

/** What is known without asking any server: a house rule, else what was found before. */
async function atHand(tabId: number, room: RoomRef): Promise<{ id: string; hints: Hints | null; access: Access | undefined }> {
	const closed = ({ code, detail }: Fault): Access => ({ open: false, reason: code, detail });
	let id: string;
	try {
		id = roomIdOf(room);
	} catch (thrown) {
		return { id: '', hints: null, access: closed(errorRecord(thrown)) };
	}
	const rule = await houseRule(id, (await readTab(tabId))?.topics[id]);
	if (rule) return { id, hints: null, access: closed({ code: rule, detail: '' }) };
	const hints = await hintsFor(tabId, room).catch(() => null);
	return { id, hints, access: await known(id, hints) };
}

/** Whether a room is known to be closed to anonymous messages. Asks nobody: of a room that was not looked at it says no. */
export async function isClosed(tabId: number, room: RoomRef): Promise<boolean> {
	const { access } = await atHand(tabId, room);
	return access !== undefined && !access.open;
}

/**
 * What the switch shows now. Where nothing is known yet a probe starts, and `later` is called with its result.
 * Nothing is probed while the vault is locked: nobody could post.
 */
export async function accessTo(tabId: number, room: RoomRef, later: () => void): Promise<RoomAccess> {
	const { id, hints, access } = await atHand(tabId, room);
	if (access) return shown(access);
	if (!(await vaultKey())) return { state: 'closed', fault: { code: 'vault-locked', detail: '' } };
	if (!hints) return { state: 'closed', fault: { code: 'site-unknown', detail: '' } };
	void probeOnce(id, room, hints).then(later, later);
	return { state: 'looking' };
}

/** Hosts that a probe of these rooms found to need permission. */
export async function hostsWanted(rooms: RoomRef[]): Promise<string[]> {
	const all = await found.get();
	const wanted = new Set<string>();
	for (const room of rooms) {
		const access = all[roomIdOf(room)]?.access;
		if (access && !access.open) for (const host of access.hosts ?? []) wanted.add(host);
	}
	return [...wanted];
}
