/** Keeping keys: backup file, printed sheet, restore, several identities, a forgotten passphrase, all with the keyboard alone. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBauta, type ReadyBauta, testPassphrase, testPhrase } from '../bauta.ts';
import { errorWords, keyboardOn, say } from '../popup/keyboard.ts';
import { picture } from '../popup/popup-browser.ts';

const backupPassphrase = 'lantern barge pepper violin nine';
const newPassphrase = 'harbour kettle ribbon walnut six';

let bauta: ReadyBauta;
let file: { name: string; text: string };
/** the same without phrases and keys */
let rootless = '';
const requests: string[] = [];
beforeAll(async () => {
	bauta = await launchBauta();
	bauta.context.on('request', (request) => {
		if (!/^(chrome-extension|data|blob|about):/.test(request.url())) requests.push(request.url());
	});
});
afterAll(() => bauta?.close());

const identities = async (from = bauta) => (await from.ask('popup.state', { tab: null })).identities;

async function openIdentity(from = bauta): Promise<{ page: Page; keyboard: ReturnType<typeof keyboardOn> }> {
	const page = from.popup;
	await page.goto(`chrome-extension://${from.id}/popup.html?tab=1`);
	await page.getByRole('tablist').waitFor();
	const keyboard = keyboardOn(page);
	await keyboard.view('identity');
	await page.getByText(say('popup_keep'), { exact: true }).waitFor();
	return { page, keyboard };
}

/** Waits until nothing is under way in the form: what is pressed meanwhile counts for nothing. */
const idle = (page: Page) => page.locator('[aria-busy=true]').waitFor({ state: 'detached' });

/** pages whose choice of files the browser hands over */
const listening = new WeakSet<Page>();

/** Opens the file chooser with the keyboard and answers it. */
async function choose(page: Page, keyboard: ReturnType<typeof keyboardOn>, text: string) {
	// while somebody listens the browser hands its choice of files over. Asked for anew each time, that could come after the key that opens it
	if (!listening.has(page)) page.on('filechooser', () => undefined);
	listening.add(page);
	await keyboard.tabTo(say('popup_restore_backup_file'));
	const chooser = page.waitForEvent('filechooser');
	await page.keyboard.press('Space');
	await (await chooser).setFiles({ name: 'bauta-backup.json', mimeType: 'application/json', buffer: Buffer.from(text) });
	await page.getByText(say('popup_restore_backup_chosen', 'bauta-backup.json')).waitFor();
	// a file of the same name may have been there before this one was read
	await idle(page);
}

async function choosePassphrase(keyboard: ReturnType<typeof keyboardOn>, page: Page, passphrase: string) {
	await keyboard.waitForHeading('popup_passphrase_title');
	await keyboard.type('popup_passphrase_new', passphrase);
	await keyboard.type('popup_passphrase_again', passphrase);
	await page.keyboard.press('Enter');
}

test('a backup file: the vault’s passphrase, one of its own, and nothing readable in it', async () => {
	const { page, keyboard } = await openIdentity();
	await keyboard.press('popup_backup_make');
	await keyboard.waitForHeading('popup_backup_title');
	await keyboard.type('popup_backup_vault', 'not it');
	await keyboard.type('popup_backup_own', 'password1');
	await keyboard.type('popup_backup_own_again', 'password1');
	await page.keyboard.press('Enter');
	expect(await keyboard.problem()).toBe(say('error_passphrase_weak'));
	await keyboard.type('popup_backup_own', backupPassphrase);
	await keyboard.type('popup_backup_own_again', backupPassphrase);
	await page.keyboard.press('Enter');
	await expect.poll(() => keyboard.problem()).toBe(say('error_wrong_passphrase'));
	await keyboard.type('popup_backup_vault', testPassphrase);
	const download = page.waitForEvent('download');
	await page.keyboard.press('Enter');
	const saved = await download;
	await keyboard.waitForHeading('popup_backup_done_title');
	file = { name: saved.suggestedFilename(), text: await readFile(await saved.path(), 'utf8') };
	expect(file.name).toMatch(/^bauta-backup-\d{4}-\d\d-\d\d\.json$/);
	expect(JSON.parse(file.text)).toMatchObject({ format: 'bauta-backup', version: 1 });
	for (const secret of [testPhrase, 'abandon', testPassphrase, backupPassphrase]) expect(file.text).not.toContain(secret);
	expect(await keyboard.findings()).toEqual([]);
	await keyboard.press('popup_done');
	await page.getByText(say('popup_keep'), { exact: true }).waitFor();
	rootless = (await bauta.ask('backup.make', { passphrase: testPassphrase, backupPassphrase, roots: false })).text;
});

