import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onBoard } from '../content/page.ts';
import { openScene, type Scene, shownRoom } from '../content/scene.ts';

// An anonymous author leaves at once, so its nick is free: what somebody else says and corrects under it in a real room.
let scene: Scene;
beforeAll(async () => {
	scene = await openScene();
	for (const name of ['carol', 'mallory']) await scene.prosody.register(name);
});
afterAll(() => scene?.close());

const groupMessage = (room: string, id: string, text: string, more = '') =>
	`<message xmlns='jabber:client' to='${room}' type='groupchat' id='${id}'><body>${text}</body>${more}</message>`;
const nameShown = (page: Page, text: string) => page.locator('.chat-msg', { hasText: text }).locator('.chat-msg__author a').isVisible();

const label = (address: string, id: string, author: string) =>
	onBoard(
		scene.browser,
		(board, given) =>
			board.tell('labels', {
				room: { network: 'xmpp', address: given.address },
				labels: [{ id: given.id, author: given.author, label: { kind: 'anonymous', mine: 1 } }],
			}),
		{ address, id, author },
	);

async function post(page: Page, who: string, room: string, nick: string, text: string, stanza: string): Promise<void> {
	const account = await scene.prosody.logIn(who);
	await account.join(room, nick);
	account.send(stanza);
	await page.locator('.chat-msg', { hasText: text }).waitFor();
	account.leave(room, nick);
	await scene.bob.wait(new RegExp(`${nick}[^>]*unavailable|unavailable[^>]*${nick}`));
	account.close();
}

test('no label goes over to another message under the same id and name, nor to other words in the same message', async () => {
	const page = await scene.chat();
	const room = await shownRoom(page);
	const nick = 'Anonymous maple river';
	await post(page, 'carol', room, nick, 'what was said', groupMessage(room, 'one', 'what was said'));
	await label(room, 'one', `${room}/${nick}`);
	await expect.poll(() => nameShown(page, 'what was said')).toBe(false);

	await post(page, 'mallory', room, nick, 'words in its mouth', groupMessage(room, 'one', 'words in its mouth'));
	// a label that comes later is drawn: so all that were known have been drawn once more since
	const mark = await scene.bob.say(room, 'a mark');
	await page.locator('.chat-msg', { hasText: 'a mark' }).waitFor();
	await label(room, mark, `${room}/bob`);
	await expect.poll(() => nameShown(page, 'a mark')).toBe(false);
	const name = page.locator('.chat-msg', { hasText: 'words in its mouth' }).locator('.chat-msg__author, .chat-msg__message').first();
	expect(await name.evaluate((element) => element.querySelectorAll(':scope > :not(a, span, div, converse-icon)').length)).toBe(0);
	expect(await nameShown(page, 'what was said')).toBe(false);

	const correction = groupMessage(room, 'two', 'what was never said', "<replace id='one' xmlns='urn:xmpp:message-correct:0'/>");
	// this server tells its occupants apart (XEP-0421); where none does, Converse takes the same of mallory
	await post(page, 'carol', room, nick, 'what was never said', correction);
	await expect.poll(() => nameShown(page, 'what was never said')).toBe(true);
});
