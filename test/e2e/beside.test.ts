import { bytesToHex } from '@noble/hashes/utils.js';
import { generateSecretKey } from 'nostr-tools/pure';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { countActs } from '../pages/spy.ts';
import { launchRawChromium, type RawChromium, type RawPage } from '../raw-chromium.ts';
import { type PagesServer, serveNostrPage } from '../servers/chat-pages.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { testPassphrase } from '../setup.ts';
import { pressUntil, until } from '../until.ts';

// Writing beside the page, in a Chromium whose focus is true. The page counts all that it can.

let relay: TestRelay;
let site: PagesServer;
let browser: RawChromium;
let page: RawPage;
const lab = () => `${site.origin}/spaces/${encodeURIComponent(relay.url)}/lab`;
/** The page of the room with all that was said drawn in it: what comes later moves what a test is about to press. */
async function openLab(): Promise<RawPage> {
	const opened = await browser.open(lab());
	await opened.until(
		(count: number) => document.querySelectorAll('[data-event]').length === count,
		[...relay.store.events.values()].filter(({ kind }) => kind === 9).length,
	);
	return opened;
}
const composerPage = () => `chrome-extension://${browser.id}/composer.html`;

beforeAll(async () => {
	relay = await startRelay({ groups: { lab: { tags: [['name', 'Lab']], members: [] }, den: { tags: [['name', 'Den']], members: [] } } });
	site = await serveNostrPage('flotilla', { relay: relay.url, key: bytesToHex(generateSecretKey()) });
	browser = await launchRawChromium([{ origin: site.origin, frontend: 'flotilla' }]);
});
afterAll(async () => {
	await browser?.close();
	await site?.close();
	await relay?.close();
});
beforeEach(async () => {
	await page?.close();
	page = await openLab();
	// where it was left on, the room comes back closed; its panel moves while the composer opens, and a click then misses
	await until(async () => {
		if ((await switchState()) === 'false') return true;
		await pressSwitch();
		return false;
	}, 'the switch to be off');
	return async () => void (await browser.ask('settings.set', { care: 'everyday' }));
});

/** Left, top and right edge of Bauta's panel in the page, once it is there and keeps its place. */
const switchBox = () =>
	page.until(async () => {
		const box = () => document.querySelector('.chat__compose > :last-child')?.getBoundingClientRect();
		const before = box();
		for (let frame = 0; frame < 2; frame++) await new Promise((next) => requestAnimationFrame(next));
		const now = box();
		if (!before || !now || now.height <= 20 || JSON.stringify(now) !== JSON.stringify(before)) return null;
		return { left: now.left, top: now.top, right: now.right };
	});
/** Whether the switch is on, once that is known: it stands in a closed root. */
const switchState = () =>
	until(async () => {
		const [button] = await page.pierced('aria-pressed');
		return button && !('aria-disabled' in button) ? button['aria-pressed'] : null;
	}, 'the switch to be known');
async function pressSwitch(): Promise<void> {
	const before = await switchState();
	const press = async () => {
		const { left, top } = await switchBox();
		await page.click(left + 30, top + 20);
	};
	await pressUntil(press, async () => (await switchState()) !== before, 'the switch to turn');
}
const isMenuOpen = async () => (await page.pierced('aria-expanded')).some((button) => button['aria-expanded'] === 'true');
/** Opens the switch's menu and takes its first entry. */
async function chooseBeside(): Promise<void> {
	const press = async () => {
		const { right, top } = await switchBox();
		await page.click(right - 22, top + 20);
	};
	await pressUntil(press, isMenuOpen, 'the menu');
	await page.press('Enter', '\r', 13);
}
const isOn = () => page.until(() => (document.querySelector('.chat__compose > :last-child')?.getBoundingClientRect().height ?? 0) > 150);
/** Clicks into the composer in the page, with the caret at the end of its text: a draft of the test before may be in it. */
async function clickIntoComposer(frame: RawPage): Promise<void> {
	await frame.until(() => document.querySelector('[data-sight="clear"] textarea') !== null);
	const press = async () => {
		const { left, top } = await switchBox();
		await page.click(left + 60, top + 110);
	};
	const isReady = () =>
		frame.evaluate(() => {
			const field = document.querySelector('textarea');
			field?.setSelectionRange(field.value.length, field.value.length);
			return document.activeElement === field && document.hasFocus() && !document.querySelector('.stolen, .left');
		});
	await pressUntil(press, isReady, 'the composer to have the keyboard');
}
/** The composer beside the page, once it can be written in. */
async function composerBeside(): Promise<RawPage> {
	const composer = await browser.page(composerPage());
	await composer.until(() => document.hasFocus() && document.activeElement?.localName === 'textarea');
	return composer;
}
const textIn = (composer: RawPage) => composer.evaluate(() => (document.querySelector('textarea') as HTMLTextAreaElement).value);
const hasComposerBeside = async () => (await browser.addresses()).some((address) => address.startsWith(composerPage()));
const saysIn = (composer: RawPage, words: string) => composer.until((wanted: string) => document.body.innerText.includes(wanted), words);
const counted = () => page.evaluate(() => (window as unknown as { acts(): string[] }).acts());

