import { describe, expect, it } from 'vitest';
import { periodKey } from '../../notifier/installations/installation.ts';
import { RoomWindow, uniform, windowAt } from '../../notifier/rooms/digest.ts';
import type { ReadMessage } from '../../notifier/rooms/filter.ts';
import { Followers } from '../../notifier/rooms/followers.ts';
import { random } from './setting.ts';

// The absence leak: whoever reads the public room and sees the pushes may subtract. What that gives, over ten thousand windows.

const windows = 10_000;
const hour = 3_600_000;
const key = random(32);
const phone = (id: string) => ({ id, secretHash: '', token: '', lastSeen: 0, phase: 0, chance: random(32), subscriptions: new Map() });
const message = (own: boolean): ReadMessage => ({
	push: true,
	periods: [1],
	mark: random(32),
	// none: what the notifier has forgotten meanwhile comes as new
	name: '',
	isMarkedBy: (other) => own && other === key,
});

/** How many events of a Poisson process come in a time in which so many are expected. */
function poisson(expected: number): number {
	let count = 0;
	for (let product = uniform(); product > Math.exp(-expected); product *= uniform()) count++;
	return count;
}

interface Window {
	own: number;
	others: number;
	isPushed: boolean;
}

/** Plays so many windows of one room in which others and the owner write, each at a rate of messages a window. */
function play(others: number, own: number, rule: 'digest' | 'leave out', cover: number): Window[] {
	const followers = new Followers({ interval: hour, cover });
	const phase = uniform();
	const keys = rule === 'digest' ? [] : [periodKey(1, key)];
	const installation = { ...phone('a'), phase, subscriptions: new Map([['room', { isSilent: false, keys }]]) };
	const begin = hour * 1000;
	followers.follow(null, installation, begin);
	return Array.from({ length: windows }, (_, at) => {
		const counts = { own: poisson(own), others: poisson(others) };
		const messages = [...Array<boolean>(counts.own).fill(true), ...Array<boolean>(counts.others).fill(false)];
		// in any order
		for (const each of messages.sort(() => uniform() - 0.5)) followers.take('room', () => message(each));
		return { ...counts, isPushed: followers.endWindows(begin + (at + 1) * hour).length > 0 };
	});
}

/** Share of own messages of which an observer of room and pushes is certain: they stand in a window without a push. */
function exposedShare(seen: readonly Window[]): number {
	const own = seen.reduce((sum, each) => sum + each.own, 0);
	return seen.reduce((sum, each) => sum + (each.isPushed ? 0 : each.own), 0) / own;
}

/**
 * How much oftener the best guess about a message (own or not) is right with the pushes than without, where the guesser knows everything else:
 * rates, rule, cover and how many messages each window holds.
 */
function advantage(seen: readonly Window[]): number {
	const groups = new Map<string, { own: number; others: number }>();
	const add = (name: string, { own, others }: Window) => {
		const group = groups.get(name) ?? { own: 0, others: 0 };
		groups.set(name, { own: group.own + own, others: group.others + others });
	};
	const right = () => [...groups.values()].reduce((sum, { own, others }) => sum + Math.max(own, others), 0);
	for (const each of seen) add(`${each.own + each.others}`, each);
	const without = right();
	groups.clear();
	for (const each of seen) add(`${each.own + each.others} ${each.isPushed}`, each);
	return (right() - without) / seen.reduce((sum, { own, others }) => sum + own + others, 0);
}

