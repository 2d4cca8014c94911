/** Notifications of anonymous messages in Firefox and a real Converse.js, with a witness of what the desktop showed and what the browser played. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desktop, openDesktop } from '../desktop.ts';
import type { FirefoxPage } from '../firefox.ts';
import { launchFirefoxBauta, type ReadyFirefox } from '../firefox-bauta.ts';
import { answerPrompt } from '../firefox-prompt.ts';
import { say } from '../popup/keyboard.ts';
import { type ConverseServer, serveConverse } from '../servers/converse.ts';
import { type Prosody, startProsody, type TestAccount } from '../servers/prosody.ts';
import { composeAs, type Voice } from '../servers/voices.ts';
import { testPhrase } from '../setup.ts';
import { until } from '../until.ts';

let desktop: Desktop;
let prosody: Prosody;
let converse: ConverseServer;
let firefox: ReadyFirefox;
let bob: TestAccount;
let room: string;
let page: FirefoxPage;
let address: string;

beforeAll(async () => {
	[desktop, prosody, converse] = await Promise.all([openDesktop(), startProsody(), serveConverse()]);
	room = await prosody.room('lobby');
	bob = await prosody.logIn('bob');
	await bob.join(room, 'bob');
	const preferences = {
		'permissions.default.desktop-notification': 1,
		'dom.webnotifications.requireuserinteraction': false,
		'media.autoplay.default': 0,
	};
	firefox = await launchFirefoxBauta({ sites: [converse.origin], headed: true, env: desktop.env, preferences });
	address = converse.page({
		jid: 'alice@chat.test',
		password: 'alice',
		endpoint: prosody.websocket,
		rooms: [room],
		more: { notify_all_room_messages: true, play_sounds: true },
	});
});
afterAll(async () => {
	await firefox?.close();
	bob?.close();
	await converse?.close();
	await prosody?.stop();
	await desktop?.close();
});

const inRoom = (text: string) =>
	page.until((words: string) => document.querySelector('converse-muc')?.textContent?.includes(words) === true, text);
const byBauta = () => desktop.notices.filter(({ title }) => title === 'Anonymous').length;

async function speak(voice: Voice | null, text: string): Promise<void> {
	const nick = voice ? `Anonymous ${text.split(' ')[0]}` : 'bob';
	await bob.join(room, nick);
	const { wire } = composeAs(voice ?? 'stranger', 'xmpp', `xmpp:${room}`, text, Math.floor(Date.now() / 1000));
	const envelope = voice ? `<anonymous xmlns='urn:x-bauta:1'>${wire}</anonymous>` : '';
	const id = crypto.randomUUID();
	bob.send(`<message xmlns='jabber:client' type='groupchat' id='${id}' to='${room}'><body>${text}</body>${envelope}</message>`);
	await inRoom(text);
}

test('it is turned on in Settings, by a question of the browser’s; until then every message rings, the user’s own as well', async () => {
	page = await firefox.open(address);
	await page.until(() => document.querySelector('converse-muc textarea.chat-textarea') !== null);
	await speak({ phrase: testPhrase }, 'before it is on');
	await until(
		() => desktop.notices.some(({ title, body }) => title.startsWith('Anonymous before') && body.includes('before it is on')),
		'its own',
	);
	const popup = await firefox.openExtensionPage('popup.html?tab=1#notifications');
	const press = async (key: string) => {
		const words = say(key);
		await popup.until((name: string) => {
			const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name);
			button?.setAttribute('data-pressed', name);
			return button !== undefined;
		}, words);
		await popup.click(`button[data-pressed="${words}"]`);
	};
	await press('popup_rings_turn_on');
	const question = await until(() => answerPrompt(firefox, true), 'the browser’s question');
	expect(question).toContain('Bauta');
	await popup.until(
		(name: string) => [...document.querySelectorAll('button')].some(({ textContent }) => textContent === name),
		say('popup_rings_turn_off'),
	);
	await page.goto(address);
	await page.until(() => document.querySelector('converse-muc textarea.chat-textarea') !== null);
});

test('an account’s message rings once, by the site; somebody’s anonymous one once, by Bauta; one’s own not at all: desktop and sound', async () => {
	// sounds, as the browser tells of them by events that no script can make
	await page.evaluate(() => {
		const scope = globalThis as unknown as { Audio: typeof Audio; plays: number };
		scope.plays = 0;
		scope.Audio = new Proxy(scope.Audio, {
			construct(target, values) {
				const audio = Reflect.construct(target, values);
				audio.addEventListener('play', (event: Event) => {
					if (event.isTrusted) scope.plays++;
				});
				return audio;
			},
		});
	});
	const plays = () => page.evaluate(() => (globalThis as unknown as { plays: number }).plays);
	const counts = { desktop: [] as number[], sound: [] as number[] };
	for (const [voice, text] of [
		[null, 'one by an account'],
		['stranger', 'two by somebody'],
		[{ phrase: testPhrase }, 'three by me'],
	] as [Voice | null, string][]) {
		const [first, heard] = [desktop.notices.length, await plays()];
		await speak(voice, text);
		// a message of each kind that rings: by then all of the one before is there
		const before = byBauta();
		await speak('stranger', `${text.split(' ')[0]} ends`);
		await until(() => byBauta() > before + (voice === 'stranger' ? 1 : 0), 'Bauta’s notification');
		const soundOfAct = (await plays()) - heard;
		const end = `${text.split(' ')[0]} is over`;
		await speak(null, end);
		await until(() => desktop.notices.some(({ body }) => body.includes(end)), 'the notification of an account’s message');
		await until(async () => (await plays()) > heard + soundOfAct, 'its sound');
		const ofAct = desktop.notices.slice(first).filter(({ body }) => !body.includes(end));
		counts.desktop.push(ofAct.length - 1);
		counts.sound.push(soundOfAct + ofAct.filter(({ title, silent }) => title === 'Anonymous' && !silent).length - 1);
	}
	expect(counts).toEqual({ desktop: [1, 1, 0], sound: [1, 1, 0] });
	expect(desktop.notices.filter(({ title }) => title === 'Anonymous').every(({ body }) => !/by somebody|by me|ends/.test(body))).toBe(true);
});

test('what the page reads of a stand-in is what it reads of its own', async () => {
	const reading = (body: string) =>
		[
			'{}',
			'{"lang":"en","dir":"rtl","tag":"x","icon":"a.png","silent":true}',
			'{"data":{"a":[1]},"requireInteraction":1}',
			'{"silent":null,"icon":"http://["}',
		].map((text) => {
			const notice = new Notification('Anonymous four says', { ...JSON.parse(text), body });
			notice.close();
			return [...Object.keys(Object.getOwnPropertyDescriptors(Notification.prototype))]
				.filter((name) => !/^(constructor|close)/.test(name))
				.map((name) => `${name} ${JSON.stringify((notice as unknown as Record<string, unknown>)[name])}`)
				.join('\n');
		});
	const text = 'four by somebody';
	const before = desktop.notices.length;
	const own = await page.evaluate(reading, text);
	await until(() => desktop.notices.length > before, 'its own');
	await speak('stranger', text);
	await until(() => byBauta() > 0, 'Bauta’s notification');
	const ownCount = desktop.notices.filter(({ body }) => body.includes(text)).length;
	expect(await page.evaluate(reading, text)).toEqual(own);
	expect(desktop.notices.filter(({ body }) => body.includes(text)).length).toBe(ownCount);
});
