import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { axeFindings } from '../axe.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import type { Board } from '../content/background.ts';
import { openComposer, requestsOf as requestsIn, sizeOf, themeOf, voice } from '../content/composer-window.ts';
import { buildTestExtension } from '../content/extension.ts';
import { onBoard } from '../content/page.ts';
import { say } from '../popup/keyboard.ts';

/** Pictures for people to look at, when the variable names a directory. */
const pictures = process.env.BAUTA_PICTURES;
const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
let browser: TestBrowser;

beforeAll(async () => {
	browser = await launchBrowser({ extension: await buildTestExtension() });
	if (pictures) await mkdir(pictures, { recursive: true });
});
afterAll(async () => {
	await browser?.close();
});
beforeEach(async () => {
	for (const page of browser.context.pages().slice(1)) await page.close();
	await onBoard(
		browser,
		(board, address) => {
			Object.assign(board, { asked: [], said: [], on: [address], caught: null, replies: {}, drafts: {}, waiting: [], accesses: {} });
			Object.assign(board, {
				vault: 'unlocked',
				access: { state: 'open', modes: ['one-time', 'persona', 'no-trace', 'keyless'] },
				nick: 'alice',
			});
			const own = { label: '', name: '', pattern: '', n: null, ended: false, met: false };
			Object.assign(board, {
				label: '',
				voices: [own],
				mode: 'one-time',
				crowd: 12,
				maxPoints: 4096,
				delay: 7000,
				refuse: null,
				waitingCount: 0,
				held: false,
			});
		},
		room.address,
	);
});

async function ready(look = {}, tab?: Page): Promise<Page> {
	const page = await openComposer(browser, room, look, tab);
	await page.locator('textarea').waitFor();
	return page;
}
const field = (page: Page) => page.locator('textarea');
const requestsOf = (kind: string) => requestsIn(browser, kind);

test('Enter sends what was typed, once, and clears it; Shift and Enter makes a line', async () => {
	const page = await ready();
	await field(page).pressSequentially('first');
	await field(page).press('Shift+Enter');
	await field(page).pressSequentially('second');
	await field(page).press('Enter');
	await expect.poll(() => field(page).inputValue()).toBe('');
	expect(await requestsOf('send')).toEqual([
		{ kind: 'send', text: 'first\nsecond', mode: 'one-time', label: '', n: null, replyTo: '', serial: 1 },
	]);
	await page.locator('.waiting', { hasText: /posting in \d s/ }).waitFor();
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect.poll(() => field(page).inputValue()).toBe('first\nsecond');
	await expect.poll(() => page.locator('.waiting').count()).toBe(0);
});

test('nothing in the composer can be dragged into the page: neither what is written nor what waits', async () => {
	await onBoard(browser, (board, given) => Object.assign(board, { waiting: [given] }), entry('waiting'));
	const page = await ready();
	for (const selector of ['textarea', '.waiting .excerpt']) {
		const isStopped = await page
			.locator(selector)
			.evaluate((element) => !element.dispatchEvent(new DragEvent('dragstart', { bubbles: true, cancelable: true })));
		expect(isStopped, selector).toBe(true);
	}
});

test('a message that is being posted can be taken back: a server may hang', async () => {
	await onBoard(browser, (board, given) => Object.assign(board, { waiting: [given] }), entry('sending'));
	const page = await ready();
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect.poll(() => field(page).inputValue()).toBe(entry('sending').text);
});

