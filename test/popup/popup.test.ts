/** The popup after first run: unlock, this site, rooms, waiting messages, settings. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busy, found, open, passphrase, phrase } from './scenes.ts';
import { openStage, type Stage } from './stage.ts';

/** What the browser gives a page of the extension. */
declare const chrome: {
	permissions: object;
	runtime: { sendMessage(message: unknown): Promise<unknown> };
	storage: { session: { set(items: object): Promise<void>; remove(key: string): Promise<void> } };
};

const secret = { passphrase, key: phrase };
let stage: Stage;
beforeAll(async () => {
	stage = await openStage();
});
afterAll(() => stage?.close());

const sent = async (to: string) => (await stage.asked()).filter((message) => message.to === to).map(({ body }) => body);

describe('locked', () => {
	it('has the field ready, says that a passphrase is wrong, keeps it, and shows the growing delay', async () => {
		await stage.open({ ...open, vault: 'locked' }, secret);
		await expect.poll(() => stage.page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
		await stage.page.keyboard.type('wrong');
		await stage.page.keyboard.press('Enter');
		expect(await stage.problem()).toBe(stage.say('error_wrong_passphrase'));
		expect(await stage.field('popup_passphrase').inputValue()).toBe('wrong');
		await stage.page.keyboard.press('Enter');
		const timer = stage.page.getByRole('timer');
		await expect.poll(() => timer.textContent()).toMatch(/\d/);
		await expect.poll(() => stage.button('popup_unlock').getAttribute('aria-disabled')).toBe('true');
		const tries = (await sent('vault.unlock')).length;
		await stage.page.keyboard.press('Enter');
		await expect.poll(() => timer.textContent()).toBe('');
		await stage.field('popup_passphrase').fill(passphrase);
		await stage.press('popup_unlock');
		await stage.page.getByRole('tablist').waitFor();
		// the Enter in between asked nothing
		expect((await sent('vault.unlock')).length).toBe(tries + 1);
	});

	it('is a way out for whoever has forgotten the passphrase and has the phrase', async () => {
		await stage.open({ ...open, vault: 'locked' }, secret);
		await stage.page.locator('summary').click();
		await stage.press('popup_forgotten_start');
		await stage.press('popup_forgotten_start');
		await stage.page.getByRole('heading', { name: stage.say('popup_restore_title') }).waitFor();
		await stage.page.locator('textarea').fill(phrase);
		await stage.press('popup_import_look');
		await stage.press('popup_import_use');
		await stage.field('popup_passphrase_new').fill(passphrase);
		await stage.field('popup_passphrase_again').fill(passphrase);
		await stage.press('popup_passphrase_create');
		await stage.page.getByRole('heading', { name: stage.say('popup_site_step_title') }).waitFor();
		expect(await sent('vault.create')).toEqual([{ passphrase, key: phrase, keyPassphrase: '', confirmed: true, replace: true }]);
	});

	it('"lock now" is one press away from everywhere', async () => {
		await stage.open(open);
		await stage.press('popup_lock_now');
		await stage.button('popup_unlock').waitFor();
	});
});

describe('this site', () => {
	/** Puts a person's answer in place of the browser's question and notes how it was asked. */
	const answerWith = (answer: boolean) =>
		stage.page.evaluate((yes) => {
			const notes: unknown[] = [];
			Object.assign(window, { notes });
			Object.assign(chrome.permissions, {
				request: async (asked: unknown) => {
					notes.push({ asked, byHand: navigator.userActivation.isActive, stack: new Error('').stack?.includes('async ') ?? false });
					return yes;
				},
			});
		}, answer);
	const notes = () => stage.page.evaluate(() => (window as unknown as { notes: { asked: unknown }[] }).notes);

	it('asks for the origin and its WebSocket twin as the first thing in the click', async () => {
		await stage.open({ ...open, site: found });
		await expect.poll(() => sent('site.wanted')).toEqual([{ origin: 'https://chat.example', frontend: 'converse', hosts: [] }]);
		await answerWith(true);
		await stage.press('popup_site_enable', 'chat.example');
		await stage.button('popup_site_reload').waitFor();
		expect(await notes()).toEqual([{ asked: { origins: ['https://chat.example/*', 'wss://chat.example/*'] }, byHand: true, stack: false }]);
		expect(await sent('site.granted')).toEqual([{ origin: 'https://chat.example' }]);
	});

	it('takes no for an answer', async () => {
		await stage.open({ ...open, site: found });
		await answerWith(false);
		await stage.press('popup_site_enable', 'chat.example');
		expect(await stage.problem()).toBe(stage.say('popup_site_refused'));
		expect(await sent('site.granted')).toEqual([]);
		await stage.button('popup_site_enable', 'chat.example').waitFor();
	});

	it('asks for all further hosts in one question', async () => {
		const state = busy();
		if (state.site?.state === 'enabled') state.site.hosts = ['wss://xmpp.example:5443', 'https://xmpp.example', 'https://files.example'];
		await stage.open(state);
		await answerWith(true);
		await stage.press('popup_site_also', 'xmpp.example, files.example');
		await stage.button('popup_site_also', 'xmpp.example, files.example').waitFor({ state: 'detached' });
		const [{ asked } = { asked: null }] = await notes();
		expect(new Set((asked as { origins: string[] }).origins)).toEqual(
			new Set(['https://xmpp.example/*', 'wss://xmpp.example/*', 'https://files.example/*', 'wss://files.example/*']),
		);
	});

	it('disables after asking once more', async () => {
		await stage.open(busy());
		await stage.press('popup_site_disable');
		expect(await sent('site.disable')).toEqual([]);
		await stage.press('popup_site_disable');
		await expect.poll(() => sent('site.disable')).toEqual([{ origin: 'https://chat.example' }]);
		await stage.page.getByText(stage.say('popup_site_none'), { exact: true }).waitFor();
	});

	it('shows each room with what is in force, and changes it', async () => {
		await stage.open(busy());
		await expect
			.poll(() => stage.page.locator('.room .line').allTextContents())
			.toEqual([stage.say('popup_room_on'), stage.say('error_room_members_only'), stage.say('popup_room_stopped')]);
		await stage.page.locator('.room summary').first().click();
		const first = stage.page.locator('.room').first();
		await first.getByLabel(stage.say('popup_room_hide')).click();
		await first.getByLabel(stage.say('popup_room_host')).fill(' anon.chat.example ');
		await first.getByLabel(stage.say('popup_room_host')).press('Enter');
		const room = { network: 'xmpp', address: 'lagoon@rooms.chat.example' };
		await expect
			.poll(() => sent('room.set'))
			.toEqual([
				{ room, hidden: true },
				{ room, anonymousHost: 'anon.chat.example' },
			]);
	});

	it('lets each room use another identity, the first one being nobody’s choice', async () => {
		const one = { id: 'a', name: '', kind: 'phrase', confirmed: true, created: 1_790_000_000 };
		const state = busy();
		await stage.open({ ...state, identities: [one] });
		await stage.page.locator('.room summary').first().click();
		await stage.field('popup_room_hide').waitFor();
		expect(await stage.page.getByLabel(stage.say('popup_room_identity')).count()).toBe(0);
		await stage.open({ ...state, identities: [one, { ...one, id: 'b', name: 'Book club' }] });
		await stage.page.locator('.room summary').first().click();
		const choice = stage.field('popup_room_identity');
		expect(await choice.inputValue()).toBe('a');
		await choice.selectOption({ label: 'Book club' });
		const room = { network: 'xmpp', address: 'lagoon@rooms.chat.example' };
		await expect.poll(() => sent('room.set')).toEqual([{ room, identity: 'b' }]);
		await choice.selectOption({ label: stage.say('popup_identity_unnamed') });
		await expect.poll(async () => (await sent('room.set')).at(-1)).toEqual({ room, identity: null });
	});

	it('offers cancel, retry and discard for what waits', async () => {
		await stage.open(busy());
		const entries = stage.page.locator('.entry');
		await entries
			.nth(1)
			.getByRole('button', { name: stage.say('popup_outbox_retry') })
			.click();
		await expect.poll(() => sent('outbox.retry')).toEqual([{ id: '2' }]);
		await entries
			.nth(0)
			.getByRole('button', { name: stage.say('popup_outbox_cancel') })
			.click();
		await entries
			.nth(0)
			.getByRole('button', { name: stage.say('popup_outbox_cancel') })
			.click();
		await expect.poll(() => sent('outbox.discard')).toEqual([{ id: '1' }]);
		await expect.poll(() => entries.count()).toBe(2);
	});

	it('tells what the vault has to tell, until it is read', async () => {
		await stage.open(busy());
		const notice = stage.page.locator('.notice').filter({ has: stage.button('popup_notice_read') });
		expect(await notice.textContent()).toContain(stage.say('error_vault_repaired'));
		await stage.press('popup_notice_read');
		await notice.waitFor({ state: 'detached' });
		expect(await sent('notice.read')).toEqual([{ code: 'vault-repaired', detail: 'local' }]);
	});
});

describe('settings', () => {
	it('are stored when they are right; what is wrong stays to be mended', async () => {
		await stage.open(open);
		await stage.page.locator('#tab-settings').click();
		const least = stage.field('popup_settings_delayMin');
		await least.fill('5');
		await least.press('Enter');
		await expect.poll(() => sent('settings.set')).toEqual([{ delayMin: 5 }]);
		for (const typed of ['', '-1', '1.5', 'soon', '4000']) {
			await least.fill(typed);
			await least.press('Enter');
			expect(await stage.problem()).toBe(stage.say('popup_settings_between', '0', '3600'));
			expect(await least.inputValue()).toBe(typed);
		}
		await least.fill('13');
		await least.press('Enter');
		await expect.poll(() => stage.problem()).toBe(stage.say('popup_settings_reversed'));
		await least.fill('0');
		await least.press('Enter');
		await expect.poll(async () => (await sent('settings.set')).at(-1)).toEqual({ delayMin: 0 });
		// what it shows is what the background has, which answers a moment later
		await stage.page.getByLabel(stage.say('popup_settings_kill'), { exact: true }).click();
		await expect.poll(async () => (await sent('settings.set')).at(-1)).toEqual({ killSwitch: true });
	});

	it('change the passphrase, with the old one asked', async () => {
		await stage.open(open, secret);
		await stage.page.locator('#tab-settings').click();
		await stage.press('popup_settings_passphrase');
		await stage.field('popup_passphrase_old').fill('not it');
		await stage.field('popup_passphrase_new').fill(`${passphrase} nine`);
		await stage.field('popup_passphrase_again').fill(`${passphrase} nine`);
		await stage.press('popup_settings_passphrase_set');
		expect(await stage.problem()).toBe(stage.say('error_wrong_passphrase'));
		expect(await stage.field('popup_passphrase_new').inputValue()).toBe(`${passphrase} nine`);
		await stage.field('popup_passphrase_old').fill(passphrase);
		await stage.press('popup_settings_passphrase_set');
		await stage.button('popup_settings_passphrase').waitFor();
		expect((await sent('vault.passphrase')).at(-1)).toEqual({ old: passphrase, passphrase: `${passphrase} nine` });
	});
});

describe('identity', () => {
	it('the phrase is gone for good when the window loses focus', async () => {
		await stage.open(open, secret);
		await stage.page.locator('#tab-identity').click();
		await stage.press('popup_phrase_show');
		await stage.field('popup_passphrase').fill(passphrase);
		await stage.press('popup_phrase_show');
		expect((await stage.words()).join(' ')).toBe(phrase);
		await stage.page.evaluate(() => dispatchEvent(new Event('blur')));
		await stage.page.getByText(stage.say('popup_words_hidden')).waitFor();
		expect(await stage.page.locator('.words li').count()).toBe(0);
		expect(await stage.button('popup_words_show').count()).toBe(0);
	});

	it('the same key a second time is noticed and the text kept', async () => {
		await stage.open(open, secret);
		await stage.page.locator('#tab-identity').click();
		await stage.press('popup_import_another');
		await stage.page.locator('textarea').fill(phrase);
		await stage.press('popup_import_look');
		await stage.press('popup_import_add');
		expect(await stage.problem()).toBe(stage.say('error_identity_known'));
		expect(await stage.page.locator('textarea').inputValue()).toBe(phrase);
	});
});

it('stays silent when nobody is at it, so that the automatic lock can come, and shows the lock at once', async () => {
	const { page } = stage;
	await stage.open(open);
	await page.clock.install();
	await stage.open(open);
	const worker = await stage.browser.worker();
	/** how often it was asked how things stand: the page's question after those tells that they have all come */
	const looks = async () => {
		await page.evaluate(() => chrome.runtime.sendMessage({ to: 'work.progress', body: {} }));
		return worker.evaluate(() => (self as unknown as { looks: { count: number } }).looks.count);
	};
	await page.clock.runFor(25_000);
	const before = await looks();
	await page.clock.runFor(120_000);
	expect(await looks()).toBe(before);
	await stage.scene({ vault: 'locked' });
	await worker.evaluate(async () => {
		await chrome.storage.session.set({ key: 'x' });
		await chrome.storage.session.remove('key');
	});
	await stage.button('popup_unlock').waitFor();
});

it('asks the network for nothing', () => {
	expect(stage.requests).toEqual([]);
	expect(stage.browser.errors).toEqual([]);
});
