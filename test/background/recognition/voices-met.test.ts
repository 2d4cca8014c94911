import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { IncomingMessage } from '../../../src/networks/network.ts';
import { labelScope } from '../../../src/protocol/author.ts';
import { composeMessage, type Draft } from '../../../src/protocol/compose.ts';
import { nodeFrom } from '../../../src/protocol/node.ts';
import type { StoredIdentity } from '../../../src/vault/document.ts';
import { newIdentity, newPhrase } from '../../../src/vault/identity.ts';
import { eventually } from '../../eventually.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

/** The words as people read them. */
function getMessage(key: string, values: string[] = []): string {
	const all = JSON.parse(readFileSync(join(import.meta.dirname, '../../../public/_locales/en/messages.json'), 'utf8'));
	const { message, placeholders = {} } = all[key] as { message: string; placeholders?: Record<string, { content: string }> };
	return message.replace(/\$(\w+)\$/g, (_, name: string) => {
		const place = placeholders[name.toLowerCase()]?.content ?? '';
		return values[Number(place.slice(1)) - 1] ?? '';
	});
}
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false }, i18n: { getMessage } }),
}));
vi.mock('../../../src/background/access/on-channel.ts', () => ({ onChannel: async () => ({ messages: [], shown: [] }) }));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

const site = 'https://chat.test';
const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const roomId = `xmpp:${room.address}`;
/** a Wednesday, noon at the place of the test */
const now = new Date(2026, 10, 25, 12).getTime() / 1000;
const hour = 3600;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** A key by its number, for a voice that nobody proves: both of these have the same two words. */
const twins = [495, 2069] as const;
const keyed = (number: number) => (length: number) => {
	if (length !== 32) return random(length);
	const key = new Uint8Array(32);
	new DataView(key.buffer).setUint32(28, number);
	return key;
};

let serial = 0;
function said(draft: Partial<Draft>, time = now, more: Partial<IncomingMessage> = {}): IncomingMessage {
	const id = `m${++serial}`;
	const text = `words ${serial}`;
	const { wire } = composeMessage({
		...{ mode: 'no-trace', transport: 'recoverable', room: roomId, text, replyTo: '', now: time, generation: null, random },
		...draft,
	});
	return { room: roomId, id, archiveId: '', author: `${roomId}/${id}`, bodies: [text], replyTo: '', time, wires: [wire], ...more };
}
const generationOf = ({ generations: [held] }: StoredIdentity) => ({
	generation: held?.generation ?? 0,
	node: nodeFrom(held?.node ?? { privateKey: '', chainCode: '' }),
	closed: null,
});
const asVoice = (writer: StoredIdentity, name: string): Partial<Draft> => ({
	...{ mode: 'persona', generation: generationOf(writer), persona: { scope: labelScope(name), n: 1 } },
});
const oneTime = (writer: StoredIdentity): Partial<Draft> => ({ mode: 'one-time', generation: generationOf(writer) });
const byKey = (number: number): Partial<Draft> => ({ random: keyed(number) });

async function openBackground() {
	const [{ createVault }, lock, document, log, labels, loads] = await Promise.all([
		import('../../../src/background/identities/identities.ts'),
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/recognition/message-log.ts'),
		import('../../../src/background/recognition/labels.ts'),
		import('../../../src/background/recognition/page-loads.ts'),
	]);
	const key = await createVault(testPassphrase, testPhrase, '', true, false);
	await lock.setUnlocked(key.slice());
	const me = newIdentity(newPhrase(), 'me', now);
	await document.changeDocument(({ identities }) => void identities.push(me));
	const page = { tab: 1, origin: site };
	const meet = (messages: IncomingMessage[]) => log.rememberMessages(site, messages, 'page');
	/** The labels of everything in the room, by id, as the page is told. */
	const seen = async (messages: IncomingMessage[], shown = messages) => {
		await meet(messages);
		const names = shown.map(({ id, author }) => ({ id, author }));
		return new Map((await labels.labelPage(page, room, names, () => {})).map(({ id, label }) => [id, label]));
	};
	return { ...lock, ...labels, ...loads, page, meet, seen, key, me };
}

beforeEach(() => {
	vi.useFakeTimers({ now: now * 1000, toFake: ['Date'] });
	fakeBrowser.reset();
	vi.resetModules();
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
});