test('why something was not posted is said once, also where it stands below the text', async () => {
	const closed = { code: 'room-banned', detail: '' };
	const words = say('error_room_banned');
	await onBoard(browser, (board, given) => Object.assign(board, given), { waiting: [entry('failed', { fault: closed })] });
	const page = await ready();
	const count = () => page.getByText(words).count();
	await expect.poll(count).toBe(1);
	for (const change of [{ accesses: { [room.address]: { state: 'closed', fault: closed } } }, { held: true }]) {
		await onBoard(
			browser,
			(board, given) => {
				Object.assign(board, given);
				return board.pushAll();
			},
			change,
		);
		await page.locator('#obstacle', { hasText: words }).waitFor();
		expect(await count()).toBe(1);
	}
	await onBoard(browser, (board) => {
		Object.assign(board, { accesses: {}, held: false, refuse: { kind: 'refused', serial: 0, fault: { code: 'room-banned', detail: '' } } });
		return board.pushAll();
	});
	await page.locator('#obstacle:empty').waitFor({ state: 'attached' });
	await field(page).fill('and again');
	await field(page).press('Enter');
	await page.locator('.error', { hasText: words }).waitFor();
	expect(await count()).toBe(1);
});

test('Enter and Send on nothing but blanks say so, until the next key', async () => {
	const page = await ready();
	const error = page.locator('.error', { hasText: say('error_text_empty') });
	await field(page).press('Enter');
	await error.waitFor();
	await field(page).press('ArrowRight');
	await error.waitFor({ state: 'detached' });
	await field(page).pressSequentially('  ');
	await page.getByRole('button', { name: 'Send', exact: true }).click({ force: true });
	await error.waitFor();
	await field(page).pressSequentially('a');
	await error.waitFor({ state: 'detached' });
	expect(await requestsOf('send')).toEqual([]);
});

test('how many messages wait for the unlock is said as people say it', async () => {
	const page = await ready();
	const heldCount = [
		[2, '2 messages wait here until you unlock Bauta.'],
		[1, 'A message waits here until you unlock Bauta.'],
		[null, 'Something you wrote waits until you unlock Bauta.'],
	] as const;
	for (const [count, words] of heldCount) {
		await onBoard(
			browser,
			(board, given) => {
				Object.assign(board, { vault: 'locked', waitingCount: given });
				return board.pushAll();
			},
			count,
		);
		await page.locator('.held', { hasText: words }).waitFor();
	}
	await onBoard(browser, (board) => {
		Object.assign(board, { waitingCount: 0 });
		return board.pushAll();
	});
	await page.locator('.held').waitFor({ state: 'detached' });
});

test('an Enter that belongs to an input method does not send', async () => {
	const page = await ready();
	const session = await page.context().newCDPSession(page);
	await field(page).focus();
	await session.send('Input.imeSetComposition', { text: 'かんじ', selectionStart: 3, selectionEnd: 3 });
	await field(page).press('Enter');
	// what the composer says after it comes after it: the draft is handed over, and nothing was sent before
	await session.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
	await field(page).fill('a word');
	await expect.poll(async () => JSON.stringify(await requestsOf('draft'))).toContain('a word');
	expect(await requestsOf('send')).toEqual([]);
});

test('a refusal keeps the text and says what to do; so do a lock and a switch that is off', async () => {
	const page = await ready();
	await onBoard(browser, (board) => {
		board.refuse = { kind: 'refused', serial: 0, fault: { code: 'rate-minute', detail: '' } };
	});
	await field(page).fill('too much');
	await field(page).press('Enter');
	await page.locator('.error').waitFor();
	expect(await field(page).inputValue()).toBe('too much');

	const obstacles = { locked: 'composer_locked', off: 'composer_off', tampered: 'composer_tampered' } as const;
	for (const change of ['locked', 'off', 'tampered'] as const) {
		await onBoard(
			browser,
			(board: Board, given) => {
				board.refuse = null;
				board.vault = given.change === 'locked' ? 'locked' : 'unlocked';
				board.on = given.change === 'off' ? [] : [given.address];
				board.caught = given.change === 'tampered' ? 'covered' : null;
				return board.pushAll();
			},
			{ change, address: room.address },
		);
		await page.locator('.blocked', { hasText: say(obstacles[change]) }).waitFor();
		await field(page).press('Enter');
		await page.getByRole('button', { name: 'Send', exact: true }).click({ force: true });
		expect(await field(page).inputValue(), change).toBe('too much');
	}
	// with nothing in the way it leaves: the second that is heard, after the one that was refused
	await onBoard(browser, (board) => {
		board.caught = null;
		return board.pushAll();
	});
	await page.locator('.blocked').waitFor({ state: 'detached' });
	await field(page).press('Enter');
	await expect.poll(() => field(page).inputValue()).toBe('');
	expect((await requestsOf('send')).map((one) => one.kind === 'send' && one.serial)).toEqual([1, 2]);
});

