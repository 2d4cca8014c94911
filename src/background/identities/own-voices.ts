import { pathOf, type Voice } from '../../devices/voice-entries.ts';
import type { OwnVoice } from '../../messages/composer.ts';
import type { ListedVoice } from '../../messages/popup.ts';
import { type AuthorKey, voicePattern } from '../../protocol/author.ts';
import { xOf } from '../../protocol/curve.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { nodeFrom } from '../../protocol/node.ts';
import { equalBytes, wipe } from '../../protocol/secret.ts';
import type { StoredIdentity } from '../../vault/document.ts';
import { identityFor, readDocument } from '../state/document.ts';
import { onLock } from '../state/lock.ts';
import { voiceName } from './voice-names.ts';
import { keyOfVoice, shownScope, voiceAt, voiceKey } from './voices.ts';

/** How own voices look, by their key. They are told in the composer and the popup alone, and forgotten at the lock. */
const looks = new Map<string, { name: string; pattern: string }>();
const mostLooks = 400;
onLock(() => looks.clear());

/** Name and picture of a voice, the same on every network; '' for both where its keys are gone. */
async function lookOf(identity: StoredIdentity, voice: Voice): Promise<{ name: string; pattern: string }> {
	const id = `${identity.id} ${voice.generation} ${voice.n} ${voice.path}`;
	const earlier = looks.get(id);
	if (earlier) return earlier;
	const record = identity.generations.find(({ generation }) => generation === voice.generation);
	if (!record) return { name: '', pattern: '' };
	const generation = { generation: record.generation, node: nodeFrom(record.node), closed: record.closed };
	const key = voiceKey(generation, voice);
	forgetGeneration(generation.node);
	const look = { name: await voiceName(key), pattern: voicePattern(key) };
	if (looks.size >= mostLooks) looks.clear();
	looks.set(id, look);
	return look;
}

/** The labels of an identity's voices, in the order in which they were begun. */
function labelsOf({ voices = [] }: StoredIdentity): string[] {
	const inOrder = [...voices].sort((a, b) => a.since - b.since);
	const labels = inOrder.flatMap(({ scope, forgotten }) =>
		scope?.startsWith('label:') && !forgotten ? [scope.slice('label:'.length)] : [],
	);
	return [...new Set(labels)];
}

/**
 * The voices that may speak in a room: its own, those that the user gave a name to, and the one that is chosen there. Throws `no-vault`.
 * @param room canonical id
 */
export async function listOwnVoices(room: string, choice: string): Promise<OwnVoice[]> {
	const identity = await identityFor(room);
	const labels = [...new Set(['', ...labelsOf(identity), choice])];
	return Promise.all(
		labels.map(async (label): Promise<OwnVoice> => {
			const { voice, hasEnded } = voiceAt(identity, pathOf(label === '' ? room : `label:${label}`));
			const look = voice ? await lookOf(identity, voice) : { name: '', pattern: '' };
			return { label, ...look, n: voice?.n ?? null, ended: hasEnded, met: voice?.met === true };
		}),
	);
}

/** Each voice of an identity that was not given up, the one that spoke last first. */
export async function listVoices(identity: StoredIdentity): Promise<ListedVoice[]> {
	const voices = (identity.voices ?? []).filter(({ forgotten }) => !forgotten);
	const paths = [...new Set(voices.map(({ path }) => path))];
	const entries = paths.map(async (path): Promise<ListedVoice> => {
		const ofPath = voices.filter((one) => one.path === path);
		const { voice, hasEnded } = voiceAt(identity, path);
		const scope = ofPath.find((one) => one.scope !== undefined)?.scope ?? '';
		const isLabel = scope.startsWith('label:');
		const look = voice ? await lookOf(identity, voice) : { name: '', pattern: '' };
		const used = Math.max(...ofPath.map((one) => one.used)) * 86_400;
		const names = { label: isLabel ? shownScope(scope) : '', room: isLabel ? '' : shownScope(scope) };
		return { path, ...names, ...look, n: voice?.n ?? null, ended: hasEnded, met: voice?.met === true, used };
	});
	return (await Promise.all(entries)).sort((a, b) => b.used - a.used);
}

/** Whether a voice speaks, or has spoken until its generation ended, in a room: the room's own, or the one by a name that is chosen there. */
function speaksIn({ path, over, forgotten, met }: Voice, room: string, label: string): boolean {
	// one that another device has begun is the user's by its messages alone, until they go on with it
	if (over || forgotten || met) return false;
	return path === pathOf(room) || (label !== '' && path === pathOf(`label:${label}`));
}

/**
 * Does something, in one turn, with the key of an own voice in a room, and overwrites the key. null where no such voice is kept. It needs none of
 * the voice's messages. Throws `no-vault`, `vault-locked`.
 * @param room canonical id
 * @param authorKey 33 bytes, of any parity: what a network writes by x alone has the even one
 */
export async function withOwnVoice<T>(room: string, authorKey: Uint8Array, task: (key: AuthorKey) => T): Promise<T | null> {
	const { identities, rooms } = await readDocument();
	for (const { voices = [], generations } of identities)
		for (const { path, n, generation } of voices.filter((voice) => speaksIn(voice, room, rooms[room]?.voice ?? ''))) {
			const record = generations.find((one) => one.generation === generation);
			if (!record) continue;
			const node = nodeFrom(record.node);
			const key = keyOfVoice(node, { path, n });
			try {
				if (equalBytes(xOf(key.publicKey), xOf(authorKey))) return task(key);
			} finally {
				wipe(key.privateKey);
				forgetGeneration(node);
			}
		}
	return null;
}
