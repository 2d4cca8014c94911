import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Group, Write } from '../../src/devices/group.ts';
import { skewAllowed, tick } from '../../src/devices/hybrid-clock.ts';
import { newGroup } from '../../src/devices/registry.ts';
import { mergeWrites, putEntries, redateWrites, viewOf, withoutDevices } from '../../src/devices/shared-entries.ts';
import { noon } from './samples.ts';

const ids = ['aa', 'bb', 'cc'].map((two) => two.repeat(16));
const [A, B, C] = ids as [string, string, string];
const empty = (): Group => newGroup('00'.repeat(32), '02'.repeat(33));
const stateOf = ({ writes, removed }: Group) => ({ writes, removed });

const someWrite: fc.Arbitrary<Write> = fc.record({
	entry: fc.constantFrom('room/x', 'room/y', 'name/z', 'own/1', 'own/2', 'own-cleared'),
	device: fc.constantFrom(...ids),
	time: fc.integer({ min: noon - 20, max: noon + 20 }),
	count: fc.nat(2),
	value: fc.option(fc.constantFrom('1', '2', '3'), { nil: null }),
});

type Step = { writes: Write[] } | { removed: string };
function apply(group: Group, step: Step): Group {
	return 'removed' in step ? withoutDevices(group, [step.removed]) : mergeWrites(group, step.writes, noon);
}

test('whatever the order, the repetition and the bundling, every device ends in the same state', () => {
	// a name in the own list is drawn by one device, which gives it a value once; B, who may be removed, forgets nothing
	const owner: Record<string, string> = { 'own/1': A, 'own/2': B };
	const history = fc
		.uniqueArray(someWrite, { selector: ({ entry, device, time, count }) => `${entry} ${device} ${time} ${count}`, maxLength: 30 })
		.map((writes) =>
			writes.flatMap((write): Write[] => {
				const by = owner[write.entry];
				if (write.device === B && (write.entry === 'own-cleared' || (by && by !== B))) return [];
				if (!by) return [write];
				const first = { ...write, time: noon, count: 0, value: '1' };
				return [write.device === by && (write.value !== null || by === B) ? first : { ...write, value: null }];
			}),
		);
	fc.assert(
		fc.property(
			history,
			fc.option(fc.constant(B)),
			fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
			(writes, gone, chance) => {
				const steps: Step[] = [...writes.map((write): Step => ({ writes: [write] })), ...(gone ? [{ removed: gone }] : [])];
				const draw = () => chance.next().value as number;
				const shuffled = () =>
					[...steps, ...steps.filter(() => draw() < 0.3), { writes: writes.filter(() => draw() < 0.5) }]
						.map((step) => ({ step, at: draw() }))
						.sort((a, b) => a.at - b.at)
						.map(({ step }) => step);
				const one = steps.reduce(apply, empty());
				const other = shuffled().reduce(apply, empty());
				expect(stateOf(other)).toEqual(stateOf(one));
				expect([...viewOf(other)]).toEqual([...viewOf(one)]);
			},
		),
		{ numRuns: 1000 },
	);
});

test('merging what one has already changes nothing, and two states merged either way are one', () => {
	fc.assert(
		fc.property(fc.array(someWrite), fc.array(someWrite), (left, right) => {
			const a = mergeWrites(empty(), left, noon);
			const b = mergeWrites(empty(), right, noon);
			expect(stateOf(mergeWrites(a, a.writes, noon))).toEqual(stateOf(a));
			expect(stateOf(mergeWrites(a, b.writes, noon))).toEqual(stateOf(mergeWrites(b, a.writes, noon)));
		}),
	);
});

test('the last writer wins, entry by entry', () => {
	let a = putEntries(
		empty(),
		A,
		[
			['room/x', '1'],
			['room/y', '1'],
		],
		noon,
	);
	let b = putEntries(empty(), B, [['room/x', '2']], noon + 1);
	a = mergeWrites(a, b.writes, noon);
	b = mergeWrites(b, a.writes, noon);
	expect(Object.fromEntries(viewOf(a))).toEqual({ 'room/x': '2', 'room/y': '1' });
	expect(viewOf(b)).toEqual(viewOf(a));
});

