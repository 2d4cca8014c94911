import { mnemonicToSeedSync } from '@scure/bip39';
import {
	normalPhrase,
	privateKeyFromHex,
	rootFromPhrase,
	rootFromPrivateKey,
	rootFromSeed,
	rootFromXprv,
} from '../../src/protocol/account/root.ts';
import { fromHex, HKDF } from '../../src/protocol/bytes.ts';
import { ProtocolError } from '../../src/protocol/error.ts';
import {
	generationNode,
	generationSecret,
	newestGenerationToTry,
	openGeneration,
	openRestoredGeneration,
	periodInfo,
	roomKeys,
	roomSalt,
} from '../../src/protocol/generation.ts';
import type { Node } from '../../src/protocol/node.ts';
import { chatKeyFromPhrase, chatKeyFromPrivateKey, chatKeyFromXprv } from '../../src/protocol/status/chat-key.ts';
import type { BautaFile, OpeningCase, RootCase } from './bauta-format.ts';
import type { Case, Cases } from './cases.ts';

/** roots, refusedImports, generations, openings, roomKeys. Gives the roots by their id. */
export function checkKeys(file: BautaFile, cases: Cases): Map<string, Node> {
	const roots = new Map<string, Node>();
	for (const root of file.roots ?? [])
		cases.run(`roots: ${root.id} (${root.kind})`, (at) => {
			const A = checkRoot(root, at);
			roots.set(root.id, A);
		});
	for (const { kind, value, why } of file.refusedImports ?? [])
		cases.run(`refusedImports: ${kind}, ${why}`, (at) => {
			at.same('refused', true, isRefused(kind, value));
		});
	const need = (id: string) => {
		const root = roots.get(id);
		if (!root) throw new Error(`no root ${id}`);
		return root;
	};
	for (const item of file.generations ?? [])
		cases.run(`generations: ${item.root}, ${item.generation}`, (at) => {
			const generation = generationNode(need(item.root), item.generation);
			at.same('privateKey', item.privateKey, generation.privateKey);
			at.same('chainCode', item.chainCode, generation.chainCode);
			at.same('generationSecret', item.generationSecret, generationSecret(generation));
		});
	for (const [index, opening] of (file.openings ?? []).entries())
		cases.run(`openings: ${index}, ${opening.how}`, (at) => checkOpening(opening, at));
	for (const item of file.roomKeys ?? [])
		cases.run(`roomKeys: ${item.root}, ${item.generation}, ${item.room}, ${item.period}`, (at) => {
			const keys = roomKeys(generationSecret(generationNode(need(item.root), item.generation)), item.room, item.period);
			at.same('salt', item.salt, roomSalt(item.room));
			at.same('info', item.info, periodInfo(item.period));
			at.same('tagKey', item.tagKey, keys.tagKey);
			at.same('sealKey', item.sealKey, keys.sealKey);
		});
	return roots;
}

/** Every way in that the case names must lead to the same A. */
function checkRoot(root: RootCase, at: Case): Node {
	const sameRoots: Node[] = [];
	const add = (A: Node, chat: Uint8Array | null) => {
		sameRoots.push(A);
		at.same('A.privateKey', root.A.privateKey, A.privateKey);
		at.same('A.chainCode', root.A.chainCode, A.chainCode);
		at.same('chatPrivateKey', root.chatPrivateKey ?? null, chat);
	};
	if (root.phrase !== undefined) {
		const { phrase, passphrase = '' } = root;
		at.same('seed', root.seed, mnemonicToSeedSync(normalPhrase(phrase), passphrase));
		add(rootFromPhrase(phrase, passphrase), chatKeyFromPhrase(phrase, passphrase).privateKey);
	}
	if (root.xprv !== undefined) add(rootFromXprv(root.xprv), chatKeyFromXprv(root.xprv).privateKey);
	if (root.privateKey !== undefined) {
		const key = privateKeyFromHex(root.privateKey);
		at.same('seed', root.seed, HKDF(key, '', 'bauta/1 raw account', 64));
		add(rootFromPrivateKey(key), chatKeyFromPrivateKey(key).privateKey);
	}
	if (sameRoots.length === 0 && root.seed !== undefined) add(rootFromSeed(fromHex(root.seed)), null);
	const [A] = sameRoots;
	if (!A) throw new Error('nothing to make a root of');
	return A;
}

function isRefused(kind: string, value: string): boolean {
	try {
		if (kind === 'phrase') rootFromPhrase(value);
		else if (kind === 'xprv') rootFromXprv(value);
		else if (kind === 'privateKey') rootFromPrivateKey(privateKeyFromHex(value));
		else throw new Error(`unknown kind ${kind}`);
		return false;
	} catch (thrown) {
		if (thrown instanceof ProtocolError) return true;
		throw thrown;
	}
}

function checkOpening(opening: OpeningCase, at: Case): void {
	const { how, current = null, highestSeen = null, now, generation, triesUpTo } = opening;
	if (how === 'first' || how === 'unlink') at.same('generation', generation, openGeneration({ current, now }));
	else if (how === 'restored') at.same('generation', generation, openRestoredGeneration({ highestSeen, now }));
	else at.fault(`unknown way ${how}`);
	at.same('triesUpTo', triesUpTo, newestGenerationToTry(now));
}
