import { describe, expect, test } from 'vitest';
import { mergeWrites, viewOf } from '../../src/devices/shared-entries.ts';
import { currentVoice, joinVoices, noteVoices, pathOf, type Voice, voicesOf } from '../../src/devices/voice-entries.ts';
import { firstDevice, linkNew, noon, sampleRoot } from './samples.ts';

const room = 'xmpp:lobby@muc.chat.test';
const voice = (n: number, since: number, more: Partial<Voice> = {}): Voice => ({
	...{ path: pathOf(room), scope: room, generation: 46, n, since, used: 0 },
	...more,
});
/** Two devices that know each other. */
const pair = () => {
	const { from, to } = linkNew(firstDevice(sampleRoot()), 'phone');
	return [from.group, to.group] as const;
};

describe('which voice speaks', () => {
	test('the one begun last, of this path and generation alone', () => {
		const voices = [voice(1, 10), voice(2, 30), voice(3, 20), voice(4, 90, { generation: 45 }), voice(5, 90, { path: pathOf('label:x') })];
		expect(currentVoice(voices, pathOf(room), 46)?.n).toBe(2);
		expect(currentVoice(voices.toReversed(), pathOf(room), 46)?.n).toBe(2);
		expect(currentVoice(voices, pathOf(room), 47)).toBe(null);
	});
	test('of two that were begun in the same second all devices take the same one', () => {
		expect(currentVoice([voice(1, 10), voice(9, 10)], pathOf(room), 46)?.n).toBe(9);
		expect(currentVoice([voice(9, 10), voice(1, 10)], pathOf(room), 46)?.n).toBe(9);
	});
	test('none that was given up', () => {
		expect(currentVoice([voice(1, 10, { forgotten: true })], pathOf(room), 46)).toBe(null);
	});
});

describe('what two records of one key make', () => {
	test('of two beginnings the earlier counts, on every device alike', () => {
		const [joined] = joinVoices([voice(1, 50, { met: true, used: 3 })], [voice(1, 40)]);
		expect(joined).toEqual(voice(1, 40, { used: 3 }));
		expect(joinVoices([voice(1, 40)], [voice(1, 10, { met: true })])).toEqual([voice(1, 10)]);
		expect(joinVoices([voice(1, 40, { met: true })], [voice(1, 10, { met: true })])).toEqual([voice(1, 10, { met: true })]);
	});
	test('one that is over does not speak again, also where only one device knows it', () => {
		const all = joinVoices([voice(1, 50)], [voice(1, 40, { over: true }), voice(2, 30)]);
		expect(currentVoice(all, pathOf(room), 46)?.n).toBe(2);
	});
	test('what was given up stays so, and its name goes', () => {
		const [joined] = joinVoices([voice(1, 10)], [voice(1, 10, { forgotten: true })]);
		expect(joined?.forgotten).toBe(true);
		expect(joined).not.toHaveProperty('scope');
	});
	test('there are never more than 400, and the oldest generations go first', () => {
		const many = Array.from({ length: 450 }, (_, at) => voice(at, at, { generation: at }));
		const joined = joinVoices(many, [voice(9999, 1, { generation: 500 })]);
		expect(joined).toHaveLength(400);
		expect(Math.min(...joined.map(({ generation }) => generation))).toBe(51);
		// what was given up would come back
		const gone = joinVoices([...many.map((one) => ({ ...one, generation: 46 })), voice(9999, 0, { forgotten: true })], []);
		expect(gone.some(({ n }) => n === 9999)).toBe(true);
	});
});

describe('two devices', () => {
	test('that began a voice for one scope while apart end with the later one, in whichever order they hear of it', () => {
		const [laptop, phone] = pair();
		const [a, b] = [noteVoices(laptop, [voice(1, 10)], noon + 1), noteVoices(phone, [voice(2, 20)], noon + 1)];
		for (const merged of [mergeWrites(a, b.writes, noon + 2), mergeWrites(b, a.writes, noon + 2)])
			expect(currentVoice(voicesOf(merged), pathOf(room), 46)?.n).toBe(2);
	});
	test('tell each other what they have begun, and of the generation in use alone', () => {
		const [laptop] = pair();
		const told = noteVoices(laptop, [voice(1, 10), voice(2, 20, { met: true }), voice(3, 30, { generation: 45 })], noon + 1);
		expect(voicesOf(told).map(({ n }) => n)).toEqual([1]);
		expect(voicesOf(noteVoices(told, [voice(1, 10, { over: true })], noon + 2))).toEqual([voice(1, 10, { over: true })]);
	});
	test('tell each other once: what both know is not written again', () => {
		const [laptop, phone] = pair();
		const told = noteVoices(laptop, [voice(1, 10)], noon + 1);
		const heard = mergeWrites(phone, told.writes, noon + 2);
		expect(noteVoices(heard, [voice(1, 30, { met: true })], noon + 3).writes).toEqual(heard.writes);
		expect(noteVoices(told, voicesOf(told), noon + 3).writes).toEqual(told.writes);
	});
	test('forget a voice together: its name is gone from what either wrote, and it never comes back', () => {
		const [laptop, phone] = pair();
		const label = voice(1, 10, { path: pathOf('label:organiser'), scope: 'label:organiser' });
		const a = noteVoices(laptop, [label], noon + 1);
		const b = noteVoices(mergeWrites(phone, a.writes, noon + 2), [label], noon + 2);
		const gone = noteVoices(b, [{ ...label, forgotten: true }], noon + 3);
		const back = mergeWrites(noteVoices(a, [{ ...label, since: 5 }], noon + 9), gone.writes, noon + 10);
		expect(JSON.stringify(back.writes)).not.toContain('organiser');
		expect(voicesOf(back)).toEqual([expect.objectContaining({ n: 1, forgotten: true })]);
		expect([...viewOf(back).keys()].some((entry) => entry.startsWith('voice/'))).toBe(false);
	});
	test.each([
		['another path', 'voice/46/1/00000000000000000000000000000000', JSON.stringify({ since: 1, scope: room })],
		['a number that is none', `voice/46/-1/${pathOf(room)}`, JSON.stringify({ since: 1 })],
		['another way to write its number', `voice/046/1/${pathOf(room)}`, JSON.stringify({ since: 1 })],
		['no time', `voice/46/1/${pathOf(room)}`, '{}'],
		['no JSON', `voice/46/1/${pathOf(room)}`, 'since'],
	])('an entry with %s is passed over', (_, entry, value) => {
		const [laptop, phone] = pair();
		const [write] = phone.writes;
		if (!write) throw new Error('no write');
		expect(voicesOf(mergeWrites(laptop, [{ ...write, entry, value }], noon + 1))).toEqual([]);
	});
});
