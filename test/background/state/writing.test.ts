import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const session = { get: async () => ({}), set: async () => {} };
vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: { storage: { session }, extension: { inIncognitoContext: false } } }));
const { endWriting, isWritingAt, noteText, noteWriting } = await import('../../../src/background/state/writing.ts');
const site = 'https://chat.example';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('who writes in a tab writes for pages of that site alone, also for one that opens in a tab of its own', async () => {
	await noteWriting(1, site);
	await noteWriting(2, 'https://third.example');
	expect(await isWritingAt(site)).toBe(true);
	expect(await isWritingAt('https://other.example')).toBe(false);
	await endWriting(1);
	expect(await isWritingAt(site)).toBe(false);
	expect(await isWritingAt('https://third.example')).toBe(true);
});

it('who wrote nothing for fifteen seconds is not writing; each text counts anew', async () => {
	await noteWriting(1, site);
	vi.advanceTimersByTime(14_900);
	await noteText(1);
	vi.advanceTimersByTime(14_900);
	expect(await isWritingAt(site)).toBe(true);
	vi.advanceTimersByTime(200);
	expect(await isWritingAt(site)).toBe(false);
});

it('a text that is handed over after the user left brings nobody back', async () => {
	await noteWriting(1, site);
	await endWriting(1);
	await noteText(1);
	expect(await isWritingAt(site)).toBe(false);
});
