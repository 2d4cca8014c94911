import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNamed, xmppScene } from '../../scripts/demo/xmpp.ts';
import type { FirefoxPage } from '../firefox.ts';
import { launchFirefoxBauta, type ReadyFirefox } from '../firefox-bauta.ts';
import { backgroundEnded, idleAfter } from '../firefox-event-page.ts';
import { badgeOn } from '../firefox-labels.ts';
import { focusSidebar, hideSidebar, inSidebar, pressShortcut, typeInWindow } from '../firefox-sidebar.ts';
import { composerOf, openSwitch, pressSwitch, switchOf, turnOn } from '../firefox-switch.ts';
import { labelSpyHead, type SpyReport } from '../pages/label-spy.ts';
import { panelPoint } from '../pages/panel-points.ts';
import { huntRoots } from '../pages/root-hunt.ts';
import { countActs, lids, watchPanel } from '../pages/spy.ts';
import { serveConverse } from '../servers/converse.ts';
import { serveEndless } from '../servers/endless.ts';
import { startOwnAnswers } from '../servers/own-answers.ts';
import { serveVoices, type Voice, type VoicesServer } from '../servers/voices.ts';
import { testPassphrase, testPhrase } from '../setup.ts';
import { until } from '../until.ts';

// The first journey in Firefox: the same build that people install, the real Converse.js, a real Prosody behind a recorder.

const enter = '\uE007';
let scene: Awaited<ReturnType<typeof xmppScene>>;
let firefox: ReadyFirefox;
let page: FirefoxPage;
let composer: FirefoxPage;

const cookiesKept = () =>
	firefox.chrome(() => (globalThis as unknown as { Services: { cookies: { cookies: unknown[] } } }).Services.cookies.cookies.length);

const waiting = async () => (await firefox.ask('popup.state', { tab: null, quiet: true })).waiting;

async function post(text: string): Promise<void> {
	await composer.click('textarea');
	await composer.type(text);
	await composer.type(enter);
}

/** Everything that left the author's machine with this text in it. */
const sentWith = (text: string) => scene.recorder.sent().filter((one) => one.text.includes('<body') && one.text.includes(text));

let launchingOther: Promise<ReadyFirefox> | undefined;
/** The author's other device. It starts while a test waits for something else, if there is one. */
const otherDevice = () => {
	launchingOther ??= launchFirefoxBauta({ sites: [scene.origin] });
	return launchingOther;
};

const openChat = async (where: ReadyFirefox) => {
	const opened = await where.open(scene.page('author'));
	await opened.until(() => document.querySelector('converse-muc textarea.chat-textarea') !== null);
	return opened;
};

beforeAll(async () => {
	scene = await xmppScene();
	// every answer of the server tries to leave a cookie
	scene.recorder.setCookies = ['plain=1; Path=/', 'lax=1; Path=/; SameSite=Lax', 'strict=1; Path=/; SameSite=Strict; HttpOnly'];
	// as if the person had allowed them: what is asked beside that is asked by Bauta itself
	const granted = ['127.0.0.1', 'localhost'].flatMap((host) => [`http://${host}/*`, `ws://${host}/*`]);
	firefox = await launchFirefoxBauta({
		sites: [scene.origin],
		granted,
		copy: 'short pauses',
		// ms for which a page is active by an act of its user: the next one counts that much sooner
		preferences: { 'dom.user_activation.transient.timeout': 2000 },
	});
});

afterAll(async () => {
	await firefox?.close();
	await launchingOther?.then((other) => other.close()).catch(() => {});
	await scene?.stop();
});

