import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromHex } from '../../src/protocol/bytes.ts';
import { launchBauta, type ReadyBauta, testPassphrase } from '../bauta.ts';
import { debuggable, heapsOf, inMemory, type Secret } from '../heap.ts';
import { openSecrets } from '../open-secrets.ts';
import { waitPierced } from '../pierce.ts';
import { keyboardOn, say } from '../popup/keyboard.ts';
import { type OneMessage, serveOneMessage } from '../servers/one-message.ts';

declare const chrome: { storage: { session: { get(name: string): Promise<Record<string, string>> } } };

// not the phrase that other tests use: the wordlist and the tests' own pages hold that one
const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const backupPassphrase = 'lantern barge pepper violin nine';
const otherKey = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
/** bytes that nobody overwrites, to see that the search finds such */
const decoy = crypto.getRandomValues(new Uint8Array(32));
let bauta: ReadyBauta;
let chat: OneMessage;
let heaps: Awaited<ReturnType<typeof heapsOf>>;
beforeAll(async () => {
	chat = await serveOneMessage('the third floor knows');
	bauta = await launchBauta({ phrase, flags: debuggable, sites: [chat.origin] });
	heaps = await heapsOf(bauta.profile);
});
afterAll(async () => {
	heaps?.close();
	await bauta?.close();
	await chat?.close();
});

const secrets = async (): Promise<Secret[]> => [...(await openSecrets(bauta, phrase)), { name: 'imported key', bytes: fromHex(otherKey) }];

test('after lock neither the background nor the popup holds a phrase, a root, a passphrase or the vault’s key', async () => {
	const page = bauta.popup;
	const background = `chrome-extension://${bauta.id}/background.js`;
	const popup = `chrome-extension://${bauta.id}/popup.html`;
	const here = `${popup}?tab=1`;
	await page.goto(here);
	const keyboard = keyboardOn(page);
	await bauta.ask('vault.lock', {});
	await page.getByRole('button', { name: say('popup_unlock') }).waitFor();
	await page.reload();
	await keyboard.type('popup_passphrase', testPassphrase);
	await page.keyboard.press('Enter');
	await page.getByRole('tablist').waitFor();
	// whose a message is was asked of every key and every list
	const talk = await bauta.open(chat.origin);
	await waitPierced(talk, ({ attributes }) => attributes.role === 'img' && attributes['aria-label'] !== undefined);
	await page.bringToFront();
	await keyboard.view('identity');
	await keyboard.press('popup_import_another');
	await keyboard.waitForHeading('popup_import_title');
	await keyboard.type('popup_import_key', otherKey);
	await page.keyboard.press('Tab');
	await keyboard.press('popup_import_look');
	await keyboard.press('popup_import_add');
	await page.getByText(say('popup_keep'), { exact: true }).waitFor();
	await keyboard.press('popup_phrase_show');
	await keyboard.waitForHeading('popup_phrase_title');
	await keyboard.type('popup_passphrase', testPassphrase);
	await page.keyboard.press('Enter');
	await page.locator('.words li').first().waitFor();

	// while it is open the search does find them, or it would prove nothing
	const known = await secrets();
	const open = await heaps.search(background, known);
	expect(open).toEqual(expect.arrayContaining(['phrase', 'root', 'vault key in base64']));
	expect(await heaps.search(here, known)).toContain('phrase');
	// a key's bytes that somebody forgot to overwrite
	await page.evaluate((bytes) => Object.assign(globalThis, { held: new Uint8Array(bytes) }) && null, [...decoy]);
	const withDecoy = [...known, { name: 'decoy', bytes: decoy }];
	expect(await inMemory(bauta.profile, withDecoy)).toContain('decoy');

	// another page, in the middle of something: what was typed there belongs to the vault as well
	const other = await bauta.openExtensionPage('popup.html?tab=2#restore-backup');
	await keyboardOn(other).waitForHeading('popup_restore_backup_title');
	await keyboardOn(other).type('popup_restore_backup_passphrase', backupPassphrase);
	const typed = [{ name: 'a backup’s passphrase', text: backupPassphrase }];
	expect(await heaps.search(`${popup}?tab=2`, typed)).toHaveLength(1);

	await page.bringToFront();
	await keyboard.press('popup_lock_now');
	for (const locked of [page, other]) await locked.getByRole('button', { name: say('popup_unlock'), exact: true }).waitFor();
	await page.waitForTimeout(1000);
	expect(await heaps.search(background, known)).toEqual([]);
	expect(await heaps.search(here, known)).toEqual([]);
	// a page in a tab behind another one gets little time from the browser, and on a machine with other work less
	await expect.poll(() => heaps.search(`${popup}?tab=2`, [...known, ...typed]), { timeout: 10_000 }).toEqual([]);
	// strings cannot be overwritten and lie about until the browser needs their place; bytes can, and are
	expect(await inMemory(bauta.profile, withDecoy)).toEqual(['decoy']);
});

test('a page that looks by itself does not count as use, a person does', async () => {
	const used = () => bauta.popup.evaluate(() => chrome.storage.session.get('last-use'));
	await bauta.popup.reload();
	// the page's own first looks are over once nothing is noted any more for a while
	let before = await used();
	for (let last: unknown; JSON.stringify(last) !== JSON.stringify(before); before = await used()) {
		last = before;
		await bauta.popup.waitForTimeout(3000);
	}
	await bauta.ask('popup.state', { tab: null, quiet: true });
	expect(await used()).toEqual(before);
	await bauta.ask('popup.state', { tab: null });
	expect(await used()).not.toEqual(before);
});
