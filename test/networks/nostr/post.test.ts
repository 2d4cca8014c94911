import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { finalizeEvent } from 'nostr-tools/pure';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Archive, IncomingMessage, Post } from '../../../src/networks/network.ts';
import { traffic } from '../../../src/networks/nostr/traffic.ts';
import { leadingZeroBits } from '../../../src/networks/nostr/wire/nip13.ts';
import { readFrame } from '../../../src/networks/nostr/wire/page-traffic.ts';
import { fromHex } from '../../../src/protocol/bytes.ts';
import { recognise } from '../../../src/protocol/recognise.ts';
import type { RelayRules, TestRelay } from '../../servers/relay.ts';
import { generation } from './author.ts';
import { directChannel } from './direct-channel.ts';
import { channelId, openTo, receiptOf, relays, room, send, start, text } from './sending.ts';

const words = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../public/_locales/en/messages.json'), 'utf8')) as Record<
	string,
	{ message: string }
>;
const wholeArchive = (urls: string[], of = room): Promise<Archive> =>
	traffic.transport.readArchive(of, openTo(urls), directChannel(), 50, new AbortController().signal);
const archive = async (urls: string[], of = room): Promise<IncomingMessage[]> => (await wholeArchive(urls, of)).messages;

describe('a message on its way', () => {
	it('arrives, is read back from the archive, and is recognised as mine', async () => {
		const relay = await start();
		const sent = receiptOf(await send([relay.url]));
		const [message] = await archive([relay.url]);
		expect(message).toMatchObject({ room, id: sent.id, bodies: [text], replyTo: '', time: sent.time });
		if (!message) throw new Error('no message');
		expect(recognise(message, [{ ...generation, closed: null }])).toMatchObject({ verdict: 'mine', kind: 'one-time' });
		expect(recognise({ ...message, bodies: ['changed'] }, [{ ...generation, closed: null }])).toMatchObject({ verdict: 'foreign' });
	});

	it('says nothing but the event, on one fresh socket per relay', async () => {
		const relay = await start();
		const one = await send([relay.url]);
		const other = await send([relay.url]);
		const sockets = relay.handshakes.filter((shake) => shake.upgrade).map((shake) => shake.port);
		expect(new Set(sockets).size).toBe(2);
		const [event, again] = relay.said('EVENT').map((frame) => frame[1] as Record<string, unknown>);
		expect(Object.keys(event ?? {})).toEqual(['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig']);
		expect(event).toMatchObject({ kind: 42, content: text });
		expect(event?.tags).toEqual([
			['e', channelId, '', 'root'],
			['bauta', '1', one.outbox.sealed[0]?.wire],
		]);
		expect(again?.pubkey).not.toBe(event?.pubkey);
		expect(receiptOf(other).id).not.toBe(receiptOf(one).id);
		expect(relay.said('AUTH')).toEqual([]);
		for (const ask of relay.said('REQ')) expect(ask.slice(2)).toEqual([{ ids: [expect.stringMatching(/^[0-9a-f]{64}$/)] }]);
	});

	const places: [string, string, number][] = [
		['a group (NIP-29)', 'group', 9],
		['comments on a page (NIP-22)', 'nostr:22:I:https://blog.test/a', 1111],
		['a live chat (NIP-53)', `nostr:53:30311:${'a'.repeat(64)}:talk`, 1311],
	];
	it.each(places)('arrives in %s as what that room’s messages are', async (_, where, kind) => {
		const relay = await start({ groups: { lab: { tags: [], members: [] } } });
		const place = where === 'group' ? `nostr:29:127.0.0.1:${relay.port}'lab` : where;
		const sent = receiptOf(await send([relay.url], { room: place }));
		expect(relay.said('EVENT')).toMatchObject([['EVENT', { kind, content: text }]]);
		const [message] = await archive([relay.url], place);
		expect(message).toMatchObject({ room: place, id: sent.id, bodies: [text] });
		if (message) expect(recognise(message, [{ ...generation, closed: null }])).toMatchObject({ verdict: 'mine' });
	});

	it('in a live chat names the live event and what it answers, and a page that is open there hears of it (NIP-53)', async () => {
		const relay = await start();
		const coordinate = `30311:${'a'.repeat(64)}:talk`;
		const live = `nostr:53:${coordinate}`;
		const page = new WebSocket(relay.url);
		const heard: string[] = [];
		page.addEventListener('message', ({ data }) => heard.push(String(data)));
		await new Promise<unknown>((open) => page.addEventListener('open', open));
		const asked = JSON.stringify(['REQ', 'chat', { kinds: [1311], '#a': [coordinate] }]);
		page.send(asked);
		await expect.poll(() => heard.some((data) => data.includes('EOSE'))).toBe(true);
		const first = receiptOf(await send([relay.url], { room: live }));
		receiptOf(await send([relay.url], { room: live, replyTo: first.id }));
		const [parent, answer] = relay.said('EVENT').map((frame) => frame[1] as { pubkey: string; tags: string[][] });
		const [root, envelope] = [
			['a', coordinate, '', 'root'],
			['bauta', '1', expect.any(String)],
		];
		expect(parent?.tags).toEqual([root, envelope]);
		expect(answer?.tags).toEqual([root, ['e', first.id, '', parent?.pubkey], ['p', parent?.pubkey], envelope]);

		// what the page asked for tells where the room is; what it was told is the author's own
		expect(readFrame({ direction: 'out', url: relay.url, data: asked }).roomHints).toEqual({ [live]: { relays: [relay.url] } });
		const frames = () => heard.map((data) => readFrame({ direction: 'in', url: relay.url, data })).flatMap(({ messages }) => messages);
		await expect.poll(() => frames().length).toBe(2);
		page.close();
		expect(frames()).toMatchObject([
			{ room: live, id: first.id, replyTo: '' },
			{ room: live, replyTo: first.id },
		]);
		for (const message of frames())
			expect(recognise(message, [{ ...generation, closed: null }])).toMatchObject({ verdict: 'mine', kind: 'one-time' });
	});

	it('takes the time of the relays, not of the device', async () => {
		const relay = await start({ ahead: 4000 });
		const ahead = receiptOf(await send([relay.url])).time - Date.now() / 1000;
		expect(ahead).toBeGreaterThan(3980);
		expect(ahead).toBeLessThan(4020);
	});

	it('goes by no clock that is more than a day off the device’s; where there is no other, it is refused with its own words', async () => {
		const day = 24 * 3600;
		const [right, wrong] = [await start(), await start({ ahead: 2 * day })];
		const near = receiptOf(await send([wrong.url, right.url])).time - Date.now() / 1000;
		expect(Math.abs(near)).toBeLessThan(20);
		const before = wrong.said('EVENT').length;
		expect((await send([wrong.url])).code).toBe('clock-off');
		expect(wrong.said('EVENT')).toHaveLength(before);
	});

	it('names the author of the answered message', async () => {
		const relay = await start();
		const first = receiptOf(await send([relay.url]));
		await send([relay.url], { replyTo: first.id });
		const [parent, answer] = relay.said('EVENT').map((frame) => frame[1] as { pubkey: string; tags: string[][] });
		expect(answer?.tags.slice(0, 3)).toEqual([
			['e', channelId, '', 'root'],
			['e', first.id, '', 'reply'],
			['p', parent?.pubkey],
		]);
		expect((await archive([relay.url])).map((message) => message.replyTo).sort()).toEqual(['', first.id]);
	});
});