test('the counter counts code points, and what is too long does not leave', async () => {
	await onBoard(browser, (board) => {
		board.maxPoints = 10;
	});
	const page = await ready();
	await field(page).fill('🎭'.repeat(10));
	await expect.poll(() => page.locator('.count').textContent()).toContain('10/10');
	await field(page).fill('🎭'.repeat(11));
	await field(page).press('Enter');
	await page.locator('.error').waitFor();
	expect(await requestsOf('send')).toEqual([]);
});

test('the mode that is chosen is the mode that is shown and sent', async () => {
	const page = await ready();
	await page.locator('.mode').click();
	await expect.poll(() => page.locator('.choice').count()).toBe(4);
	// said only where it is left out
	expect(await page.getByText('Keyless is not offered').count()).toBe(0);
	for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Escape');
	await page.locator('.mode', { hasText: 'Keyless' }).waitFor();
	await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('mode');
	await field(page).fill('nobody said this');
	await field(page).press('Enter');
	await expect.poll(async () => (await requestsOf('send')).map((one) => (one.kind === 'send' ? one.mode : ''))).toEqual(['keyless']);
});

test('hints stay here: the own name, a link that tells, a small crowd', async () => {
	const page = await ready();
	await field(page).fill('Alice was here');
	await expect.poll(() => page.locator('.hint').textContent()).toContain('alice');
	await field(page).fill('see https://example.org/a?utm_source=mail&id=7#top');
	await page.locator('.hint button').click();
	await expect.poll(() => field(page).inputValue()).toBe('see https://example.org/a?id=7#top');
	const crowds = [
		[0, 'No other anonymous messages'],
		[1, 'Only one other'],
		[2, 'Only 2 other'],
	] as const;
	for (const [count, words] of crowds) {
		await onBoard(
			browser,
			(board, crowd) => {
				board.crowd = crowd;
				return board.pushAll();
			},
			count,
		);
		await page.locator('.hint', { hasText: words }).waitFor();
	}
	expect((await requestsOf('send')).length).toBe(0);
});

