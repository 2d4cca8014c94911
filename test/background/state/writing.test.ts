import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const session = { get: async () => ({}), set: async () => {} };
vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: { storage: { session } } }));
const { endWriting, isWritingIn, noteText, noteWriting } = await import('../../../src/background/state/writing.ts');
const site = 'https://chat.example';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('who writes in a tab writes for pages of that site alone', async () => {
	await noteWriting(1, site);
	expect(await isWritingIn(1, site)).toBe(true);
	expect(await isWritingIn(1, 'https://other.example')).toBe(false);
	expect(await isWritingIn(2, site)).toBe(false);
});

it('who wrote nothing for three seconds is not writing; each text counts anew', async () => {
	await noteWriting(1, site);
	vi.advanceTimersByTime(2900);
	await noteText(1);
	vi.advanceTimersByTime(2900);
	expect(await isWritingIn(1, site)).toBe(true);
	vi.advanceTimersByTime(200);
	expect(await isWritingIn(1, site)).toBe(false);
});

it('a text that is handed over after the user left brings nobody back', async () => {
	await noteWriting(1, site);
	await endWriting(1);
	await noteText(1);
	expect(await isWritingIn(1, site)).toBe(false);
});
