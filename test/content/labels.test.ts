import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Frontend, OpenRoom } from '../../src/frontends/frontend.ts';
import { handleLength, type LabelledMessage } from '../../src/messages/rooms.ts';

/** Every step that drawing takes in the page, by message. */
const steps = vi.hoisted(() => [] as string[]);
/** how many labels were made */
let made = 0;
vi.mock('../../src/content/page/badge.ts', () => ({
	makeLabel: () => {
		const host = { parentNode: null as unknown, remove: () => steps.push('remove') };
		const number = made++ % count;
		return {
			host,
			show: (mine: 0 | 1) => void steps.push(`show ${number} ${mine === 1}`),
			isWhole: () => true,
			name: ({ name, title }: { name: string; title: string }) => void steps.push(`name ${number} ${name}, ${title}`),
		};
	},
	drawLine: () => ({}),
	discs: {},
}));
vi.mock('../../src/content/page/page-style.ts', () => ({ setRules: () => {} }));
/** a byte that is no more foretold than a page can, and the same in each module: two runs draw the same pauses */
let draws = 0;
vi.mock('../../src/content/page/shadow-hosts.ts', () => ({ labelTag: 'x-label', randomBytes: () => Uint8Array.of((++draws * 151) % 256) }));

const room = { network: 'xmpp' as const, address: 'lobby@muc.chat.test' };
const count = 50;
const messages = Array.from({ length: count }, (_, at) => {
	const element = {
		append(host: { parentNode: unknown }) {
			host.parentNode = element;
		},
	};
	return { id: `m${at}`, author: 'lobby@muc.chat.test/x', element, isEdited: false };
});
const coverRule = vi.fn(() => '');
const frontend = {
	messages: () => messages,
	labelPosition: (element: unknown) => ({ parent: element, first: false }),
	coverRule,
} as unknown as Frontend;
const open = { room, view: {} } as unknown as OpenRoom;
const bit = (own: boolean): 0 | 1 => (own ? 1 : 0);
const handleAt = (at: number) => `${at}`.padStart(handleLength, 'h');
const verdicts = (own: (at: number) => boolean) =>
	messages.map(({ id, author }, at) => ({ id, author, handle: handleAt(at), label: { kind: 'anonymous' as const, mine: bit(own(at)) } }));
type Labels = typeof import('../../src/content/labels.ts');
/** The background answers what is asked of a room's verdicts; null: with nothing. */
function answerVerdicts({ verdictQuestion }: Labels, address: string, own: ((at: number) => boolean) | null): void {
	const { handles, takeAnswer } = verdictQuestion(address);
	expect(handles).toBe(inOrder.map(handleAt).join(''));
	takeAnswer(own ? inOrder.map((at) => bit(own(at))).join('') : '');
}

beforeEach(() => {
	vi.useFakeTimers();
	// what is drawn goes on and on
	vi.resetModules();
	for (const { element } of messages) Object.assign(element, { parentNode: undefined });
	steps.splice(0);
	made = 0;
});
afterEach(() => void vi.useRealTimers());

/** What is drawn until all were drawn once: the steps of each moment by themselves. */
function drawnLots(): string[][] {
	const lots: string[][] = [];
	for (steps.splice(0); lots.flat().length < count; steps.splice(0)) {
		expect(vi.getTimerCount()).toBe(1);
		vi.advanceTimersToNextTimer();
		lots.push([...steps]);
	}
	return lots;
}
/** the labels of a room in the order of its page */
const inOrder = messages.map((_, at) => at);

/** What is drawn in 30 s and when, in a page of its own in which verdicts become these, ms after its labels came. */
async function drawnMeanwhile(changes: [after: number, own: ((at: number) => boolean) | null][]) {
	vi.resetModules();
	made = draws = 0;
	const labels = await import('../../src/content/labels.ts');
	const { addLabels, drawLabels } = labels;
	addLabels(
		room,
		verdicts(() => false),
	);
	drawLabels(frontend, open);
	const begin = Date.now();
	const drawn: { at: number; step: string }[] = [];
	const change = (own: ((at: number) => boolean) | null) => {
		answerVerdicts(labels, room.address, own);
		// a page that redraws meanwhile hastens nothing
		drawLabels(frontend, open);
	};
	for (const [after, own] of changes) setTimeout(change, after, own);
	for (let at = 0; at < 90_000; at = Date.now() - begin) {
		steps.splice(0);
		vi.advanceTimersToNextTimer();
		for (const step of steps) drawn.push({ at: Date.now() - begin, step });
	}
	vi.clearAllTimers();
	return drawn;
}

