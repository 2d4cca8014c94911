import type { Label } from '../../messages/rooms.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { wipeNode } from '../../protocol/node.ts';
import { type HeldGeneration, hasAuthor, recogniseCandidate, rememberKey } from '../../protocol/recognise.ts';
import { learnGeneration, readableGenerations } from '../identities/generations.ts';
import { changeDocument, onKeysChange, readDocument } from '../state/document.ts';
import { onLock, onUnlock, vaultKey } from '../state/lock.ts';
import { candidateOf, type LoggedMessage } from './logged-message.ts';
import { isRemembered } from './own-posts.ts';

/** What the keys say of a message. `hasLabel`: it gets a label, whosever it is. */
interface KeyVerdict extends Label {
	hasLabel: boolean;
}

/** As many as the message log can hold; after that they are judged anew. */
const verdictLimit = 12_000;
/** By `rememberKey`, in memory alone. Forgotten when the generations held or their closings change (docs/protocol.md §8). */
let verdicts = new Map<string, KeyVerdict>();
/** The generations of every identity, in use until they change or the vault is locked. */
let keyRing: Promise<{ identity: string; held: HeldGeneration[] }[]> | null = null;

/** Verdicts go, and so do the keys that they came from: overwritten, not only dropped (THREATS.md S2). */
function forgetVerdicts(): void {
	verdicts = new Map();
	const old = keyRing;
	keyRing = null;
	// overwritten in a later turn of the event loop: a verdict that is being made reads its keys within one turn, and is done by then
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
onLock(forgetVerdicts);
onUnlock(forgetVerdicts);
onKeysChange(forgetVerdicts);

async function readKeyRing(): Promise<{ identity: string; held: HeldGeneration[] }[]> {
	if (!(await vaultKey())) return [];
	keyRing ??= readDocument().then(({ identities }) =>
		identities.map((identity) => ({ identity: identity.id, held: readableGenerations(identity, Math.floor(Date.now() / 1000)) })),
	);
	return keyRing;
}

/** The verdict of every identity's keys together. With no key at hand everything that is not keyless is foreign. */
async function judgeByKeys(message: LoggedMessage): Promise<KeyVerdict> {
	const candidate = candidateOf(message);
	const name = rememberKey(candidate);
	const earlier = verdicts.get(name);
	if (earlier) return earlier;
	// if the keys change meanwhile, `verdicts` is a new map, and this verdict must not get into it
	const ofTheseKeys = verdicts;
	const ring = await readKeyRing();
	const keyless = recogniseCandidate(candidate, [])?.verdict === 'keyless';
	let mine = false;
	for (const { identity, held } of keyless ? [] : ring) {
		const verdict = recogniseCandidate(candidate, held);
		if (verdict?.verdict !== 'mine') continue;
		mine = true;
		await learnFrom(identity, verdict.generation, candidate.envelope.slot);
		break;
	}
	const verdict: KeyVerdict = { kind: keyless ? 'keyless' : 'anonymous', mine, hasLabel: keyless || mine || hasAuthor(candidate) };
	if (ofTheseKeys.size >= verdictLimit) ofTheseKeys.clear();
	ofTheseKeys.set(name, verdict);
	return verdict;
}

/** Takes over a generation that another device of the author opened, and the closings that follow from it. */
async function learnFrom(id: string, generation: number, slot: number): Promise<void> {
	const identity = (await readDocument()).identities.find((candidate) => candidate.id === id);
	if (!identity || !learnGeneration(structuredClone(identity), generation, slot)) return;
	await changeDocument(({ identities }) => {
		const changing = identities.find((candidate) => candidate.id === id);
		if (changing) learnGeneration(changing, generation, slot);
	});
}

/**
 * The label of a message: a verdict as docs/protocol.md §8 has it, over every identity of the vault, and own posts that no key proves.
 * null: not a bauta message.
 */
export async function judge(message: LoggedMessage): Promise<Label | null> {
	const { kind, mine, hasLabel } = await judgeByKeys(message);
	if (mine || (await isRemembered(message))) return { kind, mine: true };
	return hasLabel ? { kind, mine: false } : null;
}
