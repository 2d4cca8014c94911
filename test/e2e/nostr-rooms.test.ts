import { bytesToHex } from '@noble/hashes/utils.js';
import { npubEncode, nsecEncode } from 'nostr-tools/nip19';
import { encrypt } from 'nostr-tools/nip49';
import { finalizeEvent, generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import type { CDPSession, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { launchBauta, type ReadyBauta } from '../bauta.ts';
import { launchBrowser } from '../browser.ts';
import { composerFrame } from '../content/page.ts';
import { type Pierced, pierce } from '../pierce.ts';
import { serveNostrPage } from '../servers/chat-pages.ts';
import { commentsVersion, serveNostrComments } from '../servers/nostr-comments.ts';
import { type RelayRules, startRelay, type TestRelay } from '../servers/relay.ts';
import { pressUntil, until } from '../until.ts';

// Rooms that are closed, crowded or on bad relays, and an author who brought a Nostr key.

const key = generateSecretKey();
const now = () => Math.floor(Date.now() / 1000);
type Said = { id: string; pubkey: string; tags: string[][]; content: string };

async function relayWith(rules: Partial<RelayRules>): Promise<TestRelay> {
	const relay = await startRelay(rules);
	onTestFinished(() => relay.close());
	return relay;
}

async function siteFor(relay: TestRelay) {
	const site = await serveNostrPage('flotilla', { relay: relay.url, key: bytesToHex(key) });
	onTestFinished(() => site.close());
	return { origin: site.origin, room: `${site.origin}/spaces/${encodeURIComponent(relay.url)}/lab` };
}

let sharedBrowser: ReadyBauta;
beforeAll(async () => {
	sharedBrowser = await launchBauta();
});
afterAll(() => sharedBrowser?.close());

/** A browser whose vault is like any other, enabled on this site: the same for all tests, as each has a site and relays of its own. */
async function bautaOn(origin: string, frontend: string): Promise<ReadyBauta> {
	await sharedBrowser.enable(origin, frontend);
	onTestFinished(async () => {
		for (const page of sharedBrowser.context.pages()) if (page !== sharedBrowser.popup) await page.close();
	});
	return sharedBrowser;
}

async function flotillaWith(origin: string, phrase: string | null): Promise<ReadyBauta> {
	const browser = await launchBauta({ sites: [origin], frontend: 'flotilla', phrase });
	onTestFinished(() => browser.close());
	return browser;
}

const switchState = async (page: Page) =>
	(await pierce(page, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes))[0]?.attributes;

const openRoom = (page: Page) =>
	until(async () => {
		const state = await switchState(page);
		return state && state['aria-disabled'] !== 'true';
	}, 'an open room');

async function pressSwitch(page: Page, panel: string): Promise<Frame> {
	await openRoom(page);
	return press(page, panel);
}

async function press(page: Page, panel: string): Promise<Frame> {
	const click = async () => {
		await page.locator(panel).scrollIntoViewIfNeeded();
		const box = await page.locator(panel).boundingBox();
		if (!box) throw new Error('no switch');
		await page.mouse.click(box.x + 30, box.y + 20);
	};
	// the page itself is not asked: how long it is busy is measured
	await pressUntil(click, () => page.frames().some((frame) => frame.url().includes('composer.html')), 'the composer to open');
	return composerFrame(page);
}
/** The id of the message that an element stands in. */
function messageOf(element: Pierced | null): string | undefined {
	for (let at = element; at; at = at.parent) if (at.attributes['data-event']) return at.attributes['data-event'];
	return undefined;
}
const flotillaPanel = '.chat__compose > :last-child';

it.each(['restricted', 'closed'])('in a group that is %s the switch is grey and says why; nothing is written there', async (state) => {
	const relay = await relayWith({ groups: { lab: { tags: [['name', 'Lab'], [state]], members: [] } } });
	const { origin, room } = await siteFor(relay);
	const browser = await bautaOn(origin, 'flotilla');
	const page = await browser.open(room);
	const noteText = async () => (await pierce(page, ({ attributes }) => attributes.id === 'note'))[0]?.text ?? '';
	await until(async () => (await switchState(page))?.['aria-disabled'] === 'true' && /members/i.test(await noteText()), 'the reason');
	const box = await page.locator(flotillaPanel).boundingBox();
	if (!box) throw new Error('no switch');
	await page.mouse.click(box.x + 30, box.y + 20);
	// pressed while it is grey it says why
	const said = async () => (await pierce(page, ({ attributes }) => attributes.id === 'note' && !('hidden' in attributes))).length;
	await until(said, 'the reason in sight');
	expect((await switchState(page))?.['aria-pressed']).toBe('false');
	expect(await page.locator('.ProseMirror').isVisible()).toBe(true);
	expect(relay.said('EVENT')).toEqual([]);
	if (state === 'closed') return;
	// the user lets each message's key join, after reading what that leaves behind
	const tab = await browser.popup.evaluate(async (url) => {
		const { tabs } = (globalThis as unknown as { chrome: { tabs: { query(q: object): Promise<{ id: number; url?: string }[]> } } }).chrome;
		return (await tabs.query({})).find((one) => one.url === url)?.id;
	}, page.url());
	const popup = await browser.openExtensionPage(`popup.html?tab=${tab}`);
	await popup.getByText('This leaves a trail that everyone sees').waitFor();
	await popup.getByRole('switch', { name: 'join this group' }).click();
	await popup.getByText('Anonymous is off').first().waitFor();
	await popup.close();
	await page.bringToFront();
	relay.rules.relay29 = true;
	const frame = await pressSwitch(page, flotillaPanel);
	await frame.locator('textarea').fill('as a member');
	await frame.locator('button.send').click();
	await until(() => [...relay.store.events.values()].some(({ content }) => content === 'as a member'), 'the message');
	const written = [...relay.store.events.values()].filter(({ kind }) => kind === 9 || kind === 9021);
	expect(written.map(({ kind }) => kind)).toEqual([9021, 9]);
	expect(new Set(written.map(({ pubkey }) => pubkey)).size).toBe(1);
});

it.skipIf(!commentsVersion())('of five relays three fail: the message is on the other two, once', async () => {
	const good = [await relayWith({}), await relayWith({ delay: 200 })];
	const bad = [
		await relayWith({ refuse: 'blocked: no' }),
		await relayWith({ lie: 'other-id' }),
		await relayWith({ hangUp: 'before-storing' }),
	];
	const comments = await serveNostrComments();
	onTestFinished(() => comments.close());
	const browser = await bautaOn(comments.origin, 'nostr-comments');
	const relays = [...bad, ...good].map((relay) => relay.url);
	const page = await browser.open(comments.page({ relays, url: 'https://blog.test/five', key: bytesToHex(key) }));
	// a page that loads slowly names one relay after the other; a look that has begun is waited for
	await until(() => [...bad, ...good].every(({ handshakes }) => handshakes.some(({ upgrade }) => !upgrade)), 'a look at each of the five');
	const frame = await pressSwitch(page, 'form.nc-editor > :last-child');
	await frame.locator('textarea').fill('on two of five');
	await frame.locator('button.send').click();
	const stored = (relay: TestRelay) => [...relay.store.events.values()].filter((event) => event.content === 'on two of five');
	await until(() => good.every((relay) => stored(relay).length === 1), 'both copies');
	await until(async () => (await frame.locator('textarea').inputValue()) === '', 'the empty composer');
	expect(new Set(good.map((relay) => stored(relay)[0]?.id)).size).toBe(1);
	await frame.getByText('2 of this room’s 5 relays took it').waitFor();
	for (const relay of [...good, ...bad]) expect(relay.said('EVENT')).toHaveLength(1);
});

/** The longest time, in ms, that one task of the page's main thread worked while `action` ran: its own processor time, not the machine's. */
async function longestTask(page: Page, action: () => Promise<unknown>): Promise<number> {
	const session: CDPSession = await page.context().newCDPSession(page);
	const tasks: number[] = [];
	type Trace = { name: string; tdur?: number; tid: number; pid: number; args: { name?: string } };
	const events: Trace[] = [];
	session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as Trace[])));
	await session.send('Tracing.start', {
		transferMode: 'ReportEvents',
		traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline'] },
	});
	await action();
	const done = new Promise((complete) => session.once('Tracing.tracingComplete', complete));
	await session.send('Tracing.end');
	await done;
	const main = new Set(
		events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`),
	);
	for (const { name, pid, tid, tdur } of events) if (/RunTask$/.test(name) && main.has(`${pid}/${tid}`)) tasks.push((tdur ?? 0) / 1000);
	if (tasks.length === 0) throw new Error('nothing was traced');
	await session.detach();
	return Math.max(...tasks);
}

it('with a thousand messages in the room the switch is as quick as ever', async () => {
	const relay = await relayWith({ groups: { lab: { tags: [['name', 'Lab']], members: [] } } });
	const people = Array.from({ length: 10 }, generateSecretKey);
	for (let at = 0; at < 1000; at++)
		await relay.add(
			finalizeEvent(
				{ kind: 9, tags: [['h', 'lab']], content: `message ${at}`, created_at: now() - 2000 + at },
				people[at % 10] as Uint8Array,
			),
		);
	const { origin, room } = await siteFor(relay);
	const all = (page: Page) => until(async () => (await page.locator('[data-event]').count()) >= 500, 'the messages');
	const browser = await bautaOn(origin, 'flotilla');
	const page = await browser.open(room);
	await all(page);
	await openRoom(page);
	const plain = await launchBrowser({ extension: null });
	onTestFinished(() => plain.close());
	const bare = await plain.open(room);
	await all(bare);
	// until labels and everything else that was under way is done
	await new Promise((next) => setTimeout(next, 2000));
	const settle = () => new Promise((next) => setTimeout(next, 1500));
	const without = await longestTask(bare, async () => {
		await bare.locator('.ProseMirror').click();
		await settle();
	});
	const withSwitch = await longestTask(page, async () => {
		await press(page, flotillaPanel);
		await settle();
	});
	expect(withSwitch).toBeLessThan(Math.max(50, without));
});

it('an nsec makes an identity that speaks; on another device its ncryptsec knows the message', async () => {
	const relay = await relayWith({ groups: { lab: { tags: [['name', 'Lab']], members: [] } } });
	const { origin, room } = await siteFor(relay);
	const author = await flotillaWith(origin, nsecEncode(key));
	const preview = await author.ask('identity.preview', { text: nsecEncode(key) });
	expect(preview).toMatchObject({ kind: 'nsec', summary: npubEncode(getPublicKey(key)) });
	const page = await author.open(room);
	const frame = await pressSwitch(page, flotillaPanel);
	await frame.locator('textarea').fill('by a key of my own');
	await frame.locator('button.send').click();
	const event = await until(
		() =>
			relay
				.said('EVENT')
				.map((one) => one[1] as Said)
				.find((event) => event.content === 'by a key of my own'),
		'the post',
	);
	expect(event.pubkey).not.toBe(getPublicKey(key));

	const device = await flotillaWith(origin, null);
	const passphrase = 'correct horse battery staple 41';
	const text = encrypt(key, 'a password', 4);
	expect(await device.ask('identity.preview', { text, passphrase: 'a password' })).toMatchObject({
		summary: npubEncode(getPublicKey(key)),
	});
	await device.ask('vault.create', { passphrase, key: text, keyPassphrase: 'a password', confirmed: true });
	const there = await device.open(room);
	const mine = await until(
		async () =>
			(await pierce(there, ({ name, attributes }) => name === 'i' && attributes['aria-label'] === 'Written by you'))
				.map(messageOf)
				.find(Boolean),
		'my mark',
	);
	expect(mine).toBe(event.id);
});