describe('a message that is answered', () => {
	const key = new Uint8Array(32).fill(5);
	const said = (content: string, more: { kind?: number; tags?: string[][]; created_at?: number } = {}) =>
		finalizeEvent({ kind: 42, created_at: Math.floor(Date.now() / 1000), tags: [['e', channelId, '', 'root']], content, ...more }, key);
	/** What becomes of an answer to it: the code of the fault, and what the relays were told. */
	async function answer(at: TestRelay[], id: string, shownText = 'hello', author?: string) {
		const before = at.map((relay) => relay.said('EVENT').length);
		const original = { id, text: shownText, archived: true, ...(author && { author }) };
		const { code, outbox } = await send(
			at.map((relay) => relay.url),
			{ replyTo: id, original },
		);
		return { code, sealed: outbox.sealed.length, told: at.map((relay, index) => relay.said('EVENT').length - (before[index] ?? 0)) };
	}
	const refused = (relayCount: number) => ({ code: 'reply-not-shown', sealed: 0, told: Array(relayCount).fill(0) });

	it('is answered where every relay of the room shows it; ordinary messages too', async () => {
		const at = [await start(), await start()];
		const event = said('hello');
		for (const relay of at) await relay.add(event);
		expect(await answer(at, event.id)).toEqual({ code: '', sealed: 1, told: [1, 1] });
		const tags = at[0]?.said('EVENT').map((frame) => (frame[1] as { tags: string[][] }).tags.slice(1, 3));
		expect(tags).toEqual([
			[
				['e', event.id, '', 'reply'],
				['p', event.pubkey],
			],
		]);
	});

	it('is not answered where one relay alone has it: a page could have put it there', async () => {
		const at = [await start(), await start()];
		const event = said('hello');
		await at[1]?.add(event);
		expect(await answer(at, event.id)).toEqual(refused(2));
		const [one] = at;
		if (one) expect(await answer([one], event.id)).toEqual(refused(1));
	});

	it('is the newest of those in which its author said the same, at every relay; none where another author is shown, or several fit', async () => {
		const at = [await start(), await start()];
		const now = Math.floor(Date.now() / 1000);
		const [older, newer] = [said('ok', { created_at: now - 60 }), said('ok', { created_at: now - 30 })];
		for (const relay of at) for (const event of [older, newer]) await relay.add(event);
		const answered = () => at.map((relay) => (relay.said('EVENT').at(-1)?.[1] as { tags: string[][] } | undefined)?.tags[1]?.[1]);
		expect(await answer(at, older.id, 'ok')).toEqual({ code: '', sealed: 1, told: [1, 1] });
		expect(answered()).toEqual([newer.id, newer.id]);
		expect(await answer(at, older.id, 'ok', 'cd'.repeat(32))).toEqual(refused(2));
		const other = finalizeEvent({ kind: 42, created_at: now - 10, tags: older.tags, content: 'ok' }, new Uint8Array(32).fill(6));
		for (const relay of at) await relay.add(other);
		expect(await answer(at, older.id, 'ok')).toEqual(refused(2));
		expect(await answer(at, older.id, 'ok', older.pubkey)).toEqual({ code: '', sealed: 1, told: [1, 1] });
		expect(answered()).toEqual([newer.id, newer.id]);
	});

	it('is answered where a relay that does not answer cannot tell', async () => {
		const [up, down] = [await start(), await start()];
		const event = said('hello');
		await up.add(event);
		await down.close();
		expect((await answer([up, down], event.id)).code).toBe('');
	});

	it.each([
		['of another room', said('hello', { tags: [['e', '6'.repeat(64), '', 'root']] })],
		['of a kind that is no message', said('hello', { kind: 1 })],
		['with another text than the page showed', said('something else')],
	])('is not answered under the id of an event %s', async (_, event) => {
		const relay = await start();
		await relay.add(event);
		expect(await answer([relay], event.id)).toEqual(refused(1));
	});

	it('is not answered once its author took it back (NIP-09); that somebody else says so counts for nothing', async () => {
		const relay = await start();
		const event = said('hello');
		await relay.add(event);
		const deletion = { kind: 5, created_at: 1, tags: [['e', event.id]], content: '' };
		await relay.add(finalizeEvent(deletion, new Uint8Array(32).fill(6)));
		expect((await answer([relay], event.id)).code).toBe('');
		// a relay that keeps what was taken back, beside the wish to take it back
		relay.store.events.set('deletion', finalizeEvent(deletion, key));
		expect(await answer([relay], event.id)).toEqual(refused(1));
	});

	it('is quoted from what all relays of the room show', async () => {
		const at = [await start(), await start()];
		const [both, one] = [said('both have it'), said('one has it')];
		for (const relay of at) await relay.add(both);
		await at[0]?.add(one);
		const { shown } = await wholeArchive(at.map((relay) => relay.url));
		expect(shown).toEqual([{ id: both.id, author: both.pubkey.slice(0, 8), excerpt: 'both have it', anonymous: false }]);
	});
});

