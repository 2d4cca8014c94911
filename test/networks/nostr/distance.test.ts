import { type Event, finalizeEvent } from 'nostr-tools/pure';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Post, Sealed } from '../../../src/networks/network.ts';
import { relayClock } from '../../../src/networks/nostr/clock.ts';
import { traffic } from '../../../src/networks/nostr/traffic.ts';
import { channelOverWays, distance, distanceLimit, type Heard, type Lateness } from '../ways.ts';
import { sealing } from './author.ts';
import { channelId, openTo, room, text } from './sending.ts';

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
	vi.useRealTimers();
});

const near = 10;
const far = 400;
const count = 160;
/** enough where a way that shows is most of what is measured */
const few = 40;
const [first, second] = ['one.test', 'other.test'];

/** What is different for a message. */
interface Place {
	room: string;
	/** a group whose relay takes a stranger's first message for a stranger's, as it does until a moment after they joined */
	isGroup: boolean;
	original: Event | null;
}
const channel: Place = { room, isGroup: false, original: null };

/** A relay that takes everything and shows it. */
function relayAnswers({ isGroup, original }: Place): (data: string) => string[] {
	const events: { id: string }[] = original ? [original] : [];
	let refusals = isGroup ? 1 : 0;
	return (data) => {
		if (data === '') return [''];
		const [verb, one, ...filters] = JSON.parse(data) as [string, string & Event, ...{ ids?: string[] }[]];
		if (verb === 'EVENT') {
			if (one.kind === 9 && refusals-- > 0) return [JSON.stringify(['OK', one.id, false, 'blocked: unknown member'])];
			events.push(one);
			return [JSON.stringify(['OK', one.id, true, ''])];
		}
		if (verb !== 'REQ') return [];
		const shown = events.filter(({ id }) => filters.some(({ ids }) => ids?.includes(id) ?? true));
		return [...shown.map((event) => JSON.stringify(['EVENT', one, event])), JSON.stringify(['EOSE', one])];
	};
}

/** Posts messages one after the other; what the relays heard of each. */
async function post(ways: Record<string, number>, times = count, place = channel, lateness?: Lateness): Promise<Heard[][]> {
	const sessions: Heard[][] = [];
	const replyTo = place.original?.id ?? '';
	// keys are drawn elsewhere; here they would be most of the work
	let bare: Sealed | undefined;
	const seal: Post['seal'] = async (now, complete) => {
		if (!bare) await sealing(place.room, text, replyTo).seal(now, async (sealed) => (bare = sealed));
		return complete && bare ? complete(bare) : Promise.reject(new Error('no event'));
	};
	const original = place.original && { id: replyTo, text: place.original.content, archived: true };
	const urls = Object.keys(ways).map((host) => `ws://${host}/`);
	const common = {
		room: place.room,
		access: openTo(urls, 0, place.isGroup),
		hints: { origin: 'https://chat.test' },
		words: [],
		original,
		seal,
	};
	for (let at = 0; at < times; at++) {
		await vi.advanceTimersByTimeAsync(1000 * Math.random());
		const connections = channelOverWays(ways, relayAnswers(place), lateness);
		let isOver = false;
		const posted = traffic.transport.post({ ...common, channel: connections, signal: new AbortController().signal }).finally(() => {
			isOver = true;
		});
		posted.catch(() => {});
		while (!isOver) await vi.advanceTimersToNextTimerAsync();
		await posted;
		await vi.advanceTimersByTimeAsync(far);
		sessions.push(connections.heard);
	}
	return sessions;
}

const isEvent = ({ text: said }: Heard) => said?.startsWith('["EVENT"') ?? false;
const arrival = (session: Heard[], server: string) => session.find((heard) => isEvent(heard) && heard.server === server)?.at ?? 0;
/** ms from what a relay heard to the next thing, by what that next thing is */
const gaps = (sessions: Heard[][], isNext: (heard: Heard) => boolean): number[] =>
	sessions.map((session) => {
		const ofFirst = session.filter(({ server }) => server === first);
		const at = ofFirst.findIndex(isNext);
		return (ofFirst[at]?.at ?? Number.NaN) - (ofFirst[at - 1]?.at ?? Number.NaN);
	});

