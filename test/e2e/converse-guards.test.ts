import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { composerFrame, onBoard, pressSwitch, switchShown } from '../content/page.ts';
import { goToRoom, openScene, type Scene, shownRoom } from '../content/scene.ts';
import { until } from '../until.ts';

let scene: Scene;
beforeAll(async () => {
	scene = await openScene();
});
afterAll(() => scene?.close());
beforeEach(() => scene.reset());

const pageComposer = (page: Page) => page.locator('converse-muc .chat-area converse-muc-message-form textarea.chat-textarea');

async function chatWithSwitchOn(settings = {}): Promise<{ page: Page; room: string }> {
	const page = await scene.chat(settings);
	const room = await shownRoom(page);
	await pressSwitch(page);
	await composerFrame(page);
	return { page, room };
}

/** Stanzas that left the page for a room. */
const spokenTo = (room: string) => scene.recorder.sent().filter(({ text }) => text.includes('<message') && text.includes(room));

const sentText = () =>
	scene.recorder
		.sent()
		.map(({ text }) => text)
		.join('\n');

/** Everything that the page keeps, as one string. */
const pageStorage = (page: Page) =>
	page.evaluate(async () => {
		const contents: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
		for (const { name } of await indexedDB.databases()) {
			const database = await new Promise<IDBDatabase>((done) => {
				const open = indexedDB.open(name ?? '');
				open.onsuccess = () => done(open.result);
			});
			for (const store of database.objectStoreNames) {
				contents.push(
					await new Promise((done) => {
						const all = database.transaction(store).objectStore(store).getAll();
						all.onsuccess = () => done(all.result);
					}),
				);
			}
			database.close();
		}
		return JSON.stringify(contents);
	});

test('the switch stands in every open room and goes along with room changes, redraws and reloads', async () => {
	const page = await scene.chat();
	const first = await shownRoom(page);
	const other = scene.rooms.find((room) => room !== first) ?? '';
	await goToRoom(page, other);
	await goToRoom(page, first);
	// a redraw of everything in the panel, as Converse does when the connection comes back
	await page.evaluate(() => document.querySelector('converse-muc-bottom-panel')?.replaceChildren());
	await switchShown(page);
	await pressSwitch(page);
	await composerFrame(page);
	expect(await pageComposer(page).isVisible()).toBe(false);

	await goToRoom(page, other);
	// the other room is open as before
	await pageComposer(page).waitFor({ state: 'visible' });
	await goToRoom(page, first);
	await composerFrame(page);
	expect(await pageComposer(page).isVisible()).toBe(false);

	await page.reload();
	await switchShown(page);
	if ((await shownRoom(page)) !== first) await goToRoom(page, first);
	await composerFrame(page);
	expect(await pageComposer(page).isVisible()).toBe(false);
	expect(await pageComposer(page).evaluate((element) => element.closest('[style*="display"]'))).toBeNull();

	await pressSwitch(page);
	await pageComposer(page).waitFor({ state: 'visible' });
	expect(scene.browser.errors).toEqual([]);
	scene.handOn(page);
});

test('what was being written comes back when the page rebuilds the room', async () => {
	const { page, room } = await chatWithSwitchOn();
	await (await composerFrame(page)).locator('textarea').pressSequentially('half a thought');
	await goToRoom(page, scene.rooms.find((one) => one !== room) ?? '');
	await goToRoom(page, room);
	const back = await composerFrame(page);
	await expect.poll(() => back.locator('textarea').inputValue()).toBe('half a thought');
	scene.handOn(page);
});

test('a wheel that turns over the composer moves nothing of a page that can be scrolled, which would learn from it how long the text is', async () => {
	const { page } = await chatWithSwitchOn();
	await page.evaluate(() => {
		const sheet = document.createElement('style');
		sheet.textContent = 'html, body { height: auto !important; min-height: 3000px !important; overflow: visible !important }';
		document.head.append(sheet);
		const stops: number[] = [];
		addEventListener('scrollend', () => stops.push(scrollY));
		Object.assign(window, { stops });
	});
	const turn = async (x: number, y: number, way: number) => {
		await page.mouse.move(x, y);
		await page.mouse.wheel(0, way);
	};
	const composer = await composerFrame(page);
	for (const part of ['textarea', 'header']) {
		const box = await composer.locator(part).first().boundingBox();
		if (!box) throw new Error(`no ${part}`);
		await turn(box.x + box.width / 2, box.y + box.height / 2, 60);
	}
	// by then the page would have been moved by those before
	const heading = await page.locator('converse-muc-heading:visible').first().boundingBox();
	if (!heading) throw new Error('no heading');
	await turn(heading.x + heading.width / 2, heading.y + 5, 24);
	const stops = () => page.evaluate(() => Reflect.get(window, 'stops') as number[]);
	await expect.poll(async () => (await stops()).length).toBeGreaterThan(0);
	expect(await stops()).toEqual([24]);
});

