/** From nothing to an enabled site, both ways, with the keyboard alone; and everything that can be typed wrongly on the way. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { patience } from '../until.ts';
import { focusNameHere } from './in-page.ts';
import { openPopupBrowser, type PopupBrowser } from './popup-browser.ts';
import { foundSite, freshState, passphrase, phrase } from './screens.ts';

let popup: PopupBrowser;
beforeAll(async () => {
	popup = await openPopupBrowser();
});
afterAll(() => popup?.close());
beforeEach(() => popup.open({ ...freshState, site: foundSite }));

/** Presses Tab until the element with this name has the focus. Throws when it is never reached, also of what comes a little later. */
async function tabTo(name: string): Promise<void> {
	for (const end = Date.now() + patience; Date.now() < end; ) {
		await popup.page.keyboard.press('Tab');
		if ((await popup.page.evaluate(focusNameHere)) === name) return;
	}
	throw new Error(`the keyboard never reaches "${name}"`);
}

async function pressByKeyboard(key: string, ...parts: string[]): Promise<void> {
	await tabTo(popup.say(key, ...parts));
	await popup.page.keyboard.press('Enter');
}

/** The heading that has the focus, as a screen reader announces it. */
async function waitForHeading(key: string): Promise<void> {
	const title = popup.say(key);
	await popup.page.getByRole('heading', { level: 1, name: title }).waitFor();
	await expect.poll(() => popup.page.evaluate(() => document.activeElement?.textContent)).toBe(title);
}

async function typePassphrase(): Promise<void> {
	await tabTo(popup.say('popup_passphrase_new'));
	await popup.page.keyboard.type(passphrase);
	await tabTo(popup.say('popup_passphrase_again'));
	await popup.page.keyboard.type(passphrase);
	await popup.page.keyboard.press('Enter');
}

async function chooseCareByKeyboard(): Promise<void> {
	await waitForHeading('popup_care_title');
	await popup.page.keyboard.press('Tab');
	await popup.page.keyboard.press('Space');
	await popup.button('popup_care_go_on').waitFor();
	await pressByKeyboard('popup_care_go_on');
}

async function enableByKeyboard(): Promise<void> {
	await chooseCareByKeyboard();
	await waitForHeading('popup_site_step_title');
	await pressByKeyboard('popup_site_enable', 'chat.example');
	await popup.button('popup_site_reload').waitFor();
	await pressByKeyboard('popup_site_reload');
	await popup.button('popup_site_reload').waitFor({ state: 'detached' });
	await pressByKeyboard('popup_site_step_done');
	await popup.page.getByRole('tablist').waitFor();
}

