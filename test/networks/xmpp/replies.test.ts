import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultOf } from '../../../src/messages/errors.ts';
import type { AnsweredMessage } from '../../../src/networks/answered.ts';
import { traffic } from '../../../src/networks/xmpp/traffic.ts';
import type { TestAccount } from '../../servers/account.ts';
import { type Prosody, startProsody } from '../../servers/prosody.ts';
import { type Recorder, startRecorder } from '../../servers/recorder.ts';
import { nodeChannel } from '../node-channel.ts';
import { muc, say, watching } from './in-room.ts';

// What an anonymous message answers, in real rooms of a real server.
const words = 'who decided this?';
let prosody: Prosody;
let recorder: Recorder;

beforeAll(async () => {
	prosody = await startProsody();
	recorder = await startRecorder({ target: prosody.httpPort });
	for (const kind of ['open', 'non-anonymous', 'no-archive'] as const) await prosody.room(kind, kind);
});
afterAll(async () => {
	await recorder?.stop();
	await prosody?.stop();
});

/** Posts an answer. Throws what the transport throws. `onSeal` is called when bytes are made. */
async function post(name: string, original: AnsweredMessage, onSeal: () => void): Promise<void> {
	const endpoint = { kind: 'bosh', url: `http://127.0.0.1:${recorder.port}/http-bind` };
	const access = { open: true, route: { endpoint, anonymousHost: 'anon.chat.test' }, modes: [], maxPoints: 4096 } as const;
	const channel = nodeChannel('https://chat.example');
	try {
		await traffic.transport.post({
			room: `xmpp:${name}@${muc}`,
			access: { ...access, modes: [] },
			hints: { origin: 'https://chat.example' },
			channel,
			signal: AbortSignal.timeout(150_000),
			isHasty: true,
			words: ['maple', 'river', 'stone'],
			original,
			async seal() {
				onSeal();
				return { text: 'hello', replyTo: original.id, wire: 'A'.repeat(212), id: crypto.randomUUID() };
			},
		});
	} finally {
		channel.close();
	}
}

describe('a message that is answered', () => {
	const left = () => recorder.sent().filter(({ text }) => text.includes('<message') || text.includes('<presence'));
	/** What becomes of an answer: the code of the fault, whether anything of it was sealed, and how much of it the room saw. */
	async function answer(name: string, id: string, more: Partial<AnsweredMessage> = {}) {
		let sealed = false;
		recorder.clear();
		const outcome = await post(name, { id, text: words, archived: false, ...more }, () => {
			sealed = true;
		}).then(
			() => 'nothing',
			(thrown) => faultOf(thrown).code,
		);
		return { outcome, sealed, left: left().length };
	}
	const refused = { outcome: 'reply-not-shown', sealed: false, left: 0 };

	test('is answered where the archive shows it to a guest, as the page showed it', () =>
		watching(prosody, 'open', async (bob) => {
			const id = await say(bob, 'open', words);
			expect((await answer('open', id)).outcome).toBe('nothing');
			expect((await answer('open', id, { text: null })).outcome).toBe('nothing');
			await bob.wait(new RegExp(`<reply[^>]*${id}`));
			// a page that shows one message and names another picks which public id goes along
			expect(await answer('open', id, { text: 'something else' })).toEqual(refused);
			expect(await answer('open', id, { text: '\u200b' })).toEqual(refused);
		}));

	test('is the newest of those in which its author said the same, and none where another author is shown', () =>
		watching(prosody, 'open', async (bob) => {
			const said = `ok ${crypto.randomUUID().slice(0, 4)}`;
			const [first, second] = [await say(bob, 'open', said), await say(bob, 'open', said)];
			expect(await answer('open', first, { text: said, author: 'carol' })).toEqual(refused);
			expect(await answer('open', first, { text: said.slice(0, 2), author: 'bob' })).toEqual(refused);
			expect((await answer('open', first, { text: said, author: 'bob' })).outcome).toBe('nothing');
			await bob.wait(new RegExp(`<reply[^>]*${second}`));
		}));

	test('is not answered under an id that the page made up, that is another room’s, or that no room gives', () =>
		watching(prosody, 'open', async (bob) => {
			await bob.join(`non-anonymous@${muc}`, 'bob');
			const elsewhere = await say(bob, 'non-anonymous', words);
			for (const id of ['made-up', elsewhere]) expect(await answer('open', id)).toEqual(refused);
			expect(recorder.sent().some(({ text }) => text.includes('urn:xmpp:mam:2'))).toBe(true);
			for (const id of ['ACCOUNT=alice;SESSION=9911', 'a"/><b', 'n\u00efck', 'a'.repeat(129), 'a b']) {
				expect(await answer('open', id)).toEqual(refused);
				expect(recorder.sent().some(({ text }) => text.includes('urn:xmpp:mam:2'))).toBe(false);
			}
		}));

	test('is not answered once its author took it back; that somebody else says so counts for nothing', () =>
		watching(prosody, 'open', async (bob) => {
			const alice = await prosody.logIn('alice');
			await alice.join(`open@${muc}`, 'alice');
			const id = await say(bob, 'open', words);
			const retract = async (account: TestAccount, serial: string) => {
				const retraction = `<retract xmlns='urn:xmpp:message-retract:1' id='${id}'/><body>taken back</body>`;
				account.send(`<message xmlns='jabber:client' type='groupchat' id='${serial}' to='open@${muc}'>${retraction}</message>`);
				await account.wait(new RegExp(`<message[^>]*${serial}`));
			};
			await retract(alice, 'not-hers');
			expect((await answer('open', id)).outcome).toBe('nothing');
			await retract(bob, 'his-own');
			expect(await answer('open', id)).toEqual(refused);
			expect(await answer('open', id, { archived: true })).toEqual(refused);
			alice.close();
		}));

	test('in a room without an archive is looked for in the history that a joining guest gets, and not answered where it has no id there', () =>
		watching(prosody, 'no-archive', async (bob) => {
			const id = (await say(bob, 'no-archive', words)) || 'as-the-page-says';
			expect(await answer('no-archive', id)).toMatchObject({ outcome: 'reply-not-shown', sealed: false });
			expect(recorder.sent().some(({ text }) => text.includes('maxstanzas="50"'))).toBe(true);
			expect(recorder.sent().some(({ text }) => text.includes('<message'))).toBe(false);
			await bob.wait(/unavailable/);
		}));

	test('that is older than what is looked through is answered where the archive was read that far before', async () => {
		const jid = await prosody.room('long');
		const alice = await prosody.logIn('alice');
		await alice.join(jid, 'alice');
		const id = await say(alice, 'long', words);
		for (let index = 0; index < 301; index++)
			alice.send(`<message xmlns='jabber:client' type='groupchat' id='n${index}' to='${jid}'><body>${index}</body></message>`);
		await alice.wait(/'n300'/);
		expect(await answer('long', id)).toEqual(refused);
		expect((await answer('long', id, { archived: true })).outcome).toBe('nothing');
		alice.close();
	});
});
