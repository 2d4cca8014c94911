import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';
import { eventually } from '../../eventually.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const theme = { dark: false, background: '', color: '', accent: '', fontSize: '' };
const binding = { tab: 1, site: 'https://chat.test', room, theme, once: false, beside: false };
const key = new Uint8Array(32).fill(7);

/** An unlocked background with a ticket for a composer in tab 1. */
async function background() {
	vi.resetModules();
	const [drafts, tickets, tabs, lock] = await Promise.all([
		import('../../../src/background/composers/drafts.ts'),
		import('../../../src/background/composers/tickets.ts'),
		import('../../../src/background/state/tabs.ts'),
		import('../../../src/background/state/lock.ts'),
	]);
	await lock.setUnlocked(key.slice());
	await tabs.helloTab(1, 'https://chat.test', 'converse', 'xmpp');
	await tickets.issueTicket({ tab: 1, origin: 'https://chat.test' }, room, theme, 'frame');
	return { ...drafts, ...lock };
}
const memory = async () => JSON.stringify(await fakeBrowser.storage.session.get(null));

beforeEach(() => {
	fakeBrowser.reset();
});

test('what is being written is ciphertext while locked, also for a worker that wakes then, and comes back at the unlock', async () => {
	const { keepDraft, draftOf, lock } = await background();
	await keepDraft(binding, 'half a canary sentence');
	expect(await draftOf(binding)).toBe('half a canary sentence');
	await lock();
	expect(await draftOf(binding)).toBe('');
	expect(await memory()).not.toContain('canary');
	const next = await background();
	await eventually(async () => expect(await next.draftOf(binding)).toBe('half a canary sentence'));
});

test('no letter of it is ever stored as it is; what a slow composer hands over after the lock is not kept at all', async () => {
	const { keepDraft, draftOf, lock, setUnlocked } = await background();
	await keepDraft(binding, 'half a canary sentence');
	expect(await memory()).not.toContain('canary');
	await lock();
	await keepDraft(binding, 'half a canary sentence and more');
	expect(await memory()).not.toContain('canary');
	await setUnlocked(key.slice());
	expect(await draftOf(binding)).toBe('half a canary sentence');
});

test('another vault that is opened later does not get it, and a tab with another id does', async () => {
	const { keepDraft, draftOf, moveDrafts, lock, setUnlocked } = await background();
	await keepDraft(binding, 'half a canary sentence');
	await moveDrafts(12, 1);
	expect([await draftOf(binding), await draftOf({ ...binding, tab: 12 })]).toEqual(['', 'half a canary sentence']);
	await lock();
	await setUnlocked(new Uint8Array(32).fill(8));
	expect(await draftOf({ ...binding, tab: 12 })).toBe('');
});

test('every room of every tab and site has its own, and one that was emptied is gone', async () => {
	const { keepDraft, draftOf } = await background();
	const other = { ...binding, tab: 2 };
	const otherSite = { ...binding, site: 'https://other.test' };
	await keepDraft(binding, 'here');
	await keepDraft(other, 'there');
	expect(await draftOf(otherSite)).toBe('');
	await keepDraft(binding, '');
	expect([await draftOf(binding), await draftOf(other)]).toEqual(['', 'there']);
});
