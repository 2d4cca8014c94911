import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import type { IncomingMessage, PostedReveal } from '../../../src/networks/network.ts';
import { composeMessage } from '../../../src/protocol/compose.ts';
import { keyPair } from '../../../src/protocol/curve.ts';
import { revealToEveryone, type Statement } from '../../../src/protocol/proofs/reveal.ts';
import { contentHash } from '../../../src/protocol/text.ts';

/** The words as people read them. */
function getMessage(key: string, [value = '']: string[] = []): string {
	const all = JSON.parse(readFileSync(join(import.meta.dirname, '../../../public/_locales/en/messages.json'), 'utf8'));
	return (all[key].message as string).replace(/\$\w+\$/, value);
}
vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false }, i18n: { getMessage } }),
}));

const site = 'https://chat.test';
const address = 'lobby@muc.chat.test';
const roomId = `xmpp:${address}`;
const bob = `xmpp:${address}/bob`;
const now = 1_795_291_110;
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
/** a voice that has spoken once */
const privateKey: Uint8Array = new Uint8Array(32).fill(7);

function said(id: string, author: string, mode: 'no-trace' | 'keyless' = 'no-trace'): IncomingMessage {
	const byKey = (length: number) => (length === 32 ? privateKey.slice() : random(length));
	const { wire } = composeMessage({
		...{ mode, transport: 'recoverable', room: roomId, text: 'x', replyTo: '', now, generation: null, random: byKey },
	});
	return { room: roomId, id, archiveId: '', author: `${roomId}/${author}`, bodies: ['x'], replyTo: '', time: now, wires: [wire] };
}
const statement: Statement = {
	...{ room: roomId, messageId: 'm', contentHash: contentHash(roomId, 'x', ''), claimant: bob, issuedAt: now },
	authorKey: keyPair(privateKey.slice()).publicKey,
};
const posted = (of: Partial<Statement> = {}, account = bob, signer = privateKey): PostedReveal => ({
	...{ room: roomId, id: 'r', author: account.slice('xmpp:'.length), account },
	text: revealToEveryone({ ...statement, ...of }, signer.slice(), random(32)),
});

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
});

/** What the page is told: of the reveal, and of the message. */
async function told(messages: IncomingMessage[], reveals: PostedReveal[]) {
	const [log, { rememberReveals }, { labelMet }] = await Promise.all([
		import('../../../src/background/recognition/message-log.ts'),
		import('../../../src/background/recognition/reveals.ts'),
		import('../../../src/background/recognition/labels.ts'),
	]);
	await log.rememberMessages(site, messages, 'page');
	await rememberReveals(site, reveals);
	const labels = (await labelMet({ tab: 1, origin: site }, [], [roomId])).get(roomId) ?? [];
	const of = (kind: string) => labels.filter(({ label }) => label.kind === kind).map(({ label }) => label.look?.proof ?? '');
	return { reveal: of('reveal').join(), message: of('anonymous').join() };
}
const proven = 'Proven: this voice is bob';

test('a reveal that an account has posted of a message is shown on both, however often it is met', async () => {
	const reveal = posted();
	expect(await told([said('m', 'x')], [reveal, { ...reveal }])).toEqual({ reveal: proven, message: proven });
});

test('a voice that two accounts have shown to be theirs is said to be both, once each', async () => {
	const eve = `xmpp:${address}/eve`;
	const { message } = await told([said('m', 'x')], [posted(), { ...posted(), id: 's' }, { ...posted({ claimant: eve }, eve), id: 't' }]);
	expect(message).toBe('Proven: this voice is bob · Proven: this voice is eve');
});

test('who is shown by it is the account that posted it, by its own name alone', async () => {
	const other = await told([said('m', 'x')], [posted({}, `xmpp:${address}/eve`)]);
	expect(other).toEqual({ reveal: 'Not proven: this was made for another account', message: '' });
});

test('a reveal under the id and the author of a message that was met is passed over', async () => {
	const [taken, reveal] = [said('r', 'bob'), posted()];
	taken.author = reveal.author;
	expect(await told([said('m', 'x'), taken], [reveal])).toEqual({ reveal: '', message: '' });
	expect(await told([], [{ ...reveal, id: 's' }])).toEqual({ reveal: proven, message: proven });
});

test.each([
	'eve · Proven: this voice is bob',
	'bob\u3164',
	'bob\u034f',
	'bob\u2060',
	'\u200bbob',
	'bob\u00ad',
	'bob ',
	`bob${'b'.repeat(38)}`,
])('who has the nick %j may look like another, and is shown by nothing', async (nick) => {
	const account = `xmpp:${address}/${nick}`;
	const other = await told([said('m', 'x')], [posted({ claimant: account }, account)]);
	expect(other).toEqual({ reveal: 'Not proven: this was made for another account', message: '' });
});

test('on Nostr an account is called by sixteen digits of its key', async () => {
	const account = `nostr:${'0123456789abcdef'.repeat(4)}`;
	const post = { ...posted({ claimant: account }, account), author: account.slice('nostr:'.length) };
	expect((await told([said('m', 'x')], [post])).reveal).toBe('Proven: this voice is 0123456789abcdef…');
});

test.each<[string, Partial<Statement>, Uint8Array?]>([
	['of other words', { contentHash: new Uint8Array(32) }],
	['by another key', { authorKey: keyPair(new Uint8Array(32).fill(9)).publicKey }, new Uint8Array(32).fill(9)],
	['that its key has not signed', {}, new Uint8Array(32).fill(9)],
])('a reveal %s is none', async (_, of, signer) => {
	const { reveal, message } = await told([said('m', 'x')], [posted(of, bob, signer)]);
	expect({ reveal, message }).toEqual({ reveal: 'Not proven: this does not fit the message that it names', message: '' });
});

test('a reveal of a message that nobody has met, or of another room, says so, and is proven once the message is there', async () => {
	const unseen = 'Not proven: Bauta has not seen the message that it names';
	expect((await told([], [posted()])).reveal).toBe(unseen);
	expect(await told([said('m', 'x')], [])).toEqual({ reveal: proven, message: proven });
	vi.resetModules();
	fakeBrowser.reset();
	expect((await told([said('m', 'x')], [posted({ room: 'xmpp:attic@muc.chat.test' })])).reveal).toBe(unseen);
});

test('of two messages with one id none is proven, and a keyless one never', async () => {
	const unfit = 'Not proven: this does not fit the message that it names';
	expect(await told([said('m', 'x'), said('m', 'y')], [posted()])).toMatchObject({ reveal: unfit });
	vi.resetModules();
	fakeBrowser.reset();
	expect(await told([said('m', 'x', 'keyless')], [posted()])).toMatchObject({ reveal: unfit });
});

test('what is cut off, or nothing but letters, is none, and breaks nothing', async () => {
	const reveal = posted();
	for (const text of [reveal.text.slice(0, -20), `${reveal.text}AA`, 'bauta-reveal:1:AAAA', 'bauta-reveal:1:A'])
		expect((await told([said('m', 'x')], [{ ...reveal, text, id: text }])).reveal).toContain('Not proven');
});
