import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Tampering } from '../../../src/messages/rooms.ts';

const stored: Record<string, unknown> = {};
const session = {
	get: async (name: string) => structuredClone(name in stored ? { [name]: stored[name] } : {}),
	set: async (values: Record<string, unknown>) => void Object.assign(stored, structuredClone(values)),
};
vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: { storage: { session }, extension: { inIncognitoContext: false } } }));

/** The module as a worker loads it that has just been started: what it knows comes out of the session's storage. */
async function wake() {
	vi.resetModules();
	return import('../../../src/background/state/caught-sites.ts');
}
const site = 'https://chat.example';

afterEach(() => void vi.useRealTimers());
beforeEach(() => {
	for (const name of Object.keys(stored)) delete stored[name];
});

it('a site that was caught stays caught for every worker after, until it is forgiven; other sites are not', async () => {
	const worker = await wake();
	expect(await worker.caughtAt(site)).toBe(null);
	await worker.catchSite(site, 'covered');
	const next = await wake();
	expect(await next.caughtAt(site)).toBe('covered');
	expect(await next.caughtAt('https://other.example')).toBe(null);
	await next.forgiveSite(site);
	expect(await (await wake()).caughtAt(site)).toBe(null);
});

it('what it was caught at first is what the user is told', async () => {
	const { catchSite, caughtAt } = await wake();
	for (const how of ['lid', 'removed', 'keyboard'] as Tampering[]) await catchSite(site, how);
	expect(await caughtAt(site)).toBe('lid');
});

it('who takes the keyboard for the third time is caught, over reloads and workers', async () => {
	vi.useFakeTimers();
	for (const isCaught of [false, false, true, true]) {
		expect(await (await wake()).noteTheft(site)).toBe(isCaught);
		vi.setSystemTime(Date.now() + 5001);
	}
	const worker = await wake();
	expect(await worker.caughtAt(site)).toBe('keyboard');
	await worker.forgiveSite(site);
	expect(await worker.noteTheft(site)).toBe(false);
});

it('a page that pulls back and forth has taken the keyboard once, and is caught if it goes on', async () => {
	vi.useFakeTimers();
	for (let pull = 0; pull < 10; pull += 1) expect(await (await wake()).noteTheft(site)).toBe(false);
	let seconds = 0;
	for (; seconds < 60 && !(await (await wake()).noteTheft(site)); seconds += 1) vi.setSystemTime(Date.now() + 1000);
	expect(seconds).toBe(10);
});

it('thefts that lie more than ten minutes apart never add up', async () => {
	vi.useFakeTimers();
	for (let theft = 0; theft < 6; theft += 1) {
		expect(await (await wake()).noteTheft(site)).toBe(false);
		vi.setSystemTime(Date.now() + 301_000);
	}
	expect(await (await wake()).noteTheft(site)).toBe(false);
	vi.setSystemTime(Date.now() + 6000);
	expect(await (await wake()).noteTheft(site)).toBe(true);
});
