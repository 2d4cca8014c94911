import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RoomRef } from '../../src/messages/rooms.ts';
import { composerFrame, onBoard, panelOf, pressSwitch } from '../content/page.ts';
import { openScene, type Scene, shownRoom } from '../content/scene.ts';
import { attacks, spyingHead, watchPanel } from '../pages/spy.ts';

let scene: Scene;
beforeAll(async () => {
	scene = await openScene();
});
afterAll(() => scene?.close());
beforeEach(() => scene.reset());

async function writing(settings = {}): Promise<Page> {
	const page = await scene.chat(settings);
	await pressSwitch(page);
	const composer = await composerFrame(page);
	await composer.locator('textarea').click();
	return page;
}
/** the rooms whose composer was said to be tampered with */
const tamperings = () =>
	onBoard(scene.browser, (board) =>
		board.asked.flatMap(({ to, body }) => (to === 'content.tampered' ? [(body as { room: RoomRef }).room.address] : [])),
	);

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

test.each(Object.keys(attacks) as (keyof typeof attacks)[])('a composer that is %s while somebody writes stops sending', async (how) => {
	const page = await writing();
	const room = await shownRoom(page);
	await page.waitForTimeout(900);
	expect(await tamperings(), 'nothing is wrong before').toEqual([]);
	await panelOf(page).evaluate(attacks[how] as (host: Element) => void);
	await expect.poll(tamperings).toEqual([room]);
	await expect.poll(() => page.frames().some((frame) => frame.url().includes('composer.html'))).toBe(false);
});

test('a spying page sees no difference between a locked Bauta and an open one, nor what waits, nor the mode', async () => {
	const looks: unknown[] = [];
	for (const vault of ['unlocked', 'locked', 'none'] as const) {
		await scene.reset();
		await onBoard(scene.browser, (board, given) => Object.assign(board, { vault: given }), vault);
		const page = await scene.chat();
		const room = { network: 'xmpp', address: await shownRoom(page) } as const;
		await page.evaluate(`(${watchPanel})(document.querySelector('converse-muc-bottom-panel'))`);
		await pressSwitch(page);
		const frame = await composerFrame(page);
		const seen = () => page.evaluate(() => (window as unknown as { seenOfPanel(): { seen: string[] } }).seenOfPanel());
		await expect.poll(async () => (await seen()).seen.filter((act) => act.startsWith('size')).length).toBe(2);
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
	}
	expect(looks[1]).toEqual(looks[0]);
	expect(looks[2]).toEqual(looks[0]);
});

// Chromium tells by itself when a frame is not painted as it is (Intersection Observer 2), Firefox does not: there this look is all there is
test.each(Object.keys(attacks) as (keyof typeof attacks)[])(
	'that a composer is %s is seen without what Chromium alone tells',
	async (how) => {
		const page = await scene.browser.context.newPage();
		await page.goto(`chrome-extension://${scene.browser.id}/panel.html`);
		await page.locator('[data-ready]').waitFor();
		const look = () => page.evaluate(() => (window as unknown as { tampering(): string | null }).tampering());
		expect(await look()).toBe(null);
		await page.locator('.chat-area > div').evaluate(attacks[how] as (host: Element) => void);
		expect(await look()).toBe(how);
	},
);

test('a frame that is led elsewhere stops sending', async () => {
	const page = await writing();
	const room = await shownRoom(page);
	const frame = await composerFrame(page);
	// Bauta takes the frame away, which may be before its journey is over
	await frame.goto('about:blank').catch((fault: Error) => expect(fault.message).toContain('detached'));
	await expect.poll(tamperings).toEqual([room]);
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
	await expect.poll(tamperings).toEqual([room]);
	expect(await page.locator('converse-muc .chat-area textarea.chat-textarea').isVisible()).toBe(false);
	expect(await onBoard(scene.browser, (board) => board.on)).toEqual([room]);
});

test('a page that takes the keyboard away mid-word is told on', async () => {
	const page = await writing();
	// a page that still builds its room takes the focus along with what it builds anew: who writes clicks again
	await expect
		.poll(async () => {
			const textarea = (await composerFrame(page)).locator('textarea');
			await textarea.click();
			await page.keyboard.type('half a');
			return textarea.inputValue();
		})
		.toContain('half a');
	const frame = await composerFrame(page);
	// the keys go on coming while the page acts, as they do when a person writes
	const typing = page.keyboard.type(' word', { delay: 200 });
	await page.evaluate(() => {
		const trap = document.createElement('input');
		document.body.prepend(trap);
		trap.focus();
	});
	await frame.locator('.frame.stolen').waitFor();
	await typing;
	expect(await frame.locator('.error').textContent()).toContain('under your name');
});

test('a page that builds its view anew while somebody writes gives the composer back with its focus', async () => {
	const page = await writing();
	await page.keyboard.type('half');
	await expect.poll(async () => (await composerFrame(page)).locator('textarea').inputValue()).toBe('half');
	const before = await composerFrame(page);
	await page.evaluate(() => {
		const panel = document.querySelector('converse-muc-bottom-panel');
		const around = panel?.parentNode;
		const fresh = panel?.cloneNode(true);
		if (panel && fresh) around?.replaceChild(fresh, panel);
	});
	await expect.poll(async () => (await composerFrame(page)) !== before).toBe(true);
	await expect.poll(async () => (await composerFrame(page)).locator('.frame.here').count()).toBe(1);
	await page.keyboard.type(' a word');
	await expect.poll(async () => (await composerFrame(page)).locator('textarea').inputValue()).toBe('half a word');
});

test('strict policies of a page neither stop the composer nor show where it comes from', async () => {
	const reports: string[] = [];
	// what Converse itself needs, its encryption's WebAssembly too, and nothing for frames
	const scripts = "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' data: http:";
	const page = await scene.chat({
		policy: `default-src 'self' 'unsafe-inline' data: ws: http:; ${scripts}; frame-src 'none'; img-src 'self'; style-src 'self' 'unsafe-inline'`,
	});
	page.on('console', (message) => reports.push(message.text()));
	await pressSwitch(page);
	await (await composerFrame(page)).locator('textarea').waitFor();
	expect(reports.filter((report) => /chrome-extension|Content Security/i.test(report))).toEqual([]);
});

test('when Bauta is gone while the switch is on, the room stays closed until the page is loaded again', async () => {
	const page = await writing();
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
