import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { composerFrame, pressSwitch, switchShown } from '../content/page.ts';
import { say } from '../popup/keyboard.ts';
import type { TestAccount } from '../servers/account.ts';
import { type ConverseServer, serveConverse } from '../servers/converse.ts';
import { type Prosody, startProsody } from '../servers/prosody.ts';

// Two devices of one person in Converse.js, and somebody in the room who has no Bauta: voices that speak more than once.
interface Seat extends ReadyBauta {
	page: Page;
}
let prosody: Prosody;
let converse: ConverseServer;
let room: string;
let laptop: Seat;
let phone: Seat;
let watcher: TestAccount;

async function seat(name: string, phrase: string | null): Promise<Seat> {
	const bauta = await launchBauta({ phrase, sites: [converse.origin], settings: { delayMin: 0, delayMax: 0, perMinute: 100 } });
	const endpoint = `ws://127.0.0.1:${prosody.httpPort}/xmpp-websocket`;
	const page = await bauta.open(converse.page({ jid: `${name}@chat.test`, password: name, endpoint, rooms: [room] }));
	await page.waitForSelector('converse-muc textarea.chat-textarea');
	await switchShown(page);
	return { ...bauta, page };
}

async function identityOf(one: Seat): Promise<string> {
	return (await one.ask('popup.state', { tab: null })).identities[0]?.id as string;
}

async function linkDevices(): Promise<void> {
	const offer = await phone.ask('link.offer', { name: 'phone' });
	const reply = await laptop.ask('link.reply', { identity: await identityOf(laptop), text: offer.text, passphrase: testPassphrase });
	await phone.ask('link.answer', { text: reply.text });
	await phone.ask('link.accept', { passphrase: testPassphrase });
	await phone.ask('settings.set', { delayMin: 0, delayMax: 0, perMinute: 100 });
}

beforeAll(async () => {
	prosody = await startProsody();
	await prosody.register('carol');
	room = await prosody.room('lobby');
	converse = await serveConverse();
	[laptop, phone] = [await seat('alice', testPhrase), await seat('bob', null)];
	watcher = await prosody.logIn('carol');
	await watcher.join(room, 'carol');
	await linkDevices();
});
afterAll(async () => {
	watcher?.close();
	for (const one of [laptop, phone]) await one?.close();
	await converse?.close();
	await prosody?.stop();
});

/** The composer of a seat, with the switch on. */
async function composerOf({ page }: Seat) {
	await page.bringToFront();
	if (!page.frames().some((frame) => frame.url().includes('composer.html'))) await pressSwitch(page);
	return composerFrame(page);
}

async function choose(one: Seat, name: RegExp): Promise<void> {
	const composer = await composerOf(one);
	await composer.locator('.mode').click();
	await composer.getByRole('radio', { name }).check();
	await composer.locator('.sheet').press('Escape');
}

/** Posts as the chosen voice, and waits until its guest has left. Returns the guest's nick, as somebody without Bauta sees it. */
async function post(one: Seat, words: string): Promise<string> {
	const composer = await composerOf(one);
	await composer.locator('textarea').fill(words);
	await composer.locator('textarea').press('Enter');
	const frame = await watcher.wait(new RegExp(`<message[^>]*>(?:(?!</message>).)*${words}`), 60_000);
	const nick = /from=['"][^'"]*\/([^'"]+)['"]/.exec(frame)?.[1] ?? '';
	await watcher.wait(new RegExp(`${nick}['"][^>]*unavailable|unavailable['"][^>]*${nick}`), 60_000);
	await one.page.locator('.chat-msg', { hasText: words }).waitFor();
	return nick;
}
const roomVoice = new RegExp(say('composer_mode_persona'));

test('a voice is called the same each time, on both devices: the second one continues it by its message in the room', async () => {
	await choose(laptop, roomVoice);
	const nick = await post(laptop, 'the first of the organiser');
	expect(nick).toMatch(/^Anonymous [a-z]+ [a-z]+$/);
	expect(await post(laptop, 'the second of the organiser')).toBe(nick);
	// the phone has met both; it was told nothing else
	await phone.page.locator('.chat-msg', { hasText: 'the second of the organiser' }).waitFor();
	const identity = await identityOf(phone);
	await expect
		.poll(async () => (await phone.ask('voices.list', { identity })).voices.map(({ name }) => `Anonymous ${name}`), { timeout: 30_000 })
		.toEqual([nick]);
	await choose(phone, roomVoice);
	// the room's server may show an old one on purpose: so the user is asked
	const composer = await composerOf(phone);
	await composer.getByText(say('composer_voice_met', `\u2068${nick.replace('Anonymous ', '')}\u2069`)).waitFor();
	await composer.getByRole('button', { name: say('composer_voice_continue') }).click();
	await composer.getByRole('button', { name: say('composer_voice_continue') }).waitFor({ state: 'detached' });
	expect(await post(phone, 'the third, from the phone')).toBe(nick);
	expect(await (await composerOf(phone)).locator('.mode').textContent()).toContain(nick.replace('Anonymous ', ''));
});

