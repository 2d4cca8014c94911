import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { voicePattern } from '../../../src/protocol/author.ts';
import { eventually } from '../../eventually.ts';
import { channelId, forgetBackground, lobbyId, now, openBackground, site, tab, written } from './room.ts';

/** What pages and their scripts were told. */
const told: unknown[] = [];
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, {
		extension: { inIncognitoContext: false },
		tabs: Object.assign(fakeBrowser.tabs, { sendMessage: async (...message: unknown[]) => void told.push(message) }),
	}),
}));
/** How often anything was asked of a server. */
const asked = vi.hoisted(() => ({ count: 0 }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel() {
		asked.count++;
		return { messages: [], shown: [] };
	},
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

beforeEach(() => {
	forgetBackground();
	told.length = 0;
	asked.count = 0;
});

const idsIn = (messages: { id: string }[]) => messages.map(({ id }) => id);

describe('my messages here', () => {
	// the first one: no timer of another test's background is under way
	test('ask no server, tell no page, and write nothing', async () => {
		const { ask, meet, me } = await openBackground();
		await meet(Array.from({ length: 20 }, (_, at) => written(`${at}`, me)));
		// what the new identity of this test brings about is over
		await eventually(() => expect(told).toHaveLength(1));
		told.length = 0;
		const { verdictAge } = await import('../../../src/background/recognition/verdicts.ts');
		// the record of messages met is written two seconds after they were met, whoever looks
		const { storage } = fakeBrowser;
		const stored = async () =>
			JSON.stringify([await storage.local.get('vault'), await storage.session.get(['tabs', 'log', `log:${site} ${lobbyId}`])]);
		const before = { age: verdictAge(), stored: await stored() };
		expect((await ask['proof.own']({ tab })).messages).toHaveLength(20);
		expect((await ask['voice.list']({ tab })).voices).toHaveLength(20);
		expect(verdictAge()).toBe(before.age);
		expect((await stored()) === before.stored).toBe(true);
		// a redraw of labels would come a second after its cause
		await new Promise((resolve) => setTimeout(resolve, 1300));
		expect(told).toEqual([]);
		expect(asked.count).toBe(0);
	});

	test('are the own ones of the rooms on show, the newest first, with the account that the page has there', async () => {
		const { ask, meet, me } = await openBackground();
		const at = (seconds: number) => ({ now: now - seconds });
		await meet([written('first', me, at(300)), written('theirs', null, at(200)), written('second', me, at(100))]);
		await meet([written('0f'.repeat(32), me, { room: channelId, ...at(200) })]);
		await meet([written('elsewhere', me, { room: 'xmpp:other@muc.chat.test' })]);
		await meet([written('other site', me)], 'https://other.test');
		const { messages } = await ask['proof.own']({ tab });
		expect(idsIn(messages)).toEqual(['second', '0f'.repeat(32), 'first']);
		expect(messages.map(({ account }) => account)).toEqual(['lobby@muc.chat.test/bob', '', 'lobby@muc.chat.test/bob']);
		expect(messages.every(({ whyNot, voice }) => whyNot === null && /^([a-z]+ ){3}[a-z]+$/.test(voice?.name ?? ''))).toBe(true);
		expect((await ask['proof.own']({ tab: 7 })).messages).toEqual([]);
	});

	test('are told while the vault is open alone', async () => {
		const { ask, meet, me, lock } = await openBackground();
		await meet([written('mine', me)]);
		await lock();
		await expect(ask['proof.own']({ tab })).rejects.toMatchObject({ code: 'vault-locked' });
		await expect(ask['voice.list']({ tab })).rejects.toMatchObject({ code: 'vault-locked' });
	});

	test('without a key say why nothing can be proven of them', async () => {
		const { ask, meet, me, changeDocument } = await openBackground();
		const [{ contentHash }, { toHex }, list, { groupOf }] = await Promise.all([
			import('../../../src/protocol/text.ts'),
			import('../../../src/protocol/bytes.ts'),
			import('../../../src/devices/own-list.ts'),
			import('../../../src/background/devices/groups.ts'),
		]);
		const silent = written('silent', null, { mode: 'keyless' });
		const untraced = written('untraced', null, { mode: 'no-trace' });
		await meet([silent, untraced, written('mine', me)]);
		await changeDocument(({ identities: [identity] }) => {
			if (!identity) return;
			let group = list.setOwnList(groupOf(identity, 'here', Date.now()), true, Date.now());
			for (const { id, wires } of [silent, untraced]) {
				const hash = list.ownHash(toHex(contentHash(lobbyId, id, '')), wires[0] ?? '');
				group = list.rememberOwnPost(group, { room: lobbyId, id, hash }, Date.now());
			}
			identity.devices = group;
		});
		const { messages } = await ask['proof.own']({ tab });
		const reasons = Object.fromEntries(messages.map(({ id, whyNot }) => [id, whyNot]));
		expect(reasons).toEqual({ silent: 'keyless', untraced: 'no-trace', mine: null });
		expect(messages.find(({ id }) => id === 'silent')?.voice).toBeNull();
	});

	test('have their beginning where the archive showed just these words, and never those of an imitator', async () => {
		const { ask, meet, me, rememberArchived } = await openBackground();
		const by = (id: string, author: string, text: string, replyTo = '') => ({
			...written(id, me, { text, replyTo }),
			...{ author: `lobby@muc.chat.test/${author}`, replyTo },
		});
		await meet([
			by('a', 'lone wolf', 'An answer', 'r1'),
			by('b', 'two', 'One thing'),
			by('c', 'two', 'Another thing'),
			by('d', 'same id', 'What was said'),
			by('e', 'only one', 'All that was said'),
			by('f', 'lines', 'One line\nand another'),
		]);
		const archived = (id: string, author: string, excerpt: string, anonymous = true) => ({ id, author, excerpt, anonymous });
		await rememberArchived(site, lobbyId, [
			archived('s1', 'lone wolf', 'An answer'),
			archived('s2', 'two', 'Another thing'),
			archived('s3', 'two', 'One thing'),
			archived('d', 'same id', 'An imitator’s words'),
			archived('s5', 'only one', 'An imitator’s words'),
			{ ...archived('s6', 'lines', 'One line and another'), lines: 'One line\nand another\n' },
		]);
		const { messages } = await ask['proof.own']({ tab });
		const excerpts = Object.fromEntries(messages.map(({ id, excerpt }) => [id, excerpt]));
		expect(excerpts).toEqual({ a: '', b: 'One thing', c: 'Another thing', d: '', e: '', f: 'One line and another' });
	});
});

test('the key of an own message is overwritten after its use, whatever becomes of that', async () => {
	const { meet, me, lock } = await openBackground();
	const [mine, theirs] = await meet([written('mine', me), written('theirs', null)]);
	if (!mine || !theirs) throw new Error('not met');
	const { withOwnKey } = await import('../../../src/background/recognition/verdicts.ts');
	const keys: Uint8Array[] = [];
	const take = ({ privateKey }: { privateKey: Uint8Array }) => {
		keys.push(privateKey);
		return privateKey.some((byte) => byte !== 0);
	};
	expect(await withOwnKey(mine, take)).toBe(true);
	const failing = (key: { privateKey: Uint8Array }) => {
		take(key);
		throw new Error('no');
	};
	await expect(withOwnKey(mine, failing)).rejects.toThrow('no');
	expect(await withOwnKey(theirs, take)).toBeNull();
	await lock();
	expect(await withOwnKey(mine, take)).toBeNull();
	expect(keys.map((key) => key.every((byte) => byte === 0))).toEqual([true, true]);
});

describe('voices', () => {
	test('are listed alike, mine and foreign, each once, and keyless messages have none', async () => {
		const { ask, meet, me } = await openBackground();
		const persona = { mode: 'persona', persona: { scope: lobbyId, n: 5 } } as const;
		const at = (seconds: number) => ({ now: now - seconds });
		await meet([
			written('p1', me, { ...persona, ...at(500) }),
			written('p2', me, { ...persona, ...at(100) }),
			written('theirs', null, at(300)),
			written('silent', null, { mode: 'keyless' }),
		]);
		const { voices, questions } = await ask['voice.list']({ tab });
		expect(questions).toEqual([]);
		expect(voices.map(({ messages, last }) => [messages, last])).toEqual([
			[2, now - 100],
			[1, now - 300],
		]);
		const { fromHex } = await import('../../../src/protocol/bytes.ts');
		for (const { key, pattern, name, ...rest } of voices) {
			expect(pattern).toBe(voicePattern(fromHex(key)));
			expect(name).toMatch(/^([a-z]+ ){3}[a-z]+$/);
			expect(Object.keys(rest)).toEqual(['room', 'messages', 'last', 'account']);
		}
	});
});
