import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { pathOf } from '../../../src/devices/voice-entries.ts';
import type { BautaError, ErrorCode } from '../../../src/messages/errors.ts';
import { keyAt, wordsOf } from '../../../src/protocol/author.ts';
import { fromHex } from '../../../src/protocol/bytes.ts';
import { keyPair } from '../../../src/protocol/curve.ts';
import { nodeFrom } from '../../../src/protocol/node.ts';
import {
	answerChallenge,
	type Challenge,
	isAnswered,
	questionText,
	readAnswer,
	readQuestion,
} from '../../../src/protocol/proofs/challenge.ts';
import { defaultRoom } from '../../../src/vault/document.ts';
import { channel, channelId, forgetBackground, lobby, lobbyId, openBackground, tab, written } from './room.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));
// what a passphrase costs is tested in test/vault
vi.mock('../../../src/vault/kdf.ts', async (original) => ({ ...(await original<object>()), todaysCost: { logN: 4, r: 1, p: 1 } }));

const codeOf = async (work: Promise<unknown>): Promise<ErrorCode | 'nothing'> => {
	try {
		await work;
		return 'nothing';
	} catch (thrown) {
		return (thrown as BautaError).code;
	}
};
const account = `${lobby.address}/ada`;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

beforeEach(forgetBackground);

/** The user asks a voice; in these tests it is their own, which Bauta does not tell from another. */
async function withQuestion() {
	const background = await openBackground();
	const { ask, meet, me } = background;
	await meet([written('voice', me, { mode: 'persona', persona: { scope: lobbyId, n: 5 } })]);
	const { voices } = await ask['voice.list']({ tab });
	const key = voices[0]?.key ?? '';
	const put = () => ask['voice.ask']({ tab, room: lobby, key, account });
	const answer = async (text: string) => (await ask['question.answer']({ text })).text;
	const check = (text: string) => ask['answer.check']({ text });
	return { ...background, key, put, answer, check };
}