describe('with the keyboard alone', () => {
	it('makes a new identity, asks two words back and enables the site', async () => {
		await pressByKeyboard('popup_welcome_new');
		await waitForHeading('popup_words_title');
		const words = await popup.words();
		expect(words).toHaveLength(12);
		await pressByKeyboard('popup_words_written');
		await waitForHeading('popup_ask_title');
		const labels = await popup.page.locator('.field label').allTextContents();
		expect(labels).toHaveLength(2);
		expect(new Set(labels).size).toBe(2);
		for (const label of labels) {
			await tabTo(label);
			await popup.page.keyboard.type(words[Number(label.replace(/\D/g, '')) - 1] ?? '');
		}
		await popup.page.keyboard.press('Enter');
		await waitForHeading('popup_passphrase_title');
		await typePassphrase();
		await enableByKeyboard();
		const messages = await popup.messages();
		expect(messages.find(({ to }) => to === 'vault.create')?.body).toEqual({
			passphrase,
			key: words.join(' '),
			keyPassphrase: '',
			confirmed: true,
		});
		expect(messages.map(({ to }) => to)).toEqual([
			'identity.generate',
			'vault.create',
			'settings.set',
			'site.wanted',
			'site.granted',
			'site.reload',
		]);
		expect(await popup.page.getByText(popup.say('popup_reminder')).count()).toBe(0);
	});

	it('imports a phrase, shows what it is before anything is stored, and enables the site', async () => {
		await pressByKeyboard('popup_welcome_import');
		await waitForHeading('popup_import_title');
		await tabTo(popup.say('popup_import_key'));
		await popup.page.keyboard.type(phrase);
		await pressByKeyboard('popup_import_look');
		await popup.page.locator('.found').getByText(popup.say('popup_kind_phrase')).waitFor();
		expect((await popup.messages()).map(({ to }) => to)).toEqual(['identity.preview']);
		await pressByKeyboard('popup_import_use');
		await waitForHeading('popup_passphrase_title');
		await typePassphrase();
		await enableByKeyboard();
		expect((await popup.messages()).find(({ to }) => to === 'vault.create')?.body).toMatchObject({ key: phrase, confirmed: true });
	});

	it('"later" leaves a reminder that stands until the words are asked back', async () => {
		await pressByKeyboard('popup_welcome_new');
		const words = await popup.words();
		await pressByKeyboard('popup_words_later');
		await waitForHeading('popup_passphrase_title');
		await typePassphrase();
		await chooseCareByKeyboard();
		await waitForHeading('popup_site_step_title');
		await pressByKeyboard('popup_site_step_later');
		await popup.page.getByText(popup.say('popup_reminder')).waitFor();
		await pressByKeyboard('popup_reminder_do');
		await pressByKeyboard('popup_phrase_show');
		await waitForHeading('popup_phrase_title');
		await tabTo(popup.say('popup_passphrase'));
		await popup.page.keyboard.type(passphrase);
		await popup.page.keyboard.press('Enter');
		await waitForHeading('popup_words_title');
		await pressByKeyboard('popup_words_written');
		await waitForHeading('popup_ask_title');
		for (const label of await popup.page.locator('.field label').allTextContents()) {
			await tabTo(label);
			await popup.page.keyboard.type(words[Number(label.replace(/\D/g, '')) - 1] ?? '');
		}
		await popup.page.keyboard.press('Enter');
		await popup.page.getByText(popup.say('popup_identity_kept')).waitFor();
		await popup.page.locator('#tab-site').click();
		await expect.poll(() => popup.page.locator('#tab-site').getAttribute('aria-selected')).toBe('true');
		expect(await popup.page.getByText(popup.say('popup_reminder')).count()).toBe(0);
	});
});

