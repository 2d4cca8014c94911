import { beforeEach, expect, test, vi } from 'vitest';
import type { Frontend, OpenRoom } from '../../src/frontends/frontend.ts';

/** Every step that drawing takes in the page, by message. */
const steps = vi.hoisted(() => [] as string[]);
vi.mock('../../src/content/page/badge.ts', () => ({
	makeLabel: () => {
		const host = { parentNode: null as unknown, remove: () => steps.push('remove') };
		return { host, show: (mine: boolean) => void steps.push(`show ${mine}`), isWhole: () => true };
	},
	drawLine: () => ({}),
}));
vi.mock('../../src/content/page/page-style.ts', () => ({ setRules: () => {} }));
vi.mock('../../src/content/page/shadow-hosts.ts', () => ({ labelTag: 'x-label' }));

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

beforeEach(() => void steps.splice(0));

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
		drawLabels(frontend, open);
		expect(steps).toEqual(messages.map((_, at) => `show ${own(at)}`));
	}
	// no verdict is left: all are drawn once more, as others'
	steps.splice(0);
	replaceVerdicts(room, messages, []);
	drawLabels(frontend, open);
	expect(steps).toEqual(messages.map(() => 'show false'));
	// the page keeps labels where no message is: they are drawn like the others
	steps.splice(0);
	replaceVerdicts(
		room,
		messages,
		verdicts(() => true),
	);
	expect(steps).toEqual(messages.map(() => 'show true'));
	drawLabels(frontend, open);
	expect(steps).toHaveLength(count);
	// nothing new was learned: nothing is drawn
	steps.splice(0);
	drawLabels(frontend, open);
	expect(steps).toEqual([]);
});