/** Waits until the page is active by no act of its user any more, and has seen that itself. */
const isQuiet = () => until(() => page.evaluate(() => (window as unknown as { isQuiet(): boolean }).isQuiet()), 'the last act to be over');

/** Another page of the site than the chat's. */
const elsewhere = () => `${site.origin}/page.js`;
/** Where a page may lead who writes in it, to pages of its own site; each is run in the page. */
const ways = {
	'that the browser had put aside': () => history.back(),
	'that the page has made itself': () => location.assign(URL.createObjectURL(new Blob(['<p>made</p>'], { type: 'text/html' }))),
};
const activations = (acts: string[]) => acts.filter((act) => act === 'activation').length;

test('in the page each key counts as an activation, beside the page nothing shows: neither number nor moment of the keys', async () => {
	await writeInPage();
	const { left, top } = await switchBox();
	await page.evaluate(countActs);
	// the page is active by a key or click for five seconds; from then on the next key shows
	for (const key of 'ok') {
		await isQuiet();
		const before = activations(await counted());
		await page.type(key);
		await until(async () => activations(await counted()) === before + 1, `the key ${key} to count`);
	}
	await chooseBeside();
	const composer = await composerBeside();
	expect(await until(() => textIn(composer), 'the text to come along')).toBe('ok');
	// the page is told by its own size and focus that the panel opens; from then on by nothing
	await until(async () => (await counted()).includes('resize'), 'the panel to open');
	expect(await page.evaluate(() => document.querySelectorAll('.chat__compose > :last-child').length)).toBe(1);
	// the click in the menu counts for five seconds: only after them a key would show
	await isQuiet();
	const before = await page.evaluate(
		() =>
			new Promise<number>((still) => {
				const { acts } = window as unknown as { acts(): string[] };
				let last = acts().length;
				const timer = setInterval(() => {
					if (acts().length === last) {
						clearInterval(timer);
						still(last);
					}
					last = acts().length;
				}, 300);
			}),
	);
	await composer.type(' and more, without a trace');
	expect(await textIn(composer)).toBe('ok and more, without a trace');
	expect((await counted()).slice(before)).toEqual([]);
	await composer.press('Enter', '\r', 13);
	await until(() => relay.said('EVENT').some((said) => JSON.stringify(said).includes('without a trace')), 'the message on the relay');
	// the message itself moves what the page shows
	expect((await counted()).slice(before).filter((act) => act !== 'layout-shift')).toEqual([]);
	// it would have seen
	await page.click(left + 200, top + 20);
	await until(async () => activations((await counted()).slice(before)) > 0, 'the page to see its own');
});

test('whoever is careful has no composer in the page, locked or not, and also when the worker had ended', async () => {
	await browser.ask('settings.set', { care: 'careful' });
	await browser.killWorker();
	await pressSwitch();
	const composer = await composerBeside();
	await isOn();
	expect(await browser.frames(composerPage())).toEqual([]);
	await saysIn(composer, new URL(site.origin).host);
	await saysIn(composer, 'Lab');
	await saysIn(composer, 'One-time identity');
	await pressSwitch();
	await until(async () => !(await hasComposerBeside()), 'the panel to close with the switch');

	await browser.ask('vault.lock', {});
	await pressSwitch();
	const locked = await browser.page(composerPage());
	await saysIn(locked, 'Locked.');
	await saysIn(locked, 'Unlock Bauta');
	expect(await browser.frames(composerPage())).toEqual([]);
	await browser.ask('vault.unlock', { passphrase: testPassphrase });
	await locked.until(() => !document.body.innerText.includes('Locked.'));
	await pressSwitch();
	await until(async () => !(await hasComposerBeside()), 'the panel to close with the switch');
});

test('a room change and a navigation stop it in sight and keep the text; it goes on when the tab shows the room again', async () => {
	await chooseBeside();
	const composer = await composerBeside();
	await isOn();
	await composer.type('kept');
	await until(async () => (await textIn(composer)).endsWith('kept'), 'the text');
	const text = await textIn(composer);
	const before = relay.said('EVENT').length;
	await page.evaluate(
		(address: string) => {
			location.href = address;
		},
		lab().replace(/lab$/, 'den'),
	);
	await saysIn(composer, 'no longer shows this room');
	await composer.press('Enter', '\r', 13);
	expect(await textIn(composer)).toBe(text);
	await page.evaluate((address: string) => {
		location.href = address;
	}, lab());
	await composer.until(() => !document.body.innerText.includes('no longer shows this room'));
	expect(await textIn(composer)).toBe(text);
	expect(relay.said('EVENT').length).toBe(before);
	// the text that was in the panel when its tab was closed comes with the next composer of the room
	await page.close();
	await until(async () => !(await hasComposerBeside()), 'the panel to go with its tab');
	page = await openLab();
	await chooseBeside();
	const next = await browser.page(composerPage());
	// Anonymous was left on in it: before the user goes on, the text is only shown
	await next.until(() => document.querySelector('textarea') !== null);
	expect(await until(() => textIn(next), 'the text')).toBe(text);
});

