import { fakeBrowser } from '@webext-core/fake-browser';
import { expect, test, vi } from 'vitest';
import { recallAccess, rememberAccess } from '../../../src/background/access/probe-results.ts';

vi.mock('../../../src/platform/api/browser.ts', () => ({ browser: fakeBrowser }));

test('of a site the last fifty rooms are remembered, and none of another site is lost by it', async () => {
	const closed = { open: false, reason: 'room-gone', detail: '' } as const;
	await rememberAccess('https://honest.test', 'xmpp:lobby@muc.chat.test', closed);
	for (let at = 0; at < 60; at++) await rememberAccess('https://hostile.test', `xmpp:${at}@muc.chat.test`, closed);
	expect(await recallAccess('https://hostile.test', 'xmpp:9@muc.chat.test', null)).toBeUndefined();
	expect(await recallAccess('https://hostile.test', 'xmpp:10@muc.chat.test', null)).toEqual(closed);
	expect(await recallAccess('https://honest.test', 'xmpp:lobby@muc.chat.test', null)).toEqual(closed);
	const { access } = (await fakeBrowser.storage.session.get('access')) as { access: object };
	expect(Object.keys(access)).toHaveLength(51);
});
