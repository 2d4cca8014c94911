import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { composerFrame, onBoard, panelOf, pressSwitch, timesAsked, typeOn } from '../content/page.ts';
import { openScene, type Scene, shownRoom } from '../content/scene.ts';
import { attacks, lids, restInPlace, spyingHead, undoAttacks, watchPanel } from '../pages/spy.ts';
import { hearingHead, lastThefts, lookAlikes, thefts } from '../pages/thieves.ts';
import { clickPierced, waitPierced } from '../pierce.ts';
import { say } from '../popup/keyboard.ts';
import { until } from '../until.ts';

let scene: Scene;
beforeAll(async () => {
	scene = await openScene();
});
afterAll(() => scene?.close());
beforeEach(() => scene.reset());

/** A chat whose user writes in the composer. Without other settings it is the same page for one test after the other, which hears every key. */
async function writing(settings: { head?: string; policy?: string } = { head: hearingHead }): Promise<Page> {
	const page = await scene.chat(settings);
	await pressSwitch(page);
	const composer = await composerFrame(page);
	await composer.locator('textarea').click();
	return page;
}
/** ms that a hand needs from the keys to the mouse: what comes sooner was no act of the user */
const handPause = 300;
/** what the page was said to do to the composer */
const tamperings = () =>
	onBoard(scene.browser, (board) =>
		board.asked.flatMap(({ to, body }) => (to === 'content.tampered' ? [(body as { how: string }).how] : [])),
	);
/** how often the page was said to take the keyboard, or the composer with it */
const theftCount = () => timesAsked(scene.browser, 'content.stolen', 'content.tampered');
/** the texts that composers sent */
const sends = () => onBoard(scene.browser, (board) => board.said.flatMap((one) => (one.kind === 'send' ? [one.text] : [])));
/** the element of Bauta's that holds the composer's frame */
const hostOf = (page: Page) => page.locator('html > :last-child');

/** what the page heard of the keyboard, where `hearingHead` listens */
const heardBy = (page: Page) => page.evaluate(() => `${Reflect.get(window, 'heard')}`);

/** Takes away what a test has left in the page, and hands the page on to the next. */
async function handOn(page: Page): Promise<void> {
	await page.evaluate(undoAttacks);
	scene.handOn(page);
}

interface Learned {
	events: string[];
	nodes: string[];
	ports: number;
}

test('a spying page learns nothing of what is typed, nor whose frame it is', async () => {
	const page = await writing({ head: spyingHead });
	await page.evaluate(() => {
		(window as unknown as { learned: Learned }).learned.events.length = 0;
	});
	await page.keyboard.type('quetzal', { delay: 20 });
	await expect.poll(async () => (await composerFrame(page)).locator('textarea').inputValue()).toBe('quetzal');
	const learned = await page.evaluate(() => (window as unknown as { learned: Learned }).learned);
	expect(learned.events.filter((event) => /^(key|input|before|composition|selection|message)/.test(event))).toEqual([]);
	expect(learned.nodes.join('')).not.toMatch(/chrome-extension|bauta|quetzal/i);
	// its own forged port is the only one it ever saw
	expect(learned.ports).toBe(1);
	const reached = await page.evaluate(() => {
		document.execCommand('selectAll');
		return {
			frames: window.length,
			found: (window as unknown as { find(text: string): boolean }).find('quetzal'),
			selected: getSelection()?.toString().includes('quetzal'),
			iframes: document.querySelectorAll('iframe').length,
			loaded: performance.getEntries().filter(({ name }) => name.includes('extension')).length,
			roots: [...document.querySelectorAll('*')].filter((element) => element.shadowRoot).length,
			html: document.documentElement.outerHTML.includes('quetzal'),
		};
	});
	expect(reached).toEqual({ frames: 0, found: false, selected: false, iframes: 0, loaded: 0, roots: 0, html: false });
	const frames = () => onBoard(scene.browser, (board) => JSON.stringify(board.asked.filter(({ to }) => to === 'content.frames')));
	await expect.poll(frames).toContain('xmpp-websocket');
	expect(await frames()).not.toContain('forged');
	// the spy does hear keys: those that go to the page
	await page.mouse.click(600, 300);
	await page.keyboard.type('q');
	const heard = () => page.evaluate(() => (window as unknown as { learned: Learned }).learned.events);
	await expect.poll(async () => (await heard()).some((event) => event.startsWith('keydown q'))).toBe(true);
});

