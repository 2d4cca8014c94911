import { expect, test } from 'vitest';
import { type ArchiveAnswer, archiveAnswer } from '../../../src/background/outbox/archive-answer.ts';
import type { IncomingMessage } from '../../../src/networks/network.ts';

// What an archive answers; that real ones answer so is proved with real servers.

const at = 1_795_291_200; // the beginning of a slot
const minute = 60;
const messageAt = (time: number, wire = `wire of ${time}`) => ({ time, wires: [wire] }) as IncomingMessage;
const bytes = { text: '', replyTo: '', wire: 'mine', id: '', slot: at / 600, at };

/** What these messages say of bytes that were made so many seconds ago. */
const answer = (messages: IncomingMessage[], ago: number, severalArchives = false): ArchiveAnswer =>
	archiveAnswer(bytes, severalArchives, messages, at + ago);

test('an archive that shows the bytes, or all that was said around them without them, is believed', () => {
	expect(answer([messageAt(at, 'mine')], minute)).toBe('there');
	expect(answer([], minute)).toBe('not-there');
	expect(answer([messageAt(at - 2 * minute), messageAt(at + minute)], 600 * minute)).toBe('not-there');
});

test('what somebody flooded, or what an archive may have forgotten since, tells nothing: nobody sends it again unasked', () => {
	const flood = Array.from({ length: 50 }, (_, index) => messageAt(at + index));
	expect(answer(flood, minute)).toBe('silent');
	expect(answer([], 600 * minute)).toBe('silent');
	expect(answer([messageAt(at + minute)], 600 * minute)).toBe('silent');
});

test('that some relays do not have it says nothing of the others, once other bytes would leave', () => {
	const others = [messageAt(at - 5 * minute)];
	expect(answer(others, minute, true)).toBe('not-there');
	expect(answer(others, 11 * minute, true)).toBe('silent');
});
