import { fakeBrowser } from '@webext-core/fake-browser';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { unlinkDevices } from '../../../src/devices/next-generation.ts';
import { pathOf } from '../../../src/devices/voice-entries.ts';
import { toHex } from '../../../src/protocol/bytes.ts';
import type { StoredIdentity } from '../../../src/vault/document.ts';
import { firstDevice, idOf, linkNew, noon, sampleRoot } from '../../devices/samples.ts';
import { testPassphrase, testPhrase } from '../../setup.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

const { voiceName } = await import('../../../src/background/identities/voice-names.ts');
const room = 'xmpp:lobby@muc.chat.test';
const path = pathOf(room);
const now = Math.floor(Date.now() / 1000);

async function openBackground() {
	const [voices, own, document, generations, { createVault }, lock] = await Promise.all([
		import('../../../src/background/identities/voices.ts'),
		import('../../../src/background/identities/own-voices.ts'),
		import('../../../src/background/state/document.ts'),
		import('../../../src/background/identities/generations.ts'),
		import('../../../src/background/identities/identities.ts'),
		import('../../../src/background/state/lock.ts'),
	]);
	await lock.setUnlocked(await createVault(testPassphrase, testPhrase, '', true, false));
	const identity = () => document.identityFor(room);
	/** the restored phrase opens a generation of its own first */
	const generation = async () => generations.writableGeneration(await identity(), now);
	const speak = async (scope = room, shown: number | null = null) =>
		voices.writableVoice((await identity()).id, await generation(), scope, shown);
	const renew = async (from: number | null) => voices.renewVoice((await identity()).id, await generation(), { path, scope: room, from });
	/** as the unlinking of a device does */
	const openNext = () =>
		document.changeDocument(({ identities: [one] }) => {
			const last = one?.generations.reduce((a, b) => (a.generation > b.generation ? a : b));
			if (last) one?.generations.push({ ...last, generation: last.generation + 1 });
		});
	return { ...voices, ...own, ...document, ...lock, identity, generation, speak, renew, openNext };
}

beforeEach(() => {
	vi.resetModules();
	fakeBrowser.reset();
	Object.assign(globalThis, { indexedDB: new IDBFactory() });
});

describe('a voice', () => {
	test('is begun by its first message and is the same for the next ones; another room and a label have others', async () => {
		const { speak } = await openBackground();
		const first = await speak();
		expect(first.key).toHaveLength(33);
		expect(await speak()).toEqual(first);
		const [other, named] = [await speak('xmpp:hall@muc.chat.test'), await speak('label:organiser')];
		expect(new Set([first, other, named].map(({ key }) => toHex(key))).size).toBe(3);
		expect(await speak('label:organiser')).toEqual(named);
	});

	test('is begun anew on demand, once where two windows ask together, and the old key is not reached again', async () => {
		const { speak, renew } = await openBackground();
		const first = await speak();
		await Promise.all([renew(first.n), renew(first.n)]);
		const second = await speak();
		expect(second.n).not.toBe(first.n);
		await renew(first.n);
		expect(await speak()).toEqual(second);
	});

	test('ends with its generation: that is said before anything is sent, and the next one is begun by hand', async () => {
		const { speak, renew, openNext, identity, requireVoice } = await openBackground();
		const first = await speak();
		await openNext();
		await expect(speak()).rejects.toMatchObject({ code: 'voice-ended' });
		const before = await identity();
		expect(() => requireVoice(before, room)).toThrow(expect.objectContaining({ code: 'voice-ended' }));
		requireVoice(before, 'label:new');
		await renew(null);
		requireVoice(await identity(), room);
		expect((await speak()).key).not.toEqual(first.key);
	});

	test('other than the one that was seen when a message was sent does not say it: renewed, given up, or another device’s', async () => {
		const { speak, renew, forgetVoice, identity } = await openBackground();
		const first = await speak();
		expect(await speak(room, first.n)).toEqual(first);
		await renew(first.n);
		await expect(speak(room, first.n)).rejects.toMatchObject({ code: 'voice-changed' });
		const second = await speak();
		await forgetVoice((await identity()).id, path);
		await expect(speak(room, second.n)).rejects.toMatchObject({ code: 'voice-changed' });
	});

	test('that was renewed is over for good, whatever a clock says of when it was begun', async () => {
		const { speak, renew, identity, changeDocument, learnVoices } = await openBackground();
		const first = await speak();
		await changeDocument(({ identities: [one] }) => {
			// begun by a device whose clock is ahead
			if (one?.voices?.[0]) one.voices[0].since += 3600;
		});
		await renew(first.n);
		const second = await speak();
		expect(second.n).not.toBe(first.n);
		const known = structuredClone(await identity());
		learnVoices(known, [{ room, path, generation: first.generation, n: first.n, time: now + 9000 }]);
		const { voiceAt } = await import('../../../src/background/identities/voices.ts');
		expect(voiceAt(known, path).voice?.n).toBe(second.n);
	});

	test('that was given up speaks no more, and its name stands nowhere', async () => {
		const { speak, forgetVoice, identity, listOwnVoices, changeRoom, readRoom } = await openBackground();
		const first = await speak('label:organiser');
		await changeRoom(room, { mode: 'persona', voice: 'organiser' });
		await forgetVoice((await identity()).id, pathOf('label:organiser'));
		expect(JSON.stringify(await identity())).not.toContain('organiser');
		expect(await readRoom(room)).toMatchObject({ mode: 'one-time', voice: '' });
		expect((await listOwnVoices(room, '')).map(({ label }) => label)).toEqual(['']);
		expect((await speak('label:organiser')).n).not.toBe(first.n);
	});
});

