import { currentVoice, joinVoices, pathOf, type Voice } from '../../devices/voice-entries.ts';
import { BautaError } from '../../messages/errors.ts';
import { isVisible, withoutUnseen } from '../../platform/visible.ts';
import { type AuthorKey, keyAt, labelScope, personaNumber, wordsOf } from '../../protocol/author.ts';
import { fromHex } from '../../protocol/bytes.ts';
import { ProtocolError } from '../../protocol/error.ts';
import type { HeldGeneration } from '../../protocol/recognise.ts';
import { wipe } from '../../protocol/secret.ts';
import { defaultRoom, type StoredIdentity } from '../../vault/document.ts';
import { changeDocument, noteNotice } from '../state/document.ts';

/*
 * Voices that speak more than once (docs/protocol.md §3, persona): one for each room, and those that the user gave a name to. A voice ends with
 * its generation. Which of several keys of one scope speaks, devices/voice-entries.ts says.
 */

/** longest name of a voice, in code points */
export const longestLabel = 60;
const daySeconds = 86_400;
const unixSeconds = (): number => Math.floor(Date.now() / 1000);

/** What a message is written with in mode persona, and what its guest is called. */
export interface WritableVoice {
	scope: string;
	n: number;
	generation: number;
	/** its author key, 33 bytes */
	key: Uint8Array;
}

/** The name of a voice as it is kept. Throws `voice-name-empty`, `voice-name-long`, `voice-name-marks`. */
export function checkedLabel(input: string): string {
	if (!isVisible(input)) throw new BautaError('voice-name-empty');
	const label = labelScope(input).slice('label:'.length);
	// what is not seen would make two voices of one name
	if (withoutUnseen(label) !== label || /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u.test(label))
		throw new BautaError('voice-name-marks');
	if ([...label].length > longestLabel) throw new BautaError('voice-name-long', String(longestLabel));
	return label;
}

/** The scope of a voice. `room`: canonical id. `label`: '' for the room's own voice. Throws the codes of `checkedLabel`. */
export const scopeOf = (room: string, label: string): string => (label === '' ? room : `label:${checkedLabel(label)}`);

/** The generation that the next message is written under, as far as it is open already; null: one will be opened first. */
function openGeneration({ restored, generations }: StoredIdentity): number | null {
	return restored || generations.length === 0 ? null : Math.max(...generations.map(({ generation }) => generation));
}

/** The voice of a path that speaks now, and whether one that spoke before has ended with its generation. */
export function voiceAt(identity: StoredIdentity, path: string): { voice: Voice | null; hasEnded: boolean } {
	const voices = identity.voices ?? [];
	const generation = openGeneration(identity);
	const voice = generation === null ? null : currentVoice(voices, path, generation);
	return { voice, hasEnded: voice === null && voices.some((one) => one.path === path && !one.forgotten) };
}

/**
 * Throws `voice-ended` where a voice of this scope has ended with its generation, and no new one was begun; `voice-met` where another device's
 * was met and the user has not said whether to go on with it.
 */
export function requireVoice(identity: StoredIdentity, scope: string): void {
	const { voice, hasEnded } = voiceAt(identity, pathOf(scope));
	if (hasEnded) throw new BautaError('voice-ended');
	if (voice?.met) throw new BautaError('voice-met');
}

/** The key of a voice, with its private part: to be wiped. Throws `child-invalid`. */
export const keyOfVoice = (node: HeldGeneration['node'], { path, n }: Pick<Voice, 'path' | 'n'>): AuthorKey =>
	keyAt(node, { kind: 'persona', words: wordsOf(fromHex(path)), n });

/** The author key of a voice, 33 bytes; where a network's own signatures know keys by x alone, its messages show the even one. */
export function voiceKey({ node }: HeldGeneration, { path, n }: Pick<Voice, 'path' | 'n'>): Uint8Array {
	const pair = keyOfVoice(node, { path, n });
	wipe(pair.privateKey);
	return pair.publicKey;
}

/** A number for a new voice. BIP-32: an invalid child, one in 2^127, has another one drawn. */
function drawNumber(generation: HeldGeneration, path: string): number {
	for (;;) {
		const n = personaNumber(crypto.getRandomValues(new Uint8Array(4)));
		try {
			voiceKey(generation, { path, n });
			return n;
		} catch (refused) {
			if (!(refused instanceof ProtocolError && refused.code === 'child-invalid')) throw refused;
		}
	}
}

function identityIn(identities: StoredIdentity[], id: string): StoredIdentity {
	const identity = identities.find((one) => one.id === id);
	if (!identity) throw new BautaError('internal', 'identity gone');
	return identity;
}

function putVoice(identity: StoredIdentity, voice: Voice): void {
	identity.voices = joinVoices(identity.voices ?? [], [voice]);
}

/**
 * The voice of a scope to write with under a generation; begins one where there is none. Throws `voice-ended` where there was one and its
 * generation is over, and `voice-changed` where another one speaks than the user saw when writing, `voice-met` as
 * `requireVoice`. `seenNumber`: the number of that one; null: it
 * had no key yet.
 */