/** Every way through the page's own composer to the wire; run in the page, as a script of it could. */
const ways: Record<string, (page: Page) => Promise<unknown>> = {
	'keys and Enter': (page) =>
		page.evaluate(() => {
			const field = document.querySelector<HTMLTextAreaElement>('converse-muc .chat-area textarea.chat-textarea');
			if (!field) throw new Error('no field');
			field.value = 'under my name';
			field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }));
		}),
	'the send button': (page) =>
		page.evaluate(() => {
			const field = document.querySelector<HTMLTextAreaElement>('converse-muc .chat-area textarea.chat-textarea');
			if (field) field.value = 'under my name';
			document.querySelector<HTMLButtonElement>('converse-muc .chat-area .send-button')?.click();
		}),
	'submitting the form': (page) =>
		page.evaluate(() => {
			const field = document.querySelector<HTMLTextAreaElement>('converse-muc .chat-area textarea.chat-textarea');
			if (field) field.value = '/me under my name';
			field?.form?.requestSubmit();
		}),
	'a call to the form': (page) =>
		page.evaluate(() => {
			const form = document.querySelector('converse-muc .chat-area converse-muc-message-form') as HTMLElement & { onFormSubmitted(): void };
			const field = form.querySelector('textarea');
			if (field) field.value = 'under my name';
			form.onFormSubmitted();
		}),
	'a call to the model': (page) =>
		page.evaluate(() => {
			const view = document.querySelector('converse-muc') as HTMLElement & { model: { sendMessage(message: object): void } };
			view.model.sendMessage({ body: 'under my name' });
		}),
	'a typing notice': (page) =>
		page.evaluate(() => {
			const view = document.querySelector('converse-muc') as HTMLElement & { model: { setChatState(state: string): void } };
			view.model.setChatState('composing');
		}),
};

/** Has Converse forget, without a word, that the room was told that somebody types. */
const forgetTyping = (page: Page) =>
	page.evaluate(() => {
		const view = document.querySelector('converse-muc') as HTMLElement & { model: { setChatState(state: string, how: object): void } };
		view.model.setChatState('active', { silent: true });
	});

test('a room that was on is closed on the wire before the page can speak again after a reload', async () => {
	const { page, room } = await chatWithSwitchOn();
	await page.reload();
	await switchShown(page);
	await composerFrame(page);
	scene.recorder.clear();
	await ways['a call to the model']?.(page);
	await scene.roundTrip(page, room);
	expect(spokenTo(room)).toEqual([]);
	scene.handOn(page);
});

test('sixty keystrokes leave nothing on the wire and nothing in the page', async () => {
	const { page, room } = await chatWithSwitchOn();
	const field = (await composerFrame(page)).locator('textarea');
	scene.recorder.clear();
	await field.pressSequentially(`canary ${'nightingale '.repeat(5)}`.slice(0, 60), { delay: 15 });
	await expect.poll(() => field.inputValue()).toMatch(/nightingale/);
	// what is said now goes over the wire and into the page's storage: so would have, by then, what was typed before it
	const later = await scene.roundTrip(page, room);
	await expect.poll(() => pageStorage(page)).toContain(later);
	expect(spokenTo(room)).toEqual([]);
	expect(scene.recorder.sent().filter(({ text }) => /composing|nightingale/.test(text))).toEqual([]);
	expect(await pageStorage(page)).not.toContain('nightingale');
	expect(await page.content()).not.toContain('nightingale');

	// the same keys in the page's own composer are seen by both means: these looks can fail
	await pressSwitch(page);
	await pageComposer(page).pressSequentially('nightingale');
	await expect.poll(() => spokenTo(room).length).toBeGreaterThan(0);
	await goToRoom(page, scene.rooms.find((one) => one !== room) ?? '');
	await expect.poll(() => pageStorage(page)).toContain('nightingale');
});