test.each(['small', 'moved'] as const)('a composer that is made %s while somebody writes is gone from the site', async (how) => {
	const page = await writing();
	await page.waitForTimeout(900);
	expect(await tamperings(), 'nothing is wrong before').toEqual([]);
	await panelOf(page).evaluate(attacks[how] as (host: Element) => void);
	await expect.poll(tamperings).toEqual([how]);
	await expect.poll(() => page.frames().some((frame) => frame.url().includes('composer.html'))).toBe(false);
	await handOn(page);
});

test('a composer that the page covers with something in the top layer while somebody writes is gone from the site', async () => {
	const page = await writing();
	await hostOf(page).evaluate(lids['a popover'] as (host: Element) => void);
	await expect.poll(tamperings).toEqual(['covered']);
	await expect.poll(() => page.frames().some((frame) => frame.url().includes('composer.html'))).toBe(false);
	await handOn(page);
});

test('nothing that a page does to its own elements, or to the host of the composer, hides any of it', async () => {
	const page = await writing();
	for (const attack of [attacks.covered, attacks.transparent]) await panelOf(page).evaluate(attack);
	await hostOf(page).evaluate((host) => {
		const style = (host as HTMLElement).style;
		const rules = {
			mask: 'linear-gradient(transparent, transparent)',
			opacity: '0',
			'clip-path': 'inset(100%)',
			transform: 'translate(-3000px)',
		};
		for (const [name, value] of Object.entries({ ...rules, display: 'none', left: '-3000px', 'z-index': '-1', filter: 'opacity(0)' }))
			style.setProperty(name, value, 'important');
		(host as HTMLElement).animate([{ opacity: 0 }, { opacity: 0 }], { duration: 1e6, fill: 'forwards' });
	});
	await page.waitForTimeout(1500);
	await page.keyboard.type('seen');
	await page.keyboard.press('Enter');
	await expect.poll(sends).toEqual(['seen']);
	expect(await tamperings()).toEqual([]);
	await handOn(page);
});

// Firefox tells nothing of this: there what lies over the composer is found by what the pointer would meet
test.each(Object.keys(lids) as (keyof typeof lids)[])(
	'under %s that the page lays over it, the composer sends nothing and says why',
	async (lid) => {
		const page = await writing();
		await page.keyboard.type('kept');
		// the focus is elsewhere, by an act of the user: what lies over the composer now may be a menu of the page
		await page.waitForTimeout(handPause);
		await page.mouse.click(600, 300);
		await hostOf(page).evaluate(lids[lid] as (host: Element) => void);
		const frame = page.frames().find((one) => one.url().includes('composer.html')) as Frame;
		await frame.locator('.frame[data-sight="covered"]').waitFor();
		expect(await frame.locator('.error').textContent()).toBe(say('composer_covered'));
		await frame.locator('button.send').evaluate((button) => (button as HTMLElement).click());
		await page.evaluate(() => document.getElementById('lid')?.remove());
		await frame.locator('.frame[data-sight="clear"]').waitFor();
		expect(await sends()).toEqual([]);
		expect(await tamperings()).toEqual([]);
		// after the click on the page it takes nothing before a click in it
		await frame.locator('textarea').click();
		await frame.locator('button.send').click();
		await expect.poll(sends).toEqual(['kept']);
		await handOn(page);
	},
);

/** ms after an act of the user in which the page may well open something over the composer */
const actPause = 1600;

