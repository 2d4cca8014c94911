import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { composerFrame, pressSwitch, switchShown } from '../content/page.ts';
import { forgetAll } from '../forget-all.ts';
import { pierceWithin } from '../pierce.ts';
import { type ConverseServer, serveConverse } from '../servers/converse.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';
import { startRelay, type TestRelay } from '../servers/relay.ts';

// Three people's browsers, as it were: three profiles with the real extension, one Prosody, three Converse.js pages in one room.
interface Seat extends ReadyBauta {
	page: Page;
}
let prosody: Prosody;
let converse: ConverseServer;
let relay: TestRelay;
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
	relay = await startRelay();
	seats = [await seat('alice', testPhrase), await seat('bob', null), await seat('carol', null)];
});

afterAll(async () => {
	for (const one of seats) await one.close();
	await converse?.close();
	await relay?.close();
	await prosody?.stop();
});

const seatAt = (index: number): Seat => seats[index] as Seat;

/** Posts anonymously through the private composer, as a person does. */
async function post({ page }: Seat, text: string, mode?: 'Keyless' | 'No trace' | 'One-time'): Promise<void> {
	await page.bringToFront();
	if (!page.frames().some((frame) => frame.url().includes('composer.html'))) await pressSwitch(page);
	const composer = await composerFrame(page);
	if (mode) {
		await composer.locator('.mode').click();
		await composer.locator('.choice', { hasText: mode }).locator('input').check();
		await composer.locator('.sheet').press('Escape');
		await composer.locator('.mode', { hasText: mode }).waitFor();
	}
	await composer.locator('textarea').fill(text);
	await composer.locator('textarea').press('Enter');
	await page.locator('.chat-msg', { hasText: text }).waitFor();
}

/** What the badge beside this message says: the author's own, or anybody's. null: there is no badge (yet). */
async function badge({ page }: Seat, text: string): Promise<'mine' | 'foreign' | null> {
	const [mark] = await pierceWithin(
		page,
		'converse-chat-message',
		text,
		({ name, attributes }) => name === 'i' && attributes.role === 'img',
	);
	if (!mark) return null;
	return mark.attributes['aria-label'] === 'Written by you' ? 'mine' : 'foreign';
}

const badges = (text: string, among = seats) => Promise.all(among.map((one) => badge(one, text)));
const groupOf = async (one: Seat) => (await one.ask('devices.state', {})).groups[0];

/** Links `to` through `from`, as the popup's pages do, and checks that both see the same words twice. */
async function link(from: Seat, to: Seat, name: string): Promise<void> {
	const offer = await to.ask('link.offer', { name });
	const preview = await from.ask('link.look', { text: offer.text });
	expect(preview).toEqual({ name, browser: 'chromium', words: offer.words });
	const identity = (await groupOf(from))?.id as string;
	const reply = await from.ask('link.reply', { identity, text: offer.text, passphrase: testPassphrase });
	const answer = await to.ask('link.answer', { text: reply.text });
	expect(answer).toMatchObject({ state: 'whole', words: reply.words });
	await to.ask('link.accept', { passphrase: testPassphrase });
	await to.ask('settings.set', { delayMin: 0, delayMax: 0, perMinute: 100 });
}

test('a code works once, is not one’s own, and an answer to another code opens nothing', async () => {
	const [a, b, c] = [seatAt(0), seatAt(1), seatAt(2)];
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
	await link(seatAt(0), seatAt(1), 'Bob’s laptop');
	await link(seatAt(1), seatAt(2), 'Carol’s phone');
	expect((await groupOf(seatAt(2)))?.devices.map(({ name, here, holds }) => `${name} ${here} ${holds}`)).toEqual([
		'Carol’s phone true nothing',
		'Bob’s laptop false nothing',
		'Chromium · Linux false phrase',
	]);
	for (const [index, text] of ['first from A', 'second from B', 'third from C'].entries()) {
		await post(seatAt(index), text);
		await expect.poll(() => badges(text)).toEqual(['mine', 'mine', 'mine']);
	}
});