test.each(Object.keys(ways))('nothing goes out in the account’s name by %s', async (way) => {
	const { page, room } = await chatWithSwitchOn();
	// a typing notice that was given is not given again
	await forgetTyping(page);
	scene.recorder.clear();
	await ways[way]?.(page);
	await scene.roundTrip(page, room);
	expect(spokenTo(room)).toEqual([]);
	expect(sentText()).not.toContain('under my name');

	// and with the switch off the same way leads out, so the way was one
	await pressSwitch(page);
	await pageComposer(page).waitFor({ state: 'visible' });
	await forgetTyping(page);
	await ways[way]?.(page);
	await expect.poll(() => spokenTo(room).length).toBeGreaterThan(0);
	scene.handOn(page);
});

test('what fails of the page’s own connections is told as the page’s, and not as Bauta’s', async () => {
	const page = await scene.chat();
	const places: string[] = [];
	page.on('console', (message) => places.push(message.location().url));
	// nothing listens there
	const closed = await page.evaluate(
		() => new Promise((done) => new WebSocket('ws://127.0.0.1:1/').addEventListener('close', () => done(true))),
	);
	expect(closed).toBe(true);
	await page.evaluate(() => {
		const request = new XMLHttpRequest();
		request.open('POST', 'http://127.0.0.1:1/http-bind');
		return new Promise((done) => {
			request.addEventListener('loadend', () => done(true));
			request.send('<body/>');
		});
	});
	await until(async () => places.length > 1, 'the browser’s own words about both');
	expect(places.filter((place) => place.startsWith('chrome-extension:'))).toEqual([]);
});

test('a refused message stays refused: acknowledged at once, so the page has nothing to send again', async () => {
	const { page, room } = await chatWithSwitchOn();
	const nextSocket = page.waitForEvent('websocket');
	await ways['a call to the model']?.(page);
	await expect.poll(() => onBoard(scene.browser, (board) => board.asked.some(({ to }) => to === 'content.blocked'))).toBe(true);
	// the server has counted the ping that stands in, and Converse has heard so
	await expect
		.poll(() => page.evaluate(() => JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage })))
		.not.toContain('under my name');
	await pressSwitch(page);
	await pageComposer(page).waitFor({ state: 'visible' });
	let struck = false;
	scene.recorder.fault = {
		kind: 'cut',
		when: () => {
			struck = true;
			return true;
		},
	};
	await ways['a typing notice']?.(page);
	await expect.poll(() => struck).toBe(true);
	scene.recorder.fault = null;
	await nextSocket;
	await expect.poll(() => scene.recorder.sent().some(({ text }) => text.includes('<resume'))).toBe(true);
	// what is sent again is sent with the resumption, before anything else comes in
	await scene.roundTrip(page, room);
	expect(sentText()).not.toContain('under my name');
	expect(spokenTo(room).filter(({ text }) => text.includes('<body'))).toEqual([]);
});

test('a refused message stays refused even where what stood in for it was lost on the wire', async () => {
	const { page } = await chatWithSwitchOn();
	let struck = false;
	scene.recorder.fault = {
		kind: 'cut',
		when(direction, text) {
			const hit = direction === 'out' && text.includes('urn:xmpp:ping');
			struck ||= hit;
			return hit;
		},
	};
	const again = page.waitForEvent('websocket');
	await ways['a call to the model']?.(page);
	await expect.poll(() => struck).toBe(true);
	await pressSwitch(page);
	await pageComposer(page).waitFor({ state: 'visible' });
	scene.recorder.fault = null;
	await again;
	await expect.poll(() => scene.recorder.sent().some(({ text }) => text.includes('<resume'))).toBe(true);
	// the account goes on as before
	await pageComposer(page).fill('by day');
	await pageComposer(page).press('Enter');
	await scene.bob.wait(/by day/);
	expect(sentText()).not.toContain('under my name');
});