describe('a relay that wants more', () => {
	it('is logged in to with the key of the message alone, when it demands it', async () => {
		const relay = await start({ auth: 'write' });
		receiptOf(await send([relay.url]));
		const [login] = relay.said('AUTH').map((frame) => frame[1] as { pubkey: string; kind: number; tags: string[][]; content: string });
		const [event] = relay.said('EVENT').map((frame) => frame[1] as { pubkey: string });
		expect(login).toMatchObject({ kind: 22242, pubkey: event?.pubkey, content: '' });
		expect(login?.tags).toEqual([
			['relay', relay.url],
			['challenge', expect.any(String)],
		]);
	});

	it('is not logged in to when it merely offers', async () => {
		const relay = await start({ auth: 'offered' });
		receiptOf(await send([relay.url]));
		expect(relay.said('AUTH')).toEqual([]);
	});

	it('gets its work done before anything leaves', async () => {
		const relay = await start({ bits: 12 });
		const sent = receiptOf(await send([relay.url], { bits: 12 }));
		expect(leadingZeroBits(fromHex(sent.id))).toBeGreaterThanOrEqual(12);
		expect(relay.said('EVENT')).toHaveLength(1);
	});

	it('gets its work done when its refusal asks for it, under the same key', async () => {
		const relay = await start({ bits: 10, told: false });
		// how many events had left: when it counted as not handed over again, and when what is sent then was recorded
		const left: number[] = [];
		const again: Post['again'] = async (work) => {
			left.push(relay.said('EVENT').length);
			const sealed = await work();
			left.push(relay.said('EVENT').length);
			return sealed;
		};
		const sent = receiptOf(await send([relay.url], { again }));
		expect(left).toEqual([1, 1]);
		expect(leadingZeroBits(fromHex(sent.id))).toBeGreaterThanOrEqual(10);
		const events = relay.said('EVENT').map((frame) => frame[1] as { pubkey: string; tags: string[][] });
		expect(events).toHaveLength(2);
		expect(events[1]?.pubkey).toBe(events[0]?.pubkey);
		expect(events[1]?.tags.at(-1)).toEqual(['nonce', expect.stringMatching(/^\d{12}$/), '16']);
	});

	it('is not worked for above 28 bits', async () => {
		const relay = await start({ refuse: 'pow: 29 bits needed' });
		expect(await send([relay.url])).toMatchObject({ code: 'work-too-high', detail: '29' });
		expect(relay.said('EVENT')).toHaveLength(1);
	});

	it('work tells how far it is, can be cancelled, and then nothing has left', async () => {
		const relay = await start();
		const stop = new AbortController();
		const told: [number, number][] = [];
		const progress = (tried: number, expected: number) => {
			told.push([tried, expected]);
			if (told.length === 3) stop.abort();
		};
		const sent = await send([relay.url], { bits: 28, signal: stop.signal, progress });
		expect(sent.code).toBe('cancelled');
		expect(told.map(([tried]) => tried)).toEqual(told.map(([tried]) => tried).sort((one, other) => one - other));
		expect(told.map(([, expected]) => expected)).toEqual([2 ** 28, 2 ** 28, 2 ** 28]);
		expect(relay.said('EVENT')).toEqual([]);
	});
});

