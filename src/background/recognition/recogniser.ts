import type { Label, Labelled, RoomRef } from '../../messages/rooms.ts';
import type { IncomingMessage } from '../../networks/network.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { wipeNode } from '../../protocol/node.ts';
import { type HeldGeneration, hasAuthor, recogniseCandidate } from '../../protocol/recognise.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { onChannel } from '../access/on-channel.ts';
import { hintsFor, wayInto } from '../access/room-access.ts';
import { learn, readable } from '../identities/generations.ts';
import { changeDocument, onKeysChange, readDocument } from '../state/document.ts';
import { onLock, onUnlock, vaultKey } from '../state/lock.ts';
import { candidateOf, type LoggedMessage, mayReadArchive, messagesOf, remember } from './message-log.ts';
import { isRemembered } from './own-posts.ts';

/** What the keys say of a message. `labelled`: it gets a label, whosever it is. */
interface KeyVerdict extends Label {
	labelled: boolean;
}
// Verdicts live in memory alone and are forgotten when the generations held change (docs/protocol.md §8).
let verdicts = new WeakMap<LoggedMessage, KeyVerdict>();
let keys: Promise<{ identity: string; held: HeldGeneration[] }[]> | null = null;
const archiveLimit = 200;
const archiveSeconds = 30;

/** Verdicts go, and so do the keys that they came from: overwritten, not only dropped (THREATS.md S2). */
function forget(): void {
	verdicts = new WeakMap();
	const old = keys;
	keys = null;
	// a verdict that has these keys in hand ends first: it reads them within one turn of the event loop
	void old?.then((ring) =>
		setTimeout(() => {
			for (const { held } of ring)
				for (const { node } of held) {
					forgetGeneration(node);
					wipeNode(node);
				}
		}),
	);
}
onLock(forget);
onUnlock(forget);
onKeysChange(forget);

async function keyRing(): Promise<{ identity: string; held: HeldGeneration[] }[]> {
	if (!(await vaultKey())) return [];
	keys ??= readDocument().then(({ identities }) =>
		identities.map((identity) => ({ identity: identity.id, held: readable(identity, Math.floor(Date.now() / 1000)) })),
	);
	return keys;
}

/** The verdict of every identity's keys together. With no key at hand everything that is not keyless is foreign. */
async function judgeByKeys(message: LoggedMessage): Promise<KeyVerdict> {
	const earlier = verdicts.get(message);
	if (earlier) return earlier;
	// keys that change meanwhile bring a new map, for which this verdict is not good
	const ofTheseKeys = verdicts;
	const ring = await keyRing();
	const candidate = candidateOf(message);
	const keyless = recogniseCandidate(candidate, [])?.verdict === 'keyless';
	let mine = false;
	for (const { identity, held } of keyless ? [] : ring) {
		const verdict = recogniseCandidate(candidate, held);
		if (verdict?.verdict !== 'mine') continue;
		mine = true;
		await learnFrom(identity, verdict.generation, candidate.envelope.slot);
		break;
	}
	const verdict: KeyVerdict = { kind: keyless ? 'keyless' : 'anonymous', mine, labelled: keyless || mine || hasAuthor(candidate) };
	ofTheseKeys.set(message, verdict);
	return verdict;
}

/** A verdict as docs/protocol.md §8 has it, over every identity of the vault, and own posts that no key proves; null: not a bauta message. */
async function judge(message: LoggedMessage): Promise<Label | null> {
	const { kind, mine, labelled } = await judgeByKeys(message);
	if (mine || (await isRemembered(message))) return { kind, mine: true };
	return labelled ? { kind, mine: false } : null;
}

/** Takes over a generation that another device of the author opened, and the closings that follow from it. */
async function learnFrom(id: string, generation: number, slot: number): Promise<void> {
	const identity = (await readDocument()).identities.find((one) => one.id === id);
	if (!identity || !learn(structuredClone(identity), generation, slot)) return;
	await changeDocument((document) => {
		const kept = document.identities.find((one) => one.id === id);
		if (kept) learn(kept, generation, slot);
	});
}

async function labelsFor(messages: LoggedMessage[]): Promise<Labelled[]> {
	const labels: Labelled[] = [];
	for (const message of messages) {
		const label = await judge(message);
		if (label) labels.push({ id: message.id, author: message.author, label });
	}
	return labels;
}

/** More than a verdict on any message takes: ms for a batch, and for each message in it. */
const batchMs = 100;
const messageMs = 2;
/**
 * Labels are ready at a time that their number alone sets. A page sees when a label appears, and one's own message takes longer to
 * judge than another's: a page that reloads itself again and again would measure whose it is (THREATS.md P9, R2).
 */
async function evenly(messages: LoggedMessage[]): Promise<Labelled[]> {
	if (messages.length === 0) return [];
	const over = new Promise((resolve) => setTimeout(resolve, batchMs + messageMs * messages.length));
	const [labels] = await Promise.all([labelsFor(messages), over]);
	return labels;
}

/** Remembers messages that were met and returns their labels by room. */
export async function labelNew(messages: IncomingMessage[]): Promise<Map<string, Labelled[]>> {
	const met = await remember(messages);
	const rooms = [...new Set(met.map(({ room }) => room))];
	const labels = rooms.map(async (room) => [room, await evenly(met.filter((message) => message.room === room))] as const);
	return new Map(await Promise.all(labels));
}

/** Labels of everything known of a room. */
export async function labelAll(room: RoomRef): Promise<Labelled[]> {
	return evenly(await messagesOf(roomIdOf(room)));
}

/**
 * The page shows messages whose envelope its cache has lost. What is known is answered at once; for the rest the public
 * archive is read without joining, at most once per room and day, and `later` gets what it held.
 */
export async function labelShown(
	tabId: number,
	room: RoomRef,
	shown: { id: string; author: string }[],
	later: (labels: Labelled[]) => void,
): Promise<Labelled[]> {
	const known = await labelAll(room);
	const names = new Set(known.map(({ id, author }) => `${id}\n${author}`));
	const missing = shown.some(({ id, author }) => !names.has(`${id}\n${author}`));
	if (missing && (await vaultKey())) void readArchive(tabId, room).then(later, () => {});
	return known;
}

async function readArchive(tabId: number, room: RoomRef): Promise<Labelled[]> {
	const id = roomIdOf(room);
	const hints = await hintsFor(tabId, room);
	const access = await wayInto(room, hints);
	if (!(await mayReadArchive(id))) return [];
	const { transport } = await networkOf(room.network).traffic();
	const messages = await onChannel(hints.origin, archiveSeconds, (channel, signal) =>
		transport.readArchive(id, access, hints, channel, archiveLimit, signal),
	);
	return [...(await labelNew(messages)).values()].flat();
}

/**
 * Foreign anonymous messages of the last 30 days in a room (THREATS.md R1). Null where no message of the room was ever met: that is what a
 * fresh device has, too, and it knows nothing.
 */
export async function crowd(room: string): Promise<number | null> {
	const met = await messagesOf(room);
	if (met.length === 0) return null;
	const since = Date.now() / 1000 - 30 * 86_400;
	const recent = met.filter((message) => message.time >= since);
	const labels = await labelsFor(recent);
	return labels.filter(({ label }) => !label.mine).length;
}
