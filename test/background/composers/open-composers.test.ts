import { beforeEach, expect, test, vi } from 'vitest';
import type { OpenComposer } from '../../../src/background/composers/open-composers.ts';

const calls = vi.hoisted(() => [] as unknown[]);
vi.mock('../../../src/background/state/document.ts', () => ({ onVoicesChange: () => {} }));
vi.mock('../../../src/background/state/tabs.ts', () => ({ tellTab: async (...call: unknown[]) => void calls.push(call) }));
vi.mock('../../../src/background/composers/composer-state.ts', () => ({ composerState: async () => ({}) }));
vi.mock('../../../src/background/outbox/changes.ts', () => ({ onOutboxChange: () => {} }));
vi.mock('../../../src/background/pages/room-state.ts', () => ({ onRoomChange: () => {} }));
beforeEach(() => void calls.splice(0));

/** Opens a composer of this ticket, in a frame of tab 7. Returns what ends its port. */
async function open(ticket: string, beside = false): Promise<() => Promise<void>> {
	const { addComposer } = await import('../../../src/background/composers/open-composers.ts');
	let end = () => {};
	const closed = new Promise<void>((over) => {
		end = over;
	});
	addComposer({ binding: { tab: 7, beside, ticket }, session: '' } as unknown as OpenComposer, closed);
	return async () => {
		end();
		await closed;
	};
}
const there = (ticket: string, is: boolean) => [7, 'composer', { ticket, there: is }];

test('the page is told when the document of its ticket is there, and when it is gone', async () => {
	const [end, endOther] = [await open('a'), await open('b')];
	await end();
	await endOther();
	expect(calls).toEqual([there('a', true), there('b', true), there('a', false), there('b', false)]);
});

test('a document that came back by another port before the first was seen to end is not gone', async () => {
	const end = await open('a');
	const endSecond = await open('a');
	await end();
	expect(calls).toEqual([there('a', true), there('a', true)]);
	await endSecond();
	expect(calls.at(-1)).toEqual(there('a', false));
});

test('of what stands beside the page it hears nothing', async () => {
	await (await open('a', true))();
	expect(calls).toEqual([]);
});