/** Turns the switch on where it is off, and clicks into the composer in the page. */
async function writeInPage(): Promise<RawPage> {
	if ((await switchState()) === 'false') await pressSwitch();
	await isOn();
	const frame = await browser.frame(composerPage());
	await clickIntoComposer(frame);
	return frame;
}

test('a page that takes the keyboard gets no letter; who was in another window meanwhile was robbed of nothing', async () => {
	const frame = await writeInPage();
	await page.type('one');
	// as a hand needs from the keys to the mouse
	await new Promise((next) => setTimeout(next, 300));
	const other = await browser.open(`${site.origin}/elsewhere`);
	await other.send('Page.bringToFront', {});
	await page.until(() => !document.hasFocus());
	await page.send('Page.bringToFront', {});
	await page.until(() => document.hasFocus());
	expect(await frame.evaluate(() => document.querySelector('.stolen') === null)).toBe(true);
	await clickIntoComposer(frame);
	await page.type('two');
	await frame.until(() => document.querySelector('textarea')?.value.endsWith('onetwo'));
	await other.close();
	await page.evaluate(() => {
		const trap = document.createElement('input');
		trap.id = 'trap';
		document.body.prepend(trap);
		Object.assign(window, { heard: '' });
		addEventListener('keydown', ({ key }) => Object.assign(window, { heard: `${Reflect.get(window, 'heard')}${key}` }), true);
		trap.focus();
	});
	await page.type('stolen');
	expect(await page.evaluate(() => [Reflect.get(window, 'heard'), document.querySelector<HTMLInputElement>('#trap')?.value])).toEqual([
		'',
		'',
	]);
	await frame.until(() => document.querySelector('.stolen') !== null);
	expect(await textIn(frame)).toMatch(/onetwo$/);
});

test('a tip that a page leaves open for ever stops the composer in it, which says so and leads beside the page with the text', async () => {
	const frame = await writeInPage();
	const seen = (wanted: string) =>
		frame.until((sight: string) => document.querySelector('[data-sight]')?.getAttribute('data-sight') === sight, wanted);
	await page.type('told');
	await page.evaluate(() => {
		const tip = document.createElement('div');
		tip.popover = 'manual';
		tip.textContent = 'a tip';
		tip.style.cssText = 'inset: 0 auto auto 0; margin: 0';
		document.body.append(tip);
		tip.showPopover();
	});
	await seen('covered');
	await saysIn(frame, 'tip that is open elsewhere');
	const [x, y] = await frame.until(() => {
		const box = document.querySelector('button.beside')?.getBoundingClientRect();
		return box && ([box.x + box.width / 2, box.y + box.height / 2] as [number, number]);
	});
	const at = await page.evaluate(
		() => document.documentElement.lastElementChild?.getBoundingClientRect().toJSON() as { x: number; y: number },
	);
	await page.click(at.x + x, at.y + y);
	const composer = await composerBeside();
	expect(await until(() => textIn(composer), 'the text to come along')).toMatch(/told$/);
	await composer.press('Enter', '\r', 13);
	await until(() => relay.said('EVENT').some((said) => JSON.stringify(said).includes('told')), 'the message on the relay');
});

test('it looks as the page looks, also when the page changes its looks', async () => {
	await page.evaluate(() => {
		document.body.style.cssText = 'background: rgb(250, 250, 250); color: rgb(10, 10, 10)';
	});
	await chooseBeside();
	const composer = await composerBeside();
	await composer.until(() => document.documentElement.dataset.look === 'light');
	await page.evaluate(() => {
		document.body.style.cssText = 'background: rgb(20, 20, 20); color: rgb(230, 230, 230)';
		document.body.append(document.createElement('p'));
	});
	await composer.until(() => document.documentElement.dataset.look === 'dark');
});

test.each(Object.entries(ways))('a page %s takes no letter from who writes', async (name, lead) => {
	if (name.endsWith('aside')) {
		await page.close();
		page = await browser.open(elsewhere());
		await page.evaluate((url) => location.assign(url), lab());
		await switchBox();
	}
	const frame = await writeInPage();
	await page.type('abc');
	// a draft of the test before may stand there
	await frame.until(() => document.querySelector('textarea')?.value.endsWith('abc'));
	void page.evaluate(lead).catch(() => null);
	const protocol = await page.until(() => !document.querySelector('#root') && location.protocol);
	expect(protocol).toBe(name.endsWith('itself') ? 'blob:' : 'http:');
	await page.evaluate(() => {
		document.body.innerHTML = '<input>';
		Object.assign(window, { heard: '' });
		addEventListener('keydown', ({ key }) => Object.assign(window, { heard: `${Reflect.get(window, 'heard')}${key}` }), true);
		document.querySelector('input')?.focus();
	});
	await page.type('stolen');
	expect(await page.evaluate(() => [Reflect.get(window, 'heard'), document.querySelector('input')?.value])).toEqual(['', '']);
});
