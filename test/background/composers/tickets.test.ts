import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const origin = 'https://chat.test';
const theme = { dark: false, background: '', color: '', accent: '', fontSize: '', rtl: false };

/** A background whose tabs 1 and 2 have the chat open. */
async function background() {
	const [tickets, tabs] = await Promise.all([
		import('../../../src/background/composers/tickets.ts'),
		import('../../../src/background/state/tabs.ts'),
	]);
	for (const tab of [1, 2]) await tabs.helloTab(tab, origin, 'converse', 'xmpp');
	return tickets;
}

beforeEach(() => {
	fakeBrowser.reset();
	vi.resetModules();
});

test('a ticket opens once, in its own tab; what it opened comes back by its session name as often as it likes', async () => {
	const { issueTicket, redeem } = await background();
	const ticket = await issueTicket({ tab: 1, origin }, room, theme, 'frame');
	const { binding, session } = await redeem(ticket, 1);
	expect(binding).toEqual({ tab: 1, site: origin, room, theme, once: false, window: null });
	expect(session).not.toBe(ticket);
	await expect(redeem(ticket, 1)).rejects.toMatchObject({ code: 'ticket-used' });
	for (let time = 0; time < 2; time++) expect(await redeem(session, 1)).toEqual({ binding, session });
	await expect(redeem(session, 2)).rejects.toMatchObject({ code: 'not-allowed' });
});

test('in another tab a ticket opens nothing, and is used up', async () => {
	const { issueTicket, redeem } = await background();
	const ticket = await issueTicket({ tab: 1, origin }, room, theme, 'frame');
	await expect(redeem(ticket, 2)).rejects.toMatchObject({ code: 'not-allowed' });
	await expect(redeem(ticket, 1)).rejects.toMatchObject({ code: 'ticket-used' });
});

test('a composer in a window of its own has the page’s hints with it and stays when the page goes; one in a frame ends', async () => {
	const { issueTicket, redeem, forgetComposers, hasComposers } = await background();
	expect(await hasComposers()).toBe(false);
	const [frame, window] = [
		await issueTicket({ tab: 1, origin }, room, theme, 'frame'),
		await issueTicket({ tab: 1, origin }, room, theme, 'window'),
	];
	await forgetComposers(1);
	await expect(redeem(frame, 1)).rejects.toMatchObject({ code: 'ticket-used' });
	const { binding } = await redeem(window, undefined);
	expect(binding.window).toMatchObject({ origin: 'https://chat.test' });
	expect(await hasComposers()).toBe(true);
	await expect(issueTicket({ tab: 3, origin }, room, theme, 'window')).rejects.toMatchObject({ code: 'site-unknown' });
});