test('neither an event’s date nor when anything comes to a relay shows how far away the author is', async () => {
	const sessionsNear = await post({ [first]: near });
	const sessionsFar = await post({ [first]: far });
	const compare = (measure: (sessions: Heard[][]) => number[]) => distance(measure(sessionsNear), measure(sessionsFar));
	const ages = (sessions: Heard[][]) =>
		sessions.map((session) => {
			const event = session.find(isEvent);
			const [, { created_at: date }] = JSON.parse(event?.text ?? '') as [string, { created_at: number }];
			return Date.now() - performance.now() + (event?.at ?? 0) - date * 1000;
		});
	// everyone in the room sees it
	expect(compare(ages)).toBeLessThan(distanceLimit(count));
	expect(compare((sessions) => gaps(sessions, isEvent))).toBeLessThan(distanceLimit(count));
	expect(compare((sessions) => gaps(sessions, ({ text: said }) => said?.startsWith('["REQ"') ?? false))).toBeLessThan(distanceLimit(count));
	expect(compare((sessions) => gaps(sessions, ({ text: said }) => said === null))).toBeLessThan(distanceLimit(count));
	// dated by when it was written, and never ahead
	expect(Math.min(...ages([...sessionsNear, ...sessionsFar]))).toBeGreaterThan(-1000);
	expect(Math.max(...ages([...sessionsNear, ...sessionsFar]))).toBeLessThan(30_000);
});

test('no step is shorter where a busy machine sends what came before it late', async () => {
	let sent = 0;
	const sessions = await post({ [first]: near }, few, channel, () => (sent++ % 2 === 0 ? 800 : 0));
	// the message and what reads it back
	const steps = gaps(sessions, ({ text: said }) => said?.startsWith('["REQ"') ?? false);
	expect(Math.min(...steps)).toBeGreaterThanOrEqual(1500 - 2);
});

test('whoever reads at two relays does not see which of them the author is nearer to', async () => {
	const between = (sessions: Heard[][]) => sessions.map((session) => arrival(session, first) - arrival(session, second));
	const one = between(await post({ [first]: near, [second]: far }, few));
	const other = between(await post({ [first]: far, [second]: near }, few));
	expect(distance(one, other)).toBeLessThan(distanceLimit(few));
	for (const differences of [one, other]) expect(Math.max(...differences.map(Math.abs))).toBeLessThan(8000);
});

test('the requests by which an answered message is looked for come after pauses', async () => {
	const tags = [['e', channelId, '', 'root']];
	const original = finalizeEvent(
		{ kind: 42, created_at: 1_795_000_000, tags, content: 'what do you all think of this?' },
		new Uint8Array(32).fill(4),
	);
	const reply = { ...channel, original };
	const sessionsNear = await post({ [first]: near }, few, reply);
	const sessionsFar = await post({ [first]: far }, few, reply);
	for (const verb of ['REQ', 'CLOSE', 'EVENT']) {
		const isNext = ({ text: said }: Heard) => said?.startsWith(`["${verb}"`) ?? false;
		expect(distance(gaps(sessionsNear, isNext), gaps(sessionsFar, isNext))).toBeLessThan(distanceLimit(few));
	}
});

test('in a group everyone sees when a key asks to join and when it speaks, and not how far away its author is', async () => {
	const group = { room: `nostr:29:${first}'lab`, isGroup: true, original: null };
	const between = (sessions: Heard[][]) =>
		sessions.map((session) => {
			const spoken = session.filter((heard) => isEvent(heard) && heard.text?.includes('"kind":9,'));
			return (spoken[1]?.at ?? Number.NaN) - (spoken[0]?.at ?? Number.NaN);
		});
	const one = between(await post({ [first]: near }, few, group));
	const other = between(await post({ [first]: far }, few, group));
	expect(distance(one, other)).toBeLessThan(distanceLimit(few));
});

test('a relay that is slow dates the message all the same: the device’s own clock may be like nobody else’s', async () => {
	const slow = channelOverWays({ [first]: 2000 }, () => ['']);
	let isOver = false;
	const asked = relayClock(slow, [`ws://${first}/`], new AbortController().signal).finally(() => {
		isOver = true;
	});
	while (!isOver) await vi.advanceTimersToNextTimerAsync();
	expect(await asked).not.toBeNull();
});