describe('what a composer lists', () => {
	test('the room’s own voice first, then those with a name; words and picture once they have a key', async () => {
		const { speak, listOwnVoices } = await openBackground();
		expect(await listOwnVoices(room, '')).toEqual([{ label: '', name: '', pattern: '', n: null, ended: false, met: false }]);
		const [own, named] = [await speak(), await speak('label:organiser')];
		const [first, second, third] = await listOwnVoices(room, 'chosen');
		expect(first).toMatchObject({ label: '', name: await voiceName(own.key), n: own.n, ended: false });
		expect(first?.pattern).toMatch(/^M\d \d/);
		expect(second).toMatchObject({ label: 'organiser', name: await voiceName(named.key) });
		expect(third).toMatchObject({ label: 'chosen', name: '' });
	});

	test('that a voice has ended', async () => {
		const { speak, openNext, listOwnVoices } = await openBackground();
		await speak();
		await openNext();
		expect((await listOwnVoices(room, ''))[0]).toMatchObject({ name: '', n: null, ended: true });
	});
});

describe('the name of a voice', () => {
	test.each([
		['', 'voice-name-empty'],
		[' \t\n\u200b', 'voice-name-empty'],
		['x'.repeat(300), 'voice-name-long'],
		['\u202eresinagro', 'voice-name-marks'],
		['orga\u200fniser', 'voice-name-marks'],
		['a\u0000b', 'voice-name-marks'],
	])('%j: %s', async (written, code) => {
		const { checkedLabel } = await openBackground();
		expect(() => checkedLabel(written)).toThrow(expect.objectContaining({ code }));
	});

	test('blanks at its ends go, and it is one name however its letters are written', async () => {
		const { checkedLabel, scopeOf } = await openBackground();
		expect(checkedLabel('  organiser\n')).toBe('organiser');
		expect(checkedLabel('Zoe\u0308')).toBe('Zoë');
		expect(checkedLabel('المنظِّم')).toBe('المنظِّم'.normalize('NFC'));
		expect(checkedLabel('👩‍🌾 farm')).toBe('👩‍🌾 farm');
		expect(scopeOf(room, '')).toBe(room);
		expect(scopeOf(room, ' organiser ')).toBe('label:organiser');
	});
});

describe('another device', () => {
	const met = (n: number, time: number) => ({ room, path, generation: 46, n, time });
	const identity = (voices: StoredIdentity['voices'] = []): StoredIdentity => {
		const { generations } = firstDevice(sampleRoot());
		const rest = { id: 'a', name: '', kind: 'linked', root: null, phrase: null, confirmed: true, restored: false, created: 0 } as const;
		return { ...rest, generations, voices };
	};

	test('continues a voice whose message it met in the room', async () => {
		const { learnVoices, voiceAt } = await openBackground();
		const phone = identity();
		expect(learnVoices(phone, [met(7, 100)])).toBe(true);
		expect(voiceAt(phone, path).voice).toMatchObject({ n: 7, scope: room, met: true });
		expect(learnVoices(phone, [met(7, 100), met(7, 200)])).toBe(false);
		// as the vault gives it back, in another order: nothing is written for one's own messages alone
		phone.voices = (phone.voices ?? []).map(({ path: at, scope, ...rest }) => ({ ...rest, ...(scope && { scope }), path: at }));
		expect(learnVoices(phone, [met(7, 100)])).toBe(false);
		// a removed device can make messages of an earlier generation
		expect(learnVoices(phone, [{ ...met(9, 300), generation: 45 }])).toBe(false);
	});

	test('goes on with a voice that it met once the user has said so: a server may show an old one to this account alone', async () => {
		const { speak, identity, generation, changeDocument, learnVoices, continueVoice, requireVoice } = await openBackground();
		const { generation: number } = await generation();
		await changeDocument(({ identities: [one] }) => {
			if (one) learnVoices(one, [{ room, path, generation: number, n: 7, time: 100 }]);
		});
		await expect(speak()).rejects.toMatchObject({ code: 'voice-met' });
		const own = await identity();
		expect(() => requireVoice(own, room)).toThrow(expect.objectContaining({ code: 'voice-met' }));
		await continueVoice(own.id, path, 8);
		await expect(speak()).rejects.toMatchObject({ code: 'voice-met' });
		await continueVoice(own.id, path, 7);
		expect((await speak()).n).toBe(7);
	});

	test('follows the one that was begun later, and tells so where it spoke as the other', async () => {
		const { learnVoices, voiceAt, replacedVoices, tellReplacements, vaultNotices } = await openBackground();
		const spoken = { path, scope: room, generation: 46, n: 7, since: 100, used: 20_000 };
		const phone = identity([spoken]);
		learnVoices(phone, [met(5, 90)]);
		expect(voiceAt(phone, path).voice?.n).toBe(7);
		expect(replacedVoices([spoken], phone)).toEqual([]);
		learnVoices(phone, [met(8, 150)]);
		expect(voiceAt(phone, path).voice?.n).toBe(8);
		tellReplacements(replacedVoices([spoken], phone));
		expect(vaultNotices()).toEqual([{ code: 'voice-joined', detail: 'lobby@muc.chat.test' }]);
		expect(replacedVoices([{ ...spoken, used: 0 }], phone)).toEqual([]);
	});

	test('a removed one’s generation has none of the voices that are begun after it', async () => {
		const { voiceAt } = await openBackground();
		const two = linkNew(firstDevice(sampleRoot()), 'phone');
		const after = unlinkDevices(two.from, sampleRoot(), [idOf(two.to)], noon + 1000);
		const rest = identity([{ path, scope: room, generation: 46, n: 7, since: 1, used: 1 }]);
		expect(voiceAt({ ...rest, generations: after.generations }, path)).toEqual({ voice: null, hasEnded: true });
	});
});
