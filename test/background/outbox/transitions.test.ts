import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry, StoredBytes } from '../../../src/background/outbox/entry.ts';
import {
	holdLimit,
	nextQueued,
	type OutboxEvent,
	reusableBytes,
	transition,
	tryLimit,
} from '../../../src/background/outbox/transitions.ts';
import type { ErrorCode } from '../../../src/messages/errors.ts';

const now = 1_795_291_200_000; // the beginning of a slot, unix ms
const bytes: StoredBytes = { text: 'hello', replyTo: '', wire: 'w', id: 'i', slot: now / 600_000, at: now / 1000 };
const states = ['waiting', 'sending', 'handed', 'retrying', 'failed', 'unsure'] as const;
type State = (typeof states)[number];

const entry = (state: State, more: Partial<Entry> = {}): Entry => ({
	...{ id: 'one', order: 'session 1', hints: { origin: 'https://chat.test' }, room: { network: 'xmpp', address: 'lobby@muc.chat.test' } },
	...{ text: 'hello', replyTo: '', mode: 'one-time', due: 1, tries: 2, state, sealed: bytes, fault: { code: 'timed-out', detail: '' } },
	...more,
});
const fresh = { now, delay: 250 };
const fault = (code: ErrorCode): OutboxEvent => ({ kind: 'fault', fault: { code, detail: 'said' }, ...fresh });

/** Rows of the table: the event, and how often the entry was tried before. */
const rows: Record<string, { event: OutboxEvent; tries?: number; holds?: number; visits?: number }> = {
	started: { event: { kind: 'started' } },
	'handed-over': { event: { kind: 'handed-over', bytes: { ...bytes, wire: 'other' } } },
	'taken-back': { event: { kind: 'taken-back' } },
	delivered: { event: { kind: 'delivered' } },
	'fault: refusal': { event: fault('room-members-only') },
	'fault: network': { event: fault('server-down') },
	'fault: network, last try': { event: fault('server-down'), tries: tryLimit },
	'fault: network, seen twice': { event: { ...fault('server-down'), isSeen: true } as OutboxEvent, visits: 1 },
	'fault: other': { event: fault('internal') },
	'fault: other, last try': { event: fault('internal'), tries: tryLimit },
	'fault: nobody may see it': { event: fault('relay-shows-nothing') },
	'fault: account speaks': { event: fault('account-speaks') },
	'put-off': { event: { kind: 'put-off', ...fresh } },
	'worker-died': { event: { kind: 'worker-died', ...fresh } },
	'archive: there': { event: { kind: 'archive', answer: 'there', ...fresh } },
	'archive: not-there': { event: { kind: 'archive', answer: 'not-there', ...fresh } },
	'archive: silent': { event: { kind: 'archive', answer: 'silent', ...fresh } },
	cancelled: { event: { kind: 'cancelled' } },
	retried: { event: { kind: 'retried', ...fresh } },
	'brought-over': { event: { kind: 'brought-over' } },
};

/** The table in the docstring of `transition`: by row the cells, in the order of `states`. */
function documentedTable(): Map<string, string[]> {
	const source = readFileSync('src/background/outbox/transitions.ts', 'utf8');
	const lines = source.split('\n').filter((line) => line.startsWith(' * | '));
	const cells = lines.map((line) => line.slice(4).split('|').slice(0, -1));
	const [head = [], , ...body] = cells.map((row) => row.map((cell) => cell.trim()));
	expect(head).toEqual(['event', ...states]);
	return new Map(body.map(([name = '', ...row]) => [name, row]));
}

describe('the table in the docstring', () => {
	const table = documentedTable();

	test('has every event, and every cell is named', () => {
		expect([...table.keys()]).toEqual(Object.keys(rows));
		for (const row of table.values()) expect(row).toHaveLength(states.length);
	});

	test.each(Object.entries(rows))('%s', (name, { event, tries = 2, holds, visits }) => {
		const became = states.map((state) => {
			const before = entry(state, { tries, ...(holds ? { holds } : {}), ...(visits ? { visits } : {}) });
			const copy = structuredClone(before);
			const after = transition(before, event);
			expect(before).toEqual(copy);
			if (after === before) return '-';
			return after?.state ?? 'gone';
		});
		expect(became).toEqual(table.get(name));
	});
});

