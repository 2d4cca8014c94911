import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Frontend, OpenRoom } from '../../src/frontends/frontend.ts';

/** Every step that drawing takes in the page, by message. */
const steps = vi.hoisted(() => [] as string[]);
/** how many labels were made */
let made = 0;
vi.mock('../../src/content/page/badge.ts', () => ({
	makeLabel: () => {
		const host = { parentNode: null as unknown, remove: () => steps.push('remove') };
		const number = made++ % count;
		return { host, show: (mine: boolean) => void steps.push(`show ${number} ${mine}`), isWhole: () => true };
	},
	drawLine: () => ({}),
}));
vi.mock('../../src/content/page/page-style.ts', () => ({ setRules: () => {} }));
vi.mock('../../src/content/page/shadow-hosts.ts', () => ({
	labelTag: 'x-label',
	randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
}));

const room = { network: 'xmpp' as const, address: 'lobby@muc.chat.test' };
const count = 50;
const messages = Array.from({ length: count }, (_, at) => {
	const element = {
		append(host: { parentNode: unknown }) {
			host.parentNode = element;
		},
	};
	return { id: `m${at}`, author: 'lobby@muc.chat.test/x', element, edited: false };
});
const frontend = {
	messages: () => messages,
	labelPosition: (element: unknown) => ({ parent: element, first: false }),
	coverRule: () => '',
} as unknown as Frontend;
const open = { room, view: {} } as unknown as OpenRoom;
const verdicts = (own: (at: number) => boolean) =>
	messages.map(({ id, author }, at) => ({ id, author, label: { kind: 'anonymous' as const, mine: own(at) } }));

beforeEach(() => {
	vi.useFakeTimers();
	steps.splice(0);
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

test('a redraw is the same work for every label, however many verdicts change: the page feels how long it takes (THREATS.md P9)', async () => {
	const { addLabels, drawLabels, replaceVerdicts } = await import('../../src/content/labels.ts');
	addLabels(
		room,
		verdicts(() => false),
	);
	drawLabels(frontend, open);
	expect(steps).toHaveLength(count);
	const changes: ((at: number) => boolean)[] = [() => false, (at) => at === 7, (at) => at % 2 === 0, () => true, () => true];
	for (const own of changes) {
		steps.splice(0);
		replaceVerdicts(room, messages, verdicts(own));
		// a page that redraws meanwhile hastens nothing
		drawLabels(frontend, open);
		expect(steps).toEqual([]);
		const lots = drawnLots();
		expect(lots.flat()).toEqual(inOrder.map((at) => `show ${at} ${own(at)}`));
		// all at once would hold up the page, which so learned of an unlock
		expect(lots.every((lot) => lot.length <= 4)).toBe(true);
	}
	// no verdict is left: all are drawn once more, as others'
	replaceVerdicts(room, messages, []);
	expect(drawnLots().flat()).toEqual(inOrder.map((at) => `show ${at} false`));
	// the page keeps labels where no message is: they are drawn like the others
	replaceVerdicts(
		room,
		messages,
		verdicts(() => true),
	);
	expect(drawnLots().flat()).toEqual(inOrder.map((at) => `show ${at} true`));
	// nothing new was learned: nothing is drawn now, and all of them within a minute or two, as if something had been
	drawLabels(frontend, open);
	expect(steps).toEqual([]);
	const began = Date.now();
	expect(drawnLots().flat()).toEqual(inOrder.map((at) => `show ${at} true`));
	expect(Date.now() - began).toBeLessThan(67_000);
	// so it goes on, and never is there more than one clock
	for (let redraws = 0; redraws < 5; redraws++) drawnLots();
	expect(vi.getTimerCount()).toBe(1);
});

test('verdicts that change during a redraw are drawn as they are in the end, and every mark gets its turn', async () => {
	const { addLabels, drawLabels, replaceVerdicts } = await import('../../src/content/labels.ts');
	const elsewhere = { ...room, address: 'attic@muc.chat.test' };
	addLabels(
		elsewhere,
		verdicts(() => false),
	);
	const shown = messages.map((message) => ({ ...message, element: { ...message.element } }));
	drawLabels({ ...frontend, messages: () => shown } as unknown as Frontend, { ...open, room: elsewhere } as unknown as OpenRoom);
	replaceVerdicts(
		elsewhere,
		messages,
		verdicts(() => true),
	);
	for (const _ of [1, 2, 3]) vi.advanceTimersToNextTimer();
	// the vault is locked before the older marks had their turn
	steps.splice(0);
	replaceVerdicts(elsewhere, messages, []);
	expect(drawnLots().flat().toSorted()).toEqual(messages.map((_, at) => `show ${at} false`).toSorted());
	// a room that hears of verdicts again and again draws its oldest marks as well
	for (let turns = 0; turns < count; turns++) {
		replaceVerdicts(
			elsewhere,
			messages,
			verdicts(() => true),
		);
		vi.advanceTimersToNextTimer();
	}
	expect(steps).toHaveLength(4 * count);
	expect(new Set(steps).size).toBe(count);
});
