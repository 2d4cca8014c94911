import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handshake, type ToTap } from '../../src/messages/tap.ts';

const extension = { isAlive: true };
vi.mock('../../src/content/bridge/is-alive.ts', () => ({ isAlive: () => extension.isAlive }));

let said: ToTap[] = [];

/** A page's content script with a tap, which writes down what it is told. */
async function open() {
	const target = new EventTarget();
	vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
	const link = await import('../../src/content/tap-link.ts');
	link.linkTap(
		() => {},
		() => {},
		() => {},
	);
	const port = { postMessage: (message: ToTap) => void said.push(message) };
	target.dispatchEvent(Object.assign(new Event(handshake), { ports: [port] }));
	return link;
}
const isActive = () => said.map((message) => message.kind === 'notices' && message.active);

beforeEach(() => {
	vi.useFakeTimers();
	vi.resetModules();
	extension.isAlive = true;
	said = [];
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

test('the tap takes notifications once the background has said so, and is told again and again', async () => {
	const { takeNotices } = await open();
	vi.advanceTimersByTime(60_000);
	expect(said).toEqual([]);
	takeNotices(true);
	vi.advanceTimersByTime(30_000);
	expect(isActive()).toEqual([true, true, true, true]);
	takeNotices(false);
	vi.advanceTimersByTime(30_000);
	expect(isActive().slice(4)).toEqual([false]);
});

test('once Bauta is gone the tap leaves them to the page', async () => {
	const { takeNotices } = await open();
	takeNotices(true);
	extension.isAlive = false;
	vi.advanceTimersByTime(60_000);
	expect(isActive()).toEqual([true, false]);
});

test('it takes none again once Bauta has stopped in the page, whatever an answer says that was on its way', async () => {
	const { takeNotices } = await open();
	takeNotices(null);
	takeNotices(true);
	vi.advanceTimersByTime(60_000);
	expect(isActive()).toEqual([false, false]);
});
