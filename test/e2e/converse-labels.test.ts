import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Label, LabelledMessage } from '../../src/messages/rooms.ts';
import { composerFrame, onBoard, pressMore, pressSwitch } from '../content/page.ts';
import { goToRoom, openScene, type Scene, shownRoom } from '../content/scene.ts';
import { pierce, waitPierced } from '../pierce.ts';
import { say } from '../popup/keyboard.ts';

let scene: Scene;
beforeAll(async () => {
	scene = await openScene();
	await scene.prosody.register('carol');
});
afterAll(() => scene?.close());
beforeEach(() => scene.reset());

let voices = 0;
/** Somebody comes under a nick of one message, speaks and leaves. */
async function voice(page: Page, room: string, text: string): Promise<{ id: string; author: string }> {
	const carol = await scene.prosody.logIn('carol');
	const nick = `Anonymous ${(++voices).toString(16).padStart(4, '0')}`;
	await carol.join(room, nick);
	await carol.say(room, text);
	const message = page.locator('.chat-msg', { hasText: text });
	await message.waitFor();
	carol.leave(room, nick);
	await scene.bob.wait(new RegExp(`unavailable[^>]*${nick}|${nick}[^>]*unavailable`));
	carol.close();
	return { id: (await message.getAttribute('data-msgid')) ?? '', author: `${room}/${nick}` };
}

const send = (room: string, labels: LabelledMessage[]) =>
	onBoard(scene.browser, (board, given) => board.tell('labels', { room: { network: 'xmpp', address: given.room }, labels: given.labels }), {
		room,
		labels,
	});

/** What stands before and after a label, as a page can measure it. */
const nameShown = (page: Page, text: string) => page.locator('.chat-msg', { hasText: text }).locator('.chat-msg__author a').isVisible();

test('a label stands in place of name, face and colour, through redraws, room changes and reloads', async () => {
	const page = await scene.chat();
	const room = await shownRoom(page);
	const said = await voice(page, room, 'a voice from the room');
	await expect.poll(() => nameShown(page, 'a voice from the room')).toBe(true);
	await send(room, [{ ...said, label: { kind: 'anonymous', mine: 0 } }]);
	await expect.poll(() => nameShown(page, 'a voice from the room')).toBe(false);
	const face = page.locator('.chat-msg', { hasText: 'a voice from the room' }).locator('converse-avatar');
	await expect
		.poll(() => face.evaluate((element) => [...element.children].every((child) => getComputedStyle(child).display === 'none')))
		.toBe(true);

	// Converse renders the message anew when anything of it changes
	await page.evaluate(() => {
		for (const element of document.querySelectorAll('converse-chat-message'))
			(element as HTMLElement & { requestUpdate(): void }).requestUpdate();
		document.querySelector('.chat-msg__author > :last-child')?.remove();
	});
	await expect.poll(() => nameShown(page, 'a voice from the room')).toBe(false);
	await goToRoom(page, scene.rooms.find((one) => one !== room) ?? '');
	await goToRoom(page, room);
	await page.locator('.chat-msg', { hasText: 'a voice from the room' }).waitFor();
	await expect.poll(() => nameShown(page, 'a voice from the room')).toBe(false);

	// after a reload nothing is known; the page is asked what it shows, once
	await onBoard(
		scene.browser,
		(board, given) => {
			board.asked = [];
			board.labels[given.room] = given.labels;
		},
		{ room, labels: [{ ...said, label: { kind: 'anonymous', mine: 0 } as Label }] },
	);
	await page.reload();
	await page.locator('.chat-msg', { hasText: 'a voice from the room' }).waitFor();
	await expect.poll(() => nameShown(page, 'a voice from the room')).toBe(false);
	const asked = await onBoard(scene.browser, (board) => board.asked.filter(({ to }) => to === 'content.unlabelled').length);
	expect(asked).toBe(1);

	// on a slow machine the background may not know the page's rooms yet, or the page, when it is asked
	await onBoard(scene.browser, (board) => Object.assign(board, { refusals: { 'content.rooms': 1, 'content.unlabelled': 1 } }));
	await page.reload();
	await page.locator('.chat-msg', { hasText: 'a voice from the room' }).waitFor();
	await expect.poll(() => nameShown(page, 'a voice from the room')).toBe(false);
	scene.handOn(page);
});