test.each([
	['after a click of the user', 0, []],
	['by no act of the user', actPause, ['lid']],
] as const)('letters typed into a field that comes over the composer %s reach nobody', async (_, pause, how) => {
	const page = await writing();
	await page.waitForTimeout(handPause);
	await page.mouse.click(600, 300);
	await page.waitForTimeout(pause);
	await hostOf(page).evaluate(lids['a popover'] as (host: Element) => void);
	const frame = page.frames().find((one) => one.url().includes('composer.html')) as Frame;
	await frame.locator('.frame[data-sight="covered"]').waitFor();
	if (pause) await page.locator('#fake').focus();
	else await page.locator('#fake').click();
	await page.keyboard.type('secret', { delay: 30 });
	await waitPierced(page, ({ text }) => text === say('content_out_of_sight'));
	await expect.poll(tamperings).toEqual(how);
	expect(await page.locator('#fake').inputValue()).toBe('');
	// who means it writes under their name
	await clickPierced(page, await waitPierced(page, ({ name, text }) => name === 'button' && text === say('content_type_here')));
	await page.locator('#fake').focus();
	await page.keyboard.type('mine');
	expect(await page.locator('#fake').inputValue()).toBe('mine');
	await handOn(page);
});

test('letters typed at the composer’s place reach nobody, whatever the page has put there', async () => {
	const page = await writing();
	// a page around a new composer may take a while to find its form
	await hostOf(page).evaluate(restInPlace);
	const heardIn: Record<string, string> = {};
	for (const [name, lookAlike] of Object.entries(lookAlikes)) {
		const frame = await composerFrame(page);
		await frame.locator('textarea').click();
		await page.waitForTimeout(handPause);
		await page.mouse.click(600, 300);
		const box = await hostOf(page).boundingBox();
		if (!box) throw new Error('no composer');
		await page.evaluate(lookAlike, box);
		if (!name.includes('moved')) await frame.locator('.frame[data-sight="covered"]').waitFor();
		else await expect.poll(async () => (await hostOf(page).boundingBox())?.y).not.toBe(box.y);
		await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
		// a frame is turned away as soon as it has the focus, and no field before a letter comes
		if (name.includes('frame')) await waitPierced(page, ({ text }) => text === say('content_out_of_sight'));
		await page.keyboard.type('secret', { delay: 30 });
		heardIn[name] = await heardBy(page);
		await waitPierced(page, ({ text }) => text === say('content_out_of_sight'));
		await clickPierced(page, await waitPierced(page, ({ name: tag, text }) => tag === 'button' && text === say('content_type_here')));
		await page.evaluate(() => {
			(window as unknown as { tidy(): void }).tidy();
			Object.assign(window, { heard: '' });
		});
	}
	expect(heardIn).toEqual(Object.fromEntries(Object.keys(lookAlikes).map((name) => [name, ''])));
	expect(await tamperings()).toEqual([]);
	await handOn(page);
});

test('a click that meets Send because the page moved the composer under the mouse sends nothing', async () => {
	const page = await writing();
	await page.keyboard.type('aimed elsewhere');
	const frame = await composerFrame(page);
	const box = await frame.locator('button.send').boundingBox();
	if (!box) throw new Error('no button');
	const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
	await page.mouse.move(x, y - 40);
	await panelOf(page).evaluate((host) => {
		(host.closest('.chat-area') as HTMLElement).style.transform = 'translateY(-40px)';
	});
	await expect.poll(async () => Math.round((await frame.locator('button.send').boundingBox())?.y ?? 0)).toBe(Math.round(box.y) - 40);
	await frame.locator('.frame[data-sight="clear"]').waitFor();
	await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
	await page.mouse.down();
	await page.mouse.up();
	await frame.getByText(say('composer_moved')).waitFor();
	expect(await sends()).toEqual([]);
	await page.mouse.move(x + 2, y - 40);
	await page.mouse.click(x + 2, y - 40);
	await expect.poll(sends).toEqual(['aimed elsewhere']);
	await handOn(page);
});

