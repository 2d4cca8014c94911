import { bytesToHex } from '@noble/hashes/utils.js';
import { finalizeEvent, generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBauta, type ReadyBauta, testPhrase } from '../bauta.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import { composerFrame, hammerSwitch, settledSwitch } from '../content/page.ts';
import { pierce, waitPierced } from '../pierce.ts';
import { type CommentsServer, commentsVersion, serveNostrComments } from '../servers/nostr-comments.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';
import { until } from '../until.ts';

// The second journey, on the real nostr-comments: the author on two devices, somebody else with Bauta's eyes closed, one relay that records.

const url = 'https://blog.test/who-decides';
const alice = generateSecretKey();
const key = bytesToHex(alice);
let relay: TestRelay;
let comments: CommentsServer;
let author: ReadyBauta;
let page: Page;

type Said = { id: string; pubkey: string; kind: number; tags: string[][]; content: string; created_at: number };
const events = () => relay.said('EVENT').map((frame) => frame[1] as Said);
const anonymous = () => events().filter((event) => event.tags.some((tag) => tag[0] === 'bauta'));
const article = () => comments.page({ relays: [`${relay.url}?npub=alice`], url, key });
const root = [
	['I', url],
	['K', 'web'],
	['i', url],
	['k', 'web'],
];

const switchOf = (on: Page) => waitPierced(on, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes);

/** Waits until the room is open, and turns the switch. */
async function turnOn(on: Page): Promise<Frame> {
	await until(async () => {
		const [button] = await pierce(on, ({ name, attributes }) => name === 'button' && 'aria-pressed' in attributes);
		return button && button.attributes['aria-disabled'] !== 'true' && button.attributes['aria-pressed'] === 'false';
	}, 'an open room');
	const box = await on.locator('form.nc-editor > :last-child').boundingBox();
	if (!box) throw new Error('no switch');
	await on.mouse.click(box.x + 30, box.y + 20);
	return composerFrame(on);
}

async function say(frame: Frame, text: string): Promise<Said> {
	const before = anonymous().length;
	await frame.locator('textarea').fill(text);
	await frame.locator('button.send').click();
	await until(() => anonymous().length > before, `the post of ${text}`);
	return anonymous().at(-1) as Said;
}

const tabOf = (on: Page): Promise<number> =>
	author.popup.evaluate(async (url) => {
		const { tabs } = (globalThis as unknown as { chrome: { tabs: { query(q: object): Promise<{ id: number; url?: string }[]> } } }).chrome;
		return (await tabs.query({})).find((one) => one.url === url)?.id ?? 0;
	}, on.url());

/** Comments that carry a label now, by their text. */
const labelsIn = (on: Page) =>
	on.evaluate(() =>
		[...document.querySelectorAll('.nc-comment__header')]
			.filter((header) => header.firstElementChild?.localName.includes('-'))
			.map((header) => header.parentElement?.querySelector('.nc-comment__text')?.textContent ?? ''),
	);