describe('an observer who reads the room and sees the pushes', () => {
	it.each([4, 1, 0.25])('learns nothing from a digest, with %f messages of others an hour', (others) => {
		const seen = play(others, 0.5, 'digest', 0.5);
		expect(seen.filter(({ own }) => own > 0).length).toBeGreaterThan(windows / 4);
		expect(exposedShare(seen)).toBe(0);
		expect(advantage(seen)).toBe(0);
		// what is pushed follows from the public room alone
		expect(seen.every(({ own, others: theirs, isPushed }) => isPushed === own + theirs > 0)).toBe(true);
	});

	// others an hour, least cover, and the stated bound (1 − q) · e^(−λW), q being the larger of the cover and the room's rate 1 − e^(−λW); of it
	// there is e^(−μq) exposed, where the owner writes μ in a window, as each own message asks for a cover
	it.each([
		[4, 0.5],
		[1, 0.5],
		[0.25, 0.5],
		[0.25, 0.8],
		[0.25, 1],
	])('learns of no more than the bound from leaving out, with %f messages of others an hour and a cover of %f', (others, cover) => {
		const silence = Math.exp(-others);
		const q = Math.max(cover, 1 - silence);
		const bound = (1 - q) * silence;
		const seen = play(others, 0.5, 'leave out', cover);
		const own = seen.reduce((sum, each) => sum + each.own, 0);
		// three deviations of the share's own spread, and what the rate's estimate is off
		const slack = 3 * Math.sqrt((bound * (1 - bound)) / own) + 0.02;
		const exposed = bound * Math.exp(-0.5 * q);
		expect(exposedShare(seen)).toBeLessThan(exposed + slack);
		expect(exposedShare(seen)).toBeGreaterThanOrEqual(Math.max(0, exposed - slack));
		expect(advantage(seen)).toBeLessThanOrEqual(exposedShare(seen));
	});

	it('would learn of every own message in a quiet room without cover, as by a push for each message', () => {
		const seen = play(0.25, 0.5, 'leave out', 0.5).map((each) => ({ ...each, isPushed: each.others > 0 }));
		expect(exposedShare(seen)).toBeGreaterThan(0.7);
	});
});

describe('a room that somebody follows with keys', () => {
	/** How many messages are read, and how many marks computed, of two that come after a first one. */
	function costAfter(isOwn: boolean, hasKeys: boolean) {
		const followers = new Followers({ interval: hour, cover: 0.5 });
		const keys = hasKeys ? [periodKey(1, key)] : [];
		for (const [id, held] of [['a', keys] as const, ['b', []] as const])
			followers.follow(null, { ...phone(id), subscriptions: new Map([['room', { isSilent: false, keys: held }]]) }, 0);
		followers.take('room', () => message(isOwn));
		let [reads, marks] = [0, 0];
		const counted = { ...message(false), isMarkedBy: () => ++marks === 0 };
		for (let at = 0; at < 2; at++)
			followers.take('room', () => {
				reads++;
				return counted;
			});
		return { reads, marks };
	}
	it('costs the same whosever message came before', () => {
		expect(costAfter(true, true)).toEqual({ reads: 2, marks: 2 });
		expect(costAfter(false, true)).toEqual(costAfter(true, true));
	});
	it('is not covered for a message that asks for no push, as nobody else’s would be', () => {
		const followers = new Followers({ interval: hour, cover: 1 });
		followers.follow(null, { ...phone('a'), subscriptions: new Map([['room', { isSilent: false, keys: [periodKey(1, key)] }]]) }, 0);
		for (const [at, isOwn] of [true, false].entries()) {
			followers.take('room', () => ({ ...message(isOwn), push: false }));
			expect(followers.endWindows((at + 1) * hour)).toEqual([]);
		}
	});
	it('is covered by the same chance each time that a server shows a message again, and by another for another phone', () => {
		const followers = new Followers({ interval: hour, cover: 0.5 });
		const subscriptions = new Map([['room', { isSilent: false, keys: [periodKey(1, key)] }]]);
		for (const id of ['a', 'b', 'c']) followers.follow(null, { ...phone(id), subscriptions }, 0);
		let now = 0;
		const ringsFor = (...messages: ReadMessage[]) => {
			for (const each of messages) followers.take('room', () => each);
			now += hour;
			return followers.endWindows(now).join('');
		};
		// until the rate of others is below the cover
		for (let at = 0; at < 300; at++) ringsFor();
		const own = Array.from({ length: 100 }, () => message(true));
		const first = own.map((each) => ringsFor(each));
		expect(new Set(first).size).toBeGreaterThan(4);
		// beside another of the owner's it stands without a push only where it stands so alone as well, whichever was shown first
		const company = own.map((_, at) => own[(at + 1) % own.length] as ReadMessage);
		for (const order of [0, 1])
			for (const [at, each] of own.entries()) {
				const pair = [each, company[at] as ReadMessage];
				const rings = ringsFor(...(order ? pair : pair.reverse()));
				const alone = [first[at], first[(at + 1) % own.length]].join('');
				expect(rings).toBe([...'abc'].filter((id) => alone.includes(id)).join(''));
			}
	});
	it.each([true, false])('hears of no copy, which anybody could show alone in a window that they choose: mine %s', (isOwn) => {
		const followers = new Followers({ interval: hour, cover: 0.5 });
		for (const [id, keys] of [['a', [periodKey(1, key)]] as const, ['b', []] as const])
			followers.follow(null, { ...phone(id), subscriptions: new Map([['room', { isSilent: false, keys }]]) }, 0);
		const original = { ...message(isOwn), name: 'one' };
		for (const each of [message(false), original]) followers.take('room', () => each);
		expect(followers.endWindows(hour)).toEqual(['a', 'b']);
		let marks = 0;
		followers.take('room', () => ({ ...original, isMarkedBy: (other) => ++marks > 0 && original.isMarkedBy(other) }));
		expect(followers.endWindows(2 * hour)).toEqual([]);
		expect(marks).toBe(0);
		// the same in another room is another message
		followers.follow(null, { ...phone('c'), subscriptions: new Map([['hall', { isSilent: false, keys: [] }]]) }, 2 * hour);
		followers.take('hall', () => original);
		expect(followers.endWindows(3 * hour)).toEqual(['c']);
	});
	it('is covered for certain where it was not read for a while, also in a window that begins meanwhile, and only then', () => {
		const followers = new Followers({ interval: hour, cover: 0.5 }, () => 1);
		followers.follow(null, { ...phone('a'), subscriptions: new Map([['room', { isSilent: false, keys: [periodKey(1, key)] }]]) }, 0);
		let now = 0;
		const ringsWhile = (...isRead: boolean[]) => {
			followers.take('room', () => message(true));
			for (const each of isRead) followers.lookAfter(() => each);
			now += hour;
			return followers.endWindows(now).length;
		};
		// read, gone and back, gone, still gone, back
		expect([[true], [true, false, true], [false], [false], [true]].map((each) => ringsWhile(...each))).toEqual([0, 1, 1, 1, 0]);
		// nobody has written
		followers.lookAfter(() => false);
		now += hour;
		expect(followers.endWindows(now)).toEqual([]);
	});
	it('is judged no more without keys, once it is certain that it rings', () =>
		expect(costAfter(false, false)).toEqual({ reads: 0, marks: 0 }));
});