describe('refusals keep their own names', () => {
	const refusals: [string, string][] = [
		['restricted: members only', 'relay-restricted'],
		['blocked: your address', 'relay-blocked'],
		['rate-limited: slow down', 'relay-rate-limited'],
		['invalid: too old', 'relay-invalid'],
		['auth-required: who are you?', 'relay-auth'],
		['error: disk full', 'server-refused'],
		['no', 'server-refused'],
	];
	it.each(refusals)('%s', async (refuse, code) => {
		const relay = await start({ refuse });
		const sent = await send([relay.url]);
		expect(sent.code).toBe(code);
		expect(sent.detail).toContain(`127.0.0.1:${relay.port}`);
	});

	it('and words of their own, which are no other network’s', () => {
		const said = new Set<string>();
		const codes = new Set([
			...refusals.map(([, code]) => code),
			'relay-work',
			'relay-muted',
			'relay-lying',
			'work-too-high',
			'relay-shows-nothing',
			'relay-notice',
			'relay-login-unanswered',
		]);
		for (const code of [...codes, 'no-relay', 'group-members-only', 'group-private', 'group-no-chat', 'group-join-unasked']) {
			const { message = '' } = words[`error_${code.replaceAll('-', '_')}`] ?? {};
			expect(message, code).toMatch(/\w/);
			expect(message, code).not.toMatch(/XEP|XMPP|BOSH|JID|nick\b|room settings/i);
			if (codes.has(code)) expect(message, code).toContain('$detail$');
			said.add(message);
		}
		expect(said.size).toBe(codes.size + 5);
	});

	it('no control or direction characters of a relay reach people', async () => {
		const relay = await start({ refuse: `blocked: a\u202eb\n\u0007${'x'.repeat(500)}` });
		const { detail } = await send([relay.url]);
		expect(detail).not.toMatch(/[\p{Cc}\p{Cf}]/u);
		expect([...detail].length).toBeLessThan(230);
	});
});