test('over BOSH the stanza is taken out of its body and the rest goes on', async () => {
	const { page, room } = await chatWithSwitchOn({ endpoint: `http://127.0.0.1:${scene.recorder.port}/http-bind` });
	scene.recorder.clear();
	await ways['a call to the model']?.(page);
	await expect.poll(() => onBoard(scene.browser, (board) => board.asked.some(({ to }) => to === 'content.blocked'))).toBe(true);
	await scene.roundTrip(page, room);
	expect(spokenTo(room)).toEqual([]);
	await pressSwitch(page);
	await pageComposer(page).waitFor({ state: 'visible' });
	await pageComposer(page).fill('by day over BOSH');
	await pageComposer(page).press('Enter');
	await scene.bob.wait(/by day over BOSH/);
});

test('what a page says before it is known which rooms are closed waits for that', async () => {
	const endpoint = `ws://127.0.0.1:${scene.recorder.port}/xmpp-websocket`;
	// the very first thing that this page does, faster than anybody could answer
	const head = `<script>
		const early = new WebSocket(${JSON.stringify(endpoint)}, 'xmpp');
		early.onopen = () => {
			const room = sessionStorage.getItem('room');
			early.send("<message to='" + (room ?? 'nobody@chat.test') + "'><body>too early</body></message>");
			early.send('<presence id="after"/>');
		};
	</script>`;
	const { page, room } = await chatWithSwitchOn({ head });
	expect(sentText()).toContain('too early');
	await page.evaluate((address) => sessionStorage.setItem('room', address), room);
	scene.recorder.clear();
	const later = '<presence id="after"/>';
	// a busy server may let go of a connection that never said who it is, before the frames that wait can leave: then once more
	for (let tries = 0; tries < 3 && !sentText().includes(later); tries++) {
		await page.reload();
		await until(() => sentText().includes(later), 'what comes after', 15_000).catch(() => null);
		expect(sentText()).not.toContain('too early');
	}
	expect(sentText()).toContain(later);
	expect(sentText()).toContain('urn:xmpp:ping');
});

test('on a page that a loader wrote, an answer goes to the private composer, nothing that is dropped reaches the page, and the user’s own keys count', async () => {
	const { page, room } = await chatWithSwitchOn({ written: true });
	const said = await scene.roundTrip(page, room);
	const message = page.locator('.chat-msg', { hasText: said });
	await message.hover();
	await message.locator('converse-dropdown button, .chat-msg__actions button').first().click();
	await message.locator('.chat-msg__action-reply').first().click();
	await until(
		() => onBoard(scene.browser, (board) => board.asked.some(({ to }) => to === 'content.reply')),
		'the reply in the private composer',
	);
	expect(await page.locator('converse-reply-preview *').count()).toBe(0);
	const isDropped = await page.evaluate(() => {
		const target = document.querySelector('converse-muc .chat-content');
		let reached = false;
		target?.addEventListener('drop', () => (reached = true), { once: true });
		target?.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true }));
		return reached;
	});
	expect(isDropped).toBe(false);

	await pressSwitch(page);
	await pageComposer(page).pressSequentially('in my own name');
	await pageComposer(page).press('Enter');
	const byUser = () =>
		onBoard(scene.browser, (board) =>
			board.asked.some(({ to, body }) => to === 'content.frames' && JSON.stringify(body).includes('"byUser":true')),
		);
	await until(byUser, 'what the user sends to count as an act of the user');
});

test('a chat that connects in a shared worker is heard, and nothing goes out there in the account’s name', async () => {
	const { page, room } = await chatWithSwitchOn({ more: { connection_options: { worker: '/dist/shared-connection-worker.js' } } });
	const reports = () =>
		onBoard(scene.browser, (board) => JSON.stringify(board.asked.filter(({ to }) => to === 'content.frames').map(({ body }) => body)));
	await until(async () => /xmpp-framing.*code=.{1,4}110/s.test(await reports()), 'the server and the account’s nick to be told');
	await page.evaluate((address) => {
		const muc = document.querySelector(`converse-muc[jid="${address}"]`) as Element & { model: { sendMessage(message: object): unknown } };
		return void muc.model.sendMessage({ body: 'said by a script' });
	}, room);
	await scene.roundTrip(page, room);
	expect(sentText()).not.toContain('said by a script');
	expect(scene.bob.received.join()).not.toContain('said by a script');
	await pressSwitch(page);
	await pageComposer(page).fill('said openly');
	await page.keyboard.press('Enter');
	await scene.bob.wait(/said openly/);
});
