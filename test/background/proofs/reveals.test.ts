import { schnorr } from '@noble/secp256k1';
import { fakeBrowser } from '@webext-core/fake-browser';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { BautaError, ErrorCode } from '../../../src/messages/errors.ts';
import { fromHex, toBase64url, toHex } from '../../../src/protocol/bytes.ts';
import { keyPair } from '../../../src/protocol/curve.ts';
import { publicRevealDigest, readReveal, revealToOne } from '../../../src/protocol/proofs/reveal.ts';
import { npub } from '../../../src/vault/import/key-names.ts';
import { channel, channelId, forgetBackground, lobby, lobbyId, now, openBackground, site, tab, written } from './room.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
/** What the room's archive shows a guest, and how often it was asked. */
const archive = vi.hoisted(() => ({ asked: 0, messages: [] as unknown[] }));
vi.mock('../../../src/background/access/on-channel.ts', () => ({
	async onChannel() {
		archive.asked++;
		return { messages: archive.messages, shown: [] };
	},
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

const account = `${lobby.address}/bob`;
const codeOf = async (work: Promise<unknown>): Promise<ErrorCode | 'nothing'> => {
	try {
		await work;
		return 'nothing';
	} catch (thrown) {
		return (thrown as BautaError).code;
	}
};
const own = { tab, room: lobby, id: 'mine', author: `${lobby.address}/mine`, account, to: null };

beforeEach(() => {
	forgetBackground();
	Object.assign(archive, { asked: 0, messages: [] });
});

/** A background that has met an own message, and a contact code that is the user's own. */
async function withOwnMessage() {
	const background = await openBackground();
	await background.meet([written('mine', background.me), written('theirs', null)]);
	const { text: contact } = await background.ask['contact.read']({ identity: background.me.id });
	const prove = async (to: string | null = contact) => (await background.ask['proof.make']({ ...own, to })).text;
	const check = (text: string, change: { account?: string; key?: string; look?: boolean } = {}) =>
		background.ask['proof.check']({ tab, text, account, key: '', look: false, ...change });
	return { ...background, contact, prove, check };
}

describe('"this was me"', () => {
	test('to everyone: a text that the author key signed, for the account as the room authenticates it', async () => {
		const { prove, check } = await withOwnMessage();
		const reveal = readReveal(await prove(null));
		expect(reveal.statement).toMatchObject({ room: lobbyId, messageId: 'mine', claimant: `xmpp:${account}` });
		if (reveal.form !== 'public') throw new Error(reveal.form);
		const { bytes, signature, statement } = reveal;
		expect(schnorr.verify(signature, publicRevealDigest(bytes), statement.authorKey.subarray(1))).toBe(true);
		expect(await check(await prove(null))).toMatchObject({ form: 'public', claimant: account, room: lobbyId });
	});

	test('on Nostr: for an npub, by the key that Nostr knows by x alone', async () => {
		const { ask, meet, me } = await openBackground();
		// of several keys some are odd
		const messages = Array.from({ length: 6 }, (_, at) => written(`${at}`.repeat(64), me, { room: channelId }));
		await meet(messages);
		const secret = 'ab'.repeat(32);
		const { publicKey } = keyPair(fromHex(secret));
		for (const { id, author } of messages) {
			const claim = { tab, room: channel, id, author, account: npub(publicKey) };
			for (const to of [null, npub(publicKey)]) {
				const { text } = await ask['proof.make']({ ...claim, to });
				const proof = { tab, text, account: toHex(publicKey.subarray(1)), key: to ? secret : '', look: false };
				expect(await ask['proof.check'](proof)).toMatchObject({ claimant: npub(publicKey) });
			}
		}
	});

	test('is possible for own messages with a key alone, and leaves nothing on disk', async () => {
		const { ask, meet, prove, lock } = await withOwnMessage();
		await meet([written('silent', null, { mode: 'keyless' })]);
		for (const id of ['theirs', 'silent', 'nowhere'])
			expect(await codeOf(ask['proof.make']({ ...own, id, author: `${lobby.address}/${id}` })), id).toBe('proof-impossible');
		const text = await prove(null);
		const areas = await Promise.all([fakeBrowser.storage.local.get(), fakeBrowser.storage.session.get()]);
		expect(JSON.stringify(areas)).not.toContain(text.slice(16, 60));
		await lock();
		expect(await codeOf(prove(null))).toBe('vault-locked');
	});

	test('asks for an account of the network, and for a public key', async () => {
		const { ask, prove } = await withOwnMessage();
		const made = (change: object) => ask['proof.make']({ ...own, ...change });
		for (const wrong of ['', 'bob', 'lobby@muc.chat.test/', 'a b@chat.test', 'x'.repeat(4000), `nostr:${'ab'.repeat(32)}`])
			expect(await codeOf(made({ account: wrong })), wrong).toBe('proof-account');
		const bob = readReveal((await made({ account: ' xmpp:Bob@Chat.test ' })).text);
		expect(bob.statement.claimant).toBe('xmpp:bob@chat.test');
		const nostrOnly = { room: channel, id: 'a', author: 'a' };
		expect(await codeOf(made({ ...nostrOnly, account: 'bob@chat.test' }))).toBe('proof-account');
		for (const wrong of ['', 'bob', 'npub1abc', 'ff'.repeat(32), `04${'ab'.repeat(64)}`, 'zQ3shabc', `02${'00'.repeat(32)}`])
			expect(await codeOf(prove(wrong)), wrong).toBe('proof-key-unknown');
		for (const secret of [`nsec1${'q'.repeat(58)}`, `ncryptsec1${'q'.repeat(90)}`])
			expect(await codeOf(prove(secret))).toBe('proof-key-private');
		expect(await codeOf(prove('bauta-contact:2:AAAA'))).toBe('proof-newer');
	});
});

describe('a proof to one person', () => {
	test('convinces whoever has the contact code, also after it was renewed, and says of which message', async () => {
		const { ask, check, prove, me, contact, rememberArchived } = await withOwnMessage();
		const proof = await prove();
		await rememberArchived(site, lobbyId, [{ id: 'a1', author: 'mine', excerpt: 'mine', anonymous: true }]);
		const proven = await check(proof);
		expect(proven).toMatchObject({ form: 'private', claimant: account, room: lobbyId, time: now, excerpt: 'mine' });
		expect(proven.name).toMatch(/^([a-z]+ ){3}[a-z]+$/);
		const renewed = await ask['contact.renew']({ identity: me.id });
		expect(renewed.text).not.toBe(contact);
		expect(await codeOf(check(proof))).toBe('nothing');
		expect(await codeOf(check(await prove(renewed.text)))).toBe('nothing');
		expect(archive.asked).toBe(0);
	});

	test('to a key of another is not for me, unless its secret key is given', async () => {
		const { check, prove } = await withOwnMessage();
		const [right, wrong] = ['11'.repeat(32), '22'.repeat(32)];
		const proof = await prove(npub(keyPair(fromHex(right)).publicKey));
		expect(await codeOf(check(proof))).toBe('proof-not-mine');
		expect(await codeOf(check(proof, { key: wrong }))).toBe('proof-wrong-key');
		expect(await codeOf(check(proof, { key: 'nsec1abc' }))).toBe('proof-wrong-key');
		expect(await codeOf(check(proof, { key: right }))).toBe('nothing');
	});

	test('counts for the account that handed it over alone, and by the author’s key alone', async () => {
		const { check, prove, contact } = await withOwnMessage();
		const proof = await prove();
		expect(await codeOf(check(proof, { account: `${lobby.address}/eve` }))).toBe('proof-other-account');
		expect(await codeOf(check(proof, { account: '' }))).toBe('proof-account');
		const reveal = readReveal(proof);
		if (reveal.form !== 'private') throw new Error(reveal.form);
		const forged = revealToOne(reveal.statement, fromHex('33'.repeat(32)), reveal.verifierKey);
		expect(await codeOf(check(forged))).toBe('proof-false');
		const other = { ...reveal.statement, contentHash: new Uint8Array(32) };
		expect(await codeOf(check(revealToOne(other, fromHex('33'.repeat(32)), reveal.verifierKey)))).toBe('proof-false');
		expect(contact).toContain(toBase64url(reveal.verifierKey));
	});

	test('is of the only message with its id, in a room that the tab shows', async () => {
		const { check, prove, meet, changeTab } = await withOwnMessage();
		const proof = await prove();
		await meet([{ ...written('mine', null), author: `${lobby.address}/eve` }]);
		expect(await codeOf(check(proof))).toBe('proof-several');
		await changeTab(tab, (page) => void page.rooms.shift());
		expect(await codeOf(check(proof))).toBe('proof-room-closed');
	});

	test('of a message that is not loaded has the archive read once, by the user’s own act, and not again that day', async () => {
		const { check, ask, me, changeTab, meet } = await withOwnMessage();
		const mine = written('old', me);
		await changeTab(tab, (page) => {
			page.origin = 'https://other.test';
		});
		await meet([mine], 'https://other.test');
		const { text: contact } = await ask['contact.read']({ identity: me.id });
		const { text } = await ask['proof.make']({ ...own, id: 'old', author: `${lobby.address}/old`, to: contact });
		await changeTab(tab, (page) => {
			page.origin = site;
			page.hints = { origin: site };
		});
		// what another site showed under the room's name counts nothing here
		expect(await codeOf(check(text))).toBe('proof-not-loaded');
		expect(archive.asked).toBe(0);
		// who it is not for asks no server
		expect(await codeOf(check(text, { look: true, account: `${lobby.address}/eve` }))).toBe('proof-other-account');
		expect(archive.asked).toBe(0);
		expect(await codeOf(check(text, { look: true }))).toBe('proof-not-found');
		archive.messages = [mine];
		expect(await codeOf(check(text, { look: true }))).toBe('proof-not-found');
		expect(archive.asked).toBe(1);
		await meet([mine]);
		expect(await codeOf(check(text))).toBe('nothing');
	});

	test('is checked once the archive has shown its message', async () => {
		const { check, ask, me, changeTab, meet } = await withOwnMessage();
		const mine = written('old', me);
		await changeTab(tab, (page) => void Object.assign(page, { origin: 'https://other.test' }));
		await meet([mine], 'https://other.test');
		const { text } = await ask['proof.make']({ ...own, id: 'old', author: `${lobby.address}/old` });
		await changeTab(tab, (page) => void Object.assign(page, { origin: site, hints: { origin: site } }));
		archive.messages = [mine];
		expect(await check(text, { look: true })).toMatchObject({ form: 'public', time: now });
		expect(archive.asked).toBe(1);
	});
});

describe('a text that is not right', () => {
	const cases: [string, (text: string) => string, ErrorCode][] = [
		['cut off', (text) => text.slice(0, -20), 'proof-cut'],
		['cut off within its digits', (text) => text.slice(0, -1), 'proof-cut'],
		['cut off at its beginning', () => 'bauta-proof:1:', 'proof-cut'],
		['with bytes left over', (text) => `${text.replace(/.$/, 'A')}AAAA`, 'proof-left-over'],
		['of version 2', (text) => text.replace(':1:', ':2:'), 'proof-newer'],
		['too long', (text) => text + 'A'.repeat(20_000), 'proof-long'],
		['far too long', (text) => text + 'A'.repeat(900_000), 'proof-long'],
		['with another letter in it', (text) => text.replace(/.$/, '%'), 'proof-broken'],
		['not of Bauta', () => 'hello', 'proof-unknown'],
		['empty', () => ' ', 'proof-unknown'],
		['a question', () => 'bauta-ask:1:AAAA', 'proof-elsewhere'],
		['of another domain', (text) => `${text.slice(0, 24)}AAAAAA${text.slice(30)}`, 'proof-broken'],
	];
	test.each(cases)('%s', async (_, change, code) => {
		const { check, prove } = await withOwnMessage();
		expect(await codeOf(check(change(await prove())))).toBe(code);
	});

	test('whatever it is, gets an answer with a code of its own', async () => {
		const { readStatement } = await import('../../../src/background/proofs/statement-text.ts');
		const { readReveal: read } = await import('../../../src/protocol/proofs/reveal.ts');
		const { BautaError: Fault } = await import('../../../src/messages/errors.ts');
		const digits = fc.string({ unit: fc.constantFrom(...'ABab01-_'), maxLength: 300 });
		const texts = fc.oneof(
			fc.string(),
			fc.tuple(fc.constantFrom('proof', 'reveal'), fc.oneof(digits, fc.string())).map(([kind, rest]) => `bauta-${kind}:1:${rest}`),
		);
		fc.assert(
			fc.property(texts, (text) => {
				try {
					readStatement(text, ['proof', 'reveal'], read);
					return false;
				} catch (thrown) {
					return thrown instanceof Fault && thrown.code.startsWith('proof-');
				}
			}),
			{ numRuns: 2000 },
		);
	});

	test('is read where mail and chats broke its lines', async () => {
		const { check, prove } = await withOwnMessage();
		const text = (await prove()).replace(/.{40}/g, '$&\r\n');
		expect(await codeOf(check(`\n  ${text} `))).toBe('nothing');
	});
});