test('a frame that is led elsewhere stops sending', async () => {
	const page = await writing();
	const frame = await composerFrame(page);
	// Bauta takes the frame away, which may be before its journey is over
	await frame.goto('about:blank').catch((fault: Error) => expect(fault.message).toContain('detached'));
	await expect.poll(tamperings).toEqual(['replaced']);
	await handOn(page);
});

test('a page that takes the keyboard gets nothing of what an input method writes, nor of what is pasted', async () => {
	const page = await writing();
	const session = await page.context().newCDPSession(page);
	await page.keyboard.type('cut');
	for (const key of ['a', 'x']) await page.keyboard.press(`Control+${key}`);
	await expect.poll(async () => (await composerFrame(page)).locator('textarea').inputValue()).toBe('');
	for (const write of [
		async () => {
			await session.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
			await session.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
			await session.send('Input.insertText', { text: '日本' });
		},
		() => page.keyboard.press('Control+v'),
	]) {
		const frame = await composerFrame(page);
		await frame.locator('textarea').click();
		await page.keyboard.type('k');
		await page.evaluate(() => {
			Object.assign(window, { heard: '' });
			document.getElementById('trap')?.focus();
		});
		await write();
		const heard = await heardBy(page);
		expect(heard.replaceAll(' keyup ', '')).toBe('');
		expect(await page.locator('#trap').inputValue()).toBe('');
		await expect.poll(theftCount).toBeGreaterThan(0);
	}
	// an object of the page's may be told what is written without an event
	await page.evaluate(() => {
		const drawing = Object.assign(document.createElement('canvas'), { tabIndex: 0, id: 'drawing' });
		const { EditContext } = window as unknown as { EditContext: new () => EventTarget };
		const context = new EditContext();
		context.addEventListener('textupdate', () => Object.assign(window, { heard: 'text' }));
		document.body.append(Object.assign(drawing, { editContext: context }));
	});
	await (await composerFrame(page)).locator('textarea').click();
	await page.keyboard.type('k');
	await page.waitForTimeout(handPause);
	await page.evaluate(() => {
		Object.assign(window, { heard: '' });
		document.getElementById('drawing')?.focus();
	});
	await session.send('Input.insertText', { text: 'said and not typed' });
	expect(await heardBy(page)).toBe('');
	// by the user's own act both reach the page
	await page.locator('#trap').click();
	await page.keyboard.press('Control+v');
	await session.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
	await session.send('Input.insertText', { text: '日' });
	await expect.poll(() => page.locator('#trap').inputValue()).toBe('cut日');
	await handOn(page);
});

/** Types while the page does something, and returns what the page heard of it, and what the composer has. */
async function typeThrough(page: Page, act: () => void): Promise<{ heard: string; field: string }> {
	const frame = await composerFrame(page);
	await frame.locator('textarea').click();
	await page.evaluate(() => Object.assign(window, { heard: '' }));
	await page.keyboard.type('before', { delay: 20 });
	// the keys go on coming while the page acts, as they do when a person writes
	const typing = typeOn(page, 'thequickbrownfox');
	await page.waitForTimeout(200);
	await page.evaluate(act).catch((fault: Error) => expect(fault.message).toMatch(/navigation|destroyed/));
	await typing;
	const letters = async () => [await heardBy(page)];
	const heard = await until(() => letters().catch(() => null), 'the page');
	const field = await page.evaluate(() => document.querySelector<HTMLInputElement>('#trap')?.value ?? '');
	return { heard: heard.join(''), field };
}

test.each(Object.entries(lastThefts))('a page that %s while somebody writes gets no letter', async (name, act) => {
	const page = await writing();
	expect(await typeThrough(page, act)).toEqual({ heard: '', field: '' });
	// nothing of the chat is left
	if (name === 'opens the document anew') return;
	if (name === 'is loaded anew') {
		// Escape says that the page is meant
		await page.keyboard.press('Escape');
		await page.evaluate(() => document.querySelector<HTMLInputElement>('#trap')?.focus());
		await page.keyboard.type('z');
		await expect.poll(() => heardBy(page)).toContain('z');
	}
	await handOn(page);
});