describe('what changes beside the state', () => {
	test('a delivery that begins has no fault; its bytes are those that were handed over', () => {
		expect(transition(entry('retrying'), { kind: 'started' })).toEqual(entry('sending', { fault: null }));
		const other = { ...bytes, wire: 'other' };
		expect(transition(entry('sending'), { kind: 'handed-over', bytes: other })).toEqual(entry('handed', { sealed: other }));
		expect(transition(entry('handed'), { kind: 'taken-back' })).toEqual(entry('sending', { sealed: null }));
		expect(transition(entry('sending'), { kind: 'worker-died', ...fresh })).toEqual(entry('waiting', { due: now + 250 }));
	});

	test('what fails after the room may have seen a guest is tried once more, not six times; the user’s own try counts anew', () => {
		const seen = { ...fault('server-down'), isSeen: true } as OutboxEvent;
		const next = (at: Entry | null, event: OutboxEvent) => transition(transition(at as Entry, { kind: 'started' }) as Entry, event);
		const once = next(entry('waiting', { tries: 0 }), seen);
		expect(once).toMatchObject({ state: 'retrying', visits: 1 });
		// nobody saw these
		const more = next(next(once, fault('server-down')), fault('timed-out'));
		expect(more).toMatchObject({ state: 'retrying', tries: 3, visits: 1 });
		const failed = next(more, seen);
		expect(failed).toMatchObject({ state: 'failed', text: 'hello', fault: { code: 'server-down' } });
		const retried = transition(failed as Entry, { kind: 'retried', ...fresh });
		expect(retried).toMatchObject({ state: 'waiting', tries: 0 });
		expect(retried).not.toHaveProperty('visits');
	});

	test('an answer that makes no sense makes none the next time: it is not tried again', () => {
		expect(transition(entry('sending', { tries: 0 }), fault('bad-answer'))).toMatchObject({ state: 'failed', text: 'hello' });
	});

	test.each(['server-down', 'timed-out', 'tls-failed'] as const)(
		'%s: is tried again after ever longer waits, five times, and then the message is the user’s',
		(code) => {
			let at = entry('waiting', { tries: 0, fault: null, sealed: null });
			for (let time = 1; time <= 5; time++) {
				at = transition(transition(at, { kind: 'started' }) as Entry, fault(code)) as Entry;
				// 2, 4, 8, 16 and 32 seconds, and what was drawn, so that nobody comes back on the beat
				const due = now + 1000 * 2 ** time + 250;
				expect(at).toMatchObject({ state: 'retrying', tries: time, due, text: 'hello', fault: { code, detail: 'said' } });
			}
			at = transition(transition(at, { kind: 'started' }) as Entry, fault(code)) as Entry;
			expect(at).toMatchObject({ state: 'failed', tries: 5, text: 'hello', fault: { code } });
		},
	);

	test.each([
		'room-members-only',
		'server-refused',
		'policy-violation',
		'nick-conflict',
		'not-in-room',
		'auth-required',
		'gate-refused',
		'text-long',
		'rate-minute',
		'relay-blocked',
		'work-too-high',
	] as const)('%s is a refusal, also of bytes that were handed over: the text stays, the bytes are dropped', (code) => {
		for (const state of ['sending', 'handed'] as const)
			expect(transition(entry(state), fault(code))).toEqual(entry('failed', { sealed: null, fault: { code, detail: 'said' } }));
	});

	test.each(['server-down', 'timed-out', 'tls-failed', 'bad-answer', 'relay-lying', 'cancelled', 'internal'] as const)(
		'%s says nothing of bytes that were handed over: the archive is asked, and after the last try the user',
		(code) => {
			const handed = entry('handed');
			expect(transition(handed, fault(code))).toBe(handed);
			const doubtful = { tries: tryLimit, fault: { code: 'outbox-unsure', detail: '' } } as const;
			expect(transition(entry('handed', { tries: tryLimit }), fault(code))).toEqual(entry('unsure', doubtful));
		},
	);

	test('what the archive does not have is tried again after a fresh delay, with its bytes; where it is silent the bytes are kept, too', () => {
		const [notThere, silent] = (['not-there', 'silent'] as const).map((answer) =>
			transition(entry('handed'), { kind: 'archive', answer, ...fresh }),
		);
		expect(notThere).toEqual(entry('retrying', { tries: 3, due: now + 250 }));
		expect(silent).toEqual(entry('unsure', { fault: { code: 'outbox-unsure', detail: '' } }));
	});

	test('what the user asks for again waits for a fresh delay, with all tries anew', () => {
		for (const state of ['failed', 'unsure'] as const)
			expect(transition(entry(state, { tries: 5, holds: 7 }), { kind: 'retried', ...fresh })).toEqual(
				entry('waiting', { tries: 0, due: now + 250, fault: null }),
			);
	});

	test('an answer to what the room does not show guests is the user’s: it leaves as no answer, or not at all', () => {
		const original = { id: 's1', text: 'hello', archived: false };
		const failed = transition(entry('sending', { replyTo: 's1', original }), fault('reply-not-shown'));
		expect(failed).toMatchObject({ state: 'failed', replyTo: 's1', text: 'hello', sealed: null, fault: { code: 'reply-not-shown' } });
		const { original: _, ...plain } = entry('waiting', { due: now + 250, replyTo: '', sealed: null, fault: null, tries: 0, original });
		expect(failed && transition(failed, { kind: 'retried', ...fresh, withoutReply: true })).toEqual(plain);
		expect(failed && transition(failed, { kind: 'retried', ...fresh })).toMatchObject({ state: 'waiting', replyTo: 's1', original });
	});

	test('of another vault nothing leaves by itself: it waits for the user, without bytes, unless they may have left', () => {
		const aside = entry('failed', { sealed: null, fault: { code: 'outbox-aside', detail: '' } });
		for (const state of ['waiting', 'sending', 'retrying'] as const)
			expect(transition(entry(state), { kind: 'brought-over' })).toEqual(aside);
		expect(transition(entry('handed'), { kind: 'brought-over' })).toEqual(
			entry('unsure', { fault: { code: 'outbox-unsure', detail: '' } }),
		);
	});
});

