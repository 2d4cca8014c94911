import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Entry } from '../../../src/background/outbox/entry.ts';
import type { Mode } from '../../../src/messages/rooms.ts';
import type { OpenAccess, Post } from '../../../src/networks/network.ts';
import { authorOf, readCandidate } from '../../../src/protocol/recognise.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));
// the way to a server and the server: what leaves, and under which name
const server = vi.hoisted(() => ({ post: async (_: unknown): Promise<unknown> => ({}) }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	onChannel: (_: string, __: number, work: (...given: unknown[]) => unknown) => work({}, new AbortController().signal, () => {}),
}));
vi.mock('../../../src/background/access/adapters.ts', async (original) => ({
	...(await original<object>()),
	networkOf: () => ({ signature: 'recoverable', traffic: async () => ({ transport: { post: (job: unknown) => server.post(job) } }) }),
}));

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const hints = { origin: 'https://chat.test' };

/** Posts in a mode. Returns what the guest is called, and the name of the author key that everybody recovers from the message. */
async function post(mode: Mode): Promise<{ called: string; ofKey: string }> {
	const [{ deliver }, { changeOutbox }, { voiceWords }] = await Promise.all([
		import('../../../src/background/outbox/delivery.ts'),
		import('../../../src/background/outbox/store.ts'),
		import('../../../src/background/identities/voice-names.ts'),
	]);
	const entry: Entry = {
		...{ id: crypto.randomUUID(), hints, room, text: 'hello', replyTo: '', mode, due: 0, tries: 0, state: 'sending', sealed: null },
		fault: null,
	};
	await changeOutbox((all) => all.push(entry));
	let names = { called: '', ofKey: '' };
	server.post = async (job) => {
		const { words, seal } = job as Post;
		const { text, wire } = await seal(null);
		const time = Math.floor(Date.now() / 1000);
		const candidate = readCandidate({ room: `xmpp:${room.address}`, bodies: [text], replyTo: '', time, wires: [wire] });
		const key = candidate && authorOf(candidate);
		names = { called: words.slice(0, 3).join(' '), ofKey: key ? (await voiceWords(key)).slice(0, 3).join(' ') : '' };
		return {};
	};
	const tell = { progress: () => {}, onReceipt: async () => {}, onEnter: () => {} };
	await deliver(entry, {} as OpenAccess, hints, new AbortController().signal, tell);
	return names;
}

beforeEach(async () => {
	vi.resetModules();
	fakeBrowser.reset();
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
	const [{ createVault }, { setUnlocked }] = await Promise.all([
		import('../../../src/background/identities/identities.ts'),
		import('../../../src/background/state/lock.ts'),
	]);
	await setUnlocked(await createVault(testPassphrase, testPhrase, '', true, false));
});

test.each<Mode>(['one-time', 'persona', 'no-trace'])(
	'a guest is called by the key that signs, in mode %s as in every other: else the name would tell the mode of a first message (THREATS.md I3d)',
	async (mode) => {
		const names = [await post(mode), await post(mode)];
		for (const { called, ofKey } of names) {
			expect(called).toMatch(/^[a-z]+ [a-z]+ [a-z]+$/);
			expect(called).toBe(ofKey);
		}
		expect(names[0]?.called === names[1]?.called).toBe(mode === 'persona');
	},
);

test('of a message that no key signs the name is drawn', async () => {
	const [one, other] = [await post('keyless'), await post('keyless')];
	expect(one.called).not.toBe(other.called);
});

test('bytes of an earlier try do not leave once more under the name of the voice that took the place of theirs', async () => {
	const [{ signerOf }, { identityFor }, { writableGeneration }, { renewVoice }, { pathOf }, { readOutbox }] = await Promise.all([
		import('../../../src/background/outbox/signer.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/identities/generations.ts'),
		import('../../../src/background/identities/voices.ts'),
		import('../../../src/devices/voice-entries.ts'),
		import('../../../src/background/outbox/store.ts'),
	]);
	await post('persona');
	const [handed] = await readOutbox();
	if (!handed?.sealed) throw new Error('no bytes');
	// as the user asks for another try
	const { n: _, ...again } = handed;
	const { words, voice } = await signerOf(again);
	expect((await signerOf(again)).words.slice(0, 3)).toEqual(words.slice(0, 3));
	const roomId = `xmpp:${room.address}`;
	const identity = await identityFor(roomId);
	const generation = await writableGeneration(identity, Math.floor(Date.now() / 1000));
	await renewVoice(identity.id, generation, { path: pathOf(roomId), from: voice?.n ?? null });
	await expect(signerOf(again)).rejects.toMatchObject({ code: 'voice-changed' });
	expect((await signerOf({ ...again, sealed: null })).voice?.n).not.toBe(voice?.n);
});
