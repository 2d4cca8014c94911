/** Notifications of anonymous messages in Chromium, with a witness of what the desktop showed. The steps follow each other; each needs the one before. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { type Desktop, openDesktop } from '../desktop.ts';
import { pierce } from '../pierce.ts';
import { say } from '../popup/keyboard.ts';
import { serveVoices, type Voice, type VoicesServer } from '../servers/voices.ts';
import { until } from '../until.ts';

const run = promisify(execFile);
const me: Voice = { phrase: testPhrase };

/** What the page notes of itself. `frames`: who said what, by the text. */
interface PageNotes {
	nicks: Record<string, string>;
}
declare const notes: PageNotes;
/** Reads the room's own frames as a web chat does, before anybody else of the page. */
const head = `<script>
window.notes = { nicks: {} };
const hear = WebSocket.prototype.addEventListener;
addEventListener('DOMContentLoaded', () => {
	const listen = ({ data }) => {
		const [, nick, text] = /from="[^"/]*\\/([^"]*)"[\\s\\S]*?<body>([\\s\\S]*?)<\\/body>/.exec(data) ?? [];
		if (text) notes.nicks[text] = nick;
		const { message } = data.startsWith('{') ? JSON.parse(data) : {};
		if (message) notes.nicks[message.text] ??= message.author;
	};
	socket.addEventListener('message', listen);
});
</script>`;

let server: VoicesServer;
let relay: VoicesServer;
let desktop: Desktop;
let bauta: ReadyBauta;
let page: Page;

beforeAll(async () => {
	desktop = await openDesktop();
	[server, relay] = [await serveVoices('xmpp', [], head), await serveVoices('nostr', [], head)];
	bauta = await launchBauta({ sites: [server.origin], headed: true, env: desktop.env });
	await bauta.enable(relay.origin, relay.frontend);
	for (const origin of [server.origin, relay.origin, elsewhere()]) await bauta.context.grantPermissions(['notifications'], { origin });
	page = await bauta.open(server.origin);
});
afterAll(async () => {
	await bauta?.close();
	await server?.close();
	await relay?.close();
	await desktop?.close();
});

/** The same page under a name at which Bauta is not enabled. */
const elsewhere = () => server.origin.replace('127.0.0.1', 'localhost');

/** Waits until Bauta acts in a page: its switch is there. */
const isThere = (where: Page) =>
	until(
		async () => (await pierce(where, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes)).length > 0,
		'the switch',
	);

/** Somebody says this, and the page has it. Resolves to who it was. */
async function come(voice: Voice, text: string, where = page, by = server): Promise<string> {
	by.say(voice, text);
	await where.waitForFunction((words) => words in notes.nicks, text);
	return where.evaluate((words) => notes.nicks[words] ?? '', text);
}

/** A message comes and the page shows a notification of it, as web chats do. */
async function ring(voice: Voice, text: string): Promise<string> {
	const nick = await come(voice, text);
	await page.evaluate(([title, body]) => void new Notification(title, { body }), [`${nick} says`, text] as const);
	return `${nick} says`;
}

const byBauta = () => desktop.notices.filter(({ title }) => title === 'Anonymous');
/** Whether the web chat's tab is the one that its window shows: the page itself is told that it is, by the test's driver. */
const isInFront = () =>
	bauta.popup.evaluate(async (origin) => {
		const { tabs } = (globalThis as unknown as { chrome: { tabs: { query(filter: object): Promise<{ url?: string }[]> } } }).chrome;
		return (await tabs.query({ active: true })).some(({ url }) => url?.startsWith(origin));
	}, server.origin);
const inPopup = (words: string) => bauta.popup.getByRole('button', { name: words, exact: true });
const openSetting = async () => {
	await bauta.popup.goto(`chrome-extension://${bauta.id}/popup.html?tab=1#notifications`);
	// another place in the same page is no load
	await bauta.popup.reload();
	await bauta.popup.getByRole('heading', { name: say('popup_rings_own') }).waitFor();
	await bauta.popup.bringToFront();
};

