import { type ErrorCode, networkFaults } from '../../messages/errors.ts';
import type { RoomRef } from '../../messages/rooms.ts';
import type { Access, Hints, NetworkJson, OpenAccess } from '../../networks/network.ts';
import { drawTime } from '../../platform/random-time.ts';
import { SessionValue } from '../state/session-value.ts';
import { siteIn, siteRoom } from '../state/site-room.ts';
import { steadyNow } from '../state/steady-now.ts';
import { roomIdOf } from './adapters.ts';
import { serverHints } from './hints.ts';

// The results of probes by site and room, in memory: a site that names the room of another one must not lead the messages written there to a
// server of its own (THREATS.md D1). A room is probed about once a day for each site, at a random time while it is open, which has nothing to do
// with what the user does (THREATS.md N10). It is probed earlier where the result was a fault that may be over soon, or where the page has
// named further servers since. A result holds until there is a newer one: who writes goes by what is known.
interface Result {
	access: Access;
	/** by which hints it was probed */
	hints: string;
	/** when the room is probed again, if it is open then, by `steadyNow` */
	renewal: number;
	/** how it was open before faults that may be over soon */
	open?: OpenAccess;
}
const results = new SessionValue<Record<string, Result>>('access', {});

/** When a room of which nothing is known is probed again, by `steadyNow`, where the worker ends over its first probe: drawn as that begins. */
const firstProbes = new SessionValue<Record<string, number>>('first-probes', {});
const againMs = [60_000, 120_000] as const;

/** So much is remembered, the latest: a page that names rooms without end must not fill the memory that the outbox's notes lie in. */
const mostOfSite = 50;
const mostOfAll = 500;

function trimResults(all: Record<string, Result>, site: string): void {
	const names = Object.keys(all);
	const ofSite = names.filter((name) => siteIn(name) === site).slice(0, -mostOfSite);
	for (const name of [...ofSite, ...names.slice(0, -mostOfAll)]) delete all[name];
}