test('who writes where the site shows notifications is asked about them once, and led to where they are turned on', async () => {
	const page = await ready();
	const offer = (isOn: boolean) =>
		onBoard(
			browser,
			(board, on) => {
				board.offersRings = on;
				board.crowd = 12;
				return board.pushAll();
			},
			isOn,
		);
	await offer(true);
	const hint = page.locator('.hint', { hasText: say('composer_rings') });
	await hint.getByRole('button', { name: say('composer_rings_no') }).click();
	await expect.poll(async () => (await requestsOf('rings-read')).length).toBe(1);
	const opened = browser.context.waitForEvent('page');
	await hint.getByRole('button', { name: say('composer_rings_yes') }).click();
	// this extension has no such page: what was opened, the browser's own list of tabs tells
	const addresses = () =>
		onBoard(browser, async () => {
			const { tabs } = (globalThis as unknown as { chrome: { tabs: { query(filter: object): Promise<{ url?: string }[]> } } }).chrome;
			return (await tabs.query({})).map(({ url }) => url ?? '').join(' ');
		});
	await expect.poll(addresses).toMatch(/\/popup\.html\?tab=-?\d+#notifications\b/);
	await (await opened).close();
	await offer(false);
	await hint.waitFor({ state: 'detached' });
	expect((await requestsOf('send')).length).toBe(0);
});

test('a lost port is opened again only when somebody needs it, and nothing typed is lost', async () => {
	const page = await ready();
	await field(page).fill('still here');
	await onBoard(browser, (board) => board.disconnect());
	await expect.poll(async () => (await requestsOf('draft')).length).toBeGreaterThan(0);
	await field(page).press('Enter');
	await expect.poll(async () => (await requestsOf('send')).length).toBe(1);
	await expect.poll(() => field(page).inputValue()).toBe('');
});

test('a used ticket opens nothing', async () => {
	const page = await ready();
	const used = page.url();
	expect(used).not.toContain('#');
	const again = await browser.context.newPage();
	await again.goto(`${used}#not-a-ticket`);
	await again.locator('.blocked').waitFor();
	await again.locator('textarea').fill('to nobody');
	await again.locator('textarea').press('Enter');
	// the one with a ticket is the first that is heard
	await field(page).fill('to the room');
	await field(page).press('Enter');
	await expect.poll(async () => (await requestsOf('send')).map((one) => one.kind === 'send' && one.text)).toEqual(['to the room']);
});

test('no window message is answered', async () => {
	const page = await ready();
	const answers = await page.evaluate(
		() =>
			new Promise<number>((done) => {
				let heard = 0;
				addEventListener('message', () => heard++);
				for (const message of ['ping', { kind: 'state' }, { to: 'content.hello' }]) window.postMessage(message, '*');
				setTimeout(() => done(heard), 300);
			}),
	);
	expect(answers, 'the three that were sent, and none more').toBe(3);
});

const entry = (state: string, extra: object = {}) => ({
	id: state,
	text: 'The numbers of last quarter were wrong, and several of us know.',
	mode: 'one-time',
	state,
	due: state === 'waiting' ? Date.now() + 60_000 : 0,
	fault: state === 'failed' ? { code: 'room-banned', detail: '' } : null,
	room,
	...extra,
});

const states: Record<string, { board?: object; text?: string; act?: (page: Page) => Promise<unknown>; wait?: string }> = {
	empty: { act: (page) => field(page).press('Enter'), wait: '.error:not(:empty)' },
	text: { text: 'I think that we should talk about the numbers.' },
	'too long': { board: { maxPoints: 20 }, text: 'longer than twenty characters', act: (page) => field(page).press('Enter') },
	'a name': { text: 'alice says' },
	'a link': { text: 'https://example.org/?utm_source=x' },
	'small crowd': { board: { crowd: 1 } },
	'a chat that rings': { board: { offersRings: true }, wait: '.hint:has(button)' },
	reply: {
		board: {
			replies: { [room.address]: { id: 'x', quote: { author: 'Bob', excerpt: 'Shall we talk about the budget?', anonymous: false } } },
		},
		text: 'Yes.',
	},
	'reply unread': { board: { replies: { [room.address]: { id: 'x', quote: null } } }, text: 'Yes.' },
	'reply dropped': { board: { replies: { [room.address]: { id: '', dropped: 'not-shown', quote: null } } }, text: 'Yes.' },
	'reply not read': { board: { replies: { [room.address]: { id: '', dropped: 'not-read', quote: null } } }, text: 'Yes.' },
	'reply refused': { board: { waiting: [entry('failed', { fault: { code: 'reply-not-shown', detail: '' } })] } },
	waiting: { board: { waiting: [entry('waiting'), entry('retrying')] }, text: 'next' },
	failed: { board: { waiting: [entry('failed')] } },
	unsure: { board: { waiting: [entry('unsure')] } },
	locked: { board: { vault: 'locked', drafts: { [room.address]: 'kept' } } },
	'locked, and messages wait': { board: { vault: 'locked', waitingCount: null }, wait: '.held' },
	'no vault': { board: { vault: 'none' } },
	off: { board: { on: [] } },
	tampered: { board: { caught: 'covered' }, text: 'kept' },
	closed: { board: { accesses: { [room.address]: { state: 'closed', fault: { code: 'room-members-only', detail: '' } } } } },
	refused: {
		board: { refuse: { kind: 'refused', serial: 0, fault: { code: 'server-down', detail: 'chat.test' } } },
		text: 'kept',
		act: (page) => field(page).press('Enter'),
		wait: '.error:not(:empty)',
	},
	modes: { act: (page) => page.locator('.mode').click(), wait: '.sheet' },
	voices: {
		board: { mode: 'persona', voices: [voice('', 'maple river'), voice('organiser of the gathering', 'olive canyon')] },
		act: (page) => page.locator('.mode').click(),
		wait: '.sheet .renew',
	},
	'a voice': { board: { mode: 'persona', voices: [voice('', 'maple river')] }, text: 'Here I am again.' },
	'a voice that ended': { board: { mode: 'persona', voices: [voice('', '', { n: null, ended: true })] }, text: 'Here I am again.' },
};

/** How a composer may look. All but the size follow what the page around it says, or the language, while it is open. */
const looks: Record<string, { dark?: boolean; rtl?: boolean; width?: number; height?: number }> = {
	light: {},
	dark: { dark: true },
	narrow: { width: 200, height: 264 },
	'right to left': { rtl: true, width: 420 },
};

/** Gives a composer that is open another look. */
async function turnTo(page: Page, look: (typeof looks)[string]): Promise<void> {
	await page.setViewportSize(sizeOf(look));
	await onBoard(browser, (board, theme) => board.setTheme(theme), themeOf(look));
	await page.locator(`html[data-look="${look.dark ? 'dark' : 'light'}"]`).waitFor();
	await page.evaluate((dir) => (document.documentElement.dir = dir), look.rtl ? 'rtl' : 'ltr');
	await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
}

test('every state is read by everybody, in every look: axe finds nothing', async () => {
	const all: string[] = [];
	const tab = await browser.context.newPage();
	for (const [state, { board, text, act, wait }] of Object.entries(states)) {
		await onBoard(
			browser,
			(known, given) => {
				Object.assign(known, {
					on: [given.address],
					caught: null,
					replies: {},
					drafts: {},
					waiting: [],
					accesses: {},
					vault: 'unlocked',
				});
				Object.assign(known, { label: '', voices: [{ label: '', name: '', pattern: '', n: null, ended: false, met: false }] });
				Object.assign(
					known,
					{ crowd: 12, maxPoints: 4096, refuse: null, mode: 'one-time', waitingCount: 0, offersRings: false },
					given.board,
				);
			},
			{ address: room.address, board: board ?? {} },
		);
		const page = await ready({}, tab);
		if (text) await field(page).fill(text);
		await act?.(page);
		if (wait) await page.locator(wait).waitFor();
		for (const [name, look] of Object.entries(looks)) {
			await turnTo(page, look);
			if (wait) expect(await page.locator(wait).count(), `${state}, ${name}`).toBe(1);
			all.push(...(await axeFindings(page)).map((finding) => `${state}, ${name}: ${finding}`));
			// nothing hangs out of the frame sideways
			expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${state}, ${name}`).toBe(true);
			if (pictures) await page.screenshot({ path: join(pictures, `composer-${name}-${state}.png`.replaceAll(' ', '-')) });
		}
	}
	expect(all).toEqual([]);
});

test.each(['', '?dark'])('the switch is read by everybody, in every state%s: axe finds nothing', async (look) => {
	const page = await browser.context.newPage();
	await page.goto(`chrome-extension://${browser.id}/panel.html${look}`);
	await page.locator('[data-ready]').waitFor();
	expect(await axeFindings(page)).toEqual([]);
	for (const dots of await page.getByRole('button', { name: 'More about Anonymous' }).all()) {
		await dots.click();
		expect(await axeFindings(page)).toEqual([]);
		await page.keyboard.press('Escape');
	}
	const sizes = await page
		.getByRole('button')
		.evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)));
	expect(Math.min(...sizes)).toBeGreaterThanOrEqual(24);
	if (pictures) await page.screenshot({ path: join(pictures, `switch${look.replace('?', '-')}.png`), fullPage: true });
});
