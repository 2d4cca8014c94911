import type { Label } from '../../messages/rooms.ts';
import { type AuthorKey, wordBytes } from '../../protocol/author.ts';
import { toHex } from '../../protocol/bytes.ts';
import { prepareRecognition, recogniseEvenly, type VerdictWithPath } from '../../protocol/even-recognition.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { wipeNode } from '../../protocol/node.ts';
import { authorOf, type Candidate, type HeldGeneration, ownKeyOf, recogniseCandidate, rememberKey } from '../../protocol/recognise.ts';
import { wipe } from '../../protocol/secret.ts';
import type { StoredIdentity } from '../../vault/document.ts';
import { learnGeneration, readableGenerations } from '../identities/generations.ts';
import { learnVoices, type MetVoice, replacedVoices, tellReplacements } from '../identities/voices.ts';
import { changeDocument, onKeysChange, readDocument } from '../state/document.ts';
import { isUnlocked, onLock, onUnlock } from '../state/lock.ts';
import { candidateOf, type LoggedMessage } from './logged-message.ts';
import { isRemembered } from './own-posts.ts';

/** What everybody sees of a message. `kind`: null where it is no bauta message, and gets no label from anybody. */
interface PublicPart {
	kind: Label['kind'] | null;
	/** 33 bytes, null where there is none */
	authorKey: Uint8Array | null;
}
interface KeyRing {
	identity: string;
	held: HeldGeneration[];
}

/** A generation that an own message was met under, and the earliest slot of such a one. */
interface Lesson {
	identity: string;
	generation: number;
	slot: number;
}
type VoiceLesson = MetVoice & { identity: string; room: string };

/** As many as the message log can hold; after that they are judged anew. */
const verdictLimit = 12_000;
/** By `rememberKey`, whoever the reader is and whether or not the vault is open. */
const publicParts = new Map<string, PublicPart>();
/** Whether the keys at hand wrote it, by `rememberKey`, in memory alone. Forgotten when these or their closings change (docs/protocol.md §8). */
let ownership = new Map<string, boolean>();
/** The generations of every identity, in use until they change or the vault is locked. */
let keyRings: Promise<KeyRing[]> | null = null;
/** Generations met in own messages, with the earliest slot of each, by identity and number. See `learnGenerations`. */
let lessons = new Map<string, Lesson>();

/** Voices met in own messages, by identity, key and room, each with the time of its earliest message there. */
let voiceLessons = new Map<string, VoiceLesson>();

/** how often verdicts were forgotten: those from before are of other keys */
let age = 0;
/** The same number as long as verdicts hold. */
export const verdictAge = (): number => age;

/** the map of `ownership` that something was judged for without keys */
let judgedLocked: Map<string, boolean> | null = null;
/** Whether all verdicts at hand are by keys. Right after the vault was opened some may still be of before. */
export const judgesByKeys = (): boolean => judgedLocked !== ownership;

/** Verdicts go, and so do the keys that they came from: overwritten, not only dropped (THREATS.md S2). */
function forgetVerdicts(): void {
	age++;
	ownership = new Map();
	const old = keyRings;
	keyRings = null;
	// overwritten in a later turn of the event loop: a verdict that is being made reads its keys within one turn, and is done by then
	void old?.then((rings) =>
		setTimeout(() => {
			for (const { held } of rings)
				for (const { node } of held) {
					forgetGeneration(node);
					wipeNode(node);
				}
		}),
	);
}
onLock(forgetVerdicts);
onUnlock(forgetVerdicts);
onKeysChange(forgetVerdicts);
onLock(() => {
	lessons = new Map();
	voiceLessons = new Map();
});

async function readKeyRings(): Promise<KeyRing[]> {
	if (!(await isUnlocked())) return [];
	keyRings ??= readDocument().then(({ identities }) => {
		const rings = identities.map((identity) => ({
			identity: identity.id,
			held: readableGenerations(identity, Math.floor(Date.now() / 1000)),
		}));
		for (const { held } of rings) prepareRecognition(held);
		return rings;
	});
	return keyRings;
}

function remember<V>(map: Map<string, V>, name: string, value: V): void {
	if (map.size >= verdictLimit) map.clear();
	map.set(name, value);
}

function publicPartOf(candidate: Candidate, name: string): PublicPart {
	const earlier = publicParts.get(name);
	if (earlier) return earlier;
	const authorKey = authorOf(candidate);
	const isKeyless = recogniseCandidate(candidate, [])?.verdict === 'keyless';
	const part: PublicPart = { kind: isKeyless ? 'keyless' : authorKey && 'anonymous', authorKey };
	remember(publicParts, name, part);
	return part;
}

/**
 * The key that signed a message, 33 bytes: by the transport's own signature, which its network has checked, or as it is recovered from Bauta's.
 * null where none did, or where it is no bauta message.
 */