test('who leaves the composer by the Tab key, or by a click, types into the page', async () => {
	const page = await writing();
	await page.keyboard.type('half');
	await page.waitForTimeout(handPause);
	await page.locator('#trap').click();
	await page.keyboard.type('one');
	expect(await page.locator('#trap').inputValue()).toBe('one');
	const frame = await composerFrame(page);
	await frame.locator('.send').focus();
	const before = await timesAsked(scene.browser, 'content.left');
	await page.keyboard.press('Tab');
	await expect.poll(() => page.evaluate(() => document.activeElement === document.documentElement.lastElementChild)).toBe(false);
	await expect.poll(() => timesAsked(scene.browser, 'content.left')).toBe(before + 1);
	await page.evaluate(() => document.getElementById('trap')?.focus());
	await page.keyboard.type('two');
	expect(await page.locator('#trap').inputValue()).toContain('two');
	expect(await theftCount()).toBe(0);
	await handOn(page);
});

test('a page that builds its view anew while somebody writes takes nothing from it', async () => {
	const page = await writing();
	const before = await composerFrame(page);
	await page.evaluate(() => {
		const panelNow = () => document.querySelector('converse-muc-bottom-panel') as Element;
		const first = panelNow();
		const rebuild = () => panelNow().replaceWith(panelNow().cloneNode(true));
		const timer = setInterval(rebuild, 2100);
		const endRebuilding = () => {
			clearInterval(timer);
			panelNow().replaceWith(first);
		};
		Object.assign(window, { heard: '', endRebuilding });
		rebuild();
	});
	await page.keyboard.type('thequickbrownfoxjumpsoverthelazydogandrests', { delay: 60 });
	expect(await heardBy(page)).toBe('');
	expect(await before.locator('textarea').inputValue()).toBe('thequickbrownfoxjumpsoverthelazydogandrests');
	await page.evaluate(() => (window as unknown as { endRebuilding(): void }).endRebuilding());
	await handOn(page);
});

test('a page that takes the keyboard gets no letter, however it does so; nothing is taken before a click', async () => {
	const page = await writing();
	for (const [name, act] of Object.entries(thefts)) {
		await onBoard(scene.browser, (board) => Object.assign(board, { asked: [], drafts: {} }));
		const { heard, field } = await typeThrough(page, act);
		// a key that is on its way to a frame of the page as its focus is noticed cannot be called back
		expect(heard.replaceAll(/ \w+ /g, '').length, `${name}: ${heard}`).toBeLessThanOrEqual(name.includes('frame') ? 1 : 0);
		expect(field, name).toBe('');
		const frame = await composerFrame(page);
		const text = await frame.locator('textarea').inputValue();
		// one that came to nothing, as the page was too slow for it, let every letter go where it was meant to go
		if (text === 'beforethequickbrownfox' && (await theftCount()) === 0) {
			await frame.locator('textarea').fill('');
			continue;
		}
		await expect.poll(theftCount, { message: name }).toBeGreaterThan(0);
		await page.keyboard.type('x');
		expect(await frame.locator('textarea').inputValue(), name).toBe(text);
		await frame.locator('textarea').click();
		await page.keyboard.type('y');
		await expect.poll(() => frame.locator('textarea').inputValue(), { message: name }).toBe(`${text}y`);
		await frame.locator('textarea').fill('');
	}
	await handOn(page);
});

test('a page that keeps taking the composer away stops sending, and the room stays closed', async () => {
	const page = await writing();
	const room = await shownRoom(page);
	await page.evaluate(() => {
		const panel = document.querySelector('converse-muc-bottom-panel') as Element;
		const take = () => {
			const last = panel.lastElementChild;
			if (last && !last.localName.startsWith('converse')) last.remove();
		};
		new MutationObserver(take).observe(panel, { childList: true });
		take();
	});
	await expect.poll(tamperings).toEqual(['removed']);
	expect(await page.locator('converse-muc .chat-area textarea.chat-textarea').isVisible()).toBe(false);
	expect(await onBoard(scene.browser, (board) => board.on)).toEqual([room]);
});