describe('Converse.js in Firefox', () => {
	it('has a switch, and behind it the private composer', async () => {
		page = await openChat(firefox);
		const button = await until(() => openSwitch(page), 'the switch');
		expect(button.on).toBe(false);
		composer = await turnOn(page, firefox.uuid);
		expect((await until(() => openSwitch(page), 'the switch')).on).toBe(true);
	});

	it('a message leaves once, as nobody, and is marked as the author’s own', async () => {
		const text = 'the reading room is cold';
		const before = Date.now();
		await page.evaluate(
			(port: number) => fetch(`http://127.0.0.1:${port}/by-the-page`, { mode: 'no-cors', credentials: 'include' }).then(() => true),
			scene.recorder.port,
		);
		// the page itself has cookies for that host: else the test could not fail
		expect(await page.evaluate(() => document.cookie)).toContain('plain=1');
		const cookies = await cookiesKept();
		scene.recorder.setCookies = ['new=1; Path=/', 'other=1; Path=/; SameSite=None; Secure'];
		await post(text);
		expect(await until(() => badgeOn(page, text), 'the label')).toBe('Written by you');
		expect(sentWith(text).length).toBe(1);
		expect(scene.wire(before)).toEqual({ typing: 0, sent: 0 });
		// all but the page's own, from the first look at the server on
		const carriers = scene.recorder.connections.filter(
			(one) => !isNamed(one) && !one.exchanges.some(({ path }) => path === '/by-the-page'),
		);
		for (const { exchanges } of carriers)
			for (const { headers } of exchanges) {
				const names = headers.map(([name]) => name.toLowerCase());
				expect(names).not.toContain('cookie');
				expect(names).not.toContain('referer');
				expect(names).not.toContain('sec-fetch-site');
				expect(JSON.stringify(headers)).not.toMatch(/moz-extension/);
				expect(JSON.stringify(headers)).not.toContain(firefox.uuid);
			}
		// it is sent by the page's own kind of endpoint
		const isLetter = ({ direction, text: said }: { direction: string; text: string }) => direction === 'out' && said.includes(text);
		const [letter] = carriers.filter(({ frames }) => frames.some(isLetter)).flatMap(({ exchanges }) => exchanges);
		expect(letter?.headers.find(([name]) => name.toLowerCase() === 'origin')?.[1]).toBe(scene.origin);
		expect(await cookiesKept()).toBe(cookies);
	});

	it('a message whose background was ended while it waited leaves once all the same', async () => {
		const text = 'and it was not a fault';
		await firefox.ask('settings.set', { delayMin: 4, delayMax: 4 });
		await post(text);
		await until(async () => (await waiting()).length > 0, 'the message in the outbox');
		expect(sentWith(text)).toEqual([]);
		await firefox.killBackground();
		expect(await until(() => badgeOn(page, text), 'the label')).toBe('Written by you');
		expect(sentWith(text).length).toBe(1);
		// with a delay there are pauses, too, whose length the way to the server is not in
		const said = (part: string) => scene.recorder.sent().findLast((one) => one.text.includes(part))?.at ?? Number.NaN;
		await until(() => said('unavailable') > said(text), 'the guest leaves');
		const [joined, spoke, left] = [said('maxstanzas'), said(text), said('unavailable')];
		// how long they last at most says the drawn clock of test/networks/pace.test.ts: a busy machine adds to it here
		for (const gap of [spoke - joined, left - spoke]) expect(gap).toBeGreaterThan(1900);
	});

	it('so does one in a browser that ends the background after a second and a half, whenever it can', async () => {
		const text = 'nobody was asked';
		await idleAfter(firefox, 1500);
		// the time is counted anew from the next thing that it is asked
		await waiting();
		await composer.click('textarea');
		await composer.type(text);
		await until(() => backgroundEnded(firefox), 'the end of the background');
		// what wakes it is not lost over that
		await composer.type(enter);
		await composer.until(() => document.querySelector('textarea')?.value === '');
		// an alarm wakes it half a minute later at the earliest
		await otherDevice();
		expect(await until(() => badgeOn(page, text), 'the label')).toBe('Written by you');
		expect(sentWith(text).length).toBe(1);
		await idleAfter(firefox, 30_000);
	});

	it('one that the server took just before the background was ended does not leave again', async () => {
		const text = 'twice would be once too often';
		await firefox.ask('settings.set', { delayMin: 0, delayMax: 0 });
		scene.recorder.fault = { kind: 'hang', when: (direction, sent) => direction === 'out' && sent.includes(text), after: true };
		await post(text);
		await until(() => sentWith(text)[0], 'the message on its way');
		await firefox.killBackground();
		scene.recorder.fault = null;
		expect(await until(() => badgeOn(page, text), 'the label')).toBe('Written by you');
		// what left the outbox is never sent again
		await until(async () => (await waiting()).length === 0, 'the empty outbox');
		expect(sentWith(text).length).toBe(1);
		const drawn = await page.evaluate(
			(wanted: string) => [...document.querySelectorAll('.chat-msg')].filter((one) => one.textContent?.includes(wanted)).length,
			text,
		);
		expect(drawn).toBe(1);
		// the guest goes with its connection
		await page.until(() => ![...document.querySelectorAll('li.occupant')].some((one) => one.textContent?.includes('Anonymous ')));
	});

	it('the page sees nothing of a lock, a message that waits, or another mode', async () => {
		await firefox.ask('settings.set', { delayMin: 3600, delayMax: 3600 });
		await page.evaluate(`() => (${watchPanel})(document.querySelector('converse-muc-bottom-panel'))` as never);
		const seen = () => page.look(() => (window as unknown as { seenOfPanel(): { seen: string[]; size: string } }).seenOfPanel());
		const before = await until(async () => ((await seen()).seen.length > 0 ? seen() : null), 'the first size');
		await post('this one waits');
		await until(async () => (await waiting()).length > 0, 'the message in the outbox');
		await firefox.ask('vault.lock', {});
		await composer.until(() => document.querySelector('.blocked') !== null);
		await firefox.ask('vault.unlock', { passphrase: testPassphrase });
		await composer.until(() => document.querySelector('.blocked') === null);
		const [entry] = await until(async () => ((await waiting()).length > 0 ? waiting() : null), 'the message that still waits');
		await composer.click('.mode');
		await composer.click('.choice:last-of-type input');
		await composer.click('.sheet .end');
		await firefox.ask('outbox.discard', { id: entry?.id ?? '' });
		await until(async () => (await waiting()).length === 0, 'the empty outbox');
		expect(await seen()).toEqual(before);
		// a keyless message would be nobody's
		await composer.click('.mode');
		await composer.click('.choice:first-of-type input');
		await composer.click('.sheet .end');
		await firefox.ask('settings.set', { delayMin: 0, delayMax: 0 });
	});

	it('a wheel that turns over the composer moves nothing of a page that can be scrolled', async () => {
		await page.evaluate(() => {
			const sheet = document.createElement('style');
			sheet.id = 'tall';
			sheet.textContent = 'html, body { height: auto !important; min-height: 3000px !important; overflow: visible !important }';
			document.head.append(sheet);
		});
		const middle = (where: FirefoxPage, selector: string) =>
			where.look((wanted: string) => {
				const { x = 0, y = 0, width = 0, height = 0 } = document.querySelector(wanted)?.getBoundingClientRect() ?? {};
				return [x, y, x + width / 2, y + height / 2];
			}, selector) as Promise<[number, number, number, number]>;
		const [left, top] = await middle(page, 'html > :last-child');
		for (const part of ['textarea', 'header']) {
			const [, , x, y] = await middle(composer, part);
			await page.turnWheel(left + x, top + y, 60);
		}
		const [, , x, y] = await middle(page, 'converse-muc-heading');
		await page.turnWheel(x, y, 24);
		await page.until(() => scrollY > 0);
		expect(await page.look(() => scrollY)).toBe(24);
		await page.evaluate(() => {
			document.getElementById('tall')?.remove();
			scrollTo(0, 0);
		});
	});

	it('a page that takes the keyboard from who writes gets no letter, and none is taken before a click', async () => {
		await composer.click('textarea');
		await composer.type('half');
		// where the theft comes in the middle of a word the composer itself takes the focus back; later the page's script alone stands before it
		for (const pause of [0, 400]) {
			await new Promise((next) => setTimeout(next, pause));
			await page.evaluate(() => {
				document.getElementById('trap')?.remove();
				document.body.prepend(Object.assign(document.createElement('input'), { id: 'trap' }));
				Object.assign(window, { heard: '', onkeydown: ({ key }: KeyboardEvent) => Object.assign(window, { heard: `heard ${key}` }) });
				document.getElementById('trap')?.focus();
			});
			await page.type('stolen');
			expect(await page.look(() => `${Reflect.get(window, 'heard')}${document.querySelector<HTMLInputElement>('#trap')?.value}`)).toBe('');
			await composer.until(() => document.querySelector('.stolen') !== null);
			await composer.click('textarea');
			await composer.type(' more');
		}
		await composer.until(() => document.querySelector('textarea')?.value === 'half more more');
		await composer.chord('\uE009', 'a');
		await composer.type('\uE003');
		// what this browser cannot see is said
		await composer.until(() => document.body.textContent?.includes('cannot tell Bauta whether the page lies over') === true);
		await page.evaluate(() => document.getElementById('trap')?.remove());
	});

	it('a lid that the page lays over who writes has the composer taken away, until the user says otherwise', async () => {
		await composer.click('textarea');
		await page.evaluate(`() => void (${lids['a popover']})(document.documentElement.lastElementChild)` as never);
		const isTaken = (root: ShadowRoot) => root.textContent?.includes('covered, moved or removed') === true;
		await until(async () => (await page.pierce(isTaken)).includes(true), 'the words in the composer’s place');
		await page.evaluate(() => document.getElementById('lid')?.remove());
		await firefox.ask('site.forgive', { origin: scene.origin });
		composer = await composerOf(page, firefox.uuid);
	});

	it.each(['beside the composer', 'in its place'])(
		'a frame of its own that a page puts %s, where the mouse leads it, is caught',
		async (where) => {
			const endless = await serveEndless();
			await page.evaluate(
				(wanted: string, own: string) => {
					const hear = (event: Event) => {
						const reached = Reflect.get(event, 'originalTarget') as HTMLIFrameElement;
						const root = reached.getRootNode();
						if (reached.localName !== 'iframe' || !(root instanceof ShadowRoot)) return;
						removeEventListener('mouseover', hear, true);
						Object.assign(window, { reached });
						const style = 'position: absolute; inset: 0; width: 100%; height: 100%';
						if (wanted === 'in its place') reached.contentWindow?.location.replace(own);
						else root.append(Object.assign(document.createElement('iframe'), { src: own, style }));
					};
					addEventListener('mouseover', hear, true);
				},
				where,
				endless.url,
			);
			const middle = await panelPoint(page, '.area', 'the composer’s place');
			await page.clickAt(5, 5);
			await page.clickAt(...middle);
			const isTaken = (root: ShadowRoot) => root.textContent?.includes('covered, moved or removed') === true;
			await until(async () => (await page.pierce(isTaken)).includes(true), 'the words in the composer’s place');
			expect(await page.look(() => (Reflect.get(window, 'reached') as Element).isConnected)).toBe(false);
			await firefox.ask('site.forgive', { origin: scene.origin });
			composer = await composerOf(page, firefox.uuid);
			await endless.close();
		},
	);

	it('beside the page, in a window, no key shows in the page; in its frame each does', async () => {
		await composer.click('textarea');
		await page.evaluate(countActs);
		const counted = () => page.look(() => (window as unknown as { acts(): string[] }).acts());
		const activations = async () => (await counted()).filter((act) => act === 'activation').length;
		await until(async () => !(await page.look(() => navigator.userActivation.isActive)), 'the click to be over');
		const before = await activations();
		await composer.type('ab');
		await until(async () => (await activations()) > before, 'keys in the frame to count');
		const more = await panelPoint(page, '.more', 'the menu');
		await page.clickAt(more[0], more[1]);
		const item = await panelPoint(page, '.menu button', 'the first entry');
		await page.clickAt(item[0], item[1]);
		const beside = await firefox.page(`moz-extension://${firefox.uuid}/composer.html`);
		await beside.until(() => document.querySelector('textarea')?.value === 'ab');
		expect(await beside.evaluate(() => document.body.textContent)).toContain(new URL(scene.origin).host);
		const isGone = () => composer.look(() => false).catch(() => true);
		await until(isGone, 'the frame to go');
		await beside.click('textarea');
		await until(async () => !(await page.look(() => navigator.userActivation.isActive)), 'the click in the menu to be over');
		const quiet = await until(async () => {
			const length = (await counted()).length;
			await new Promise((next) => setTimeout(next, 500));
			return (await counted()).length === length ? { length } : null;
		}, 'the page to have seen the window open');
		const text = ' is written beside the page';
		await beside.type(text);
		await beside.type(enter);
		expect(await until(() => badgeOn(page, text), 'the label')).toBe('Written by you');
		expect((await counted()).slice(quiet.length).filter((act) => act !== 'layout-shift')).toEqual([]);
	});

	it('the shortcut opens the sidebar, which asks for a click until it has the keyboard; no key that is typed there shows in the page', async () => {
		await page.activate();
		await firefox.chrome(pressShortcut, 'W');
		const asks = (words: string) =>
			inSidebar(firefox.popup, (view, wanted: string) => view.document.body.innerText.includes(wanted), words);
		await until(() => asks('Click here to write'), 'the sidebar to ask for a click');
		await page.evaluate(countActs);
		await until(async () => {
			await firefox.chrome(focusSidebar);
			return inSidebar(firefox.popup, (view) => view.document.hasFocus());
		}, 'the sidebar to have the keyboard');
		await until(async () => !(await asks('Click here to write')), 'the call to go');
		const counted = () => page.look(() => (window as unknown as { acts(): string[] }).acts());
		const quiet = await until(async () => {
			const { length } = await counted();
			await new Promise((next) => setTimeout(next, 500));
			return (await counted()).length === length ? { length } : null;
		}, 'the page to have lost the focus');
		await firefox.chrome(typeInWindow, 'from the side');
		const text = () => inSidebar(firefox.popup, (view) => view.document.querySelector('textarea')?.value ?? '');
		await until(async () => (await text()) === 'from the side', 'the text');
		expect((await counted()).slice(quiet.length)).toEqual([]);
	});

	it('whoever is careful has a window from the switch, and no composer in the page', async () => {
		await firefox.chrome(hideSidebar);
		if (await pressSwitch(page)) await pressSwitch(page);
		await firefox.ask('settings.set', { care: 'careful' });
		await pressSwitch(page);
		const beside = await firefox.page(`moz-extension://${firefox.uuid}/composer.html`);
		await beside.until(() => document.querySelector('textarea') !== null && !document.querySelector('.blocked'));
		await until(
			async () =>
				(await page.pierce((root: ShadowRoot) => root.textContent ?? '')).some((said) => said.includes('writing beside the page')),
			'the words in the page',
		);
		expect(await page.pierce((root: ShadowRoot) => root.querySelector('iframe') !== null)).not.toContain(true);
		await firefox.ask('settings.set', { care: 'everyday', delayMin: 0, delayMax: 0 });
	});

	it('the author’s other device marks them too', async () => {
		const other = await otherDevice();
		try {
			const opened = await openChat(other);
			for (const text of ['the reading room is cold', 'twice would be once too often'])
				expect(await until(() => badgeOn(opened, text), `the label on “${text}”`)).toBe('Written by you');
		} finally {
			launchingOther = undefined;
			await other.close();
		}
	});

	it('a server that only the page names is asked about before anything is said to it; what is made for the account is never used', async () => {
		const made = 'anon-bob.chat.test';
		const telling = await startOwnAnswers(`ws://127.0.0.1:${scene.recorder.port}/xmpp-websocket`, made);
		const site = await serveConverse();
		const host = `localhost:${telling.port}`;
		const endpoint = `ws://${host}/xmpp-websocket/bob-7f3ac9?account=bob`;
		await firefox.ask('site.wanted', { origin: site.origin, frontend: 'converse', name: 'converse', hosts: [] });
		await firefox.ask('site.granted', { origin: site.origin });
		const opened = await firefox.open(site.page({ jid: 'bob@chat.test', password: 'bob', endpoint, rooms: [scene.room] }));
		const guests = () => telling.connections.filter(({ isGuest }) => isGuest);
		try {
			await until(async () => {
				const button = await switchOf(opened);
				return button?.grey && button.words.includes('question');
			}, 'a grey switch that tells of a question');
			expect(guests()).toEqual([]);
			const room = { network: 'xmpp' as const, address: scene.room };
			await firefox.ask('room.set', { room, answer: { site: site.origin, hosts: [host], use: true } });
			const writing = await turnOn(opened, firefox.uuid);
			const text = 'by a way that was agreed to';
			await writing.click('textarea');
			await writing.type(text);
			await writing.type(enter);
			await until(() => guests().find(({ said }) => said.includes(text)), 'the post');
			expect(telling.connections.some(({ path }) => path.includes('bob'))).toBe(true);
			expect(new Set(guests().map(({ path }) => path))).toEqual(new Set(['/xmpp-websocket']));
			expect(guests().every(({ said }) => said.includes('anon.chat.test') && !said.includes('bob'))).toBe(true);
		} finally {
			await opened.close();
			await site.close();
			await telling.close();
		}
	});
});