test('lines about coming and going of labelled voices are folded; those of others stay', async () => {
	const page = await scene.chat();
	const room = await shownRoom(page);
	const said = await voice(page, room, 'heard and gone');
	const line = page.locator('.chat-content__notifications');
	await expect.poll(() => line.textContent()).toContain(said.author.split('/')[1]);
	await send(room, [{ ...said, label: { kind: 'anonymous', mine: 0 } }]);
	await expect.poll(() => line.evaluate((element) => getComputedStyle(element).fontSize)).toBe('0px');
	await expect.poll(() => page.locator('li.occupant:visible', { hasText: said.author.split('/')[1] ?? '' }).count()).toBe(0);
	await expect.poll(() => page.locator('li.occupant:visible', { hasText: 'bob' }).count()).toBe(1);
	// the heading says as many as are on show, or it is the page's own
	await expect
		.poll(() =>
			page.evaluate(() => {
				const heading = document.querySelector('.occupants-heading') as Element;
				const shown = getComputedStyle(heading, '::after').content.replace(/^none$/, heading.textContent ?? '');
				return (
					Number(/\d+/.exec(shown)?.[0]) - [...document.querySelectorAll('li.occupant')].filter((item) => item.checkVisibility()).length
				);
			}),
		)
		.toBe(0);
	// ten seconds later Converse says nothing any more, and neither does Bauta
	await expect.poll(() => line.evaluate((element) => element.children.length)).toBe(0);
	scene.handOn(page);
});

test('anonymous messages of a room can be hidden and shown again', async () => {
	const page = await scene.chat();
	const room = await shownRoom(page);
	const said = await voice(page, room, 'not everybody wants to hear this');
	await scene.bob.say(room, 'by day');
	const byDay = page.locator('.chat-msg', { hasText: 'by day' }).last();
	await byDay.waitFor({ state: 'visible' });
	await send(room, [{ ...said, label: { kind: 'keyless', mine: 0 } }]);
	await pressMore(page);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	const message = page.locator('.chat-msg', { hasText: 'not everybody' });
	await message.waitFor({ state: 'hidden' });
	expect(await byDay.isVisible()).toBe(true);
	await pressMore(page);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	await message.waitFor({ state: 'visible' });
	scene.handOn(page);
});

test('Converse’s own Reply, pressed by the user alone, answers in the private composer, by the exact id, and leaves nothing in the page', async () => {
	const page = await scene.chat();
	const room = await shownRoom(page);
	const said = await voice(page, room, 'answer me');
	await send(room, [{ ...said, label: { kind: 'anonymous', mine: 0 } }]);
	await pressSwitch(page);
	const composer = await composerFrame(page);
	const message = page.locator('.chat-msg', { hasText: 'answer me' });
	const replyButton = message.locator('.chat-msg__action-reply');
	// what a script presses answers nothing, and Converse does not hear of it either
	await replyButton.evaluate((button) => (button as HTMLElement).click());
	await scene.roundTrip(page, room);
	const replies = () => onBoard(scene.browser, (board) => board.asked.filter(({ to }) => to === 'content.reply').length);
	expect(await replies()).toBe(0);
	expect(await page.locator('.reply-preview').count()).toBe(0);
	await onBoard(scene.browser, (board) => {
		board.quote = { author: '', excerpt: 'answer me', anonymous: true };
	});
	await message.hover();
	await message.locator('.chat-msg__actions button').first().click();
	await replyButton.click();
	await composer.locator('.reply').waitFor();
	expect(await composer.locator('.reply').textContent()).toContain('Anonymous');
	expect(await replies()).toBe(1);
	const stanzaId = await page.evaluate((address) => {
		const element = [...document.querySelectorAll('converse-chat-message')].find((one) => one.textContent?.includes('answer me'));
		return (element as Element & { model: { get(name: string): string } }).model.get(`stanza_id ${address}`);
	}, room);
	expect(stanzaId).not.toBe('');
	expect(await onBoard(scene.browser, (board, address) => board.replies[address]?.id, room)).toBe(stanzaId);
	expect(await page.locator('.reply-preview').count()).toBe(0);
	// the click on the page took the focus: letters are taken again after one into the composer
	await composer.locator('textarea').click();
	await composer.locator('textarea').pressSequentially('here you are', { delay: 100 });
	await composer.locator('textarea').press('Enter');
	await expect
		.poll(() => onBoard(scene.browser, (board) => board.said.flatMap((request) => (request.kind === 'send' ? [request.replyTo] : []))))
		.toEqual([stanzaId]);
	scene.handOn(page);
});