describe('many relays', () => {
	it('five, of which three fail: it is there, and the failures are named', async () => {
		const good = [await start(), await start({ delay: 300 })];
		const down = await start();
		const bad = [await start({ refuse: 'blocked: no' }), await start({ lie: 'other-id' })];
		await down.close();
		relays.splice(relays.indexOf(down), 1);
		const { relays: told } = receiptOf(await send([...good, ...bad, down].map((relay) => relay.url)));
		expect(told?.reached).toEqual(good.map((relay) => relay.url));
		expect(told?.missed.map((one) => one.code)).toEqual(['relay-blocked', 'relay-lying', 'server-down']);
		for (const relay of good) expect(relay.store.events.size).toBe(1);
	});

	it('one that never answers is not waited for', async () => {
		const relay = await start();
		const slow = await start({ silent: true });
		const begun = Date.now();
		const { relays: told } = receiptOf(await send([slow.url, relay.url]));
		expect(told).toMatchObject({ reached: [relay.url], missed: [{ code: 'timed-out' }] });
		expect(Date.now() - begun).toBeLessThan(8000);
	});
});

describe('where it is not known whether it left', () => {
	it.each([
		[{ lie: 'other-id' }],
		[{ lie: 'other-text' }],
		[{ hangUp: 'before-storing' }],
		[{ hangUp: 'after-storing' }],
	] as Partial<RelayRules>[][])('%o: unsure, never resent', async (rules) => {
		const relay = await start(rules);
		expect((await send([relay.url])).code).toBe('outbox-unsure');
		expect(relay.said('EVENT')).toHaveLength(1);
	});

	it('the archive tells what became of it', async () => {
		const relay = await start({ hangUp: 'after-storing' });
		const { outbox } = await send([relay.url]);
		expect((await archive([relay.url])).map((message) => message.wires)).toEqual([[outbox.sealed[0]?.wire]]);
	});

	it('what was finished before is sent as it is', async () => {
		const relay = await start({ hangUp: 'before-storing' });
		const { outbox } = await send([relay.url]);
		relay.rules.hangUp = 'no';
		const { author: _, ...sealed } = outbox.sealed[0] ?? { text: '', replyTo: '', wire: '', id: '' };
		const sent = receiptOf(await send([relay.url], { seal: async (_now, complete) => complete?.(sealed) ?? sealed }));
		const ids = relay.said('EVENT').map((frame) => (frame[1] as { id: string }).id);
		expect(ids).toEqual([sent.id, sent.id]);
	});
});

it('a relay that is down: nothing was sealed', async () => {
	const relay = await start();
	await relay.close();
	relays.splice(0);
	const sent = await send([relay.url]);
	expect(sent).toMatchObject({ code: 'server-down' });
	expect(sent.outbox.sealed).toEqual([]);
});