test('verdicts change what is drawn and nothing of when, nor of how much: a page feels that work (THREATS.md P9)', async () => {
	const moments = (drawn: { at: number; step: string }[]) => drawn.map(({ at, step }) => `${at} ${step.split(' ', 2).join(' ')}`);
	const still = moments(await drawnMeanwhile([]));
	// each mark was drawn again and again
	expect(still.length).toBeGreaterThan(5 * count);
	const changed = await drawnMeanwhile([
		[10_000, (at) => at === 7],
		[25_001, () => true],
		[25_500, (at) => at % 2 === 0],
		[60_000, null],
	]);
	expect(moments(changed)).toEqual(still);
	const ownBetween = (from: number, to: number) =>
		new Set(changed.filter(({ at, step }) => at > from && at < to && step.endsWith('true')).map(({ step }) => Number(step.split(' ')[1])));
	expect(ownBetween(0, 10_000)).toEqual(new Set());
	expect(ownBetween(10_000, 25_000)).toEqual(new Set([7]));
	expect(ownBetween(25_500, 60_000)).toEqual(new Set(inOrder.filter((at) => at % 2 === 0)));
	expect(ownBetween(60_000, 90_000)).toEqual(new Set());
});

test('marks are drawn a few at a time, each in its turn, also those that the page keeps where no message is', async () => {
	const labels = await import('../../src/content/labels.ts');
	const { addLabels, drawLabels } = labels;
	addLabels(
		room,
		verdicts(() => false),
	);
	drawLabels(frontend, open);
	const changes: ((at: number) => boolean)[] = [() => false, (at) => at === 7, (at) => at % 2 === 0, () => true, () => true];
	for (const own of changes) {
		answerVerdicts(labels, room.address, own);
		const began = Date.now();
		const lots = drawnLots();
		expect(lots.flat()).toEqual(inOrder.map((at) => `show ${at} ${own(at)}`));
		// all at once would hold up the page's own timers
		expect(lots.every((lot) => lot.length <= 4)).toBe(true);
		expect(Date.now() - began).toBeLessThan(10_000);
	}
	// no verdict is left: all are drawn as others'
	answerVerdicts(labels, room.address, null);
	expect(drawnLots().flat()).toEqual(inOrder.map((at) => `show ${at} false`));
});

test('every mark gets its turn where a room hears of verdicts again and again, and another room has marks as well', async () => {
	const labels = await import('../../src/content/labels.ts');
	const { addLabels, drawLabels } = labels;
	const elsewhere = { ...room, address: 'attic@muc.chat.test' };
	const shown = messages.map((message) => ({ ...message, element: { ...message.element } }));
	const others = { ...frontend, messages: () => shown } as unknown as Frontend;
	for (const [chat, place] of [
		[frontend, room],
		[others, elsewhere],
	] as const) {
		addLabels(
			place,
			verdicts(() => false),
		);
		drawLabels(chat, { ...open, room: place } as unknown as OpenRoom);
	}
	steps.splice(0);
	for (let turns = 0; turns < count / 2; turns++) {
		answerVerdicts(labels, elsewhere.address, () => true);
		vi.advanceTimersToNextTimer();
	}
	expect(steps.toSorted()).toEqual([...inOrder.map((at) => `show ${at} false`), ...inOrder.map((at) => `show ${at} true`)].toSorted());
	expect(vi.getTimerCount()).toBe(1);
});

test('where there are very many marks, all have had their turn after some ten seconds', async () => {
	const { addLabels, drawLabels } = await import('../../src/content/labels.ts');
	const many = Array.from({ length: 20 * count }, (_, at) => {
		const element: (typeof messages)[0]['element'] = { append: (host) => void Object.assign(host, { parentNode: element }) };
		return { id: `many ${at}`, author: 'lobby@muc.chat.test/x', element, isEdited: false };
	});
	addLabels(
		room,
		many.map(({ id, author }) => ({ id, author, label: { kind: 'anonymous', mine: 0 } })),
	);
	drawLabels({ ...frontend, messages: () => many } as unknown as Frontend, open);
	steps.splice(0);
	const began = Date.now();
	while (steps.length < many.length) vi.advanceTimersToNextTimer();
	expect(Date.now() - began).toBeLessThan(15_000);
	expect(new Set(steps).size).toBe(count);
});

