import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { composerFrame, pressSwitch, switchShown } from '../content/page.ts';
import { pierce } from '../pierce.ts';
import { type ConverseServer, serveConverse } from '../servers/converse.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';

// Three people's browsers, as it were: three profiles with the real extension, one Prosody, three Converse.js pages in one room.
interface Seat extends ReadyBauta {
	page: Page;
}
let prosody: Prosody;
let converse: ConverseServer;
let room: string;
let seats: Seat[] = [];

async function seat(name: string, phrase: string | null): Promise<Seat> {
	const bauta = await launchBauta({ phrase, sites: [converse.origin], settings: { delayMin: 0, delayMax: 0, perMinute: 100 } });
	return { ...bauta, page: await openChat(bauta, name) };
}

async function openChat(bauta: ReadyBauta, name: string): Promise<Page> {
	const endpoint = `ws://127.0.0.1:${prosody.httpPort}/xmpp-websocket`;
	const page = await bauta.open(converse.page({ jid: `${name}@chat.test`, password: name, endpoint, rooms: [room] }));
	await page.waitForSelector('converse-muc textarea.chat-textarea');
	await switchShown(page);
	return page;
}

beforeAll(async () => {
	prosody = await startProsody();
	await prosody.register('carol');
	room = await prosody.room('lobby');
	converse = await serveConverse();
	seats = [await seat('alice', testPhrase), await seat('bob', null), await seat('carol', null)];
}, 180_000);

afterAll(async () => {
	for (const one of seats) await one.close();
	await converse?.close();
	await prosody?.stop();
});

const named = (index: number): Seat => seats[index] as Seat;

/** Posts anonymously through the private composer, as a person does. */
async function post({ page }: Seat, text: string): Promise<void> {
	await page.bringToFront();
	if (!page.frames().some((frame) => frame.url().includes('composer.html'))) await pressSwitch(page);
	const composer = await composerFrame(page);
	await composer.locator('textarea').fill(text);
	await composer.locator('textarea').press('Enter');
	await page.locator('.chat-msg', { hasText: text }).waitFor({ timeout: 30_000 });
}

/** What the badge beside this message says: the author's own, or anybody's. null: there is no badge (yet). */
async function badge({ page }: Seat, text: string): Promise<'mine' | 'foreign' | null> {
	const found = await pierce(page, ({ name, attributes }) => name === 'i' && attributes.role === 'img');
	for (const each of found) {
		let message = each.parent;
		while (message && message.name !== 'converse-chat-message') message = message.parent;
		if (message?.text.includes(text)) return each.attributes.class === 'mine' ? 'mine' : 'foreign';
	}
	return null;
}

const badges = (text: string) => Promise.all(seats.map((one) => badge(one, text)));
const groupOf = async (one: Seat) => (await one.ask('devices.state', {})).groups[0];

/** Links `to` through `from`, as the popup's pages do, and checks that both see the same words twice. */
async function link(from: Seat, to: Seat, name: string): Promise<void> {
	const offer = await to.ask('link.offer', { name });
	const looked = await from.ask('link.look', { text: offer.text });
	expect(looked).toEqual({ name, browser: 'chromium', words: offer.words });
	const identity = (await groupOf(from))?.id as string;
	const reply = await from.ask('link.reply', { identity, text: offer.text, passphrase: testPassphrase });
	const answer = await to.ask('link.answer', { text: reply.text });
	expect(answer).toMatchObject({ state: 'whole', words: reply.words });
	await to.ask('link.accept', { passphrase: testPassphrase });
	await to.ask('settings.set', { delayMin: 0, delayMax: 0, perMinute: 100 });
}

