import { describe, expect, it } from 'vitest';
import { nostrGate, spokenIn } from '../../src/tap/nostr-gate.ts';

const channel = 'a'.repeat(64);
const page = 'https://blog.test/post';
const live = `30311:${'b'.repeat(64)}:stream`;
const room = `28:${channel}`;
const event = (kind: number, tags: string[][], id = 'c'.repeat(64)) => JSON.stringify(['EVENT', { id, kind, tags, content: 'x' }]);

describe('the gate of a relay connection', () => {
	it.each([
		[room, 42, ['e', channel]],
		[room, 42, ['e', channel.toUpperCase()]],
		["29:wss://relay.test'lab", 9, ['h', 'lab']],
		[`53:${live}`, 1311, ['a', live]],
		[`22:I:${page}`, 1111, ['I', page]],
		[`22:I:${page}`, 1111, ['i', `${page}/`]],
		[`22:A:${live}`, 1111, ['A', live]],
	])('holds back what would speak in %s', (address, kind, tag) => {
		expect(nostrGate().refuse(event(kind, [['p', 'x'], tag]), [address])).toEqual({ data: '', more: [], room: address });
	});

	it.each([
		['another channel', event(42, [['e', 'd'.repeat(64)]])],
		['a reaction, which says nothing', event(7, [['e', channel]])],
		['a list of the account’s own', event(10005, [['e', channel]])],
		['a request', JSON.stringify(['REQ', '1', { kinds: [42], '#e': [channel] }])],
		['what is no JSON', `["EVENT",{"kind":42,"tags":[["e","${channel}"]]`],
	])('lets pass %s', (_, data) => expect(nostrGate().refuse(data, [room])).toBeNull());

	it('remembers what it refused, for a page that sends it again when the room is open', () => {
		const gate = nostrGate();
		const [first, second] = [event(42, [['e', channel]], '1'.repeat(64)), event(42, [['e', channel]], '2'.repeat(64))];
		expect(gate.refuse(first, [])).toBeNull();
		expect(gate.refuse(first, [room])).not.toBeNull();
		expect(gate.refuse(first, [])).toEqual({ data: '', more: [], room: 'again' });
		expect(gate.refuse(second, [])).toBeNull();
	});

	it('makes a frame wait that could speak, and no other', () => {
		expect(nostrGate().speaks(event(42, []))).toBe(true);
		expect(nostrGate().speaks('["REQ","1",{}]')).toBe(false);
	});
});

it('judges what is to be signed as it judges what is sent, whatever it is given', () => {
	expect(spokenIn({ kind: 42, tags: [['e', channel]] }, [room])).toBe(room);
	for (const value of [null, 'text', {}, { kind: 42 }, { kind: 42, tags: [null, 'e', ['e']] }, { kind: '42', tags: [['e', channel]] }])
		expect(spokenIn(value, [room])).toBe('');
});

describe('what the tap hands over', () => {
	const isReported = (data: string, direction: 'in' | 'out' = 'in') => nostrGate().isReported(direction, data);
	it('hands over envelopes, what describes a room, and which rooms the page asks for', () => {
		expect(isReported('["EVENT","1",{"kind":42,"tags":[["bauta","x"]]}]')).toBe(true);
		expect(isReported('["EVENT","1",{"kind":40,"tags":[]}]')).toBe(true);
		expect(isReported('["EVENT","1",{"kind": 39000,"tags":[]}]')).toBe(true);
		expect(isReported(`["REQ","1",{"#e":["${channel}"]}]`, 'out')).toBe(true);
	});
	it('hands over no other message, and nothing that the account says', () => {
		expect(isReported('["EVENT","1",{"kind":42,"tags":[]}]')).toBe(false);
		expect(isReported('["EVENT",{"kind":42,"tags":[["bauta","x"]]}]', 'out')).toBe(false);
		expect(isReported('["REQ","1",{"authors":["x"]}]', 'out')).toBe(false);
	});
});

describe('what the account says in a room', () => {
	const id = 'c'.repeat(64);
	const tags = [
		['e', channel, '', 'root'],
		['client', 'x'],
	];
	const rest = JSON.stringify(['EVENT', { id, kind: 42, tags: [tags[0]] }]);

	it('is told without a word of it when it leaves, and when the relay has taken it', () => {
		const gate = nostrGate();
		const ok = (of: string) => JSON.stringify(['OK', of, true, '']);
		expect(gate.speech('in', ok(id))).toBe('');
		expect(gate.speech('out', event(42, tags, id))).toBe(rest);
		expect(gate.speech('in', ok('d'.repeat(64)))).toBe('');
		expect(gate.speech('in', ok(id))).toBe(rest);
	});

	it.each([
		['a list of the account’s own', event(10005, [['e', channel]])],
		['a request', JSON.stringify(['REQ', '1', { kinds: [42], '#e': [channel] }])],
		['no JSON', 'x'],
	])('is not %s', (_, data) => expect(nostrGate().speech('out', data)).toBe(''));
});