test('a device whose clock is behind still has the last word on what it has seen', () => {
	const ahead = putEntries(empty(), A, [['room/x', '1']], noon + 3_600_000);
	const behind = putEntries(mergeWrites(empty(), ahead.writes, noon), B, [['room/x', '2']], noon);
	expect(viewOf(mergeWrites(ahead, behind.writes, noon + 3_600_000)).get('room/x')).toBe('2');
});

test('a clock that is a year ahead wins nothing, and is mended once it is right', () => {
	const year = 365 * 86_400_000;
	const wrong = putEntries(empty(), B, [['room/x', '"wrong"']], noon + year);
	const right = putEntries(empty(), A, [['room/x', '"right"']], noon);
	expect(viewOf(mergeWrites(right, wrong.writes, noon)).get('room/x')).toBe('"right"');
	expect(mergeWrites(right, wrong.writes, noon).clock.time).toBe(noon);
	const mended = redateWrites(wrong, B, noon + 5);
	expect(mended.writes[0]?.time).toBe(noon + 5);
	expect(viewOf(mergeWrites(right, mended.writes, noon + 5)).get('room/x')).toBe('"wrong"');
	// a change by that device after its clock was mended is not outlived by the wrong one
	expect(viewOf(putEntries(wrong, B, [['room/x', '"new"']], noon)).get('room/x')).toBe('"new"');
});

test('the clock never goes back, and never more than a day ahead', () => {
	fc.assert(
		fc.property(fc.nat(2 * skewAllowed), fc.nat(10), (lead, count) => {
			const clock = { time: noon + lead, count };
			const next = tick(clock, noon);
			if (lead > skewAllowed) expect(next).toEqual({ time: noon, count: 0 });
			else expect(next.time > clock.time || (next.time === clock.time && next.count > count)).toBe(true);
		}),
	);
});

test('what an unlinked device writes, wrote, or others wrote about it, counts no more', () => {
	const b = putEntries(empty(), B, [['room/x', '"b"']], noon + 10);
	const a = putEntries(
		empty(),
		A,
		[
			['room/x', '"a"'],
			[`name/${B}`, '"phone"'],
		],
		noon,
	);
	const unlinked = withoutDevices(mergeWrites(a, b.writes, noon), [B]);
	expect(viewOf(unlinked).get('room/x')).toBe('"a"');
	expect(viewOf(unlinked).has(`name/${B}`)).toBe(false);
	const later = putEntries(b, B, [['room/x', '"again"']], noon + 99);
	expect(stateOf(mergeWrites(unlinked, later.writes, noon))).toEqual(stateOf(unlinked));
	expect(JSON.stringify(unlinked.writes)).not.toContain(B);
});

test('what was forgotten is overwritten wherever it stood, and does not come back', () => {
	const posted = putEntries(empty(), A, [['own/1', '"secret place"']], noon);
	const copy = mergeWrites(empty(), posted.writes, noon);
	const forgot = putEntries(copy, B, [['own/1', null]], noon + 1);
	const back = mergeWrites(mergeWrites(posted, forgot.writes, noon), posted.writes, noon);
	for (const group of [forgot, back]) expect(JSON.stringify(group)).not.toContain('secret place');
	const cleared = putEntries(mergeWrites(empty(), posted.writes, noon), C, [['own-cleared', '1']], noon + 1);
	expect(JSON.stringify(mergeWrites(cleared, posted.writes, noon))).not.toContain('secret place');
	expect(viewOf(putEntries(cleared, C, [['own/9', '"new"']], noon + 2)).get('own/9')).toBe('"new"');
});

test('what stands already is not written again', () => {
	const once = putEntries(empty(), A, [['room/x', '1']], noon);
	expect(putEntries(once, B, [['room/x', '1']], noon + 9).writes).toEqual(once.writes);
});