test('what the account’s own messages put off costs no try, and is counted', () => {
	let at = entry('waiting', { tries: 0, fault: null, sealed: null });
	for (let hold = 1; hold <= holdLimit; hold++) {
		at = transition(at, fault('account-speaks')) as Entry;
		expect(at).toMatchObject({ state: 'waiting', holds: hold, tries: 0, due: now + 250, fault: null });
		// in the middle of a delivery as well
		if (hold % 2) at = transition(at, { kind: 'started' }) as Entry;
	}
});

test('the earliest leaves next, whatever was written before it, and only of what waits for its time', () => {
	const due = (id: string, at: number, state: State = 'waiting') => entry(state, { id, due: at });
	const queue = [
		due('written first', 9),
		due('written second', 4),
		due('tried before', 6, 'retrying'),
		...(['sending', 'handed', 'failed', 'unsure'] as const).map((state) => due(state, 0, state)),
	];
	const order: string[] = [];
	for (let next = nextQueued(queue); next; next = nextQueued(queue))
		order.push(...queue.splice(queue.indexOf(next), 1).map(({ id }) => id));
	expect(order).toEqual(['written second', 'tried before', 'written first']);
	expect(nextQueued([])).toBeUndefined();
});

test('the same bytes leave once more inside their slot alone', () => {
	const start = now / 1000;
	expect([start, start + 599].map((at) => reusableBytes(entry('sending'), at))).toEqual([bytes, bytes]);
	expect([start - 1, start + 600].map((at) => reusableBytes(entry('sending'), at))).toEqual([null, null]);
	expect(reusableBytes(entry('sending', { sealed: null }), start)).toBeNull();
});

