import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta } from '../bauta.ts';
import { composerFrame, pressSwitch } from '../content/page.ts';
import { pierce } from '../pierce.ts';
import type { TestAccount } from '../servers/account.ts';
import { serveXmppWeb } from '../servers/chat-pages.ts';
import { type ConverseServer, serveConverse } from '../servers/converse.ts';
import { startEjabberd } from '../servers/ejabberd.ts';
import { type OwnAnswersServer, startOwnAnswers } from '../servers/own-answers.ts';
import { guestsOf, type Prosody, secondDomain, startProsody } from '../servers/prosody.ts';
import { type Recorder, startRecorder } from '../servers/recorder.ts';
import { until } from '../until.ts';

// THREATS.md D1: a page and a server that give each account its own answers, and where the anonymous session goes.

const forAlice = 'anon-alice.chat.test';
let prosody: Prosody;
let telling: OwnAnswersServer;
let recorder: Recorder;
let converse: ConverseServer;
let bauta: ReadyBauta;
let bob: TestAccount;
let netLog: string;
let rooms: { lobby: string; parlour: string; away: string };

beforeAll(async () => {
	prosody = await startProsody({ extra: guestsOf(forAlice) + secondDomain('other.test') });
	rooms = {
		lobby: await prosody.room('lobby'),
		parlour: await prosody.room('parlour'),
		away: await prosody.room('away', 'open', 'muc.other.test'),
	};
	telling = await startOwnAnswers(prosody.websocket, forAlice);
	recorder = await startRecorder({ target: prosody.httpPort });
	converse = await serveConverse();
	bob = await prosody.logIn('bob');
	for (const room of Object.values(rooms)) await bob.join(room, 'bob');
	netLog = join(await mkdtemp(join(tmpdir(), 'bauta-net-log-')), 'net-log.json');
	bauta = await launchBauta({ sites: [converse.origin], flags: [`--log-net-log=${netLog}`] });
});

afterAll(async () => {
	await bauta?.close();
	bob?.close();
	await converse?.close();
	await recorder?.stop();
	await telling?.close();
	await prosody?.stop();
	if (netLog) await rm(dirname(netLog), { recursive: true, force: true });
});

async function openChat(endpoint: string, room: string, head = ''): Promise<Page> {
	// each tab begins with this room alone
	const more = { persistent_store: 'sessionStorage' };
	const page = await bauta.open(converse.page({ jid: 'alice@chat.test', password: 'alice', endpoint, rooms: [room], head, more }));
	await page.waitForSelector('converse-muc textarea.chat-textarea');
	await page.bringToFront();
	return page;
}

async function say(page: Page, text: string, hearer = bob): Promise<void> {
	const frame = await composerFrame(page);
	await frame.locator('textarea').fill(text);
	await frame.locator('textarea').press('Enter');
	await until(() => hearer.received.some((frame) => frame.includes(`<body>${text}</body>`)), text);
}

/** Waits for the label on an anonymous message. */
const labelIn = (page: Page) =>
	until(async () => (await pierce(page, ({ text, name }) => name.includes('-') && text.trim() === 'Anonymous')).length > 0, 'the label');

/** The popup about the site in this page's tab. */
async function openPopup(page: Page): Promise<Page> {
	const tab = await bauta.popup.evaluate(async (url) => {
		const { tabs } = (globalThis as unknown as { chrome: { tabs: { query(q: object): Promise<{ id: number; url?: string }[]> } } }).chrome;
		return (await tabs.query({})).find((one) => one.url === url)?.id;
	}, page.url());
	return bauta.openExtensionPage(`popup.html?tab=${tab}`);
}

/** The switch of the page with the words about it. */
async function switchWords(page: Page): Promise<string> {
	const parts = await pierce(
		page,
		({ name, attributes }) => (name === 'button' && 'aria-pressed' in attributes) || attributes.role === 'status',
	);
	return parts.map(({ attributes, text }) => `${'aria-disabled' in attributes ? 'grey ' : ''}${text}`).join(' ');
}

/** A script in the page that has a silent connection to this address, and makes up messages on it. */
const fakeMessages = (url: string) => `<script>
	const socket = new WebSocket('${url}', 'xmpp');
	const data = '<message xmlns="jabber:client" from="a@b.c/d" type="groupchat"><subject>x</subject></message>';
	socket.onopen = () => setInterval(() => socket.dispatchEvent(new MessageEvent('message', { data })), 25);
</script>`;