test('until the user turns it on the page shows its own, for the user’s own messages as well', async () => {
	const title = await ring(me, 'said by me, before');
	await expect.poll(() => desktop.notices.map((notice) => notice.title)).toEqual([title]);
});

test('it is turned on in Settings, by a question of the browser’s', async () => {
	await openSetting();
	const { popup } = bauta;
	await inPopup(say('popup_rings_turn_on')).click();
	// the browser's prompt is no page: it is answered with the keyboard, and Escape refuses; pressed until it is heard
	const began = Date.now();
	const refused = popup.getByRole('alert').filter({ hasText: say('error_rings_permission') });
	for (; (await refused.count()) === 0; await popup.waitForTimeout(150)) await desktop.display.press('Escape');
	const promptComes = Date.now() - began;
	await inPopup(say('popup_rings_turn_on')).click();
	// it takes no answer in its first moments; its first stop refuses, the second allows
	await popup.waitForTimeout(1000 + 2 * promptComes);
	await desktop.display.press('Tab', 'Return');
	await inPopup(say('popup_rings_turn_off')).waitFor();
	await page.reload();
	await page.bringToFront();
	await isThere(page);
});

test('then Bauta shows other people’s, without their words, and none of the user’s own', async () => {
	const before = desktop.notices.length;
	await ring('stranger', 'said by somebody');
	await ring(me, 'said by me');
	await ring('stranger', 'said by somebody else');
	await expect.poll(() => byBauta().length).toBe(2);
	expect(desktop.notices.length - before).toBe(2);
	expect(JSON.stringify(desktop.notices.slice(before))).not.toContain('said by');
	expect(byBauta()[0]?.body).toContain('#lobby');
	expect(byBauta()[0]?.silent).toBe(false);
});

test('the same on Nostr', async () => {
	const comments = await bauta.open(relay.origin);
	await isThere(comments);
	const before = desktop.notices.length;
	for (const [voice, text] of [
		[me, 'a comment of mine'],
		['stranger', 'somebody’s comment'],
	] as const) {
		await come(voice, text, comments, relay);
		await comments.evaluate((body) => void new Notification('New comment', { body }), text);
	}
	await expect.poll(() => byBauta().length).toBe(3);
	expect(desktop.notices.length - before).toBe(1);
	await comments.close();
	await page.bringToFront();
});

test('a click on one brings the tab to the front, and the page hears nothing of it', async () => {
	await page.evaluate(() => {
		const scope = globalThis as unknown as { clicks: number };
		scope.clicks = 0;
		addEventListener('click', () => scope.clicks++);
		Notification.prototype.addEventListener.call(window, 'click', () => scope.clicks++);
	});
	const nick = await come('stranger', 'come here');
	await page.evaluate(
		([title, body]) => {
			const scope = globalThis as unknown as { clicks: number };
			new Notification(title, { body }).onclick = () => scope.clicks++;
		},
		[`${nick} says`, 'come here'] as const,
	);
	await bauta.popup.bringToFront();
	await expect.poll(isInFront).toBe(false);
	await expect.poll(() => byBauta().length).toBe(4);
	await expect
		.poll(async () => {
			await run('dunstctl', ['action', '0'], { env: { ...process.env, ...desktop.env } });
			return isInFront();
		})
		.toBe(true);
	expect(await page.evaluate(() => (globalThis as unknown as { clicks: number }).clicks)).toBe(0);
});

test('while Bauta is locked it rings for everybody’s, the user’s own as well', async () => {
	await bauta.ask('vault.lock', {});
	const before = desktop.notices.length;
	await ring(me, 'said by me, locked');
	await expect.poll(() => desktop.notices.length).toBe(before + 1);
	expect(byBauta().at(-1)).toEqual(desktop.notices.at(-1));
	await bauta.ask('vault.unlock', { passphrase: testPassphrase });
});