describe('a question to a voice', () => {
	test('shows room, voice and who asks before anything is signed, and its answer is told with name and time', async () => {
		const { ask, put, answer, check } = await withQuestion();
		const question = await put();
		expect(question.until - Date.now()).toBeGreaterThan(595_000);
		const look = await ask['question.look']({ text: question.text });
		expect(look).toMatchObject({ room: lobbyId, verifier: account, name: question.name, pattern: question.pattern });
		const before = Date.now();
		const proven = await check(await answer(question.text));
		expect(proven).toMatchObject({ name: question.name, pattern: question.pattern });
		expect(proven.at).toBeGreaterThanOrEqual(before);
	});

	test('shows who asks in one line, whatever a stranger wrote there', async () => {
		const { ask, put } = await withQuestion();
		const asked = readQuestion((await put()).text);
		const text = questionText({ ...asked, verifier: `xmpp:ada@chat.test/\u202e\n${'x'.repeat(5000)}` });
		expect((await ask['question.look']({ text })).verifier).toMatch(/^ada@chat\.test\/ x{100,190}$/);
	});

	test('is another each time, and stands in the list until it is answered or over', async () => {
		const { ask, put, answer, check } = await withQuestion();
		const [first, second] = [await put(), await put()];
		expect(readQuestion(first.text).challenge).not.toEqual(readQuestion(second.text).challenge);
		const open = async () => (await ask['voice.list']({ tab })).questions.map(({ text }) => text);
		expect(await open()).toEqual([second.text, first.text]);
		await check(await answer(first.text));
		expect(await open()).toEqual([second.text]);
		vi.useFakeTimers({ now: Date.now() + 601_000, toFake: ['Date'] });
		expect(await open()).toEqual([]);
	});

	test('counts once: a replayed answer is told as used up', async () => {
		const { put, answer, check } = await withQuestion();
		const signed = await answer((await put()).text);
		await check(signed);
		expect(await codeOf(check(signed))).toBe('challenge-used');
	});

	test('counts for ten minutes, on both sides', async () => {
		const { put, answer, check } = await withQuestion();
		const { text } = await put();
		const signed = await answer(text);
		vi.useFakeTimers({ now: Date.now() + 601_000, toFake: ['Date'] });
		expect(await codeOf(answer(text))).toBe('challenge-late');
		expect(await codeOf(check(signed))).toBe('challenge-late');
	});

	test('is for the voice, the account and the room that were asked, with the time that was asked', async () => {
		const { put, answer, check } = await withQuestion();
		const asked = readQuestion((await put()).text);
		const stranger = keyPair(random(32));
		const signedBy = (change: Partial<Challenge>, secret = stranger.privateKey) =>
			check(answerChallenge({ ...asked, ...change }, secret, random(32)));
		expect(await codeOf(signedBy({ authorKey: stranger.publicKey }))).toBe('challenge-other-voice');
		expect(await codeOf(signedBy({ verifier: 'xmpp:eve@chat.test' }))).toBe('challenge-other-account');
		expect(await codeOf(signedBy({ room: channelId }))).toBe('challenge-other-room');
		expect(await codeOf(signedBy({}))).toBe('challenge-false');
		expect(await codeOf(signedBy({ challenge: random(32) }))).toBe('challenge-unknown');
		const otherTime = questionText({ ...asked, issuedAt: asked.issuedAt - 5 });
		expect(await codeOf(check(await answer(otherTime)))).toBe('challenge-false');
		// the wrong ones have not used it up
		expect(await codeOf(check(await answer(questionText(asked))))).toBe('nothing');
	});

	test('is answered by the holder alone, and by nobody while the vault is locked', async () => {
		const { ask, meet, answer, put, lock } = await withQuestion();
		const sessionNames = async () => Object.keys(await fakeBrowser.storage.session.get());
		await meet([written('theirs', null)]);
		const { voices } = await ask['voice.list']({ tab });
		const { text } = await put();
		const asked = readQuestion(text);
		const codes = voices.map(({ key }) => codeOf(answer(questionText({ ...asked, authorKey: fromHex(key) }))));
		expect((await Promise.all(codes)).sort()).toEqual(['challenge-not-mine', 'nothing']);
		expect(await sessionNames()).toContain('until-lock:questions');
		await lock();
		expect(await codeOf(answer(text))).toBe('vault-locked');
		expect(await sessionNames()).not.toContain('until-lock:questions');
		expect(JSON.stringify(await fakeBrowser.storage.local.get())).not.toContain(text.slice(20, 60));
	});

	test.each([
		['of the room', lobbyId, {}, 'nothing'],
		['by a name, which is chosen in the room', 'label:organiser', {}, 'nothing'],
		['by a name, which is chosen in no room', 'label:elsewhere', {}, 'challenge-not-mine'],
		['of another room', channelId, {}, 'challenge-not-mine'],
		['that was begun anew', lobbyId, { over: true }, 'challenge-not-mine'],
		['that was given up', lobbyId, { forgotten: true }, 'challenge-not-mine'],
		['that was met, and not gone on with', lobbyId, { met: true }, 'challenge-not-mine'],
	] as const)('is answered without a message of the voice at hand, by a voice %s', async (_, scope, state, code) => {
		const { ask, me, changeDocument } = await openBackground();
		const [held] = me.generations;
		if (!held) throw new Error('an identity has a generation');
		const { generation, node } = held;
		const voice = { path: pathOf(scope), scope, generation, n: 7, since: 1, used: 1, ...state };
		const { publicKey } = keyAt(nodeFrom(node), { kind: 'persona', words: wordsOf(fromHex(voice.path)), n: 7 });
		await changeDocument(({ identities, rooms }) => {
			Object.assign(identities.find(({ id }) => id === me.id) as object, { voices: [voice] });
			rooms[lobbyId] = { ...defaultRoom(), mode: 'persona', voice: 'organiser' };
		});
		const asked = { room: lobbyId, authorKey: publicKey, verifier: `xmpp:${account}`, challenge: random(32) };
		const text = questionText({ ...asked, issuedAt: Math.floor(Date.now() / 1000) });
		expect(await codeOf(ask['question.look']({ text }))).toBe(code);
		expect(await codeOf(ask['question.answer']({ text }))).toBe(code);
		if (code !== 'nothing') return;
		const answer = await ask['question.answer']({ text });
		expect(isAnswered(answer.text, asked, Math.floor(Date.now() / 1000))).toBe(true);
	});

	test('works on Nostr, between an npub’s account and a key known by x alone', async () => {
		const { ask, meet, me } = await openBackground();
		await meet(Array.from({ length: 5 }, (_, at) => written(`${at}`.repeat(64), me, { room: channelId })));
		const { voices } = await ask['voice.list']({ tab });
		expect(voices).toHaveLength(5);
		for (const { key } of voices) {
			const question = await ask['voice.ask']({ tab, room: channel, key, account: 'cd'.repeat(32) });
			expect((await ask['question.look']({ text: question.text })).verifier).toMatch(/^npub1[a-z0-9]{58}$/);
			const { text } = await ask['question.answer']({ text: question.text });
			expect(await ask['answer.check']({ text })).toMatchObject({ name: question.name });
		}
	});

	test('asks nobody who was not met in the room, and needs an account', async () => {
		const { ask, key } = await withQuestion();
		expect(await codeOf(ask['voice.ask']({ tab, room: lobby, key: `02${'ab'.repeat(32)}`, account }))).toBe('not-allowed');
		expect(await codeOf(ask['voice.ask']({ tab, room: channel, key, account }))).toBe('not-allowed');
		expect(await codeOf(ask['voice.ask']({ tab, room: lobby, key, account: '' }))).toBe('proof-account');
		expect(await codeOf(ask['voice.ask']({ tab, room: { ...lobby, address: 'x@muc.chat.test' }, key, account }))).toBe('proof-room-closed');
	});
});

test.each([
	['cut off', (text: string) => text.slice(0, -30), 'proof-cut'],
	['with bytes left over', (text: string) => `${text.replace(/.$/, 'A')}AAAA`, 'proof-left-over'],
	['of version 2', (text: string) => text.replace(':1:', ':2:'), 'proof-newer'],
	['too long', (text: string) => text + 'A'.repeat(20_000), 'proof-long'],
	['of another kind', () => 'bauta-contact:1:AAAA', 'proof-elsewhere'],
	['that Bauta did not make', () => 'hello', 'proof-unknown'],
] as const)('a question %s, and an answer, say so', async (_, change, code) => {
	const { ask, put, answer, check } = await withQuestion();
	const { text } = await put();
	const signed = await answer(text);
	expect(await codeOf(ask['question.look']({ text: change(text) }))).toBe(code);
	expect(await codeOf(check(change(signed)))).toBe(code);
	expect(readAnswer(signed).challenge).toEqual(readQuestion(text));
	expect(await codeOf(check(text))).toBe('proof-elsewhere');
});