test('a sheet to print: its code reads as the phrase, paper holds the sheet alone, and nothing of it stays', async () => {
	const { page, keyboard } = await openIdentity();
	await keyboard.press('popup_sheet_make');
	await keyboard.waitForHeading('popup_sheet_ask');
	await keyboard.type('popup_passphrase', testPassphrase);
	await page.keyboard.press('Enter');
	await page.locator('.sheet').waitFor();
	expect((await page.locator('.sheet li').allTextContents()).join(' ')).toBe(testPhrase);
	expect(await keyboard.findings()).toEqual([]);
	const code = await page.locator('.sheet-secret svg').screenshot();
	await page.emulateMedia({ media: 'print' });
	const seen = await page.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('body *')]
			.filter((element) => element.checkVisibility() && !element.querySelector('*') && element.textContent)
			.filter((element) => !element.closest('.sheet'))
			.map(({ textContent }) => textContent),
	);
	expect(seen).toEqual([]);
	await picture(page, 'sheet-printed');
	await page.emulateMedia({ media: null });
	await page.pdf();
	await page.getByText(say('popup_sheet_hidden')).waitFor();
	expect(await page.locator('.sheet').count()).toBe(0);
	expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain('abandon');
	// the same when somebody looks elsewhere
	await keyboard.waitForHeading('popup_sheet_ask');
	await keyboard.type('popup_passphrase', testPassphrase);
	await page.keyboard.press('Enter');
	await page.locator('.sheet').waitFor();
	await page.evaluate(() => dispatchEvent(new Event('blur')));
	await page.getByText(say('popup_sheet_hidden')).waitFor();
	// and the paper brings the phrase back
	await page.goto(`chrome-extension://${bauta.id}/popup.html?tab=1#import`);
	await page.reload();
	await page.locator('input[type=file]').setInputFiles({ name: 'paper.png', mimeType: 'image/png', buffer: code });
	await page.locator('.found').waitFor();
	expect(await page.locator('textarea').inputValue()).toBe(testPhrase);
	expect(requests).toEqual([]);
});

test('several identities: made, renamed, removed with what is lost said first', async () => {
	const { page, keyboard } = await openIdentity();
	await keyboard.press('popup_new_identity');
	await keyboard.waitForHeading('popup_new_identity_title');
	await keyboard.type('popup_identity_name', 'Reading circle');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Reading circle', level: 2 }).waitFor();
	await page.getByText(say('popup_identity_unkept')).waitFor();
	await keyboard.tabTo(`${say('popup_identity_rename')}: Reading circle`);
	await page.keyboard.press('Enter');
	await keyboard.type('popup_identity_name', 'Book club');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Book club', level: 2 }).waitFor();
	const [first, second] = await identities();
	expect([first?.name, second?.name]).toEqual(['', 'Book club']);
	await keyboard.tabTo(`${say('popup_identity_remove')}: Book club`);
	await page.keyboard.press('Enter');
	await keyboard.waitForHeading('popup_remove_title', 'Book club');
	await page.getByText(say('popup_remove_back_unkept')).waitFor();
	expect(await keyboard.findings()).toEqual([]);
	await keyboard.type('popup_passphrase', 'not it');
	await page.keyboard.press('Enter');
	expect(await keyboard.problem()).toMatch(errorWords('wrong-passphrase'));
	expect(await identities()).toHaveLength(2);
	await keyboard.type('popup_passphrase', testPassphrase);
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Book club' }).waitFor({ state: 'detached' });
	expect(await identities()).toEqual([first]);
	// the last one cannot be removed
	expect(await page.getByRole('button', { name: say('popup_identity_remove') }).count()).toBe(0);
	await expect(bauta.ask('identity.remove', { id: first?.id ?? '', passphrase: testPassphrase })).rejects.toMatchObject({
		code: 'not-allowed',
	});
});

/** Nothing that needs the phrase is offered where there is none, and Devices says who has it. */
async function onlyWhatItCan(from: ReadyBauta) {
	const { page, keyboard } = await openIdentity(from);
	for (const key of ['popup_phrase_show', 'popup_sheet_make']) expect(await page.getByRole('button', { name: say(key) }).count()).toBe(0);
	await page.getByText(say('popup_kind_linked')).waitFor();
	await keyboard.press('popup_backup_make');
	await keyboard.waitForHeading('popup_backup_title');
	expect(await page.getByRole('switch').count()).toBe(0);
	expect(await keyboard.findings()).toEqual([]);
	await keyboard.press('popup_back');
	await page.getByText(say('popup_keep'), { exact: true }).waitFor();
	await keyboard.view('devices');
	await page.locator('.line.on', { hasText: say('popup_device_here') }).waitFor();
	await page.getByText(say('error_unlink_no_root')).waitFor();
	expect(await page.locator('.problem:not([hidden])').count()).toBe(0);
	expect(await keyboard.findings()).toEqual([]);
}