test('what would act in the account’s name on a message is stopped while the switch is on', async () => {
	const page = await scene.chat();
	const room = await shownRoom(page);
	await page.locator('converse-muc .chat-area textarea.chat-textarea').fill('said by day');
	await page.keyboard.press('Enter');
	const message = page.locator('.chat-msg', { hasText: 'said by day' }).last();
	await message.locator('.chat-msg__body--received').waitFor();
	await pressSwitch(page);
	await composerFrame(page);
	scene.recorder.clear();
	await message.hover();
	await message.locator('.chat-msg__actions button').first().click();
	await message.locator('.chat-msg__action-retract').click();
	// it says that it stopped it
	const note = await waitPierced(page, ({ name, attributes }) => name === 'p' && attributes.id === 'note' && !('hidden' in attributes));
	expect(note.text).toBe(say('content_actions'));
	await scene.roundTrip(page, room);
	expect(await page.locator('converse-confirm-modal:visible, .modal.show').count()).toBe(0);
	expect(scene.recorder.sent().filter(({ text }) => text.includes('<message') && text.includes(room))).toEqual([]);
});

test('in another language, with the list of people out of sight, a line names others or is folded by who came and went, not by its words', async () => {
	const page = await scene.chat({ more: { i18n: 'ar' } });
	const room = await shownRoom(page);
	await page.evaluate((address) => {
		const view = document.querySelector(`converse-muc[jid="${address}"]`) as Element & { model: { save(attributes: object): void } };
		view.model.save({ hidden_occupants: true });
	}, room);
	await page.locator(`converse-muc[jid="${room}"] li.occupant`).first().waitFor({ state: 'detached' });
	const line = page.locator('.chat-content__notifications');
	const said = await voice(page, room, 'heard from far away');
	await expect.poll(() => line.textContent()).toContain(said.author.split('/')[1]);
	await send(room, [{ ...said, label: { kind: 'anonymous', mine: 0 } }]);
	await expect.poll(() => line.evaluate((element) => getComputedStyle(element).fontSize)).toBe('0px');
	await expect.poll(() => line.textContent()).toBe('');
	const [carol, another] = [await scene.prosody.logIn('carol'), await voice(page, room, 'heard beside carol')];
	await carol.join(room, 'carol');
	await expect.poll(() => line.textContent()).toContain('carol');
	await send(room, [{ ...another, label: { kind: 'anonymous', mine: 0 } }]);
	// what names carol is said all the same: by the page, or in Bauta's own line
	await expect
		.poll(() =>
			line.evaluate((element) => {
				const lines = (element.textContent ?? '').split('\n').filter((one) => one.includes('carol'));
				return lines.length > 0 && (getComputedStyle(element).fontSize !== '0px' || element.children.length === 1);
			}),
		)
		.toBe(true);
	carol.close();
});

/** All that a page can see of a message: its DOM, boxes, styles of every element, text as `find` and selection have it. */
const seenBy = (page: Page, text: string) =>
	page.evaluate((wanted) => {
		const message = [...document.querySelectorAll<HTMLElement>('.chat-msg')].find((element) => element.textContent?.includes(wanted));
		if (!message) throw new Error('no message');
		const frame = message.getBoundingClientRect();
		const elements = [message, ...message.querySelectorAll<HTMLElement>('*')];
		const styles = elements.map((element) =>
			[...getComputedStyle(element)].map((name) => `${name}:${getComputedStyle(element).getPropertyValue(name)}`),
		);
		const boxes = elements.map((element) => {
			const box = element.getBoundingClientRect();
			// what has no box stands at the window's corner, wherever the message is by now
			const y = element.getClientRects().length > 0 ? box.y - frame.y : 0;
			return [box.x, y, box.width, box.height, element.scrollWidth, element.offsetHeight];
		});
		const selection = getSelection();
		selection?.selectAllChildren(message);
		const selected = selection?.toString();
		selection?.removeAllRanges();
		const hit = [];
		for (let x = 0; x < frame.width; x += 4) hit.push(document.elementFromPoint(frame.x + x, frame.y + 10)?.localName);
		const shadows = elements.filter((element) => element.shadowRoot).length;
		return { html: message.innerHTML, text: message.textContent, boxes, styles, selected, hit, shadows };
	}, text);

