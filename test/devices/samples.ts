import { authorityKey, randomKey, storedKey } from '../../src/devices/device-key.ts';
import type { Generation, SharedState } from '../../src/devices/group.ts';
import { readLinkCode } from '../../src/devices/linking/code.ts';
import { answer, offer, receive, takeAnswer } from '../../src/devices/linking/linking.ts';
import { introduce, newGroup, ownId } from '../../src/devices/registry.ts';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';
import { generationNode } from '../../src/protocol/generation.ts';
import { masterNode, node } from '../../src/protocol/node.ts';

/** 2026-11-21 12:00 UTC, unix ms */
export const noon = Date.UTC(2026, 10, 21, 12);
export const seconds = (ms: number): number => Math.floor(ms / 1000);

export type Root = Generation['node'];

export function sampleRoot(byte = 7): Root {
	const { privateKey, chainCode } = masterNode(new Uint8Array(64).fill(byte));
	return { privateKey: toHex(privateKey), chainCode: toHex(chainCode) };
}

export function generationOf(root: Root, generation: number): Generation {
	const { privateKey, chainCode } = generationNode(node(fromHex(root.privateKey), fromHex(root.chainCode)), generation);
	return { generation, node: { privateKey: toHex(privateKey), chainCode: toHex(chainCode) }, closed: null };
}

/** A device that holds the root, alone. */
export function firstDevice(root: Root, now = noon, name = 'laptop'): SharedState {
	const key = randomKey();
	const authority = authorityKey(node(fromHex(root.privateKey), fromHex(root.chainCode)));
	const group = newGroup(toHex(key.privateKey), toHex(authority.publicKey));
	return {
		generations: [generationOf(root, 46)],
		group: introduce(group, { key: key.publicKey, name, browser: 'chromium', holds: 'phrase' }, now),
	};
}

/** Links a new device through `from`, as two people with two screens do. Returns both. */
export function linkNew(from: SharedState, name: string, now = noon): { from: SharedState; to: SharedState } {
	const asked = offer(name, 'firefox', seconds(now));
	const code = readLinkCode(asked.text, seconds(now));
	const answered = answer(from, code, { name: 'Ada', devicesOnly: false, created: seconds(now) }, now);
	const { bundle } = receive(asked, answered.text, seconds(now));
	return { from: { ...from, group: answered.group }, to: takeAnswer(asked, bundle, now) };
}

export const idOf = ({ group }: SharedState): string => ownId(group);
export const keyOf = ({ group }: SharedState) => storedKey(group.key);
