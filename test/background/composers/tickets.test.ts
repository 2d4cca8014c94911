import { fakeBrowser } from '@webext-core/fake-browser';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('../../../src/platform/api/browser.ts', () => ({
	browser: Object.assign(fakeBrowser, { extension: { inIncognitoContext: false } }),
}));

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
const origin = 'https://chat.test';
const theme = { dark: false, background: '', color: '', accent: '', fontSize: '' };

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
	expect(binding).toEqual({ tab: 1, site: origin, room, theme, once: false, beside: false, ticket });
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

test('a composer beside the page stays when the page goes, and opens in no frame of it; one in a frame ends', async () => {
	const { issueTicket, redeem, forgetComposers, hasComposers } = await background();
	expect(await hasComposers()).toBe(false);
	const [frame, beside, other] = [
		await issueTicket({ tab: 1, origin }, room, theme, 'frame'),
		await issueTicket({ tab: 1, origin }, room, theme, 'beside'),
		await issueTicket({ tab: 1, origin }, room, theme, 'beside'),
	];
	await forgetComposers(1);
	await expect(redeem(frame, 1)).rejects.toMatchObject({ code: 'ticket-used' });
	await expect(redeem(other, 1)).rejects.toMatchObject({ code: 'not-allowed' });
	const { binding } = await redeem(beside, undefined);
	expect(binding).toMatchObject({ tab: 1, site: origin, beside: true });
	await expect(redeem(beside, undefined)).rejects.toMatchObject({ code: 'ticket-used' });
	expect(await hasComposers()).toBe(true);
	await expect(issueTicket({ tab: 3, origin }, room, theme, 'beside')).rejects.toMatchObject({ code: 'site-unknown' });
});

test('the sidebar is loaded anew with each change of tabs: its ticket opens each time', async () => {
	const { issueTicket, redeem } = await background();
	const ticket = await issueTicket({ tab: 1, origin }, room, theme, 'sidebar');
	for (let time = 0; time < 3; time++) expect((await redeem(ticket, undefined)).binding).toMatchObject({ tab: 1, room });
	await expect(redeem(ticket, 1)).rejects.toMatchObject({ code: 'not-allowed' });
});