const neutral = (seen: Awaited<ReturnType<typeof seenBy>>, said: { id: string; author: string }) =>
	JSON.stringify(seen)
		.replaceAll(said.id, 'ID')
		.replaceAll(said.author, 'AUTHOR')
		.replaceAll(said.author.split('/')[1] ?? '', 'NICK');

test('a page sees no difference between the author’s own message and anybody’s (THREATS.md P9)', async () => {
	const page = await scene.chat();
	const room = await shownRoom(page);
	const said = await voice(page, room, 'whose is this');
	/** resolves when the badge that people see says so, and the page has painted since */
	const verdict = async (mine: boolean) => {
		await send(room, [{ ...said, label: { kind: 'anonymous', mine: mine ? 1 : 0 } }]);
		await expect
			.poll(async () => {
				const badges = await pierce(page, ({ name, attributes }) => name === 'i' && attributes.role === 'img');
				return badges
					.filter(({ path }) => path.includes('converse-chat-message'))
					.map(({ attributes }) => attributes['aria-label'] === 'Written by you');
			})
			.toContain(mine);
		await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
	};
	await verdict(false);
	await expect.poll(() => nameShown(page, 'whose is this')).toBe(false);
	// the page may still be busy with a message that has just come
	let before = '';
	await expect
		.poll(async () => {
			const drawn = await page.locator('.chat-msg', { hasText: 'whose is this' }).evaluate((element) => {
				const { width, height } = element.getBoundingClientRect();
				return `${element.innerHTML} ${width} ${height}`;
			});
			const settled = drawn === before;
			before = drawn;
			return settled;
		})
		.toBe(true);
	const foreign = await seenBy(page, 'whose is this');
	const foreignPicture = await page.locator('.chat-msg', { hasText: 'whose is this' }).screenshot();
	await verdict(true);
	const mine = await seenBy(page, 'whose is this');
	const minePicture = await page.locator('.chat-msg', { hasText: 'whose is this' }).screenshot();
	expect(neutral(mine, said)).toBe(neutral(foreign, said));
	expect(foreign.shadows).toBe(0);
	// people see it, though
	expect(minePicture.equals(foreignPicture)).toBe(false);
	const found = await page.evaluate(() =>
		['Written by', 'you', 'mine'].map((word) => (window as unknown as { find(text: string): boolean }).find(word)),
	);
	expect(found).toEqual([false, false, false]);
	// screen readers are told whose it is: Chromium's own tree, which no page can read
	const session = await page.context().newCDPSession(page);
	const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: { name?: { value?: string } }[] };
	expect(nodes.map(({ name }) => name?.value)).toContain('Written by you');
});

// last: what has no label stands in the way of others
test('a page whose background died before it told of a message asks about it when it is told to, once, and not where verdicts alone change', async () => {
	const page = await scene.chat();
	const room = await shownRoom(page);
	const questions = () =>
		onBoard(scene.browser, (board) =>
			board.asked.flatMap(({ to, body }) => (to === 'content.unlabelled' ? [(body as { messages: { id: string }[] }).messages] : [])),
		);
	const askedAbout = async ({ id }: { id: string }) =>
		(await questions()).filter((messages) => messages.some((one) => one.id === id)).length;
	const earlier = await voice(page, room, 'the last one that was asked about');
	await onBoard(scene.browser, (board) => board.tell('verdicts', { anew: true }));
	await expect.poll(() => askedAbout(earlier)).toBeGreaterThan(0);
	const said = await voice(page, room, 'told to a background that died');
	// Converse may build the view of a room anew that it has just loaded, and then all of it is asked about
	await page.waitForTimeout(1500);
	const before = await askedAbout(said);
	await onBoard(scene.browser, (board) => board.tell('verdicts', {}));
	await page.waitForTimeout(1500);
	expect(await askedAbout(said)).toBe(before);
	await onBoard(
		scene.browser,
		(board, given) => {
			board.labels[given.room] = given.labels;
			return board.tell('verdicts', { anew: true });
		},
		{ room, labels: [{ ...said, label: { kind: 'anonymous', mine: 0 } as Label }] },
	);
	await expect.poll(() => nameShown(page, 'told to a background that died')).toBe(false);
	expect(await askedAbout(said)).toBe(before + 1);
});