test('a voice is drawn into the labels that are there, and once: the same as before is no work, which a page would feel (THREATS.md P9)', async () => {
	const labels = await import('../../src/content/labels.ts');
	const { addLabels, drawLabels } = labels;
	const cellar = { ...room, address: 'cellar@muc.chat.test' };
	const here = messages.map((message) => {
		const element: typeof message.element = { append: (host) => void Object.assign(host, { parentNode: element }) };
		return { ...message, element };
	});
	const draw = () =>
		drawLabels({ ...frontend, messages: () => here } as unknown as Frontend, { ...open, room: cellar } as unknown as OpenRoom);
	/** every third message is of one voice, which is known as such where it has a title */
	const said = (own: (at: number) => boolean, title = '') =>
		verdicts(own).map(({ label, ...names }, at) => {
			const look = title ? { look: { name: 'maple river', pattern: '', title, proof: '' } } : {};
			return { ...names, label: { ...label, voice: at % 3 === 0 ? 'v' : `${at}`, ...(at % 3 === 0 ? look : {}) } };
		});
	const named = (title: string) => inOrder.filter((at) => at % 3 === 0).map((at) => `name ${at} maple river, ${title}`);
	addLabels(
		cellar,
		said(() => false),
	);
	draw();
	steps.splice(0);
	// only the last message of the voice is told of
	addLabels(cellar, said(() => false, '17 messages').slice(-2));
	draw();
	expect(steps).toEqual(named('17 messages'));
	for (const own of [() => true, () => false]) {
		steps.splice(0);
		answerVerdicts(labels, cellar.address, own);
		draw();
		expect(steps).toEqual([]);
		drawnLots();
	}
	// nobody knows of the messages any more: what was said has been said
	answerVerdicts(labels, cellar.address, null);
	draw();
	expect(drawnLots().flat()).toEqual(inOrder.map((at) => `show ${at} false`));
	addLabels(cellar, said(() => false, '18 messages').slice(0, 1));
	draw();
	expect(steps).toEqual(named('18 messages'));
});

test('a message under whose name other words came loses its label, and gets none again', async () => {
	const { addLabels, clearLabels, drawLabels } = await import('../../src/content/labels.ts');
	clearLabels([]);
	const labels = verdicts(() => true);
	addLabels(room, labels);
	drawLabels(frontend, open);
	steps.splice(0);
	const [first] = labels;
	if (!first) throw new Error('there are messages');
	addLabels(room, [{ ...first, label: { ...first.label, contested: true } }]);
	addLabels(room, labels);
	drawLabels(frontend, open);
	expect(steps.filter((step) => step === 'remove')).toHaveLength(1);
	drawLabels(frontend, open);
	expect(steps.filter((step) => step !== 'remove')).toEqual([]);
	clearLabels([]);
});

test('whoever takes the name of a message while it is asked about does not get its verdict', async () => {
	const labels = await import('../../src/content/labels.ts');
	const attic = { ...room, address: 'attic@muc.chat.test' };
	const said = (voice: string, handle: string): LabelledMessage => ({
		...{ id: 'm0', author: 'lobby@muc.chat.test/x', handle, label: { kind: 'anonymous', mine: 0, voice } },
	});
	const own = said('own', handleAt(1));
	labels.addLabels(attic, [own]);
	labels.drawLabels(frontend, { ...open, room: attic } as unknown as OpenRoom);
	const { takeAnswer } = labels.verdictQuestion(attic.address);
	labels.addLabels(attic, [said('another', handleAt(2))]);
	takeAnswer('1');
	steps.splice(0);
	while (!steps.length) vi.advanceTimersToNextTimer();
	expect(steps).toEqual(['show 0 false']);
	expect(labels.verdictQuestion(attic.address).handles).toBe('');
});