describe('a window', () => {
	it('counts the room as lively until it is known, and then by what was seen', () => {
		const room = new RoomWindow();
		const covered = (draw: number) => {
			room.add('own', random(32));
			return room.close(0.5, () => draw);
		};
		expect(covered(0.999)).toBe(true);
		for (let at = 0; at < 300; at++) room.close(0.5, uniform);
		expect([covered(0.49), covered(0.51)]).toEqual([true, false]);
		for (let at = 0; at < 300; at++) {
			room.add('other', random(32));
			room.close(0.5, uniform);
		}
		expect(covered(0.95)).toBe(true);
	});

	it('asks for nothing where only what asks for no push was written', () => {
		const room = new RoomWindow();
		room.add('silent', random(32));
		expect(room.close(1, () => 0)).toBe(false);
	});

	it('begins at fixed times, which differ from one installation to the next', () => {
		expect(windowAt(10 * hour, hour, 0)).toBe(10);
		expect(windowAt(11 * hour - 1, hour, 0)).toBe(10);
		expect(windowAt(10.4 * hour, hour, 0.5)).toBe(9);
		expect(windowAt(10.6 * hour, hour, 0.5)).toBe(10);
	});

	it('ends once where the clock jumps by a month, back or forth', () => {
		const followers = new Followers({ interval: hour, cover: 0.5 });
		const installation = { ...phone('a'), subscriptions: new Map([['room', { isSilent: false, keys: [] }]]) };
		followers.follow(null, installation, 0);
		for (const now of [720 * hour, 0]) {
			followers.take('room', () => message(false));
			expect(followers.endWindows(now)).toEqual(['a']);
			expect(followers.endWindows(now)).toEqual([]);
		}
	});
});