declare const spy: { take(): Promise<SpyReport>; hosts(): string[] };
/** what `huntRoots` has got */
declare const roots: string[];

describe.each(['xmpp', 'nostr'] as const)('a page in Firefox that watches everything, on %s', (network) => {
	const said: [Voice, string][] = [
		[{ phrase: testPhrase }, 'words 0'],
		['stranger', 'words 1'],
		[{ phrase: 'legal winner thank year wave sausage worth useful legal winner thank yellow' }, 'words 2'],
		[{ phrase: testPhrase }, 'words 3'],
	];
	let site: VoicesServer;
	let spying: FirefoxPage;
	/** texts of the messages that Bauta marks as the author's own */
	const marked = async () => {
		const texts = await spying.pierce((root: ShadowRoot) => {
			if (root.querySelector('[role=img]')?.getAttribute('aria-label') !== 'Written by you') return '';
			let place: Node | null = root;
			while (place && place !== document && !(place as Element).closest?.('#list > *'))
				place = (place as ShadowRoot).host ?? place.getRootNode();
			// the menu's legend has such a mark as well
			return /words \d/.exec((place as Element | null)?.closest?.('#list > *')?.textContent ?? '')?.[0] ?? '';
		});
		return texts.filter(Boolean).sort().join();
	};

	beforeAll(async () => {
		await firefox.ask('vault.lock', {});
		site = await serveVoices(network, said, labelSpyHead);
		await firefox.ask('site.wanted', { origin: site.origin, frontend: site.frontend, name: site.frontend, hosts: [] });
		await firefox.ask('site.granted', { origin: site.origin });
		spying = await firefox.open(site.origin);
		await spying.activate();
	});
	afterAll(async () => {
		await spying?.close();
		await site?.close();
	});

	it('learns from labels neither whose a message is nor when Bauta is unlocked or locked', async () => {
		await spying.until(() => spy.hosts().length === 4);
		const before = (await spying.evaluate(() => spy.take() as Promise<never>)) as unknown as SpyReport;
		expect(
			before.log
				.filter((line) => line.startsWith('added'))
				.map((line) => line.split(' | ')[1])
				.sort(),
		).toEqual(said.map(([, text]) => text));
		expect(new Set(Object.values(before.looks)).size).toBe(1);
		for (const [act, texts] of [
			['vault.unlock', 'words 0,words 3'],
			['vault.lock', ''],
			['vault.unlock', 'words 0,words 3'],
		] as const) {
			await (act === 'vault.lock' ? firefox.ask(act, {}) : firefox.ask(act, { passphrase: testPassphrase }));
			await until(async () => (await marked()) === texts, `the marks after ${act}`).catch(async (thrown) => {
				const marks = await spying.pierce((root: ShadowRoot) => root.querySelector('[role=img]')?.getAttribute('aria-label') ?? '');
				const memory = await firefox.popup.evaluate(async (origin: string) => {
					type Session = { browser: { storage: { session: { get(all: null): Promise<Record<string, never>> } } } };
					const all = Object.entries(await (globalThis as unknown as Session).browser.storage.session.get(null));
					return JSON.stringify(all.filter(([name]) => /^(tabs|log-read)/.test(name) || name.includes(origin)));
				}, site.origin);
				throw new Error(`${thrown}: ${await marked()} of ${marks.join()}; ${memory}`);
			});
			const after = (await spying.evaluate(() => spy.take() as Promise<never>)) as unknown as SpyReport;
			expect(after).toEqual({ ...before, log: [] });
		}
	});

	it('gets no closed root by clicks, drags and the caret, whatever it writes into the styles', async () => {
		const points = await spying.evaluate(huntRoots);
		for (const [x, y, width, height] of points.slice(0, 2))
			for (const right of [4, 20, width / 2, width - 4]) {
				await spying.clickAt(x + right, y + height / 2);
				await spying.clickAt(x + right, y + height / 2);
				await spying.type('\uE014\uE012');
			}
		await spying.evaluate(() => void Object.assign(document, { designMode: 'on' }));
		for (const [x, y, , height] of points.slice(0, 2)) {
			await spying.clickAt(x + 10, y + height / 2);
			await spying.chord('\uE008', '\uE014');
		}
		expect(await spying.evaluate(() => roots)).toEqual([]);
	});
});