export async function writableVoice(
	id: string,
	generation: HeldGeneration,
	scope: string,
	seenNumber: number | null,
): Promise<WritableVoice> {
	const path = pathOf(scope);
	const voice = await changeDocument(({ identities }) => {
		const identity = identityIn(identities, id);
		const { voice: current, hasEnded } = voiceAt(identity, path);
		if (hasEnded) throw new BautaError('voice-ended');
		if (seenNumber !== null && current?.n !== seenNumber) throw new BautaError('voice-changed');
		if (current?.met) throw new BautaError('voice-met');
		const now = unixSeconds();
		const spoken = current ?? { path, scope, generation: generation.generation, n: drawNumber(generation, path), since: now, used: 0 };
		putVoice(identity, { ...spoken, scope, used: Math.floor(now / daySeconds) });
		return spoken;
	});
	if (voice.generation !== generation.generation) throw new BautaError('voice-ended');
	return { scope, n: voice.n, generation: voice.generation, key: voiceKey(generation, voice) };
}

/**
 * Begins a new voice in the place of one: a new key, and the old one is not reached again.
 * @param from the number of the voice that it takes the place of, null where that has ended. Where another window was faster, nothing happens
 */
export async function renewVoice(
	id: string,
	generation: HeldGeneration,
	{ path, scope, from }: { path: string; scope?: string; from: number | null },
): Promise<void> {
	await changeDocument(({ identities }) => {
		const identity = identityIn(identities, id);
		const current = currentVoice(identity.voices ?? [], path, generation.generation);
		if ((current?.n ?? null) !== from) return;
		const since = Math.max(unixSeconds(), (current?.since ?? 0) + 1);
		const known = scope ?? identity.voices?.find((one) => one.path === path && one.scope !== undefined)?.scope;
		const fresh = { path, generation: generation.generation, n: drawNumber(generation, path), since, used: 0 };
		// a fact that no clock undoes
		identity.voices = identity.voices?.map((one) => (one.path === path ? { ...one, over: true as const } : one)) ?? [];
		putVoice(identity, { ...fresh, ...(known !== undefined && { scope: known }) });
	});
}

/** The user goes on with a voice that was met in the room, as another device of theirs has begun it. One that does not speak by now is left. */
export async function continueVoice(id: string, path: string, n: number): Promise<void> {
	await changeDocument(({ identities }) => {
		const identity = identityIn(identities, id);
		const { voice } = voiceAt(identity, path);
		if (voice?.n !== n) return;
		identity.voices =
			identity.voices?.map(({ met, ...one }) => (met && one.n === n && one.path === path ? one : { ...one, ...(met && { met }) })) ?? [];
	});
}

/** Gives a voice up: it speaks no more, what it was called is forgotten, and rooms in which it was chosen have one-time keys. */
export async function forgetVoice(id: string, path: string): Promise<void> {
	await changeDocument(({ identities, rooms }) => {
		const identity = identityIn(identities, id);
		for (const [room, { mode, voice = '' }] of Object.entries(rooms)) {
			if (mode !== 'persona' || pathOf(voice === '' ? room : `label:${voice}`) !== path) continue;
			rooms[room] = { ...defaultRoom(), ...rooms[room], mode: 'one-time', voice: '' };
		}
		identity.voices = (identity.voices ?? []).map(({ scope, ...voice }) =>
			voice.path === path ? { ...voice, used: 0, forgotten: true as const } : { ...voice, ...(scope !== undefined && { scope }) },
		);
	});
}

/** A voice's message as it was met in a room. `time`: unix seconds. */
export interface MetVoice {
	path: string;
	generation: number;
	n: number;
	time: number;
}

/**
 * Takes over voices of other devices, by their messages: those of the generation in use, as a removed device can make messages of earlier ones.
 * Returns whether anything is new. `room`: canonical ids of rooms where they may belong.
 */
export function learnVoices(identity: StoredIdentity, meetings: readonly (MetVoice & { room: string })[]): boolean {
	const before = joinVoices(identity.voices ?? [], []);
	const current = openGeneration(identity);
	const others = meetings
		.filter(({ generation }) => generation === current)
		.map(({ room, path, generation, n, time }): Voice => {
			const scope = [room, ...before.flatMap((one) => (one.path === path && one.scope !== undefined ? [one.scope] : []))].find(
				(one) => pathOf(one) === path,
			);
			return { path, generation, n, since: time, met: true, used: 0, ...(scope !== undefined && { scope }) };
		});
	const joined = joinVoices(before, others);
	if (JSON.stringify(joined) === JSON.stringify(before)) return false;
	identity.voices = joined;
	return true;
}

/** Scopes in which another voice speaks than did from here: one begun later, on another device. */
export function replacedVoices(before: readonly Voice[], after: StoredIdentity): string[] {
	const spoken = before.filter(({ used, forgotten, path, generation, n }) => {
		return used > 0 && !forgotten && currentVoice(before, path, generation)?.n === n;
	});
	return spoken.flatMap(({ path, generation, n, scope }) => {
		const now = currentVoice(after.voices ?? [], path, generation);
		return now && now.n !== n && !before.some((one) => one.n === now.n && one.path === path) ? [scope ?? ''] : [];
	});
}

/** Tells the user that another device's voice speaks in these scopes now. */
export function tellReplacements(scopes: readonly string[]): void {
	for (const scope of scopes) noteNotice({ code: 'voice-joined', detail: shownScope(scope) });
}

/** A scope as people read it: a label, or a room's id without its network's name. */
export const shownScope = (scope: string): string => scope.slice(scope.indexOf(':') + 1);
