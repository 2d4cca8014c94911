import { BautaError, type ErrorCode, errorRecord } from '../../messages/errors.ts';
import type { Mode } from '../../messages/rooms.ts';
import type { Channel } from '../channel/channel.ts';
import { forbidsAnonymous } from '../forbids-anonymous.ts';
import type { Access, Hints, OpenAccess } from '../network.ts';
import { anonymousHosts, publishedEndpoints, serverDomain } from './discover.ts';
import { knownEndpoints } from './endpoints.ts';
import { xmppHints } from './hints.ts';
import type { XmppRoute } from './route.ts';
import { openSession } from './stream/session.ts';
import type { Endpoint } from './stream/stream.ts';
import { roomJid } from './wire/jid.ts';
import { names } from './wire/namespaces.ts';
import { infoRefusals, isError, refusal } from './wire/refusals.ts';
import { attribute, childOf, childrenOf, elementsOf, textOf, type XmlElement } from './wire/xml.ts';

const modes: Mode[] = ['one-time', 'no-trace', 'keyless'];
const maxPoints = 4096;

type ClosedAccess = Exclude<Access, OpenAccess>;

const closedFor = (reason: ErrorCode, detail = ''): ClosedAccess => ({ open: false, reason, detail });

/** Features of a room that close it (XEP-0045 §15.3), in the order in which a person would want to hear of them. */
const closing: [string, ErrorCode][] = [
	['muc_membersonly', 'room-members-only'],
	['muc_passwordprotected', 'room-password'],
	['muc_moderated', 'room-moderated'],
];

function formValue(query: XmlElement, name: string): string {
	const form = childOf(query, 'x', names.form);
	const field = form && childrenOf(form, 'field', names.form).find((one) => attribute(one, 'var') === name);
	const value = field && childOf(field, 'value', names.form);
	return value ? (textOf(value) ?? '') : '';
}

/** Why disco#info says that a room is closed; null where it does not. */
export function judgeInfo(answer: XmlElement, topic: string): ClosedAccess | null {
	if (isError(answer)) {
		const { code, detail } = refusal(answer, infoRefusals);
		return closedFor(code, detail);
	}
	const query = childOf(answer, 'query', names.info);
	const identities = query ? elementsOf(query).filter(({ name }) => name === 'identity') : [];
	if (!query || !identities.some((one) => attribute(one, 'category') === 'conference')) return closedFor('room-private');
	const features = new Set(childrenOf(query, 'feature', names.info).map((feature) => attribute(feature, 'var')));
	for (const [feature, reason] of closing) if (features.has(feature)) return closedFor(reason);
	const told = [topic, ...['muc#roominfo_description', 'muc#roominfo_subject'].map((name) => formValue(query, name))];
	return told.some(forbidsAnonymous) ? closedFor('room-no-anonymous') : null;
}

/** Looks at the room as a guest of this host. Null: the host takes no guests. */
async function lookFrom(
	channel: Channel,
	endpoint: Endpoint,
	host: string,
	room: string,
	hints: Hints,
	signal: AbortSignal,
): Promise<Access | null> {
	let session: Awaited<ReturnType<typeof openSession>>;
	try {
		session = await openSession(channel, endpoint, host, room, signal);
	} catch (thrown) {
		if (errorRecord(thrown).code === 'no-anonymous-host') return null;
		throw thrown;
	}
	try {
		const route: XmppRoute = { endpoint, anonymousHost: host };
		return judgeInfo(session.about, hints.topic ?? '') ?? { open: true, route, modes, maxPoints };
	} finally {
		await session.stream.close([]);
	}
}

/**
 * Finds the route to a room by looking only: an anonymous login and disco#info, never a join. Hosts and endpoints are tried until one
 * takes guests.
 */
export async function probe(roomId: string, hints: Hints, channel: Channel, signal: AbortSignal): Promise<Access> {
	const room = roomJid(roomId);
	const routeHints = xmppHints(hints);
	const missingHosts = new Set<string>();
	let failure: { code: ErrorCode; detail: string } | null = null;
	let guestless = false;

	const tryAll = async (endpoints: Endpoint[]): Promise<Access | null> => {
		for (const endpoint of endpoints) {
			try {
				for (const host of anonymousHosts(room, routeHints)) {
					const access = await lookFrom(channel, endpoint, host, room, hints, signal);
					if (access) return access;
				}
				guestless = true;
				// another endpoint of the same server would say the same
				return null;
			} catch (thrown) {
				const fault = errorRecord(thrown);
				if (signal.aborted) throw thrown;
				if (fault.code === 'host-permission') missingHosts.add(fault.detail);
				// a guessed address that does not exist says less than the fault of a real one
				if (!failure || failure.code === 'no-endpoint') failure = fault;
			}
		}
		return null;
	};

	const access = await tryAll(knownEndpoints(routeHints));
	if (access) return access;
	if (!guestless) {
		const published = await publishedEndpoints(channel, serverDomain(room, routeHints), signal, (host) => missingHosts.add(host));
		const further = await tryAll(published);
		if (further) return further;
	}
	if (guestless) return closedFor('no-anonymous-host', serverDomain(room, routeHints));
	if (missingHosts.size > 0)
		return { open: false, reason: 'host-permission', detail: [...missingHosts].join(' '), hosts: [...missingHosts] };
	const { code, detail } =
		(failure as { code: ErrorCode; detail: string } | null) ?? new BautaError('no-endpoint', serverDomain(room, routeHints));
	return closedFor(code, detail);
}