test('what three devices changed while they were apart ends up alike on all of them, over a relay that can read none of it', async () => {
	for (const one of seats) await one.ask('sync.set', { identity: (await groupOf(one))?.id as string, carrier: 'relay', relay: relay.url });
	const [a, b, c] = [seatAt(0), seatAt(1), seatAt(2)];
	const second = await prosody.room('second');
	const idOf = async (one: Seat) => (await groupOf(one))?.devices.find(({ here }) => here)?.id as string;
	const groupId = async (one: Seat) => (await groupOf(one))?.id as string;
	await a.ask('room.set', { room: { network: 'xmpp', address: second }, hide: { site: 'https://chat.test', hidden: true } });
	await b.ask('room.set', { room: { network: 'xmpp', address: room }, setting: { name: 'anonymousHost', written: 'anon.chat.test' } });
	await c.ask('device.rename', { identity: await groupId(c), id: await idOf(c), name: 'Carol’s old phone' });
	for (let round = 0; round < 2; round++) for (const one of seats) await one.ask('sync.now', { identity: await groupId(one) });
	const lists = await Promise.all(
		seats.map(async (one) => (await groupOf(one))?.devices.map(({ id, name, linked, holds }) => `${id} ${name} ${linked} ${holds}`).sort()),
	);
	expect(lists[0]).toHaveLength(3);
	expect(lists[0]?.join()).toContain('Carol’s old phone');
	expect([lists[1], lists[2]]).toEqual([lists[0], lists[0]]);
	// the room settings have arrived where no person set them
	const settings = await Promise.all(seats.map((one) => roomSettings(one)));
	for (const each of settings) expect(each).toMatchObject({ settings: [{ name: 'anonymousHost', value: 'anon.chat.test' }] });
	const passed = relay.frames.map((frame) => JSON.stringify(frame)).join('\n');
	const secrets = ['lobby@', 'anon.chat', 'Carol’s', 'laptop', await idOf(a)];
	expect(secrets.filter((secret) => passed.includes(secret))).toEqual([]);
});

/** This room's settings as the popup shows them for the chat's tab. */
async function roomSettings(one: Seat) {
	const tab = await one.popup.evaluate(async (origin) => {
		const { tabs } = (globalThis as unknown as { chrome: { tabs: { query(q: object): Promise<{ id: number; url?: string }[]> } } }).chrome;
		return (await tabs.query({})).find((each) => each.url?.startsWith(origin))?.id ?? null;
	}, converse.origin);
	const { site } = await one.ask('popup.state', { tab });
	return site.state === 'enabled' ? site.rooms.find((each) => each.room.address === room) : null;
}

test('an unlinked device recognises nothing new; those that stay recognise all, before and after', async () => {
	const [a, b, c] = [seatAt(0), seatAt(1), seatAt(2)];
	const identity = (await groupOf(a))?.id as string;
	const deviceId = (await groupOf(a))?.devices.find(({ name }) => name === 'Bob’s laptop')?.id as string;
	await expect(
		b.ask('device.unlink', { identity: (await groupOf(b))?.id as string, id: deviceId, passphrase: testPassphrase }),
	).rejects.toMatchObject({ code: 'unlink-no-root' });
	await a.ask('device.unlink', { identity, id: deviceId, passphrase: testPassphrase });
	const { keys = [], devices = [] } = (await groupOf(a)) ?? {};
	expect(keys.map(({ device }) => device)).toEqual(['Carol’s old phone']);
	expect(devices.map(({ name }) => name)).not.toContain('Bob’s laptop');
	await expect(b.ask('device.keys', { text: keys[0]?.text as string })).rejects.toMatchObject({ code: 'keys-foreign' });
	// B comes first, sees everything that lies at the relay, and gets nothing out of it
	await b.ask('sync.now', { identity: (await groupOf(b))?.id as string });
	for (const [, event] of relay.said('EVENT')) {
		const { content } = event as { content: string };
		await expect(b.ask('device.keys', { text: content })).rejects.toThrow(/link-unknown|keys-foreign/);
		await expect(b.ask('link.answer', { text: content })).rejects.toThrow('link-none');
	}
	// C gets its keys by sync; that the texts are not needed any more shows by itself
	await c.ask('sync.now', { identity: (await groupOf(c))?.id as string });
	await a.ask('sync.now', { identity });
	expect((await groupOf(a))?.keys).toEqual([]);

	await post(a, 'fourth, after B is gone');
	await expect.poll(() => badges('fourth, after B is gone')).toEqual(['mine', 'foreign', 'mine']);
	await post(c, 'fifth, after B is gone');
	await expect.poll(() => badges('fifth, after B is gone')).toEqual(['mine', 'foreign', 'mine']);
	// what was said before stays recognised, by the removed device too: that is what unlinking cannot undo
	expect(await badges('first from A')).toEqual(['mine', 'mine', 'mine']);
});

test('without sync a code by hand does the same, on the one device that it is for', async () => {
	const [a, b, c] = [seatAt(0), seatAt(1), seatAt(2)];
	const identity = (await groupOf(a))?.id as string;
	for (const one of [a, c]) await one.ask('sync.set', { identity: (await groupOf(one))?.id as string, carrier: 'off', relay: '' });
	// B is wanted again, as a new device, and unlinked once more
	await link(a, b, 'Bob’s laptop');
	await post(a, 'sixth, B is back');
	await expect.poll(() => badges('sixth, B is back')).toEqual(['mine', 'mine', 'mine']);
	const deviceId = (await groupOf(a))?.devices.find(({ name }) => name === 'Bob’s laptop')?.id as string;
	await a.ask('device.unlink', { identity, id: deviceId, passphrase: testPassphrase });
	await post(a, 'seventh, B is gone again');
	await expect.poll(() => badges('seventh, B is gone again')).toEqual(['mine', 'foreign', 'foreign']);
	const [keys] = (await groupOf(a))?.keys ?? [];
	await expect(b.ask('device.keys', { text: keys?.text as string })).rejects.toMatchObject({ code: 'keys-foreign' });
	for (const part of keys?.pictures ?? []) await c.ask('device.keys', { text: part });
	await expect.poll(() => badges('seventh, B is gone again')).toEqual(['mine', 'foreign', 'mine']);
	await a.ask('device.reached', { identity });
	expect((await groupOf(a))?.keys).toEqual([]);
});