describe.skipIf(!commentsVersion())('nostr-comments', () => {
	beforeAll(async () => {
		relay = await startRelay({ cookies: ['session=1; SameSite=None; Secure', 'plain=1'] });
		await relay.add(
			finalizeEvent(
				{ kind: 1111, tags: root, content: 'first from bob', created_at: Math.floor(Date.now() / 1000) - 600 },
				generateSecretKey(),
			),
		);
		comments = await serveNostrComments();
		author = await launchBauta({
			sites: [comments.origin],
			frontend: 'nostr-comments',
			settings: { delayMin: 0, delayMax: 0, perMinute: 100 },
		});
		page = await author.open(article());
		await switchOf(page);
	});

	afterAll(async () => {
		await author?.close();
		await comments?.close();
		await relay?.close();
	});

	it('an anonymous comment leaves under a key of its own, on a connection of its own, and is marked as mine', async () => {
		relay.handshakes.length = 0;
		const frame = await turnOn(page);
		// marks that a page can put into what is copied from it
		const posted = await say(frame, 'they had\u200b\u2060 decided\u00a0before');
		expect(posted).toMatchObject({ kind: 1111, content: 'they had decided before' });
		expect(posted.tags).toEqual([...root, ['bauta', '1', expect.stringMatching(/^[\w-]{126}$/)]]);
		expect(posted.pubkey).not.toBe(getPublicKey(alice));
		expect(await page.evaluate(() => (globalThis as unknown as { signed: unknown[] }).signed)).toEqual([]);
		await until(async () => (await labelsIn(page)).includes('they had decided before'), 'the label');
		const [mine] = await pierce(page, ({ name, attributes }) => name === 'div' && /mine/.test(attributes.class ?? ''));
		expect(mine ?? 'no element may say so').toBe('no element may say so');
		const socket = relay.handshakes.find((shake) => shake.upgrade);
		const headers = (socket?.rawHeaders ?? []).map((part) => part.toLowerCase());
		expect(headers).not.toContain('cookie');
		expect(headers[headers.indexOf('origin') + 1]).toBe(comments.origin);
		expect(JSON.stringify(headers)).not.toContain(author.id);
		const posting = relay.frames.find((one) => one.data.includes(posted.id) && one.direction === 'in');
		const reading = relay.frames.find((one) => one.data.includes('"#I"') && one.direction === 'in');
		expect(posting?.port).not.toBe(reading?.port);
		// the page's own address of the relay, which names the account, is not Bauta's
		expect(relay.handshakes.find((shake) => shake.upgrade && shake.port === posting?.port)?.url).toBe('/');
	});

	it('the next one has another key and another connection; keyless is left out, and it says why', async () => {
		const frame = await composerFrame(page);
		await frame.locator('.mode').click();
		await frame.getByText('in this network a message without a key is no message').waitFor();
		expect(await frame.locator('.choice b').allTextContents()).toEqual(['One-time identity', 'A voice for this room', 'No trace']);
		await frame.locator('.sheet .end').click();
		const [first] = anonymous();
		const second = await say(frame, 'and nobody asked us');
		expect(second.pubkey).not.toBe(first?.pubkey);
		const portOf = (id: string) =>
			relay.frames.find((one) => one.direction === 'in' && one.data.includes(`"EVENT"`) && one.data.includes(id))?.port;
		expect(portOf(second.id)).not.toBe(portOf(first?.id ?? ''));
	});

	it('the page’s own comment is neither sent nor signed while the switch is on', async () => {
		const before = events().length;
		const refused = await page.evaluate(async (tags) => {
			const { nostr } = globalThis as unknown as { nostr: { signEvent(event: object): Promise<{ kind: number }> } };
			const chat = { kind: 1111, tags, content: 'as alice', created_at: 1 };
			const signed = await nostr.signEvent(chat).then(
				() => 'signed',
				() => 'refused',
			);
			const other = await nostr.signEvent({ kind: 10002, tags: [], content: '', created_at: 1 });
			const elsewhere = await nostr.signEvent({ ...chat, tags: [['I', 'https://other.test/']] });
			return [signed, other.kind, elsewhere.kind];
		}, root);
		expect(refused).toEqual(['refused', 10002, 1111]);
		const event = finalizeEvent({ kind: 1111, tags: root, content: 'as alice', created_at: Math.floor(Date.now() / 1000) }, alice);
		const other = finalizeEvent({ kind: 7, tags: [['e', 'a'.repeat(64)]], content: '+', created_at: Math.floor(Date.now() / 1000) }, alice);
		await page.evaluate(
			async ({ relayUrl, frames }) => {
				const socket = new WebSocket(relayUrl);
				await new Promise((open) => socket.addEventListener('open', open));
				const taken = new Promise((done) => socket.addEventListener('message', (event) => /^\["OK"/.test(event.data) && done(null)));
				socket.send(new TextEncoder().encode(frames[0]));
				for (const frame of frames) socket.send(frame);
				// the last of them is answered: what got through before it has arrived
				await taken;
				socket.close();
			},
			{
				relayUrl: relay.url,
				frames: [JSON.stringify(['EVENT', event]), ` [ "\\u0045VENT" , ${JSON.stringify(event)} ]`, JSON.stringify(['EVENT', other])],
			},
		);
		expect(
			events()
				.slice(before)
				.map(({ kind }) => kind),
		).toEqual([7]);
	});

	it('a reply names the comment that it answers', async () => {
		const bob = page.locator('.nc-comment', { hasText: 'first from bob' }).first();
		await bob.locator('.nc-comment__reply-btn').first().click();
		const frame = await composerFrame(page);
		await until(() => frame.locator('.reply').count(), 'the reply line');
		// after a click on the page letters go to the composer again when it is clicked
		await frame.locator('textarea').click();
		const answer = await say(frame, 'so did I hear');
		const asked = [...relay.store.events.values()].find((event) => event.content === 'first from bob');
		expect(answer.tags.slice(0, 5)).toEqual([
			['I', url],
			['K', 'web'],
			['e', asked?.id, '', asked?.pubkey],
			['k', '1111'],
			['p', asked?.pubkey],
		]);
	});

	it('another device of the author’s labels them from the history; one without Bauta shows them plainly', async () => {
		const device = await launchBauta({ sites: [comments.origin], frontend: 'nostr-comments', phrase: testPhrase });
		let plain: TestBrowser | undefined;
		try {
			const there = await device.open(article());
			await until(async () => (await labelsIn(there)).length === 3, 'three labels');
			plain = await launchBrowser({ extension: null });
			const bare = await plain.open(article());
			await bare.waitForSelector('text=they had decided before');
			expect(await labelsIn(bare)).toEqual([]);
		} finally {
			await device.close();
			await plain?.close();
		}
	});

	describe('a relay that wants more', () => {
		afterEach(() => {
			Object.assign(relay.rules, { refuse: '', auth: 'never', hangUp: 'no', bits: 0, keeps: 'it' });
		});

		it('gets its work done beside everything else, and a login by the message’s own key', async () => {
			Object.assign(relay.rules, { bits: 12, auth: 'write' });
			const frame = await composerFrame(page);
			await frame.locator('textarea').fill('worked for');
			await frame.locator('button.send').click();
			const worked = await until(
				() => anonymous().find((event) => event.content === 'worked for' && event.id.startsWith('000')),
				'the work',
			);
			await until(() => relay.store.events.has(worked.id), 'the relay to take it');
			const logins = relay.said('AUTH').map((frame) => (frame[1] as Said).pubkey);
			expect(new Set(logins)).toEqual(new Set([worked.pubkey]));
		});

		it('than one cares to wait for is given up on; what is too much is not begun, and it says why', async () => {
			const frame = await composerFrame(page);
			const sent = () => anonymous().filter((event) => event.content === 'too dear').length;
			const field = frame.locator('textarea');
			relay.rules.bits = 28;
			await field.fill('too dear');
			await frame.locator('button.send').click();
			await frame.getByText('computing what the relay asks for: about').waitFor();
			await frame.getByRole('button', { name: 'Cancel' }).click();
			await until(async () => (await field.inputValue()) === 'too dear', 'the text back');
			await expect.poll(() => frame.locator('.waiting').count()).toBe(0);
			expect(sent(), 'the one that was refused').toBe(1);
			Object.assign(relay.rules, { bits: 0, refuse: 'pow: 29 bits needed' });
			await frame.locator('button.send').click();
			await frame.getByText('28 bits at most; asked: 29').waitFor();
			expect(sent()).toBe(2);
		});

		it('is quoted in the composer, and the text is kept', async () => {
			relay.rules.refuse = 'blocked: not from here';
			const frame = await composerFrame(page);
			await frame.locator('textarea').fill('kept');
			await frame.locator('button.send').click();
			await until(async () => (await frame.locator('body').textContent())?.includes('not from here'), 'the reason').catch(async (fault) => {
				throw new Error(`${fault}: ${await frame.locator('body').textContent()}`);
			});
			expect(await frame.locator('body').textContent()).toContain('kept');
			expect(anonymous().filter((event) => event.content === 'kept')).toHaveLength(1);
		});

		it('says OK and shows nothing: nobody may see it, and the text is kept', async () => {
			relay.rules.keeps = 'nothing';
			const frame = await composerFrame(page);
			await frame.locator('textarea').fill('unseen');
			await frame.locator('button.send').click();
			const entry = frame.locator('.stopped', { hasText: 'unseen' });
			await entry.getByText('nobody may see it').waitFor();
			await entry.getByRole('button', { name: 'Take back' }).click();
			await until(async () => (await frame.locator('textarea').inputValue()) === 'unseen', 'the text back');
			await frame.locator('textarea').fill('');
		});
	});

	it('clumsy hands and a page that is loaded anew: switch and composer agree, and each comment arrives once, as it was written', async () => {
		const own = page.locator('.nc-editor__textarea');
		const rooms = async () => {
			const { site } = await author.ask('popup.state', { tab: await tabOf(page) });
			return site.state === 'enabled' ? site.rooms : [];
		};
		const isOn = async () => (await rooms()).some(({ on }) => on);
		await hammerSwitch(page, 15);
		if (!(await settledSwitch(page, own, isOn))) await turnOn(page);
		const frame = await composerFrame(page);
		const field = frame.locator('textarea');
		await field.fill('🦉'.repeat(5000));
		await field.press('Enter');
		await frame.locator('.error:not(:empty)').waitFor();
		expect(await field.inputValue()).toBe('🦉'.repeat(5000));
		const text = '"twice" 👩‍👩‍👧‍👦👍🏽🇦🇶 \u00e9 שלום <b>';
		await field.fill(text.normalize('NFD'));
		// each thing that is said to the relay takes so long: the page goes in the middle of it
		relay.rules.delay = 400;
		await Promise.all([page.keyboard.press('Enter'), page.keyboard.press('Enter')]);
		const isWaiting = async () => (await author.ask('popup.state', { tab: null })).waiting.some((one) => one.text === text);
		await until(isWaiting, 'the outbox to have it');
		await page.reload();
		await until(async () => !(await isWaiting()), 'the end of the delivery');
		relay.rules.delay = 0;
		expect(anonymous().filter(({ content }) => content === text)).toHaveLength(1);
		await switchOf(page);
		expect(await settledSwitch(page, own, isOn)).toBe(true);
	});

	it('switched off, the account speaks again', async () => {
		const box = await page.locator('form.nc-editor > :last-child').boundingBox();
		if (!box) throw new Error('no switch');
		await page.mouse.click(box.x + 30, box.y + 20);
		await page.locator('.nc-editor__textarea').waitFor();
		await page.fill('.nc-editor__textarea', 'this is alice');
		await page.click('text=Browser Extension');
		await page.click('.nc-editor__submit');
		const own = await until(() => events().find((event) => event.content === 'this is alice'), 'the account’s own comment');
		expect(own.pubkey).toBe(getPublicKey(alice));
		expect(own.tags.map((tag) => tag[0])).not.toContain('bauta');
	});

	it('a page can neither start a reply by itself, nor have one name what it alone knows', async () => {
		// beside the room's relay the page uses one of its own, with a comment that stands there alone
		const own = await startRelay();
		const made = { kind: 1111, tags: root, content: 'only here', created_at: Math.floor(Date.now() / 1000) - 60 };
		await own.add(finalizeEvent(made, generateSecretKey()));
		const there = await author.open(comments.page({ relays: [relay.url, own.url], url, key }));
		try {
			const frame = await turnOn(there);
			const button = there.locator('.nc-comment', { hasText: 'only here' }).first().locator('.nc-comment__reply-btn').first();
			await button.evaluate((pressed) => (pressed as HTMLElement).click());
			const alone = await say(frame, 'nobody pressed it');
			expect(alone.tags.filter(([name]) => name === 'e' || name === 'p')).toEqual([]);
			await button.click();
			await frame.locator('.reply').waitFor();
			expect(await frame.locator('.reply').textContent()).not.toContain('only here');
			// the way to the button scrolled the composer out of sight
			await composerFrame(there);
			const before = [relay, own].map((one) => one.said('EVENT').length);
			await frame.locator('textarea').click();
			await frame.locator('textarea').fill('to whom?');
			// nothing is sent by a click while the composer has not been in full view for a second
			await composerFrame(there);
			await frame.locator('button.send').click();
			await frame.getByText('The room does not show the message you reply to to guests.').waitFor();
			expect([relay, own].map((one) => one.said('EVENT').length)).toEqual(before);
			await frame.getByRole('button', { name: 'Post without the reply' }).click();
			await until(() => anonymous().some(({ content }) => content === 'to whom?'), 'the post');
			expect(
				anonymous()
					.at(-1)
					?.tags.filter(([name]) => name === 'e' || name === 'p'),
			).toEqual([]);
		} finally {
			await there.close();
			await own.close();
		}
	});
});
