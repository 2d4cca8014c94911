import { bytesToHex } from '@noble/hashes/utils.js';
import { naddrEncode, neventEncode } from 'nostr-tools/nip19';
import { finalizeEvent, generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { signEvent, xHex } from '../../src/networks/nostr/sign.ts';
import { parseRoom, roomId } from '../../src/networks/nostr/wire/room.ts';
import { template } from '../../src/networks/nostr/wire/template.ts';
import { launchBauta, type ReadyBauta } from '../bauta.ts';
import { composerFrame } from '../content/page.ts';
import { sealing } from '../networks/nostr/author.ts';
import { type Pierced, pierce } from '../pierce.ts';
import { type NostrPage, serveNostrPage } from '../servers/chat-pages.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { pressUntil, until } from '../until.ts';

// Web chats by pages of our own that behave like them: reading in a worker; logged in as the account; taking nothing but a signature; live chats.

const alice = generateSecretKey();
const creation = finalizeEvent(
	{ kind: 40, tags: [], content: '{"name":"agora"}', created_at: Math.floor(Date.now() / 1000) - 900 },
	generateSecretKey(),
);
const channel = creation.id;
const host = generateSecretKey();
const live = finalizeEvent(
	{
		kind: 30311,
		tags: [
			['d', 'talk'],
			['title', 'The talk'],
			['status', 'live'],
		],
		content: '',
		created_at: creation.created_at,
	},
	host,
);
const coordinate = `30311:${live.pubkey}:talk`;
type Said = { id: string; pubkey: string; tags: string[][]; content: string; kind: number };
const saidOn = (relay: TestRelay) => relay.said('EVENT').map((frame) => frame[1] as Said);

interface Chat {
	name: NostrPage;
	/** of the room */
	address(relay: TestRelay): string;
	path(relay: TestRelay): string;
	tags: string[][];
	kind: number;
	/** what the room calls itself */
	room: string;
	/** the page's own composer, and the key that sends */
	composer: string;
	send: string;
	panel: string;
}
const group = [['h', 'lab']];
const groupAddress = (relay: TestRelay) => `29:${relay.url}'lab`;
const chats: Chat[] = [
	{
		name: 'nostrchat',
		address: () => `28:${channel}`,
		path: () => `/channel/${channel}`,
		tags: [['e', channel, '', 'root']],
		kind: 42,
		room: 'agora',
		composer: '.ProseMirror',
		send: 'Enter',
		panel: '#root > div > :last-child',
	},
	{
		name: 'flotilla',
		address: groupAddress,
		path: (relay) => `/spaces/${encodeURIComponent(`ws://127.0.0.1:${relay.port}`)}/lab`,
		tags: group,
		kind: 9,
		room: 'Lab',
		composer: '.ProseMirror',
		send: 'Control+Enter',
		panel: '.chat__compose > :last-child',
	},
	{
		name: 'chachi',
		address: groupAddress,
		path: (relay) => `/127.0.0.1:${relay.port}/lab`,
		tags: group,
		kind: 9,
		room: 'Lab',
		composer: 'textarea',
		send: 'Enter',
		panel: '.grid > :last-child',
	},
	{
		name: 'nostrudel',
		address: () => `28:${channel}`,
		path: () => `/channels/${neventEncode({ id: channel })}`,
		tags: [['e', channel, '', 'root']],
		kind: 42,
		room: 'agora',
		composer: 'form textarea',
		send: 'Control+Enter',
		panel: '.css-3 > :last-child',
	},
	{
		name: 'nostrudel',
		address: () => `53:${coordinate}`,
		path: () => `/streams/${naddrEncode({ kind: 30311, pubkey: live.pubkey, identifier: 'talk' })}`,
		tags: [['a', coordinate, '', 'root']],
		kind: 1311,
		room: 'The talk',
		composer: 'form input',
		send: 'Enter',
		panel: '.chakra-card__body > :last-child',
	},
];

/** An anonymous message of somebody else's, `age` seconds old. */
async function voice(address: string, said: string, age: number) {
	const room = parseRoom(address);
	const { seal } = sealing(roomId(room), said);
	const now = Math.floor(Date.now() / 1000) - age;
	const { author, wire, text } = await seal(now);
	if (!author) throw new Error('no author');
	return signEvent(template({ room, author: xHex(author), text, wire, createdAt: now, reply: null, root: null }), author);
}

/** The id of the message that an element stands in. */
function shownIdOf(element: Pierced | null): string {
	return element ? (element.attributes['data-id'] ?? shownIdOf(element.parent)) : '';
}

async function press(page: Page, panel: string, wanted: 'true' | 'false'): Promise<void> {
	const state = async () =>
		(await pierce(page, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes))[0]?.attributes;
	await until(async () => {
		const now = await state();
		return now && now['aria-disabled'] !== 'true' && now['aria-pressed'] !== wanted;
	}, 'the switch');
	const isTurned = async () => (await state())?.['aria-pressed'] === wanted;
	const click = async () => {
		const box = await page.locator(panel).boundingBox();
		if (!box) throw new Error('no switch');
		expect(box.y + box.height, 'the switch in sight').toBeLessThanOrEqual(page.viewportSize()?.height ?? 0);
		await page.mouse.click(box.x + 30, box.y + 20);
	};
	await pressUntil(click, isTurned, `the switch ${wanted}`);
}

let browser: ReadyBauta;
beforeAll(async () => {
	browser = await launchBauta();
});
afterAll(() => browser?.close());

describe.each(chats)('$name, kind $kind', ({ name, address: addressOn, path, tags, kind, room, composer, send, panel }) => {
	it('speaks anonymously, labels it, keeps the account silent meanwhile, and lets it speak again', async () => {
		const relay = await startRelay({ auth: 'offered', delay: 20, groups: { lab: { tags: [['name', 'Lab']], members: [] } } });
		onTestFinished(() => relay.close());
		await relay.add(
			finalizeEvent({ kind, tags, content: 'hello from bob', created_at: Math.floor(Date.now() / 1000) - 60 }, generateSecretKey()),
		);
		for (const event of [creation, live]) await relay.add(event);
		const address = addressOn(relay);
		await relay.add(await voice(address, 'an earlier voice', 30));
		const site = await serveNostrPage(name, { relay: relay.url, key: bytesToHex(alice) });
		onTestFinished(() => site.close());
		await browser.enable(site.origin, name);
		const page = await browser.open(`${site.origin}${path(relay)}`);
		onTestFinished(() => page.close());
		await page.waitForSelector('text=hello from bob');

		await press(page, panel, 'true');
		const frame = await composerFrame(page);
		await frame.getByText(`\u2068${room}\u2069`).first().waitFor();
		await frame.locator('textarea').fill('a voice');
		await frame.locator('button.send').click();
		const posted = await until(() => saidOn(relay).find((event) => event.content === 'a voice'), 'the post');
		expect(posted).toMatchObject({ kind, tags: [...tags, ['bauta', '1', expect.any(String)]] });
		expect(posted.pubkey).not.toBe(getPublicKey(alice));
		await relay.add(await voice(address, 'a voice just now', 0));
		// labels stand by the anonymous messages, earlier and just now, and by no other
		const labels = () => pierce(page, ({ text, name: tag }) => tag.includes('-') && text.trim() === 'Anonymous');
		await until(async () => {
			const rows = (await labels()).map(({ parent }) => parent?.parent?.parent?.text ?? '');
			const named = (text: string) => rows.some((row) => row.includes(text));
			return ['an earlier voice', 'a voice', 'a voice just now'].every(named) && !named('hello from bob');
		}, 'the labels');

		if (name === 'chachi') {
			// it shows six digits of a key: where another message shows the same ones, neither has the label
			const isNamed = async (text: string) => (await labels()).some(({ parent }) => parent?.parent?.parent?.text.includes(text));
			await page.evaluate(() => {
				const rows = [...document.querySelectorAll('div.flex.flex-row.gap-2.items-end')];
				const twin = rows.find((row) => row.textContent?.includes('an earlier voice'))?.cloneNode(true) as Element;
				twin.id = 'twin';
				rows.at(-1)?.parentElement?.prepend(twin);
			});
			await until(async () => !(await isNamed('an earlier voice')), 'no label on either');
			expect(await isNamed('a voice just now')).toBe(true);
			await page.evaluate(() => document.getElementById('twin')?.remove());
			await until(() => isNamed('an earlier voice'), 'the label again');
		}
		if (name === 'nostrchat') {
			// the author's other device, which was not there when it was written
			const device = await launchBauta({ sites: [site.origin], frontend: name });
			onTestFinished(() => device.close());
			const there = await device.open(`${site.origin}${path(relay)}`);
			const marks = () => pierce(there, ({ name: tag, attributes }) => tag === 'i' && attributes['aria-label'] === 'Written by you');
			const mine = await until(async () => {
				const ids = (await marks()).map(shownIdOf).filter(Boolean);
				return ids.length > 0 && ids;
			}, 'my mark on the other device');
			expect(mine).toEqual([posted.id]);
			await device.close();
		}

		// the page's own composer is out of reach; a script that writes in it and sends gets nowhere either
		expect(await page.locator(composer).first().isVisible()).toBe(false);
		await page.evaluate(
			async ({ tags, kind }) => {
				const { nostr } = globalThis as unknown as { nostr: { signEvent(event: object): Promise<object> } };
				await nostr.signEvent({ kind, tags, content: 'as alice', created_at: 1 }).catch(() => null);
			},
			{ tags, kind },
		);
		const own = finalizeEvent({ kind, tags, content: 'as alice', created_at: Math.floor(Date.now() / 1000) }, alice);
		await page.evaluate(
			async ({ url, data }) => {
				const socket = new WebSocket(url);
				await new Promise((open) => socket.addEventListener('open', open));
				socket.send(data);
				// what is asked after it is answered: by then the relay has had it too, if it got through
				const answered = new Promise((done) => socket.addEventListener('message', (event) => /^\["EOSE"/.test(event.data) && done(null)));
				socket.send('["REQ","after",{"kinds":[1],"limit":1}]');
				await answered;
				socket.close();
			},
			{ url: relay.url, data: JSON.stringify(['EVENT', own]) },
		);
		expect(saidOn(relay).some((event) => event.content === 'as alice')).toBe(false);

		await press(page, panel, 'false');
		await page.locator(composer).first().click();
		await page.keyboard.type('this is alice');
		await page.keyboard.press(send);
		const account = await until(() => saidOn(relay).find((event) => event.content === 'this is alice'), 'the account’s own message');
		expect(account.pubkey).toBe(getPublicKey(alice));
		expect(account.tags.map((tag) => tag[0])).not.toContain('bauta');
	});
});