test('posts that no key proves are remembered where that is wanted, on all devices, and forgotten again', async () => {
	const [a, , c] = [seatAt(0), seatAt(1), seatAt(2)];
	const identity = (await groupOf(a))?.id as string;
	const there = (await groupOf(c))?.id as string;
	const sync = async () => {
		for (const one of [a, c]) await one.ask('sync.now', { identity: one === a ? identity : there });
	};
	const seen = (text: string) => badges(text, [a, c]);
	for (const one of [a, c]) await one.ask('sync.set', { identity: one === a ? identity : there, carrier: 'relay', relay: relay.url });
	await post(a, 'nobody will know', 'Keyless');
	await expect.poll(() => seen('nobody will know')).toEqual(['foreign', 'foreign']);
	expect((await groupOf(a))?.ownList).toEqual({ on: false, posts: [] });

	await a.ask('own.set', { identity, on: true });
	const before = relay.said('EVENT').length;
	await post(a, 'keyless, and mine', 'Keyless');
	await post(a, 'no trace, and mine', 'No trace');
	await expect.poll(() => seen('no trace, and mine')).toEqual(['mine', 'foreign']);
	// nothing went to the relay because of a post (THREATS.md T4)
	expect(relay.said('EVENT').length).toBe(before);
	expect((await groupOf(a))?.ownList.posts.map((each) => each.room)).toEqual([`xmpp:${room}`, `xmpp:${room}`]);
	await sync();
	for (const text of ['keyless, and mine', 'no trace, and mine']) await expect.poll(() => seen(text)).toEqual(['mine', 'mine']);
	expect(await seen('nobody will know')).toEqual(['foreign', 'foreign']);

	const [one] = (await groupOf(c))?.ownList.posts ?? [];
	await c.ask('own.forget', { identity: there, name: one?.name as string });
	await c.ask('sync.now', { identity: there });
	await a.ask('sync.now', { identity });
	expect((await groupOf(a))?.ownList.posts).toHaveLength(1);
	await a.ask('own.set', { identity, on: false });
	await expect.poll(() => badge(a, 'no trace, and mine')).toBe('foreign');
	await sync();
	await expect.poll(() => seen('keyless, and mine')).toEqual(['foreign', 'foreign']);
	expect((await groupOf(c))?.ownList).toEqual({ on: false, posts: [] });
	await post(a, 'by key again', 'One-time');
	await expect.poll(() => seen('by key again')).toEqual(['mine', 'mine']);
});

test('an identity without a phrase is recognised on linked devices alone, and its past can be erased', async () => {
	const [a, d, e] = [seatAt(0), seatAt(1), seatAt(2)];
	for (const one of [d, e]) await forgetAll(one);
	await d.ask('identity.devices-only', { passphrase: testPassphrase, name: '' });
	await d.ask('settings.set', { delayMin: 0, delayMax: 0, perMinute: 100 });
	for (const one of [d, e]) {
		await one.enable(converse.origin, 'converse');
		await one.page.reload();
		await switchShown(one.page);
	}
	const pair = [d, e];
	const identity = (await groupOf(d))?.id as string;
	await expect(d.ask('identity.phrase', { id: identity, passphrase: testPassphrase })).rejects.toMatchObject({ code: 'not-allowed' });
	await link(d, e, 'Second');
	expect((await groupOf(d))?.devices.map(({ holds }) => holds)).toEqual(['root', 'nothing']);
	await post(d, 'before it was forgotten');
	await expect.poll(() => badges('before it was forgotten', pair)).toEqual(['mine', 'mine']);

	await d.ask('identity.erase', { id: identity, passphrase: testPassphrase });
	await expect.poll(() => badge(d, 'before it was forgotten')).toBe('foreign');
	const [keys] = (await groupOf(d))?.keys ?? [];
	await e.ask('device.keys', { text: keys?.text as string });
	await expect.poll(() => badges('before it was forgotten', pair)).toEqual(['foreign', 'foreign']);
	await post(d, 'after it was forgotten');
	await post(e, 'and from the other one');
	for (const text of ['after it was forgotten', 'and from the other one'])
		await expect.poll(() => badges(text, pair)).toEqual(['mine', 'mine']);
	// an identity that a phrase brings back does not offer it
	await expect(a.ask('identity.erase', { id: (await groupOf(a))?.id as string, passphrase: testPassphrase })).rejects.toMatchObject({
		code: 'erase-has-phrase',
	});
});