test('a page that looks at all that it can sees no difference between 25 of the user’s own and 25 of other people’s; Bauta shows six', async () => {
	const shownBefore = byBauta().length;
	const began = performance.now();
	const records: string[] = [];
	for (let at = 0; at < 50; at++) {
		const text = `number ${at} of many`;
		const nick = await come(at % 2 === 0 ? me : 'stranger', text);
		records.push(
			await page.evaluate(
				async ([title, body, name]) => {
					const seen: unknown[] = [];
					const notice = new Notification(title, { body, tag: 'x', data: { a: 1 } });
					for (const type of ['show', 'click', 'close', 'error'])
						notice.addEventListener(type, (event) => seen.push([event.type, event.isTrusted]));
					notice.onshow = () => seen.push('onshow');
					await new Promise((done) => notice.addEventListener('show', done));
					const values: Record<string, unknown> = {};
					for (const key in notice) {
						const value = (notice as unknown as Record<string, unknown>)[key];
						values[key] = typeof value === 'function' ? `${value}` : value;
					}
					delete values.timestamp;
					const registration = await navigator.serviceWorker.getRegistration();
					seen.push(values, notice instanceof Notification, Object.prototype.toString.call(notice), Reflect.ownKeys(notice).length);
					seen.push((await registration?.getNotifications())?.length, Notification.permission, document.hasFocus());
					notice.close();
					await new Promise((done) => notice.addEventListener('close', done));
					seen.push(performance.getEntriesByType('resource').filter((entry) => !entry.name.startsWith(location.origin)).length);
					return JSON.stringify(seen).replaceAll(body, 'TEXT').replaceAll(name, 'NICK');
				},
				[`${nick} says`, text, nick] as const,
			),
		);
	}
	// all are as the first, of which the kinds and their order are meant: how long each took is the machine's affair
	expect([...new Set(records)]).toEqual(records.slice(0, 1));
	expect(records[0]).toContain('"onshow"');
	// of a machine that took more than a minute for all of these: as many as go over the six of any minute
	for (let at = 0; at < 7; at++) await ring('stranger', `${at}, the last of many`);
	// earlier ones of this minute count as well; what is over the six is one notification, in its place
	await expect.poll(() => byBauta().at(-1)?.body).toMatch(/^And \d+ more in #lobby/);
	expect(
		byBauta()
			.slice(shownBefore)
			.filter(({ silent }) => !silent).length,
	).toBeLessThanOrEqual(6 * Math.ceil((performance.now() - began) / 60_000));
	expect(desktop.notices.some(({ title, body }) => /says$/.test(title) && body.includes('of many'))).toBe(false);
});

test('what the page reads of a stand-in is what it reads of its own, for any options', async () => {
	const word = fc.string({ maxLength: 12, unit: 'binary' });
	const address = fc.oneof(fc.webUrl(), fc.constantFrom('icon.png', '/a b.png', 'http://[', '', '//x.test/'));
	const options = fc.record(
		{
			lang: word,
			dir: fc.constantFrom('auto', 'ltr', 'rtl'),
			tag: word,
			icon: address,
			badge: address,
			image: address,
			silent: fc.option(fc.boolean()),
			requireInteraction: fc.oneof(fc.boolean(), fc.constantFrom(0, 'yes')),
			timestamp: fc.nat(),
			vibrate: fc.oneof(fc.nat(20_000), fc.array(fc.nat(20_000), { maxLength: 5 })),
			data: fc.jsonValue({ maxDepth: 2 }),
		},
		{ requiredKeys: [] },
	);
	const cases: (Record<string, unknown> & { body: string })[] = fc
		.sample(options, 50)
		// that is refused, by the page's own too
		.map((each) => (each.silent && each.vibrate !== undefined ? { ...each, vibrate: undefined } : each))
		.map((each, at) => ({ ...each, body: `case ${at} of them` }));
	const other = await bauta.open(elsewhere());
	const reading = ([all, host]: readonly [typeof cases, string]) =>
		all.map((each) => {
			const notice = new Notification(`${notes.nicks[each.body]} says`, each);
			notice.close();
			const values: Record<string, unknown> = {};
			for (const name of Object.keys(Object.getOwnPropertyDescriptors(Notification.prototype)))
				if (!/^(constructor|close|on)/.test(name)) values[name] = (notice as unknown as Record<string, unknown>)[name];
			if (each.timestamp === undefined) delete values.timestamp;
			return JSON.stringify(values, (_, value) => (value === undefined ? 'undefined' : value)).replaceAll(host, 'HOST');
		});
	for (const { body } of cases) server.say('stranger', body);
	const bodies = cases.map(({ body }) => body);
	for (const where of [page, other]) {
		await where.bringToFront();
		await where.waitForFunction((all) => all.every((body) => body in notes.nicks), bodies);
	}
	const before = byBauta().length;
	const own = await other.evaluate(reading, [cases, 'localhost'] as const);
	const standIns = await page.evaluate(reading, [cases, '127.0.0.1'] as const);
	for (const [at, one] of standIns.entries()) expect([JSON.stringify(cases[at]), one]).toEqual([JSON.stringify(cases[at]), own[at]]);
	// they were stand-ins
	await expect.poll(() => byBauta().length).toBeGreaterThan(before);
	await other.close();
	await page.bringToFront();
});

test('what the browser refuses it refuses as before, and a class of the page’s own gets stand-ins, too', async () => {
	const nick = await come('stranger', 'strange calls');
	const faults = await page.evaluate(
		([title, body]) =>
			[[], [title, { body, dir: 'up' }], [title, { body, renotify: true }], [title, { body, data: () => {} }], [Symbol('x')]].map(
				(values) => {
					try {
						return `${Reflect.construct(Notification, values)}`;
					} catch (thrown) {
						return (thrown as Error).name;
					}
				},
			),
		[`${nick} says`, 'strange calls'] as const,
	);
	expect(faults).toEqual(['TypeError', 'TypeError', 'TypeError', 'DataCloneError', 'TypeError']);
	const nickOfClass = await come('stranger', 'by a class');
	const seen = await page.evaluate(
		([title, body]) => {
			class Own extends Notification {
				extra = 3;
			}
			const notice = new Own(title, { body });
			return [
				notice instanceof Own,
				notice instanceof Notification,
				notice.extra,
				notice.body,
				new Notification('x').constructor === Notification,
			];
		},
		[`${nickOfClass} says`, 'by a class'] as const,
	);
	expect(seen).toEqual([true, true, 3, 'by a class', true]);
	expect(desktop.notices.some(({ body }) => body.includes('by a class'))).toBe(false);
});

test('what the page has its service worker show is taken over as well, and listed for the page', async () => {
	const nick = await come('stranger', 'by a worker');
	const listed = await page.evaluate(
		async ([title, body]) => {
			await navigator.serviceWorker.register('/worker.js');
			const registration = await navigator.serviceWorker.ready;
			await registration.showNotification(title, { body, tag: 'room' });
			await registration.showNotification('not of a message', { tag: 'other' });
			const list = async (filter?: object) => (await registration.getNotifications(filter)).map((notice) => notice.title).sort();
			const [all, byTag] = [await list(), await list({ tag: 'room' })];
			for (const notice of await registration.getNotifications()) notice.close();
			registration.active?.postMessage({ type: 'notification', title, body });
			return [all, byTag, await list({ tag: 'room' })];
		},
		[`${nick} says`, 'by a worker'] as const,
	);
	expect(listed).toEqual([[`${nick} says`, 'not of a message'].sort(), [`${nick} says`], []]);
	await expect.poll(() => desktop.notices.some(({ title }) => title === 'not of a message')).toBe(true);
	expect(desktop.notices.some(({ body }) => body.includes('by a worker'))).toBe(false);
});

test('when it is turned off the page shows its own at once', async () => {
	await openSetting();
	await inPopup(say('popup_rings_turn_off')).click();
	await inPopup(say('popup_rings_turn_on')).waitFor();
	await page.bringToFront();
	const title = await ring('stranger', 'said by somebody, off');
	await expect.poll(() => desktop.notices.some((notice) => notice.title === title)).toBe(true);
});
