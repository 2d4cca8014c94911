/** The popup after first run: unlock, this site, rooms, waiting messages, settings. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PopupState } from '../../src/messages/popup.ts';
import { openPopupBrowser, type PopupBrowser } from './popup-browser.ts';
import { busyState, foundSite, passphrase, phrase, unlockedState } from './screens.ts';

/** What the browser gives a page of the extension. */
declare const chrome: {
	permissions: object;
	runtime: { sendMessage(message: unknown): Promise<unknown> };
	storage: { session: { set(items: object): Promise<void>; remove(key: string): Promise<void> } };
};

const secret = { passphrase, key: phrase };
let popup: PopupBrowser;
beforeAll(async () => {
	popup = await openPopupBrowser();
});
afterAll(() => popup?.close());

const bodiesTo = async (to: string) => (await popup.messages()).filter((message) => message.to === to).map(({ body }) => body);

describe('locked', () => {
	it('has the field ready, says that a passphrase is wrong, keeps it, and shows the growing delay', async () => {
		await popup.open({ ...unlockedState, vault: 'locked' }, secret);
		await expect.poll(() => popup.page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
		await popup.page.keyboard.type('wrong');
		await popup.page.keyboard.press('Enter');
		expect(await popup.problem()).toBe(popup.say('error_wrong_passphrase'));
		expect(await popup.field('popup_passphrase').inputValue()).toBe('wrong');
		await popup.page.keyboard.press('Enter');
		const timer = popup.page.getByRole('timer');
		await expect.poll(() => timer.textContent()).toMatch(/\d/);
		await expect.poll(() => popup.button('popup_unlock').getAttribute('aria-disabled')).toBe('true');
		const tries = (await bodiesTo('vault.unlock')).length;
		await popup.page.keyboard.press('Enter');
		await expect.poll(() => timer.textContent()).toBe('');
		await popup.field('popup_passphrase').fill(passphrase);
		await popup.press('popup_unlock');
		await popup.page.getByRole('tablist').waitFor();
		// the Enter in between asked nothing
		expect((await bodiesTo('vault.unlock')).length).toBe(tries + 1);
	});

	it('is a way out for whoever has forgotten the passphrase and has the phrase', async () => {
		await popup.open({ ...unlockedState, vault: 'locked' }, secret);
		await popup.page.locator('summary').click();
		await popup.press('popup_forgotten_start');
		await popup.press('popup_forgotten_start');
		await popup.page.getByRole('heading', { name: popup.say('popup_restore_title') }).waitFor();
		await popup.page.locator('textarea').fill(phrase);
		await popup.press('popup_import_look');
		await popup.press('popup_import_use');
		await popup.field('popup_passphrase_new').fill(passphrase);
		await popup.field('popup_passphrase_again').fill(passphrase);
		await popup.press('popup_passphrase_create');
		await popup.page.getByRole('heading', { name: popup.say('popup_site_step_title') }).waitFor();
		expect(await bodiesTo('vault.create')).toEqual([{ passphrase, key: phrase, keyPassphrase: '', confirmed: true, replace: true }]);
	});

	it('"lock now" is one press away from everywhere', async () => {
		await popup.open(unlockedState);
		await popup.press('popup_lock_now');
		await popup.button('popup_unlock').waitFor();
	});
});

describe('this site', () => {
	/** Puts a person's answer in place of the browser's question and notes how it was asked. */
	const answerWith = (answer: boolean) =>
		popup.page.evaluate((yes) => {
			const notes: unknown[] = [];
			Object.assign(window, { notes });
			Object.assign(chrome.permissions, {
				request: async (asked: unknown) => {
					notes.push({ asked, byHand: navigator.userActivation.isActive, stack: new Error('').stack?.includes('async ') ?? false });
					return yes;
				},
			});
		}, answer);
	const notes = () => popup.page.evaluate(() => (window as unknown as { notes: { asked: unknown }[] }).notes);

	it('asks for the origin and its WebSocket twin as the first thing in the click', async () => {
		await popup.open({ ...unlockedState, site: foundSite });
		await expect
			.poll(() => bodiesTo('site.wanted'))
			.toEqual([{ origin: 'https://chat.example', frontend: 'converse', name: 'Converse.js', hosts: [] }]);
		await answerWith(true);
		await popup.press('popup_site_enable', 'chat.example');
		await popup.button('popup_site_reload').waitFor();
		expect(await notes()).toEqual([{ asked: { origins: ['https://chat.example/*', 'wss://chat.example/*'] }, byHand: true, stack: false }]);
		expect(await bodiesTo('site.granted')).toEqual([{ origin: 'https://chat.example' }]);
	});

	it('tells what a site was caught at, until the user lets it go', async () => {
		const site = {
			state: 'enabled',
			origin: 'https://chat.example',
			frontend: 'converse',
			name: 'Converse.js',
			hosts: [],
			reload: false,
			rooms: [],
		} as const;
		await popup.open({ ...unlockedState, site: { ...site, rooms: [], hosts: [], caught: 'lid' } });
		await popup.page.getByText(popup.say('popup_site_caught_lid')).waitFor();
		await popup.press('popup_site_forgive');
		await popup.page.getByText(popup.say('popup_site_caught_lid')).waitFor({ state: 'detached' });
		expect(await bodiesTo('site.forgive')).toEqual([{ origin: 'https://chat.example' }]);
	});

	it('takes no for an answer', async () => {
		await popup.open({ ...unlockedState, site: foundSite });
		await answerWith(false);
		await popup.press('popup_site_enable', 'chat.example');
		expect(await popup.problem()).toBe(popup.say('popup_site_refused'));
		expect(await bodiesTo('site.granted')).toEqual([]);
		await popup.button('popup_site_enable', 'chat.example').waitFor();
	});

	it('asks for all further hosts in one question', async () => {
		const state = busyState();
		if (state.site?.state === 'enabled') state.site.hosts = ['wss://xmpp.example:5443', 'https://xmpp.example', 'https://files.example'];
		await popup.open(state);
		await answerWith(true);
		await popup.press('popup_site_also', 'xmpp.example, files.example');
		await popup.button('popup_site_also', 'xmpp.example, files.example').waitFor({ state: 'detached' });
		const [{ asked } = { asked: null }] = await notes();
		expect(new Set((asked as { origins: string[] }).origins)).toEqual(
			new Set(['https://xmpp.example/*', 'wss://xmpp.example/*', 'https://files.example/*', 'wss://files.example/*']),
		);
	});

	it('asks for a room’s relays that only the page names, and for what else is wanting, in one question', async () => {
		const state = busyState();
		const relays = ['wss://relay-a.example', 'wss://relay-b.example:7777'];
		if (state.site?.state === 'enabled') {
			state.site.hosts = ['https://files.example'];
			Object.assign(state.site.rooms[0] ?? {}, { access: { state: 'closed', fault: { code: 'route-unasked', detail: '' } }, ask: relays });
		}
		await popup.open(state);
		await answerWith(true);
		await popup.page.getByRole('button', { name: /relay-a.*relay-b/ }).click();
		await expect.poll(() => bodiesTo('room.set').then((bodies) => bodies.length)).toBe(1);
		const asked = (await notes()).map((note) => (note.asked as { origins: string[] }).origins);
		expect(asked).toHaveLength(1);
		const hosts = ['relay-a.example', 'relay-b.example', 'files.example'];
		expect(new Set(asked[0])).toEqual(new Set(hosts.flatMap((host) => [`https://${host}/*`, `wss://${host}/*`])));
	});

	it('disables after asking once more', async () => {
		await popup.open(busyState());
		await popup.press('popup_site_disable');
		expect(await bodiesTo('site.disable')).toEqual([]);
		await popup.press('popup_site_disable');
		await expect.poll(() => bodiesTo('site.disable')).toEqual([{ origin: 'https://chat.example' }]);
		await popup.page.getByText(popup.say('popup_site_none'), { exact: true }).waitFor();
		// a chat in a frame of a site that Bauta may not reach is not seen
		await popup.page.getByText(popup.say('popup_site_none_frame'), { exact: true }).waitFor();
	});
});

describe('rooms', () => {
	it('shows each room with what is in force, and changes it', async () => {
		await popup.open(busyState());
		await expect
			.poll(() => popup.page.locator('.room .line').allTextContents())
			.toEqual([popup.say('popup_room_on'), popup.say('error_room_members_only'), popup.say('popup_room_stopped')]);
		await popup.page.locator('.room summary').first().click();
		const first = popup.page.locator('.room').first();
		await first.getByLabel(popup.say('popup_room_hide')).click();
		await first.getByLabel(popup.say('popup_room_host')).fill(' anon.chat.example ');
		await first.getByLabel(popup.say('popup_room_host')).press('Enter');
		const room = { network: 'xmpp', address: 'lagoon@rooms.chat.example' };
		await expect
			.poll(() => bodiesTo('room.set'))
			.toEqual([
				{ room, hide: { site: 'https://chat.example', hidden: true } },
				{ room, setting: { name: 'anonymousHost', written: 'anon.chat.example' } },
			]);
	});

	it('lets each room use another identity, the first one being nobody’s choice', async () => {
		const identity = { id: 'a', name: '', kind: 'phrase', confirmed: true, created: 1_790_000_000 };
		const state = busyState();
		await popup.open({ ...state, identities: [identity] });
		await popup.page.locator('.room summary').first().click();
		await popup.field('popup_room_hide').waitFor();
		expect(await popup.page.getByLabel(popup.say('popup_room_identity')).count()).toBe(0);
		await popup.open({ ...state, identities: [identity, { ...identity, id: 'b', name: 'Book club' }] });
		await popup.page.locator('.room summary').first().click();
		const choice = popup.field('popup_room_identity');
		expect(await choice.inputValue()).toBe('a');
		await choice.selectOption({ label: 'Book club' });
		const room = { network: 'xmpp', address: 'lagoon@rooms.chat.example' };
		await expect.poll(() => bodiesTo('room.set')).toEqual([{ room, identity: 'b' }]);
		await choice.selectOption({ label: popup.say('popup_identity_unnamed') });
		await expect.poll(async () => (await bodiesTo('room.set')).at(-1)).toEqual({ room, identity: null });
	});
});

describe('what waits', () => {
	it('offers cancel, retry and discard for what waits', async () => {
		await popup.open(busyState());
		const entries = popup.page.locator('.entry');
		await entries
			.nth(1)
			.getByRole('button', { name: popup.say('popup_outbox_retry') })
			.click();
		await expect.poll(() => bodiesTo('outbox.retry')).toEqual([{ id: '2', withoutReply: false }]);
		await entries
			.nth(0)
			.getByRole('button', { name: popup.say('popup_outbox_cancel') })
			.click();
		await entries
			.nth(0)
			.getByRole('button', { name: popup.say('popup_outbox_cancel') })
			.click();
		await expect.poll(() => bodiesTo('outbox.discard')).toEqual([{ id: '1' }]);
		await expect.poll(() => entries.count()).toBe(2);
	});

	it('tells what the vault has to tell, until it is read', async () => {
		await popup.open(busyState());
		const notice = popup.page.locator('.notice').filter({ has: popup.button('popup_notice_read') });
		expect(await notice.textContent()).toContain(popup.say('error_vault_repaired'));
		await popup.press('popup_notice_read');
		await notice.waitFor({ state: 'detached' });
		expect(await bodiesTo('notice.read')).toEqual([{ code: 'vault-repaired', detail: 'local' }]);
	});
});

describe('how careful to be', () => {
	const question = () => popup.page.getByRole('heading', { name: popup.say('popup_care_title') });
	it('is asked once of who had Bauta before, and can be changed in the settings, where the delay is fixed then', async () => {
		const { care: _care, ...settings } = unlockedState.settings ?? {};
		await popup.open({ ...unlockedState, settings: settings as PopupState['settings'] });
		await question().waitFor();
		await popup.page.getByRole('radio', { name: popup.say('popup_care_everyday') }).click();
		await question().waitFor({ state: 'detached' });
		await popup.page.locator('#tab-settings').click();
		await popup.page.getByRole('radio', { name: popup.say('popup_care_careful') }).check();
		await popup.page.getByText(popup.say('popup_settings_delay_careful')).waitFor();
		expect(await popup.field('popup_settings_delayMin').count()).toBe(0);
		await expect.poll(() => bodiesTo('settings.set')).toEqual([{ care: 'everyday' }, { care: 'careful' }]);
	});
});

describe('settings', () => {
	it('are stored when they are right; what is wrong stays to be mended', async () => {
		await popup.open(unlockedState);
		await popup.page.locator('#tab-settings').click();
		const least = popup.field('popup_settings_delayMin');
		await least.fill('5');
		await least.press('Enter');
		await expect.poll(() => bodiesTo('settings.set')).toEqual([{ delayMin: 5 }]);
		for (const typed of ['', '-1', '1.5', 'soon', '4000']) {
			await least.fill(typed);
			await least.press('Enter');
			expect(await popup.problem()).toBe(popup.say('popup_settings_between', '0', '3600'));
			expect(await least.inputValue()).toBe(typed);
		}
		await least.fill('13');
		await least.press('Enter');
		await expect.poll(() => popup.problem()).toBe(popup.say('popup_settings_reversed'));
		await least.fill('0');
		await least.press('Enter');
		await expect.poll(async () => (await bodiesTo('settings.set')).at(-1)).toEqual({ delayMin: 0 });
		// what it shows is what the background has, which answers a moment later
		await popup.page.getByLabel(popup.say('popup_settings_kill'), { exact: true }).click();
		await expect.poll(async () => (await bodiesTo('settings.set')).at(-1)).toEqual({ killSwitch: true });
	});

	it('tell of a proxy that the browser does not let Bauta use, and of none where a browser has no such thing', async () => {
		await popup.open(unlockedState);
		await popup.page.locator('#tab-settings').click();
		await popup.field('popup_settings_delayMin').waitFor();
		expect(await popup.page.getByText(popup.say('popup_proxy_title')).count()).toBe(0);
		await popup.open({ ...unlockedState, proxy: { address: '127.0.0.1:9050', isAllowed: false } });
		await popup.page.locator('#tab-settings').click();
		await popup.page.getByText(popup.say('popup_proxy_missing', '127.0.0.1:9050')).waitFor();
		await popup.press('popup_proxy_stop');
		await expect.poll(() => bodiesTo('proxy.set')).toEqual([{ address: null }]);
		await popup.field('popup_proxy_address').waitFor();
	});

	it('say how Bauta shows notifications, where the browser lets it, and store it', async () => {
		await popup.open({ ...unlockedState, mayNotify: true });
		await popup.page.locator('#tab-settings').click();
		await popup.press('popup_rings_open');
		const [text, locked] = ['popup_rings_text', 'popup_rings_locked'].map((key) =>
			popup.page.getByRole('switch', { name: popup.say(key) }),
		);
		expect([await text?.isChecked(), await locked?.isChecked()]).toEqual([false, true]);
		await text?.click();
		await expect.poll(async () => (await bodiesTo('settings.set')).at(-1)).toEqual({ ringText: true });
		await locked?.click();
		await expect.poll(async () => (await bodiesTo('settings.set')).at(-1)).toEqual({ ringLocked: false });
		await popup.press('popup_back');
		await popup.button('popup_rings_open').waitFor();
	});

	it('change the passphrase, with the old one asked', async () => {
		await popup.open(unlockedState, secret);
		await popup.page.locator('#tab-settings').click();
		await popup.press('popup_settings_passphrase');
		await popup.field('popup_passphrase_old').fill('not it');
		await popup.field('popup_passphrase_new').fill(`${passphrase} nine`);
		await popup.field('popup_passphrase_again').fill(`${passphrase} nine`);
		await popup.press('popup_settings_passphrase_set');
		expect(await popup.problem()).toBe(popup.say('error_wrong_passphrase'));
		expect(await popup.field('popup_passphrase_new').inputValue()).toBe(`${passphrase} nine`);
		await popup.field('popup_passphrase_old').fill(passphrase);
		await popup.press('popup_settings_passphrase_set');
		await popup.button('popup_settings_passphrase').waitFor();
		expect((await bodiesTo('vault.passphrase')).at(-1)).toEqual({ old: passphrase, passphrase: `${passphrase} nine` });
	});
});

describe('identity', () => {
	it('the phrase is gone for good when the window loses focus', async () => {
		await popup.open(unlockedState, secret);
		await popup.page.locator('#tab-identity').click();
		await popup.press('popup_phrase_show');
		await popup.field('popup_passphrase').fill(passphrase);
		await popup.press('popup_phrase_show');
		expect((await popup.words()).join(' ')).toBe(phrase);
		await popup.page.evaluate(() => dispatchEvent(new Event('blur')));
		await popup.page.getByText(popup.say('popup_words_hidden')).waitFor();
		expect(await popup.page.locator('.words li').count()).toBe(0);
		expect(await popup.button('popup_words_show').count()).toBe(0);
	});

	it('the same key a second time is noticed and the text kept', async () => {
		await popup.open(unlockedState, secret);
		await popup.page.locator('#tab-identity').click();
		await popup.press('popup_import_another');
		await popup.page.locator('textarea').fill(phrase);
		await popup.press('popup_import_look');
		await popup.press('popup_import_add');
		expect(await popup.problem()).toBe(popup.say('error_identity_known'));
		expect(await popup.page.locator('textarea').inputValue()).toBe(phrase);
	});
});

it('stays silent when nobody is at it, so that the automatic lock can come, and shows the lock at once', async () => {
	const { page } = popup;
	await popup.open(unlockedState);
	await page.clock.install();
	await popup.open(unlockedState);
	const worker = await popup.browser.worker();
	/** how often it was asked how things stand: the page's question after those tells that they have all come */
	const looks = async () => {
		await page.evaluate(() => chrome.runtime.sendMessage({ to: 'slow-task.progress', body: {} }));
		return worker.evaluate(() => (self as unknown as { looks: { count: number } }).looks.count);
	};
	await page.clock.runFor(25_000);
	const before = await looks();
	await page.clock.runFor(120_000);
	expect(await looks()).toBe(before);
	await popup.setState({ vault: 'locked' });
	await worker.evaluate(async () => {
		await chrome.storage.session.set({ key: 'x' });
		await chrome.storage.session.remove('key');
	});
	await popup.button('popup_unlock').waitFor();
});

it('asks the network for nothing', () => {
	expect(popup.networkRequests).toEqual([]);
	expect(popup.browser.errors).toEqual([]);
});