export function publicAuthor(message: LoggedMessage): Uint8Array | null {
	const candidate = candidateOf(message);
	const { kind, authorKey } = publicPartOf(candidate, rememberKey(candidate));
	return kind === 'anonymous' ? authorKey : null;
}

/** Whether a key at hand wrote it. The work is the same for every message, and with the vault locked as well (THREATS.md P9). */
async function isWrittenByKeys(candidate: Candidate, name: string, { kind, authorKey }: PublicPart): Promise<boolean> {
	const earlier = ownership.get(name);
	if (earlier !== undefined) return earlier;
	// if the keys change meanwhile, `ownership` is a new map, and this verdict must not get into it
	const ofTheseKeys = ownership;
	const rings = await readKeyRings();
	if (rings.length === 0) judgedLocked = ofTheseKeys;
	let isOwn = false;
	for (const { identity, held } of rings.length > 0 ? rings : [{ identity: '', held: [] }]) {
		const verdict = recogniseEvenly(candidate, authorKey, held);
		if (verdict.verdict !== 'mine' || kind !== 'anonymous') continue;
		isOwn = true;
		noteGeneration(identity, verdict.generation, candidate.envelope.slot);
		if (verdict.kind === 'persona') noteVoice(identity, candidate, verdict);
	}
	remember(ofTheseKeys, name, isOwn);
	return isOwn;
}

function noteGeneration(identity: string, generation: number, slot: number): void {
	const name = `${identity} ${generation}`;
	lessons.set(name, { identity, generation, slot: Math.min(slot, lessons.get(name)?.slot ?? slot) });
}

function noteVoice(identity: string, { room, time }: Candidate, { words, generation, n }: VerdictWithPath & { verdict: 'mine' }): void {
	const path = toHex(wordBytes(words));
	const name = `${identity} ${generation} ${n} ${path} ${room}`;
	const earliest = Math.min(time, voiceLessons.get(name)?.time ?? time);
	voiceLessons.set(name, { identity, room, path, generation, n, time: earliest });
}

/** Takes over what own messages teach of an identity. Returns whether anything changed. */
function learn(identity: StoredIdentity, generations: readonly Lesson[], voices: readonly VoiceLesson[]): boolean {
	const learnt = generations.filter(
		(lesson) => lesson.identity === identity.id && learnGeneration(identity, lesson.generation, lesson.slot),
	);
	const ofThis = voices.filter((lesson) => lesson.identity === identity.id);
	return learnVoices(identity, ofThis) || learnt.length > 0;
}

/**
 * Takes over generations that own messages were met under, as another device of the author may have opened one, the closings that follow, and
 * voices that another device has begun.
 * To be called when the labels of these messages are out: it writes to the disk, which one's own messages alone cause.
 */
export async function learnGenerations(): Promise<void> {
	const [generations, voices] = [[...lessons.values()], [...voiceLessons.values()]];
	lessons = new Map();
	voiceLessons = new Map();
	if (generations.length + voices.length === 0 || !(await isUnlocked())) return;
	const learnAll = (identities: StoredIdentity[]) => identities.map((identity) => learn(identity, generations, voices)).includes(true);
	if (!learnAll(structuredClone((await readDocument()).identities))) return;
	const replacements = await changeDocument(({ identities }) => {
		const before = new Map(identities.map(({ id, voices: known = [] }) => [id, structuredClone(known)]));
		learnAll(identities);
		return identities.flatMap((identity) => replacedVoices(before.get(identity.id) ?? [], identity));
	});
	tellReplacements(replacements);
}

/**
 * The label of a message: a verdict as docs/protocol.md §8 has it, over every identity of the vault, and own posts that no key proves.
 * null: not a bauta message. Whether there is a label, and of which kind, follows from what everybody sees; only `mine` from keys and list.
 */
export async function judge(message: LoggedMessage): Promise<Label | null> {
	const candidate = candidateOf(message);
	const name = rememberKey(candidate);
	const part = publicPartOf(candidate, name);
	const [isOwn, isListed] = [await isWrittenByKeys(candidate, name, part), await isRemembered(message)];
	return part.kind && { kind: part.kind, mine: isOwn || isListed ? 1 : 0 };
}

/**
 * Does something, in one turn, with the key that an own message was signed with, and overwrites the key. null where none of the keys at hand
 * signed it, or the vault is locked. Nothing is remembered of it, and no page is told.
 */
export async function withOwnKey<T>(message: LoggedMessage, task: (key: AuthorKey) => T): Promise<T | null> {
	const candidate = candidateOf(message);
	for (const { held } of await readKeyRings()) {
		const key = ownKeyOf(candidate, held);
		if (!key) continue;
		try {
			return task(key);
		} finally {
			wipe(key.privateKey);
		}
	}
	return null;
}