const hourMs = 3600_000;
const renewalMs = [8 * hourMs, 22 * hourMs] as const;
/** Faults that say nothing about the room, or may be over soon: the room is probed again when the page is loaded anew, or after some minutes. */
const passingFaults: ErrorCode[] = [
	...networkFaults,
	'proxy-permission',
	'proxy-address',
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
const passingMs = [hourMs / 12, hourMs / 4] as const;
const isPassing = (access: Access): boolean => !access.open && passingFaults.includes(access.reason);

/** Faults that come from missing hints: with other hints the same probe may succeed. */
const wantOfHints: ErrorCode[] = ['no-endpoint', 'no-relay', 'no-anonymous-host', 'route-unasked', 'host-permission'];

const listeners: (() => void)[] = [];
/** The listener is called whenever it is known anew when a room is to be probed again. */
export function onAccessLearned(listener: () => void): void {
	listeners.push(listener);
}

/** Remembers the result of a probe, or what a delivery learned of a room. `hints`: those of the probe. */
export async function rememberAccess(site: string, roomId: string, access: Access, hints?: Hints): Promise<void> {
	const now = await steadyNow();
	const name = siteRoom(site, roomId);
	await results.update((all) => {
		const renewal = now + drawTime(...(isPassing(access) ? passingMs : renewalMs));
		const open = access.open ? access : isPassing(access) ? all[name]?.open : undefined;
		delete all[name]; // the latest stands at the end
		all[name] = { access, hints: hints ? serverHints(hints) : '', renewal, ...(open ? { open } : {}) };
		trimResults(all, site);
	});
	if (name in (await firstProbes.get())) await firstProbes.update((all) => void delete all[name]);
	for (const listener of listeners) listener();
}

/** Notes that a room is about to be probed: where no result comes of that, it is probed once more, at a time that nothing else decides. */
export async function noteProbe(site: string, roomId: string): Promise<void> {
	if ((await results.get())[siteRoom(site, roomId)]) return;
	const again = (await steadyNow()) + drawTime(...againMs);
	await firstProbes.update((all) => {
		all[siteRoom(site, roomId)] = again;
		for (const name of Object.keys(all).slice(0, -mostOfSite)) delete all[name];
	});
	for (const listener of listeners) listener();
}

/** When a room is to be probed again, by `steadyNow`; undefined where it never was. */
export async function renewalOf(site: string, roomId: string): Promise<number | undefined> {
	const name = siteRoom(site, roomId);
	return (await results.get())[name]?.renewal ?? (await firstProbes.get())[name];
}

/** Puts that off, to this time (by `steadyNow`). */
export async function putOffRenewal(site: string, roomId: string, renewal: number): Promise<void> {
	await results.update((all) => {
		const result = all[siteRoom(site, roomId)];
		if (result) result.renewal = renewal;
	});
	await firstProbes.update((all) => {
		if (siteRoom(site, roomId) in all) all[siteRoom(site, roomId)] = renewal;
	});
}

/** How a room was open when it was last reached, where only a fault that may be over came after that. */
export async function recallOpen(site: string, roomId: string): Promise<OpenAccess | undefined> {
	return (await results.get())[siteRoom(site, roomId)]?.open;
}

/** What is remembered of a room on this site, however old, if it holds with these hints. */
export async function recallAccess(site: string, roomId: string, hints: Hints | null): Promise<Access | undefined> {
	const result = (await results.get())[siteRoom(site, roomId)];
	if (!result) return undefined;
	const { access } = result;
	if (hints && !access.open && wantOfHints.includes(access.reason) && result.hints !== serverHints(hints)) return undefined;
	return access;
}

/** The hints that the remembered probe of a room had; null where none is remembered. */
export async function hintsOfProbe(site: string, roomId: string): Promise<NetworkJson | null> {
	const hints = (await results.get())[siteRoom(site, roomId)]?.hints;
	return hints ? (Object.fromEntries(JSON.parse(hints)) as NetworkJson) : null;
}

/** Forgets a room on every site, so that the next look is a fresh probe: only when the user asks, or a setting changed. */
export async function forgetAccess(roomId: string): Promise<void> {
	await results.update((all) => {
		for (const name of Object.keys(all)) if (name === siteRoom(siteIn(name), roomId)) delete all[name];
	});
}

/** Forgets faults of these rooms that may be over, as the user loads the page anew. What their owners decided stays. */
export async function forgetPassing(site: string, rooms: RoomRef[]): Promise<void> {
	await results.update((all) => {
		for (const name of rooms.map((room) => siteRoom(site, roomIdOf(room)))) if (all[name] && isPassing(all[name].access)) delete all[name];
	});
}

/** Forgets every room that waited for a host permission; called when one was granted. */
export async function forgetMissingHosts(): Promise<void> {
	await results.update((all) => {
		for (const [id, { access }] of Object.entries(all))
			if (access.hosts?.length || (!access.open && access.reason === 'host-permission')) delete all[id];
	});
}

/** Hosts that probes of these rooms needed permission for. */
export async function missingHosts(site: string, rooms: RoomRef[]): Promise<string[]> {
	const all = await results.get();
	const hosts = new Set<string>();
	for (const room of rooms) {
		const access = all[siteRoom(site, roomIdOf(room))]?.access;
		for (const host of access?.hosts ?? []) hosts.add(host);
	}
	return [...hosts];
}

/**
 * Where only the page's word leads to a room: `ask`, addresses whose hosts the user has to judge first; `by`, hosts on the way that the user
 * agreed to.
 */
export async function pageWay(site: string, roomId: string): Promise<{ ask: string[]; by: string[] }> {
	const access = (await results.get())[siteRoom(site, roomId)]?.access;
	if (access?.open) return { ask: [], by: access.by ?? [] };
	return { ask: access?.ask ?? [], by: [] };
}