test('a code works once, is not one’s own, and an answer to another code opens nothing', async () => {
	const [a, b, c] = [named(0), named(1), named(2)];
	const offer = await b.ask('link.offer', { name: 'Bob’s laptop' });
	const other = await c.ask('link.offer', { name: 'thief' });
	const identity = (await groupOf(a))?.id as string;
	await expect(a.ask('link.reply', { identity, text: offer.text, passphrase: 'not it' })).rejects.toMatchObject({
		code: 'wrong-passphrase',
	});
	await new Promise((resolve) => setTimeout(resolve, 1500));
	const reply = await a.ask('link.reply', { identity, text: offer.text, passphrase: testPassphrase });
	await expect(a.ask('link.reply', { identity, text: offer.text, passphrase: testPassphrase })).rejects.toMatchObject({
		code: 'link-used',
	});
	// whoever photographed the code, or copied the answer on its way, has nothing
	await expect(c.ask('link.answer', { text: reply.text })).rejects.toMatchObject({ code: 'link-foreign' });
	await expect(b.ask('link.answer', { text: `${reply.text.slice(0, 700)}` })).rejects.toMatchObject({ code: 'link-truncated' });
	await expect(b.ask('link.answer', { text: other.text })).rejects.toMatchObject({ code: 'link-kind' });
	await expect(b.ask('link.accept', { passphrase: testPassphrase })).rejects.toMatchObject({ code: 'link-none' });
	await b.ask('link.cancel', {});
	await c.ask('link.cancel', {});
	await expect(b.ask('link.answer', { text: reply.text })).rejects.toMatchObject({ code: 'link-none' });
	// the answered code put a device into the list that never took it: it is unlinked like any other
	const phantom = (await groupOf(a))?.devices.find(({ here }) => !here)?.id as string;
	await a.ask('device.unlink', { identity, id: phantom, passphrase: testPassphrase });
	expect((await groupOf(a))?.devices).toHaveLength(1);
});

test('three devices, linked one through the other, recognise each other’s messages in Converse', async () => {
	await link(named(0), named(1), 'Bob’s laptop');
	await link(named(1), named(2), 'Carol’s phone');
	expect((await groupOf(named(2)))?.devices.map(({ name, here, holds }) => `${name} ${here} ${holds}`)).toEqual([
		'Carol’s phone true nothing',
		'Bob’s laptop false nothing',
		'Chromium · Linux false phrase',
	]);
	for (const [index, text] of ['first from A', 'second from B', 'third from C'].entries()) {
		await post(named(index), text);
		await expect.poll(() => badges(text), { timeout: 30_000 }).toEqual(['mine', 'mine', 'mine']);
	}
});

test('an unlinked device recognises nothing new; those that stay recognise all, before and after', async () => {
	const [a, b, c] = [named(0), named(1), named(2)];
	// B linked C, so A has not heard of C: without sync they are linked once more, which adds nothing but the list
	await link(a, c, 'Carol’s phone');
	const identity = (await groupOf(a))?.id as string;
	const gone = (await groupOf(a))?.devices.find(({ name }) => name === 'Bob’s laptop')?.id as string;
	await expect(
		b.ask('device.unlink', { identity: (await groupOf(b))?.id as string, id: gone, passphrase: testPassphrase }),
	).rejects.toMatchObject({ code: 'unlink-no-root' });
	await a.ask('device.unlink', { identity, id: gone, passphrase: testPassphrase });
	const { keys = [], devices = [] } = (await groupOf(a)) ?? {};
	expect(keys.map(({ device }) => device)).toEqual(['Carol’s phone']);
	expect(devices.map(({ name }) => name)).not.toContain('Bob’s laptop');
	await expect(b.ask('device.keys', { text: keys[0]?.text as string })).rejects.toMatchObject({ code: 'keys-foreign' });
	await c.ask('device.keys', { text: keys[0]?.text as string });
	await a.ask('device.reached', { identity });

	await post(a, 'fourth, after B is gone');
	await expect.poll(() => badges('fourth, after B is gone'), { timeout: 30_000 }).toEqual(['mine', 'foreign', 'mine']);
	await post(c, 'fifth, after B is gone');
	await expect.poll(() => badges('fifth, after B is gone'), { timeout: 30_000 }).toEqual(['mine', 'foreign', 'mine']);
	// what was said before stays recognised, by the removed device too: that is what unlinking cannot undo
	expect(await badges('first from A')).toEqual(['mine', 'mine', 'mine']);
});