describe('where a page shows no id', () => {
	const look = { name: 'maple river', pattern: '', title: '2 messages', proof: '' };
	const label = (id: string, voice: string, mine: boolean) => ({
		...{ id, author: 'a', label: { kind: 'anonymous' as const, mine: bit(mine), voice, look } },
	});
	/** What is drawn, and of how many messages of the voice the page learns, where one of them after the other becomes known. */
	async function drawnOf(messageKey: Frontend['messageKey'], known: LabelledMessage[], onPage = known.length) {
		vi.resetModules();
		const { addLabels, drawLabels, labelAround, labelsOfVoice, setMessageKeys } = await import('../../src/content/labels.ts');
		setMessageKeys({ messageKey } as unknown as Frontend);
		const loft = { ...room, address: 'loft@muc.chat.test' };
		const shown = Array.from({ length: onPage }, (_, at) => ({ id: `${at}`, author: 'a', element: { append: () => {} }, isEdited: false }));
		const page = { ...frontend, messageKey, messages: () => shown } as unknown as Frontend;
		for (const one of known) addLabels(loft, [one]);
		drawLabels(page, { ...open, room: loft } as unknown as OpenRoom);
		const drawn = labelAround(shown[0]?.element as unknown as Node);
		return { steps: steps.map((step) => step.replace(/ \d+/, '')), ofVoice: drawn ? labelsOfVoice(drawn).length : 0 };
	}
	const named = 'name maple river, 2 messages';

	test('a nick or the beginning of a key, which others may take, has a label while one message is known of it and shown', async () => {
		const beginning = { part: 'author' as const, length: 99 };
		const none = { steps: [], ofVoice: 0 };
		const [one, again, other] = [label('m0', 'v', true), label('m1', 'v', true), label('m1', 'other', false)];
		expect(await drawnOf(beginning, [one])).toEqual({ steps: ['show true', named], ofVoice: 1 });
		steps.splice(0);
		// told of twice it is one message still
		expect((await drawnOf(beginning, [one, one], 1)).steps).toEqual(['show true', named]);
		steps.splice(0);
		expect(await drawnOf(beginning, [one], 2)).toEqual(none);
		// somebody else has said something under the nick, whether or not the page shows it
		const { look: _, ...bare } = label('m9', 'v', false).label;
		const impostor = { ...label('m9', 'v', false), label: { ...bare, contested: true as const } };
		expect(await drawnOf(beginning, [one, impostor], 1)).toEqual(none);
		expect(await drawnOf(beginning, [impostor, one], 1)).toEqual(none);
		for (const onPage of [1, 2]) {
			expect(await drawnOf(beginning, [one, again], onPage)).toEqual(none);
			expect(await drawnOf(beginning, [one, other], onPage)).toEqual(none);
		}
	});

	test('the whole key that signs them has labels on all of its messages', async () => {
		const { steps: drawn, ofVoice } = await drawnOf({ part: 'author' }, [label('m0', 'v', true), label('m1', 'v', true)]);
		expect(drawn).toEqual(['show true', named, 'show true', named]);
		expect(ofVoice).toBe(2);
	});
});

test('what an account says under the name of a message takes nothing from its label, nor the other way round', async () => {
	vi.resetModules();
	const { addLabels, drawLabels } = await import('../../src/content/labels.ts');
	const barn = { ...room, address: 'barn@muc.chat.test' };
	const shown = ['m0', 'm1'].map((id) => ({ id, author: 'a', element: { append: () => {} }, isEdited: false }));
	const look = { name: 'maple river', pattern: '', title: '2 messages', proof: '' };
	const said = (id: string) => ({ id, author: 'a', label: { kind: 'anonymous' as const, mine: bit(true), voice: 'v', look } });
	const revealed = (id: string) => ({
		...{ id, author: 'a', label: { kind: 'reveal' as const, mine: bit(false), voice: `reveal ${id}`, look: { ...look, name: 'reveal' } } },
	});
	addLabels(barn, [said('m0'), revealed('m1')]);
	addLabels(barn, [revealed('m0'), said('m1')]);
	drawLabels({ ...frontend, messages: () => shown } as unknown as Frontend, { ...open, room: barn } as unknown as OpenRoom);
	expect(steps.map((step) => step.replace(/ \d+/, ''))).toEqual([
		'show true',
		'name maple river, 2 messages',
		'show false',
		'name reveal, 2 messages',
	]);
});

test('what is the same at every change of the page is worked out once, and of messages without a label nothing more is asked', async () => {
	vi.resetModules();
	coverRule.mockClear();
	const { addLabels, drawLabels } = await import('../../src/content/labels.ts');
	const edited = vi.fn(() => false);
	const asked = messages.map(({ id, author, element }) => Object.defineProperty({ id, author, element }, 'isEdited', { get: edited }));
	addLabels(room, verdicts(() => false).slice(0, 3));
	for (let changes = 1; changes <= 4; changes++) {
		drawLabels({ ...frontend, messages: () => asked } as unknown as Frontend, open);
		expect(edited).toHaveBeenCalledTimes(3 * changes);
	}
	expect(coverRule).toHaveBeenCalledTimes(1);
});