test('an address and a host that are made for the account lead the anonymous session nowhere; nor do messages that a script makes up', async () => {
	const own = `ws://127.0.0.1:${telling.port}/xmpp-websocket/alice-7f3ac9?account=alice`;
	const page = await openChat(own, rooms.lobby, fakeMessages(`ws://127.0.0.1:${recorder.port}/xmpp-websocket`));
	await pressSwitch(page);
	await say(page, 'by the common way');
	const [account, guests] = [telling.connections.filter(({ isGuest }) => !isGuest), telling.connections.filter(({ isGuest }) => isGuest)];
	// the page does have an address of its own: what is looked for below could be there
	expect(account.some(({ path }) => path.includes('alice'))).toBe(true);
	expect(new Set(guests.map(({ path }) => path))).toEqual(new Set(['/xmpp-websocket']));
	expect(guests.some(({ said }) => said.includes('anon.chat.test'))).toBe(true);
	expect(JSON.stringify(guests)).not.toContain('alice');
	expect(recorder.sent().filter(({ text }) => text.includes('ANONYMOUS'))).toEqual([]);
	await page.close();
});

test('a room on another server than the account’s is open to guests of its own server', async () => {
	telling.connections.length = 0;
	const page = await openChat(`ws://127.0.0.1:${telling.port}/xmpp-websocket`, rooms.away);
	await pressSwitch(page);
	await say(page, 'from one server to another');
	await labelIn(page);
	const guests = telling.connections.filter(({ isGuest }) => isGuest);
	expect(guests.length).toBeGreaterThan(0);
	expect(guests.every(({ said }) => said.includes('anon.other.test') && !said.includes('chat.test'))).toBe(true);
	await page.close();
});

test('in a room as ejabberd makes it, moderated, a newcomer speaks, and has the label', async () => {
	const ejabberd = await startEjabberd();
	try {
		const room = await ejabberd.room('moderated');
		const neighbour = await ejabberd.logIn('bob');
		await neighbour.join(room, 'bob');
		const page = await openChat(ejabberd.websocket, room);
		await pressSwitch(page);
		await say(page, 'moderated, and heard', neighbour);
		await labelIn(page);
		await page.close();
		neighbour.close();
	} finally {
		await ejabberd.stop();
	}
});

test('in xmpp-web, which shows no ids: a guest speaks and has the label, the account is silent, and whoever takes the nick ends the label', async () => {
	const room = await prosody.room('salon');
	await bob.join(room, 'bob');
	await bob.say(room, 'hello from bob');
	const site = await serveXmppWeb({ websocket: prosody.websocket, domain: 'chat.test', name: 'alice' });
	try {
		await bauta.enable(site.origin, 'xmpp-web');
		const page = await bauta.open(`${site.origin}/#/rooms/${room}`);
		await page.getByText('hello from bob').waitFor();
		await pressSwitch(page);
		expect(await page.locator('.sendbox').isVisible()).toBe(false);
		await say(page, 'a voice');
		await labelIn(page);
		const row = (text: string) => page.locator('.message-text', { hasText: text });
		const nickShown = (text: string) => row(text).locator('b').isVisible();
		await expect.poll(() => nickShown('a voice')).toBe(false);
		expect(await nickShown('hello from bob')).toBe(true);
		// the account says nothing, whatever a script of the page does
		await page.evaluate(() => (globalThis as unknown as { say(content: string): void }).say('<body>as alice</body>'));
		await pressSwitch(page);
		await page.locator('.sendbox textarea').fill('this is alice');
		await page.keyboard.press('Enter');
		expect(await bob.wait(/this is alice/)).toContain('/alice');
		expect(bob.received.filter((frame) => frame.includes('as alice'))).toEqual([]);
		const nick = await row('a voice').locator('b').textContent();
		const other = await prosody.logIn('alice');
		await other.join(room, nick ?? '');
		await other.say(room, 'under the same nick');
		await expect.poll(() => nickShown('a voice')).toBe(true);
		expect(await nickShown('under the same nick')).toBe(true);
		// nor where the page shows these words alone
		await row('a voice').evaluate((element) => element.remove());
		await bob.say(room, 'a word to wait for');
		await row('a word to wait for').waitFor();
		expect(await nickShown('under the same nick')).toBe(true);
		other.close();
		await page.close();
	} finally {
		await site.close();
	}
});

