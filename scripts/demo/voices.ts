import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBauta, type ReadyBauta } from '../../test/bauta.ts';
import { launchBrowser } from '../../test/browser.ts';
import { clickPierced, type Pierced, pierce, waitPierced } from '../../test/pierce.ts';
import { testPassphrase } from '../../test/setup.ts';
import { until } from '../../test/until.ts';
import { composerOf, labelOn, turnOn, waitUntilReady } from './page.ts';
import { newPhrase } from './phrase.ts';
import type { Person, Scene } from './scene.ts';
import type { VoiceReport } from './voice-report.ts';
import { word } from './words.ts';

const root = join(import.meta.dirname, '../..');
const announcements = ['The meeting about the reading room begins at six.', 'The meeting is moved to seven.'] as const;
const falseNews = 'The meeting is off, go home.';
declare const chrome: { tabs: { query(filter: object): Promise<{ id?: number; url?: string }[]> } };

const settings = { delayMin: 0, delayMax: 0, care: 'everyday' } as const;

/** One person's browser with the web chat in it. */
interface Seat {
	page: Page;
	bauta: ReadyBauta;
	/** the popup's page about the chat, in a tab of its own */
	popup(page: string): Promise<Page>;
}

async function seat(scene: Scene, person: Person, phrase: string | null): Promise<Seat> {
	const bauta = await launchBauta({ phrase, sites: [scene.origin], frontend: scene.frontend, settings });
	const page = await bauta.open(scene.page(person));
	await waitUntilReady(page, scene);
	const tabOf = (origin: string) =>
		bauta.popup.evaluate(async (start) => (await chrome.tabs.query({})).find(({ url }) => url?.startsWith(start))?.id, origin);
	return { page, bauta, popup: async (name) => bauta.openExtensionPage(`popup.html?tab=${await tabOf(scene.origin)}#${name}`) };
}

const identityOf = async ({ bauta }: Seat): Promise<string> => (await bauta.ask('popup.state', { tab: null })).identities[0]?.id ?? '';

/** Makes `phone` a device of the one who owns `laptop`. */
async function link(laptop: Seat, phone: Seat): Promise<void> {
	const offer = await phone.bauta.ask('link.offer', { name: 'phone' });
	const identity = await identityOf(laptop);
	const reply = await laptop.bauta.ask('link.reply', { identity, text: offer.text, passphrase: testPassphrase });
	await phone.bauta.ask('link.answer', { text: reply.text });
	await phone.bauta.ask('link.accept', { passphrase: testPassphrase });
	await phone.bauta.ask('settings.set', settings);
}

/** Says something as the voice for this room. `isContinued`: it was met as another device's. */
async function speak({ page }: Seat, text: string, isContinued = false): Promise<void> {
	await page.bringToFront();
	const composer = await turnOn(page);
	await composer.locator('.mode').click();
	await composer.getByRole('radio', { name: new RegExp(word('composer_mode_persona')) }).check();
	await composer.locator('.sheet').press('Escape');
	// a voice that another device has begun
	const goOn = composer.getByRole('button', { name: word('composer_voice_continue') });
	if (isContinued) {
		await goOn.click();
		await goOn.waitFor({ state: 'detached' });
	}
	await (await composerOf(page)).locator('textarea').fill(text);
	await composer.locator('textarea').press('Enter');
}

/** The message that an element stands in, or null. */
function messageAround(element: Pierced | null, { message }: Scene): Pierced | null {
	return !element || message.is(element) ? element : messageAround(element.parent, { message } as Scene);
}

/** The text of an element of Bauta's in the label on this message; '' where there is none. */
async function inLabel(page: Page, scene: Scene, text: string, name: 'bdi' | 'em'): Promise<string> {
	const all = await pierce(page, (element) => element.name === name && messageAround(element, scene)?.text.includes(text) === true);
	return all.map((element) => element.text.trim()).find(Boolean) ?? '';
}

const press = (page: Page, key: string) => page.getByRole('button', { name: word(key), exact: true }).click();
const pressFirst = (page: Page, key: string) =>
	page
		.getByRole('button', { name: new RegExp(`^${word(key)}: `) })
		.first()
		.click();
const upload = (page: Page, picture: Buffer) =>
	page.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture });

type Picture = (page: Page, name: string) => Promise<void>;

/** A participant asks the voice, by a picture; the organiser answers, by another. Returns whether the participant's popup says so. */
async function challenge(organiser: Seat, participant: Seat, name: string, account: string, picture: Picture): Promise<boolean> {
	const asking = await participant.popup('ask');
	await asking.getByRole('button', { name: new RegExp(`${word('popup_ask_this')}: ${name}`) }).click();
	await asking.getByLabel(word('popup_ask_account'), { exact: true }).fill(account);
	await press(asking, 'popup_ask_make');
	await asking.locator('.code-picture').waitFor();
	await picture(asking, 'question');
	const answering = await organiser.popup('answer');
	await upload(answering, await asking.locator('.code-picture').screenshot());
	await answering.getByRole('button', { name: word('popup_review_sign') }).waitFor();
	await picture(answering, 'who-asks');
	await press(answering, 'popup_review_sign');
	await answering.locator('.code-picture').waitFor();
	await answering.locator('summary').click();
	const answer = await answering.locator('.code-text').inputValue();
	await answering.close();
	await press(asking, 'popup_close');
	await press(asking, 'popup_answer_check');
	await asking.locator('textarea').fill(answer);
	await press(asking, 'popup_answer_check');
	await asking.getByRole('heading', { name: word('popup_answered_title') }).waitFor();
	const [before = ''] = word('popup_answered').split(/\$\w+\$/);
	const said = (await asking.locator('.line.on').textContent()) ?? '';
	await picture(asking, 'answer');
	await asking.close();
	return said.startsWith(`${before}${name}`);
}