/** An event as one that a course of events takes so much more often than the rarest. */
const often = (weight: number, arbitrary: fc.Arbitrary<OutboxEvent>) => ({ weight, arbitrary });
const plain = (...kinds: ('started' | 'taken-back' | 'delivered' | 'cancelled' | 'brought-over')[]) =>
	fc.constantFrom(...kinds).map((kind) => ({ kind }));
const refusals: ErrorCode[] = ['server-refused', 'room-banned'];
const codes: ErrorCode[] = [...refusals, 'account-speaks', 'server-down', 'timed-out', 'relay-lying', 'internal', 'cancelled'];
const times = { now: fc.nat(), delay: fc.nat(1000) };
const timed = (...kinds: ('worker-died' | 'put-off' | 'retried')[]) => fc.record({ kind: fc.constantFrom(...kinds), ...times });
/** Any events in any order; those that end the message are rare, so that a course gets far. */
const courses = fc.array(
	fc.oneof(
		often(1, plain('delivered', 'cancelled', 'brought-over')),
		often(6, plain('started')),
		often(6, fc.constant({ kind: 'handed-over', bytes } as const)),
		often(3, plain('taken-back')),
		often(6, timed('worker-died', 'put-off', 'retried')),
		often(1, fc.record({ kind: fc.constant('archive' as const), answer: fc.constant('there' as const), ...times })),
		often(4, fc.record({ kind: fc.constant('archive' as const), answer: fc.constantFrom('not-there', 'silent'), ...times })),
		often(
			6,
			fc.record({ code: fc.constantFrom(...codes), ...times }).map(({ code, ...rest }) => ({ ...fault(code), ...rest })),
		),
	),
	{ minLength: 1, maxLength: 60 },
);

/** Runs a course from a fresh entry. Tells of every step that changed something. */
function run(course: OutboxEvent[], step: (before: Entry, event: OutboxEvent, after: Entry | null) => void): void {
	let at: Entry | null = entry('waiting', { tries: 0, sealed: null, fault: null });
	for (const event of course) {
		const before: Entry = at;
		at = transition(before, event);
		if (at !== before) step(before, event, at);
		if (!at) return;
	}
}

describe('whatever happens, in whatever order', () => {
	test('what may have left does not leave again without the word of a server, an archive or the user', () => {
		fc.assert(
			fc.property(courses, (course) => {
				// whether bytes may lie with a server of which nobody said that they are not in the room
				let mayHaveLeft = false;
				run(course, (before, event, after) => {
					const isAllowed =
						(event.kind === 'taken-back' && before.state === 'handed') ||
						(event.kind === 'archive' && event.answer === 'not-there') ||
						(event.kind === 'fault' && refusals.includes(event.fault.code)) ||
						event.kind === 'retried';
					if (isAllowed) mayHaveLeft = false;
					const mayLeave = after !== null && ['waiting', 'retrying', 'sending'].includes(after.state);
					expect(mayHaveLeft && mayLeave).toBe(false);
					if (event.kind === 'handed-over') {
						expect(mayHaveLeft).toBe(false);
						mayHaveLeft = true;
					}
				});
			}),
			{ numRuns: 2000 },
		);
	});

	test('a message is lost by nothing: it goes when the room has it or the user takes it back', () => {
		fc.assert(
			fc.property(courses, (course) => {
				run(course, (before, event, after) => {
					if (after) {
						const { state: _, sealed: __, fault: ___, due: ____, tries: _____, holds: ______, ...message } = before;
						expect(after).toMatchObject(message);
						return;
					}
					const isInRoom = event.kind === 'delivered' || (event.kind === 'archive' && event.answer === 'there');
					expect(isInRoom || (event.kind === 'cancelled' && before.state !== 'handed')).toBe(true);
				});
			}),
			{ numRuns: 2000 },
		);
	});

	test('bytes are handed over only by a delivery that began, and what is handed over has its bytes', () => {
		fc.assert(
			fc.property(courses, (course) => {
				run(course, (before, event, after) => {
					if (event.kind === 'handed-over') expect(before.state).toBe('sending');
					if (after?.state === 'handed') expect(after.sealed).not.toBeNull();
					if (after?.state === 'failed') expect(after.sealed).toBeNull();
				});
			}),
			{ numRuns: 500 },
		);
	});
});