describe('typed wrongly: its own words, and nothing lost', () => {
	it.each([
		['a wrong word', phrase.replace('about', 'abuot'), 'error_phrase_word'],
		['a word too few', phrase.replace(' about', ''), 'error_phrase_count'],
		['a bad checksum', phrase.replace('about', 'abandon'), 'error_phrase_checksum'],
		['hex of the wrong length', 'abcd', 'error_key_length'],
		['zero', '0'.repeat(64), 'error_key_zero'],
		['nothing', '  ', 'error_key_unknown'],
		['something else', 'hello', 'error_key_unknown'],
	])('%s', async (_, text, key) => {
		await popup.press('popup_welcome_import');
		await popup.page.locator('textarea').fill(text);
		await popup.press('popup_import_look');
		const words = await popup.problem();
		const beginning = popup.say(key).split(/[“"«:]|abuot/)[0] ?? '';
		expect(words.slice(0, 12)).toBe(beginning.slice(0, 12));
		expect(await popup.page.locator('textarea').inputValue()).toBe(text);
		expect(await popup.page.locator('textarea').getAttribute('aria-invalid')).toBe('true');
		expect(await popup.page.locator('.found').count()).toBe(0);
	});

	it('a weak passphrase and two that differ', async () => {
		await popup.press('popup_welcome_new');
		await popup.press('popup_words_later');
		const first = popup.field('popup_passphrase_new');
		await first.fill('password1');
		await popup.press('popup_passphrase_create');
		expect(await popup.problem()).toBe(popup.say('error_passphrase_weak'));
		expect(await first.inputValue()).toBe('password1');
		await first.fill(passphrase);
		await popup.field('popup_passphrase_again').fill('another');
		await popup.press('popup_passphrase_create');
		await expect.poll(() => popup.problem()).toBe(popup.say('popup_passphrase_unequal'));
		expect((await popup.messages()).some(({ to }) => to === 'vault.create')).toBe(false);
	});

	it('wrong words asked back stay, and the phrase can be seen again', async () => {
		await popup.press('popup_welcome_new');
		const words = await popup.words();
		await popup.press('popup_words_written');
		await popup.page.locator('.field input').first().fill('zoo');
		await popup.page.locator('.field input').last().fill('zoo');
		await popup.press('popup_ask_check');
		expect(await popup.problem()).toBe(popup.say('error_backup_words'));
		expect(await popup.page.locator('.field input').first().inputValue()).toBe('zoo');
		await popup.press('popup_back');
		await expect.poll(() => popup.page.locator('.words li').allTextContents()).toEqual(words);
	});
});

describe('secrets', () => {
	it('leave the page when the window loses focus, and come back only when asked for', async () => {
		await popup.press('popup_welcome_new');
		const first = (await popup.words()).join(' ');
		await popup.page.evaluate(() => dispatchEvent(new Event('blur')));
		await popup.button('popup_words_show').waitFor();
		expect(await popup.page.locator('.words li').count()).toBe(0);
		await popup.press('popup_words_show');
		expect((await popup.words()).join(' ')).toBe(first);
	});

	it('are taken off the clipboard after a minute', async () => {
		const { page } = popup;
		await popup.browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
		await page.clock.install();
		try {
			await popup.open({ ...freshState, site: foundSite });
			await popup.press('popup_welcome_new');
			const words = (await popup.words()).join(' ');
			// from here on time passes only where this test says so
			await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 60_000);
			await popup.press('popup_copy');
			await page.getByText(popup.say('popup_words_copy_yes')).waitFor();
			expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(words);
			await page.clock.runFor(30_000);
			// also when the person has gone on meanwhile
			await popup.press('popup_words_later');
			await page.clock.runFor(29_000);
			expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(words);
			await page.clock.runFor(2_000);
			await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('');
			await page.clock.runFor(100);
			await page.getByRole('status').getByText(popup.say('popup_words_emptied')).waitFor({ state: 'attached' });
		} finally {
			await page.clock.resume();
		}
	});

	it('are nowhere in title, address, history or on disk', async () => {
		await popup.press('popup_welcome_import');
		await popup.page.locator('textarea').fill(phrase);
		await popup.press('popup_import_look');
		await popup.press('popup_import_use');
		await popup.field('popup_passphrase_new').fill(passphrase);
		await popup.button('popup_show_field', popup.say('popup_passphrase_new')).click();
		await popup.field('popup_passphrase_again').fill(passphrase);
		expect(await popup.page.title()).toBe('Bauta');
		expect(popup.page.url()).toMatch(/popup\.html$/);
		// the browser writes its session files some seconds after the last change
		await popup.page.waitForTimeout(4000);
		const canaries = [phrase, passphrase].flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')]);
		const files = await readdir(popup.browser.profile, { recursive: true, withFileTypes: true });
		let read = 0;
		for (const file of files.filter((each) => each.isFile())) {
			const bytes = await readFile(join(file.parentPath, file.name)).catch(() => null);
			if (!bytes) continue;
			read += 1;
			for (const canary of canaries) expect(bytes.includes(canary), join(file.parentPath, file.name)).toBe(false);
		}
		expect(read).toBeGreaterThan(10);
	});
});

it('asks the network for nothing', () => {
	expect(popup.networkRequests).toEqual([]);
	expect(popup.browser.errors).toEqual([]);
});