describe('restoring', () => {
	test('at first run, after everything that can be wrong with the file; without phrases and keys, as one more linked device', async () => {
		const fresh = await launchBauta({ phrase: null });
		try {
			const page = fresh.popup;
			const keyboard = keyboardOn(page);
			await keyboard.press('popup_welcome_backup');
			await keyboard.waitForHeading('popup_restore_backup_title');
			const newer = JSON.stringify({ ...JSON.parse(file.text), version: 2 });
			const damaged = file.text.replace(/"sealed": "(....)/, '"sealed": "AAAA');
			for (const [text, typed, code] of [
				['not JSON', backupPassphrase, 'backup-broken'],
				[file.text.slice(0, -200), backupPassphrase, 'backup-broken'],
				[damaged, backupPassphrase, 'backup-broken'],
				[newer, backupPassphrase, 'backup-newer'],
				[file.text, testPassphrase, 'backup-passphrase'],
			] as const) {
				await choose(page, keyboard, text);
				await keyboard.type('popup_restore_backup_passphrase', typed);
				await page.keyboard.press('Enter');
				// what stood there before may say the same
				await idle(page);
				await expect.poll(() => keyboard.problem()).toMatch(errorWords(code));
				expect((await fresh.ask('popup.state', { tab: null })).vault).toBe('none');
			}
			expect(await keyboard.findings()).toEqual([]);
			await choose(page, keyboard, rootless);
			await keyboard.type('popup_restore_backup_passphrase', backupPassphrase);
			await page.keyboard.press('Enter');
			await page.locator('.found').waitFor();
			// said before it is stored
			await page.getByText(say('popup_restore_backup_rootless')).waitFor();
			expect((await fresh.ask('popup.state', { tab: null })).vault).toBe('none');
			await keyboard.press('popup_restore_backup_use');
			await choosePassphrase(keyboard, page, newPassphrase);
			await keyboard.waitForHeading('popup_care_title');
			const [restored] = await identities(fresh);
			expect(restored).toMatchObject({ kind: 'linked', confirmed: true });
			await onlyWhatItCan(fresh);
			expect(fresh.errors).toEqual([]);
		} finally {
			await fresh.close();
		}
	});

	test('over a vault: it is asked, and the old vault is set aside, opened, and forgotten', async () => {
		await bauta.ask('identity.import', { key: 'cd'.repeat(32), keyPassphrase: '', name: 'only in the old vault' });
		const { page, keyboard } = await openIdentity();
		await keyboard.press('popup_restore_backup');
		await keyboard.waitForHeading('popup_restore_backup_title');
		await choose(page, keyboard, file.text);
		await keyboard.type('popup_restore_backup_passphrase', backupPassphrase);
		await page.keyboard.press('Enter');
		await page.getByText(say('popup_restore_backup_over')).waitFor();
		await keyboard.press('popup_restore_backup_use');
		await choosePassphrase(keyboard, page, newPassphrase);
		await page.getByText(say('popup_asides'), { exact: true }).waitFor();
		const [restored, ...others] = await identities();
		expect([restored, others]).toMatchObject([{ kind: 'phrase', confirmed: true }, []]);
		expect(await bauta.ask('identity.phrase', { id: restored?.id ?? '', passphrase: newPassphrase })).toMatchObject({ phrase: testPhrase });
		await keyboard.press('popup_aside_open');
		await keyboard.type('popup_aside_passphrase', newPassphrase);
		await page.keyboard.press('Enter');
		await expect.poll(() => keyboard.problem()).toMatch(errorWords('wrong-passphrase'));
		await keyboard.type('popup_aside_passphrase', testPassphrase);
		await page.keyboard.press('Enter');
		await page.locator('.card', { hasText: say('popup_aside_opened', '1') }).waitFor();
		expect((await identities()).map(({ name }) => name)).toContain('only in the old vault');
		await keyboard.press('popup_aside_forget');
		await page.getByText(say('popup_aside_forget_ask')).waitFor();
		await keyboard.press('popup_aside_forget');
		await page.getByText(say('popup_asides'), { exact: true }).waitFor({ state: 'detached' });
		expect(await bauta.ask('aside.list', {})).toEqual({ asides: [] });
	});
});

test('a forgotten passphrase: anew from the phrase, and the old vault is still there', async () => {
	await bauta.ask('vault.lock', {});
	const page = bauta.popup;
	await page.goto(`chrome-extension://${bauta.id}/popup.html?tab=1`);
	const keyboard = keyboardOn(page);
	await page.getByRole('button', { name: say('popup_unlock') }).waitFor();
	await keyboard.press('popup_forgotten');
	await keyboard.press('popup_forgotten_start');
	await page.getByText(say('popup_forgotten_ask')).waitFor();
	await keyboard.press('popup_forgotten_start');
	await keyboard.waitForHeading('popup_restore_title');
	await keyboard.type('popup_import_key', testPhrase);
	await keyboard.press('popup_import_look');
	await page.locator('.found').waitFor();
	await keyboard.press('popup_import_use');
	await choosePassphrase(keyboard, page, testPassphrase);
	await keyboard.waitForHeading('popup_care_title');
	expect(await identities()).toHaveLength(1);
	const { asides } = await bauta.ask('aside.list', {});
	expect(asides).toHaveLength(1);
	expect(await bauta.ask('aside.open', { id: asides[0]?.id ?? '', passphrase: newPassphrase })).toEqual({ identities: 1, messages: 0 });
});

test('nothing went wrong unseen, and nothing was fetched', () => {
	expect(bauta.errors).toEqual([]);
	expect(requests).toEqual([]);
});