describe('a voice', () => {
	test('has a name and a pattern from its second message on, on all of its messages; one-time messages never have', async () => {
		const { seen, me } = await openBackground();
		const first = said(asVoice(me, 'organiser'));
		const others = [said(oneTime(me)), said(oneTime(me)), said({}), said({})];
		const before = await seen([first, ...others]);
		expect([...before.values()].filter(({ look }) => look)).toEqual([]);
		expect(new Set([...before.values()].map(({ voice }) => voice)).size).toBe(5);
		const second = said(asVoice(me, 'organiser'));
		const after = await seen([second], [first, ...others, second]);
		const look = after.get(first.id)?.look;
		expect(look?.name.split(' ')).toHaveLength(2);
		expect(look?.name.split(' ').every((word) => wordlist.includes(word))).toBe(true);
		expect(look?.pattern).toMatch(/^(M\d+ \d+h3v3h-3z)+$/);
		expect(after.get(second.id)).toMatchObject({ voice: after.get(first.id)?.voice, look });
		expect(others.filter(({ id }) => after.get(id)?.look)).toEqual([]);
	});

	test('is the same for mine and foreign, locked and unlocked', async () => {
		const { seen, me, lock, setUnlocked, key } = await openBackground();
		const stranger = newIdentity(newPhrase(), 'stranger', now);
		const messages = [me, stranger].flatMap((writer) => [said(asVoice(writer, 'x')), said(asVoice(writer, 'x')), said(oneTime(writer))]);
		const unlocked = await seen(messages);
		expect(messages.map(({ id }) => unlocked.get(id)?.mine)).toEqual([1, 1, 1, 0, 0, 0]);
		expect(messages.map(({ id }) => unlocked.get(id)?.look !== undefined)).toEqual([true, true, false, true, true, false]);
		await lock();
		const locked = await seen(messages);
		expect([...locked.values()].some(({ mine }) => mine)).toBe(false);
		for (const [id, label] of locked) expect({ ...label, mine: unlocked.get(id)?.mine }).toEqual(unlocked.get(id));
		await setUnlocked(key.slice());
		expect(await seen(messages)).toEqual(unlocked);
	});

	test('is nobody’s who sends a copy, or a message that is not signed by its key', async () => {
		const { seen, me } = await openBackground();
		const original = said(oneTime(me));
		const copy = { ...original, id: 'copy', author: `${roomId}/copier` };
		const changed = { ...original, id: 'changed', author: `${roomId}/changer`, bodies: ['other words'] };
		const keyless = [said({ mode: 'keyless' }), said({ mode: 'keyless' })];
		const labels = await seen([original, copy, changed, ...keyless]);
		expect(labels.has('copy')).toBe(false);
		expect([...labels.values()].filter(({ look }) => look)).toEqual([]);
		expect(keyless.map(({ id }) => labels.get(id))).toEqual(keyless.map(() => ({ kind: 'keyless', mine: 0 })));
	});

	test('has a third word where another key has the same two, and so has the other, whichever of them was met first', async () => {
		const { seen } = await openBackground();
		// the first of them has spoken once by then
		const original = said(byKey(twins[0]), now - hour);
		const imitator = [said(byKey(twins[1])), said(byKey(twins[1]))];
		const nameIn = (labels: Awaited<ReturnType<typeof seen>>, message?: IncomingMessage) => labels.get(message?.id ?? '')?.look?.name ?? '';
		const name = nameIn(await seen([original, ...imitator]), imitator[1]);
		expect(name.split(' ')).toHaveLength(3);
		const again = said(byKey(twins[0]));
		const after = await seen([again], [original, ...imitator, again]);
		expect(nameIn(after, imitator[1])).toBe(name);
		const other = nameIn(after, again);
		expect(other.split(' ')).toHaveLength(3);
		expect(other).not.toBe(name);
		expect(other.split(' ').slice(0, 2)).toEqual(name.split(' ').slice(0, 2));
		expect(after.get(again.id)?.voice).not.toBe(after.get(imitator[1]?.id ?? '')?.voice);
	});

	test('says how often it has spoken, and since when', async () => {
		const { seen } = await openBackground();
		const title = async (key: number, ...hoursAgo: number[]) => {
			const messages = hoursAgo.map((hours) => said(byKey(key), now - hours * hour));
			return (await seen(messages)).get(messages[0]?.id ?? '')?.look?.title;
		};
		expect(await title(1, 11, 0)).toBe('2 messages today');
		expect(await title(2, 3, 48, 1)).toBe('3 messages since Monday');
		expect(await title(3, 5.9 * 24, 1)).toBe('2 messages since Thursday');
		expect(await title(4, 7 * 24, 1)).toBe('2 messages since Nov 18, 2026');
	});

	test('by what the disk has of earlier times is shown in pages that are loaded after the unlock alone', async () => {
		const { seen, page, key, me } = await openBackground();
		const early = said(asVoice(me, 'x'), now - hour);
		await seen([early]);
		const { readRecord } = await import('../../../src/background/state/vault.ts');
		await eventually(async () => expect(await readRecord(key, 'log')).not.toBeNull());
		await fakeBrowser.storage.session.clear();
		vi.resetModules();
		const here = await openAgain();
		await here.notePageLoad(page.tab);
		const late = said(asVoice(me, 'x'));
		expect((await here.seen([late])).get(late.id)?.look).toBeUndefined();
		await here.setUnlocked(key.slice());
		expect((await here.seen([late])).get(late.id)?.look).toBeUndefined();
		await here.notePageLoad(page.tab);
		expect((await here.seen([late])).get(late.id)?.look?.title).toBe('2 messages today');
	}, 20_000);
});

/** The background after the browser was started anew, over the vault that is there. */
async function openAgain() {
	const [lock, log, labels, loads, { helloTab }] = await Promise.all([
		import('../../../src/background/state/lock.ts'),
		import('../../../src/background/recognition/message-log.ts'),
		import('../../../src/background/recognition/labels.ts'),
		import('../../../src/background/recognition/page-loads.ts'),
		import('../../../src/background/state/tabs.ts'),
	]);
	await helloTab(1, site, 'converse', 'xmpp');
	const seen = async (messages: IncomingMessage[]) => {
		await log.rememberMessages(site, messages, 'page');
		const names = messages.map(({ id, author }) => ({ id, author }));
		return new Map((await labels.labelPage({ tab: 1, origin: site }, room, names, () => {})).map(({ id, label }) => [id, label]));
	};
	return { ...lock, ...loads, seen };
}