test('a one-time message has a name of the same form, and another one each time', async () => {
	await choose(phone, new RegExp(say('composer_mode_one_time')));
	const nicks = [await post(phone, 'once only'), await post(phone, 'once more')];
	for (const nick of nicks) expect(nick).toMatch(/^Anonymous [a-z]+ [a-z]+$/);
	expect(new Set(nicks).size).toBe(2);
});

test('who takes the nick of a voice that has left, and the id of its message, gets no label for other words, also where the page shows them alone', async () => {
	const words = 'the third, from the phone';
	const original = phone.page.locator('.chat-msg', { hasText: words });
	const isLabelled = (message: typeof original) =>
		message.evaluate(
			(element) =>
				element.querySelector('.chat-msg__author, .chat-msg__message')?.querySelector(':scope > :not(a, span, div, converse-icon)') !==
				null,
		);
	await expect.poll(() => isLabelled(original)).toBe(true);
	const { id, author } = await original.evaluate(({ dataset }) => ({ id: dataset.msgid as string, author: dataset.from as string }));
	await prosody.register('mallory');
	const mallory = await prosody.logIn('mallory');
	await mallory.join(room, author.slice(author.indexOf('/') + 1));
	mallory.send(`<message xmlns='jabber:client' to='${room}' type='groupchat' id='${id}'><body>words in its mouth</body></message>`);
	const other = phone.page.locator('.chat-msg', { hasText: 'words in its mouth' });
	await other.waitFor();
	// nobody can tell any more whose words a page shows under this name
	await expect.poll(() => isLabelled(original)).toBe(false);
	await original.evaluate((element) => element.closest('converse-chat-message')?.remove());
	await laptop.page.locator('.chat-msg', { hasText: 'words in its mouth' }).waitFor();
	await watcher.say(room, 'a word to wait for');
	await phone.page.locator('.chat-msg', { hasText: 'a word to wait for' }).waitFor();
	expect(await isLabelled(other)).toBe(false);
	mallory.close();
});

test('a voice is begun anew on one device, and the other one follows', async () => {
	const identity = await identityOf(laptop);
	const [before] = (await laptop.ask('voices.list', { identity })).voices;
	await choose(laptop, roomVoice);
	const composer = await composerOf(laptop);
	await composer.locator('.mode').click();
	await composer.getByRole('button', { name: say('composer_voice_renew') }).click();
	await composer.getByRole('button', { name: say('composer_voice_renew_yes') }).click();
	await expect.poll(() => composer.getByText(before?.name ?? '').count()).toBe(0);
	await composer.locator('.sheet').press('Escape');
	const nick = await post(laptop, 'a new voice of the laptop');
	expect(nick).not.toBe(`Anonymous ${before?.name}`);
	await expect
		.poll(async () => (await phone.ask('voices.list', { identity: await identityOf(phone) })).voices[0]?.name, { timeout: 30_000 })
		.toBe(nick.replace('Anonymous ', ''));
	// the phone had spoken as the old one, and tells so
	expect((await phone.ask('popup.state', { tab: null })).notices).toContainEqual({ code: 'voice-joined', detail: room });
});

test('a voice ends with its generation: that is said, and nothing is sent before a new one was begun', async () => {
	const group = (await laptop.ask('devices.state', {})).groups[0];
	const other = group?.devices.find(({ here }) => !here)?.id as string;
	await laptop.ask('device.unlink', { identity: group?.id as string, id: other, passphrase: testPassphrase });
	const composer = await composerOf(laptop);
	await composer.getByText(say('composer_voice_over')).waitFor();
	await composer.locator('textarea').fill('not yet');
	await composer.locator('textarea').press('Enter');
	await composer.getByText(say('error_voice_ended')).waitFor();
	expect(await composer.locator('textarea').inputValue()).toBe('not yet');
	expect(watcher.received.some((frame) => frame.includes('not yet'))).toBe(false);
	await composer.getByRole('button', { name: say('composer_voice_renew_yes') }).click();
	await composer.getByText(say('error_voice_ended')).waitFor({ state: 'detached' });
	expect(await post(laptop, 'not yet')).toMatch(/^Anonymous [a-z]+ [a-z]+$/);
});