test('a server that only the page names is asked about, once; where people write it says by which way', async () => {
	recorder.clear();
	const host = `localhost:${recorder.port}`;
	const page = await openChat(`ws://${host}/xmpp-websocket`, rooms.parlour);
	await until(async () => /grey .*question/.test(await switchWords(page)), 'a grey switch that tells of a question');
	// the page learns no more than that
	expect(await switchWords(page)).not.toContain('localhost');
	let popup = await openPopup(page);
	await popup.getByText(`This page says that the room is at \u2068${host}\u2069.`).waitFor();
	await popup.getByRole('button', { name: 'Do not use it' }).click();
	await popup.getByRole('button', { name: 'Do not use it' }).waitFor({ state: 'detached' });
	expect(recorder.sent().filter(({ text }) => text.includes('ANONYMOUS'))).toEqual([]);
	await popup.getByText('Settings of this room').click();
	await popup.getByRole('button', { name: 'Look again' }).click();
	await popup.getByRole('button', { name: new RegExp(`Use .*${host}`) }).click();
	await popup.getByRole('button', { name: 'Do not use it' }).waitFor({ state: 'detached' });
	await popup.close();
	await page.bringToFront();
	await pressSwitch(page);
	await say(page, 'by a way that was agreed to');
	await (await composerFrame(page)).getByText(`by way of \u2068${host}\u2069`).waitFor();
	expect(recorder.sent().some(({ text }) => text.includes('ANONYMOUS'))).toBe(true);
	const posting = recorder.connections.filter(({ frames }) => frames.some(({ text }) => text.includes('ANONYMOUS')));
	expect(posting.length).toBeGreaterThan(0);
	for (const { headers } of posting.flatMap(({ exchanges }) => exchanges))
		expect(headers.map(([name]) => name.toLowerCase())).not.toContain('origin');
	// the answer is kept: a fresh look asks no more
	popup = await openPopup(page);
	await popup.getByText('Settings of this room').click();
	await popup.getByRole('button', { name: 'Look again' }).click();
	await popup.getByText('Anonymous is on').first().waitFor();
	expect(await popup.getByRole('button', { name: 'Do not use it' }).count()).toBe(0);
});

/** What the browser itself says that the extension asked for, in its whole life: scheme, host and path. */
async function requestsOfBauta(): Promise<string[]> {
	const { events } = JSON.parse(await readFile(netLog, 'utf8')) as { events: { params?: { url?: string; initiator?: string } }[] };
	const own = `chrome-extension://${bauta.id}`;
	const urls = events.flatMap(({ params }) => (params?.url && params.initiator === own ? [params.url] : []));
	const withoutPort = urls.map((url) => url.replace(/:\d+/, '')).filter((url) => !url.startsWith(own));
	return [...new Set(withoutPort)].toSorted();
}

// THREATS.md N8; it ends the browser, so it stands last
test('in its whole life the extension asked no host but the room’s own domains and the chat’s server', async () => {
	await bauta.close();
	// of the credentials that it tells of there is the name of a guest alone (THREATS.md N3)
	expect(await requestsOfBauta()).toMatchInlineSnapshot(`
		[
		  "http://127.0.0.1/xmpp-websocket",
		  "http://localhost/xmpp-websocket",
		  "https://chat.test/.well-known/host-meta",
		  "https://chat.test/.well-known/host-meta.json",
		  "https://chat.test/bosh",
		  "https://chat.test/http-bind",
		  "https://chat.test/ws",
		  "https://chat.test/xmpp-websocket",
		  "https://muc.chat.test/.well-known/host-meta",
		  "https://muc.chat.test/.well-known/host-meta.json",
		  "https://muc.other.test/.well-known/host-meta",
		  "https://muc.other.test/.well-known/host-meta.json",
		  "https://other.test/.well-known/host-meta",
		  "https://other.test/.well-known/host-meta.json",
		  "ws://127.0.0.1/xmpp-websocket (credentials redacted)",
		  "ws://localhost/xmpp-websocket (credentials redacted)",
		]
	`);
});
