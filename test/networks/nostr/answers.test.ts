import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BautaError } from '../../../src/messages/errors.ts';
import type { Channel } from '../../../src/networks/channel/channel.ts';
import { RelayConnection } from '../../../src/networks/nostr/connection.ts';
import { isForMembers, refusal } from '../../../src/networks/nostr/refusal.ts';
import { signEvent, xHex } from '../../../src/networks/nostr/sign.ts';
import { eventFrame } from '../../../src/networks/nostr/wire/frames.ts';
import { sealing } from './author.ts';

// What relays say in place of an OK, or beside it, played by hand: each client's frame is answered with these.

const url = 'wss://relay.test/';
const { author } = await sealing(`nostr:28:${'5'.repeat(64)}`, 'text').seal(1_700_000_000);
if (!author) throw new Error('no author');
const event = signEvent({ pubkey: xHex(author), created_at: 1_700_000_000, kind: 42, tags: [], content: 'text' }, author);

type Answer = (sent: [string, { id: string }], count: number) => unknown[];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Publishes at a relay that answers so: the notice that came in place of an OK, or the fault. */
async function publish(answer: Answer, first: unknown[] = []) {
	const frames = first.map((frame) => JSON.stringify(frame));
	let wake = () => {};
	let count = 0;
	const socket = {
		async send(data: string) {
			frames.push(...answer(JSON.parse(data), count++).map((frame) => JSON.stringify(frame)));
			wake();
		},
		close() {},
		async receive(signal: AbortSignal): Promise<string> {
			while (frames.length === 0 && !signal.aborted)
				await new Promise<void>((done) => {
					wake = done;
					signal.addEventListener('abort', () => done(), { once: true });
				});
			if (signal.aborted) throw new BautaError('cancelled');
			return frames.shift() ?? '';
		},
	};
	const channel = { socket: async () => socket } as unknown as Channel;
	const connection = await RelayConnection.open(channel, url, new AbortController().signal);
	const outcome = connection.publish(eventFrame(event), event, author ?? null, 1_700_000_000, new AbortController().signal).then(
		(notice) => ({ notice, code: '', detail: '' }),
		({ code, detail }: BautaError) => ({ notice: '', code, detail }),
	);
	await vi.advanceTimersByTimeAsync(30_000);
	return outcome;
}

test.each<[string, Answer, object, unknown[]?]>([
	['a greeting before an OK', ([, { id }]) => [['OK', id, true, '']], { notice: '', code: '' }, [['NOTICE', 'welcome']]],
	['an OK that is text', ([, { id }]) => [['OK', id, 'true', '']], { notice: '', code: '' }],
	['a refusal that is text', ([, { id }]) => [['OK', id, 'false', 'blocked: no']], { code: 'relay-blocked', detail: 'relay.test: no' }],
	['a refusal without words', ([, { id }]) => [['OK', id, false]], { code: 'server-refused', detail: 'relay.test' }],
	['the event closed', ([, { id }]) => [['CLOSED', id, 'blocked: no']], { code: 'relay-blocked', detail: 'relay.test: no' }],
	['a notice of two parts', () => [['NOTICE', 'ERROR', 'not on the list']], { notice: 'ERROR: not on the list' }],
	['nothing', () => [], { code: 'timed-out' }],
	['an OK for another event', () => [['OK', 'f'.repeat(64), true, '']], { code: 'relay-lying' }],
])('%s', async (_, answer, outcome, first) => {
	expect(await publish(answer, first)).toMatchObject(outcome);
});

/** The first try is refused for want of a login. */
const wantsLogin =
	(rest: Answer): Answer =>
	(sent, count) =>
		count === 0
			? [
					['OK', sent[1].id, false, 'auth-required: log in'],
					['AUTH', 'who?'],
				]
			: rest(sent, count);

test('a challenge behind the refusal is answered', async () => {
	const answer = wantsLogin(([, { id }]) => [['OK', id, true, '']]);
	expect(await publish(answer)).toEqual({ notice: '', code: '', detail: '' });
	const without: Answer = ([, { id }]) => [['OK', id, false, 'auth-required: log in']];
	expect(await publish(without)).toMatchObject({ code: 'relay-auth' });
});

test('an OK to the login that comes late, behind the event, is no lie', async () => {
	let login = '';
	const answer = wantsLogin(([verb, { id }]) => {
		if (verb === 'AUTH') login = id;
		return verb === 'AUTH'
			? []
			: [
					['OK', login, true, ''],
					['OK', id, true, ''],
				];
	});
	expect(await publish(answer)).toEqual({ notice: '', code: '', detail: '' });
});

test.each<[string, boolean]>([
	['blocked: unknown member', true],
	['restricted: you are not a member of this group', true],
	['restricted: not a participant', true],
	['blocked: join the group first', true],
	['blocked: you are not in this group', true],
	['blocked: your network', false],
	['rate-limited: members wait a minute', false],
	['restricted: paying users write here', false],
])('%j is for members alone: %s', (reason, isSo) => {
	expect(isForMembers(refusal(url, reason))).toBe(isSo);
});