/** The organiser shows everyone that the voice is the account: the text from the popup, posted as the account. */
async function reveal(organiser: Seat, scene: Scene, picture: Picture): Promise<void> {
	const popup = await organiser.popup('own');
	await pressFirst(popup, 'popup_reveal');
	const account = popup.getByLabel(word('popup_proof_account'), { exact: true });
	if (!(await account.inputValue())) await account.fill(scene.account);
	await press(popup, 'popup_proof_make');
	await popup.locator('.code-text').waitFor();
	await picture(popup, 'reveal');
	const text = await popup.locator('.code-text').inputValue();
	await popup.close();
	const { page } = organiser;
	await page.bringToFront();
	const isOn = ({ name, attributes }: Pierced) => name === 'button' && attributes['aria-pressed'] === 'true';
	await clickPierced(page, await waitPierced(page, isOn));
	const field = page.locator(scene.field);
	await field.waitFor();
	await field.fill(text);
	if (scene.send.length === 0) await field.press('Enter');
	for (const selector of scene.send) await page.locator(selector).click();
}

/**
 * Plays an organiser who speaks from two devices as one voice, an imitator, a question to the voice, and a reveal, with real browsers and nobody
 * watching. `say` hears what is going on.
 */
export async function playVoices(scene: Scene, say: (line: string) => void): Promise<VoiceReport> {
	const closing: (() => Promise<void>)[] = [];
	const pictures: string[] = [];
	const folder = join('pictures', `${scene.network}-voice`);
	const picture: Picture = async (page, name) => {
		mkdirSync(join(root, folder), { recursive: true });
		const path = join(folder, `${pictures.length + 1}-${name}.png`);
		await page.screenshot({ path: join(root, path) });
		pictures.push(path);
	};
	const enter = async (person: Person, phrase: string | null) => {
		const one = await seat(scene, person, phrase);
		closing.push(() => one.bauta.close());
		return one;
	};
	try {
		say('opening four windows: the organiser’s laptop and phone, a participant, somebody without Bauta');
		const neighbour = await launchBrowser({ extension: null });
		closing.push(() => neighbour.close());
		const plain = await neighbour.open(scene.page('neighbour'));
		await waitUntilReady(plain, scene);
		const [laptop, phone, participant] = [
			await enter('author', newPhrase()),
			await enter('author', null),
			await enter('stranger', newPhrase()),
		];
		await link(laptop, phone);
		const [first, second] = announcements;
		say('the organiser speaks from the laptop');
		await speak(laptop, first);
		const shown = (text: string) => plain.locator(scene.message.selector, { hasText: text });
		const authorOf = async (text: string) => (await shown(text).locator(scene.message.author).first().textContent())?.trim() ?? '';
		await shown(first).waitFor();
		await picture(laptop.page, 'composer');
		const nick = await authorOf(first);
		await until(
			async () => (await phone.bauta.ask('voices.list', { identity: await identityOf(phone) })).voices[0],
			'the voice on the phone',
		);
		say('and from the phone, which has met the voice in the room');
		await scene.whenGone(nick);
		await speak(phone, second, true);
		await shown(second).waitFor();
		const { page } = participant;
		const name = await until(async () => (await inLabel(page, scene, second, 'bdi')) || null, 'the voice’s name');
		say(`a participant sees that both are ${name}; now somebody else takes the name`);
		await scene.whenGone(nick);
		await scene.imitate(nick, falseNews);
		await shown(falseNews).waitFor();
		const heard = [first, second].map(async (text, at) => ({
			device: at === 0 ? 'laptop' : 'phone',
			label: (await labelOn(page, text, scene.message.is)).label.split(name)[0]?.trim() ?? '',
			sameVoice: (await inLabel(page, scene, text, 'bdi')) === name,
		}));
		const messages = await Promise.all(heard);
		await labelOn(page, falseNews, scene.message.is);
		const imitator = { nick: await authorOf(falseNews), sameVoice: (await inLabel(page, scene, falseNews, 'bdi')) === name };
		await page.bringToFront();
		await picture(page, 'participant');
		say('the participant asks the voice to prove itself');
		const isAnswered = await challenge(laptop, participant, name, scene.accountOf('stranger'), picture);
		say('the organiser takes the mask off');
		await reveal(laptop, scene, picture);
		const [before = '', after = ''] = word('content_proven').split(/\$\w+\$/);
		const proof = await until(async () => (await inLabel(page, scene, first, 'em')) || null, 'the proof on the message');
		const isShown = proof.startsWith(before) && proof.endsWith(after);
		await page.bringToFront();
		await picture(page, 'proven');
		return {
			network: scene.network,
			voice: { nick, messages, imitator },
			reveal: { claimant: proof.slice(before.length, proof.length - after.length), verdict: isShown ? 'proven' : null },
			challenge: { verdict: isAnswered ? 'proven' : null },
			pictures,
		};
	} finally {
		await Promise.all(closing.map((close) => close()));
	}
}