// what Converse itself needs, its encryption's WebAssembly too, and nothing for frames
const scripts = "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' data: http:";
const strictly = {
	policy: `default-src 'self' 'unsafe-inline' data: ws: http:; ${scripts}; frame-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'`,
};

test('strict policies of a page neither stop the composer nor show where it comes from', async () => {
	const reports: string[] = [];
	const page = await scene.chat(strictly);
	page.on('console', (message) => reports.push(message.text()));
	await pressSwitch(page);
	await (await composerFrame(page)).locator('textarea').waitFor();
	expect(reports.filter((report) => /chrome-extension|Content Security/i.test(report))).toEqual([]);
	scene.handOn(page);
});

test('a spying page sees no difference between a locked Bauta and an open one, nor what waits, nor the mode', async () => {
	const looks: unknown[] = [];
	for (const vault of ['unlocked', 'locked', 'none'] as const) {
		await scene.reset();
		await onBoard(scene.browser, (board, given) => Object.assign(board, { vault: given }), vault);
		const page = await scene.chat(strictly);
		const room = { network: 'xmpp', address: await shownRoom(page) } as const;
		await page.evaluate(`(${watchPanel})(document.querySelector('converse-muc-bottom-panel'))`);
		const seen = () => page.evaluate(() => (window as unknown as { seenOfPanel(): { seen: string[]; sheets: string } }).seenOfPanel());
		const sizes = async () => (await seen()).seen.filter((act) => act.startsWith('size')).length;
		// a slow browser tells of the size once where it was to tell of it before and after
		await expect.poll(sizes).toBe(1);
		await pressSwitch(page);
		const frame = await composerFrame(page);
		await expect.poll(sizes).toBe(2);
		const before = await seen();
		const changes = [{ vault: 'locked', waitingCount: 3 }, { vault: 'unlocked', mode: 'keyless' }, { vault: 'none' }] as const;
		for (const change of changes) {
			await onBoard(
				scene.browser,
				(board, given) => {
					Object.assign(board, given.change);
					return board.pushAll(given.room);
				},
				{ change, room },
			);
			await frame.locator(change.vault === 'unlocked' ? '.mode:has-text("Keyless")' : '.blocked').waitFor();
		}
		expect(await seen(), vault).toEqual(before);
		looks.push(before);
		await page.evaluate(() => (window as unknown as { endPanelWatch(): void }).endPanelWatch());
		scene.handOn(page);
	}
	expect(looks[1]).toEqual(looks[0]);
	expect(looks[2]).toEqual(looks[0]);
});

test('when Bauta is gone while the switch is on, the room stays closed until the page is loaded again', async () => {
	const page = await writing(strictly);
	const room = await shownRoom(page);
	const worker = await scene.browser.worker();
	await worker.evaluate('chrome.runtime.reload()').catch(() => null);
	const session = await page.context().newCDPSession(page);
	await expect
		.poll(async () => {
			const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: { name?: { value?: string } }[] };
			return nodes.some(({ name }) => name?.value?.includes('Bauta was updated or turned off'));
		})
		.toBe(true);
	const field = page.locator('converse-muc .chat-area textarea.chat-textarea');
	expect(await field.isVisible()).toBe(false);
	scene.recorder.clear();
	await page.evaluate(() => {
		const view = document.querySelector('converse-muc') as HTMLElement & { model: { sendMessage(message: object): void } };
		view.model.sendMessage({ body: 'under my name' });
	});
	await scene.roundTrip(page, room);
	expect(
		scene.recorder
			.sent()
			.map(({ text }) => text)
			.join(''),
	).not.toContain('under my name');
	expect(scene.recorder.sent().filter(({ text }) => text.includes('<message') && text.includes(room))).toEqual([]);
});
