/** Keys and vault: every state of bringing, keeping, removing and restoring, each a picture and a run of axe. */

import type { PopupBrowser } from './popup-browser.ts';
import { identity, passphrase, room, type ScreenCase, toTab, unlockedState } from './screens.ts';

/** opens every locked key and every backup in the tests' background */
export const otherPassphrase = 'lantern barge pepper violin nine';
const encryptedKey = `ncryptsec1${'q'.repeat(152)}`;

const several = () => ({
	...unlockedState,
	identities: [
		identity,
		{ ...identity, id: 'b', name: 'Reading circle', kind: 'phrase', confirmed: false },
		{ ...identity, id: 'c', name: 'Recovery phrase of the harbour house', kind: 'key' },
		{ ...identity, id: 'd', name: 'Phone', kind: 'linked' },
	],
});
const importPage = async (popup: PopupBrowser) => {
	await toTab('identity')(popup);
	await popup.press('popup_import_another');
};
const look = async (popup: PopupBrowser, text: string) => {
	await importPage(popup);
	await popup.page.locator('textarea').fill(text);
	await popup.press('popup_import_look');
};
const backup = async (popup: PopupBrowser) => {
	await toTab('identity')(popup);
	await popup.press('popup_backup_make');
	await popup.field('popup_backup_vault').fill(passphrase);
	await popup.field('popup_backup_own').fill(otherPassphrase);
};
const sheet = async (popup: PopupBrowser) => {
	await toTab('identity')(popup);
	await popup.press('popup_sheet_make');
	await popup.field('popup_passphrase').fill(passphrase);
	await popup.press('popup_sheet_show');
	await popup.page.locator('.sheet').waitFor();
};
const restore = async (popup: PopupBrowser, passphraseInput: string) => {
	await toTab('identity')(popup);
	await popup.press('popup_restore_backup');
	const buffer = Buffer.from('{"format":"bauta-backup"}');
	await popup.page
		.locator('input[type=file]')
		.setInputFiles({ name: 'bauta-backup-2026-11-21.json', mimeType: 'application/json', buffer });
	await popup.page.locator('.line.on').waitFor();
	await popup.field('popup_restore_backup_passphrase').fill(passphraseInput);
	await popup.press('popup_restore_backup_look');
};

export const keyScreens: ScreenCase[] = [
	{
		name: 'import-locked',
		state: () => unlockedState,
		go: async (popup) => {
			await look(popup, encryptedKey);
			await popup.field('popup_import_password').fill('wrong');
			await popup.press('popup_import_open');
			await popup.problem();
		},
	},
	{
		name: 'import-opened',
		state: () => unlockedState,
		go: async (popup) => {
			await look(popup, encryptedKey);
			await popup.field('popup_import_password').fill(otherPassphrase);
			await popup.press('popup_import_open');
			await popup.button('popup_import_add').waitFor();
		},
	},
	{
		name: 'import-working',
		isEnd: true,
		state: () => unlockedState,
		go: async (popup) => {
			await importPage(popup);
			await popup.page.locator('textarea').fill(encryptedKey);
			const worker = await popup.browser.worker();
			await worker.evaluate(() => {
				(self as unknown as { slowWork: { fraction: number } }).slowWork.fraction = 0.42;
			});
			await popup.press('popup_import_look');
			await popup.page.locator('progress').waitFor();
		},
	},
	{
		name: 'import-backup',
		state: () => unlockedState,
		go: async (popup) => {
			await look(popup, '{"format":"bauta-backup"}');
			await popup.button('popup_import_backup').waitFor();
		},
	},
	{
		name: 'import-no-camera',
		state: () => unlockedState,
		go: async (popup) => {
			await importPage(popup);
			await popup.press('popup_read_camera');
			await popup.problem();
		},
	},
	{
		name: 'identities',
		state: several,
		go: async (popup) => {
			await toTab('identity')(popup);
			await popup.page.getByText(popup.say('popup_asides')).waitFor();
		},
	},
	{
		name: 'identity-rename',
		state: several,
		go: async (popup) => {
			await toTab('identity')(popup);
			await popup.page.getByText(popup.say('popup_identity_rename'), { exact: true }).nth(1).click();
		},
	},
	{
		name: 'identity-remove',
		state: several,
		go: async (popup) => {
			await toTab('identity')(popup);
			await popup.page.getByText(popup.say('popup_identity_remove'), { exact: true }).nth(1).click();
		},
	},
	{
		name: 'identity-new',
		state: () => unlockedState,
		go: async (popup) => {
			await toTab('identity')(popup);
			await popup.press('popup_new_identity');
		},
	},
	{
		name: 'aside-open',
		state: several,
		go: async (popup) => {
			await toTab('identity')(popup);
			await popup.press('popup_aside_open');
			await popup.field('popup_aside_passphrase').fill('wrong');
			await popup.press('popup_aside_open');
			await popup.problem();
			await popup.field('popup_aside_passphrase').fill(otherPassphrase);
			await popup.press('popup_aside_open');
			await popup.page.locator('.line.on', { hasText: popup.say('popup_aside_messages', '3') }).waitFor();
		},
	},
	{
		name: 'aside-forget',
		state: several,
		go: async (popup) => {
			await toTab('identity')(popup);
			await popup.press('popup_aside_forget');
		},
	},
	{ name: 'backup', state: () => unlockedState, go: backup },
	{
		name: 'backup-done',
		state: () => unlockedState,
		go: async (popup) => {
			await backup(popup);
			await popup.field('popup_backup_own_again').fill(otherPassphrase);
			await popup.press('popup_backup_do');
			await popup.button('popup_done').waitFor();
		},
	},
	{
		name: 'sheet-ask',
		state: several,
		go: async (popup) => {
			await toTab('identity')(popup);
			await popup.press('popup_sheet_make');
		},
	},
	{ name: 'sheet', state: () => unlockedState, go: sheet },
	{
		name: 'sheet-hidden',
		isEnd: true,
		state: () => unlockedState,
		go: async (popup) => {
			await sheet(popup);
			await popup.page.evaluate(() => dispatchEvent(new Event('blur')));
		},
	},
	{
		name: 'restore-wrong',
		state: () => unlockedState,
		go: async (popup) => {
			await restore(popup, 'wrong');
			await popup.problem();
		},
	},
	{
		name: 'restore-found',
		state: several,
		go: async (popup) => {
			await restore(popup, otherPassphrase);
			await popup.page.locator('.found').waitFor();
		},
	},
	{
		name: 'restore-passphrase',
		state: () => unlockedState,
		go: async (popup) => {
			await restore(popup, otherPassphrase);
			await popup.press('popup_restore_backup_use');
			await popup.field('popup_passphrase_new').waitFor();
		},
	},
	{
		name: 'room-identity',
		state: () => ({
			...several(),
			site: {
				state: 'enabled' as const,
				origin: 'https://chat.example',
				frontend: 'converse',
				name: 'Converse.js',
				hosts: [],
				reload: false,
				rooms: [{ ...room('lagoon', { on: true }), identity: 'b' }],
			},
		}),
		go: async (popup) => {
			await popup.page.locator('.room summary').click();
		},
	},
];
