/** Keys and vault: every state of bringing, keeping, removing and restoring, each a picture and a run of axe. */
import { identity, open, passphrase, room, type Scene, toTab } from './scenes.ts';
import type { Stage } from './stage.ts';

/** opens every locked key and every backup in the tests' background */
export const otherPassphrase = 'lantern barge pepper violin nine';
const locked = `ncryptsec1${'q'.repeat(152)}`;

const several = () => ({
	...open,
	identities: [
		identity,
		{ ...identity, id: 'b', name: 'Reading circle', kind: 'phrase', confirmed: false },
		{ ...identity, id: 'c', name: 'Recovery phrase of the harbour house', kind: 'key' },
		{ ...identity, id: 'd', name: 'Phone', kind: 'linked' },
	],
});
const importPage = async (stage: Stage) => {
	await toTab('identity')(stage);
	await stage.press('popup_import_another');
};
const look = async (stage: Stage, text: string) => {
	await importPage(stage);
	await stage.page.locator('textarea').fill(text);
	await stage.press('popup_import_look');
};
const backup = async (stage: Stage) => {
	await toTab('identity')(stage);
	await stage.press('popup_backup_make');
	await stage.field('popup_backup_vault').fill(passphrase);
	await stage.field('popup_backup_own').fill(otherPassphrase);
};
const sheet = async (stage: Stage) => {
	await toTab('identity')(stage);
	await stage.press('popup_sheet_make');
	await stage.field('popup_passphrase').fill(passphrase);
	await stage.press('popup_sheet_show');
	await stage.page.locator('.sheet').waitFor();
};
const restore = async (stage: Stage, typed: string) => {
	await toTab('identity')(stage);
	await stage.press('popup_restore_backup');
	const buffer = Buffer.from('{"format":"bauta-backup"}');
	await stage.page
		.locator('input[type=file]')
		.setInputFiles({ name: 'bauta-backup-2026-11-21.json', mimeType: 'application/json', buffer });
	await stage.page.locator('.line.on').waitFor();
	await stage.field('popup_restore_backup_passphrase').fill(typed);
	await stage.press('popup_restore_backup_look');
};

export const keyScenes: Scene[] = [
	{
		name: 'import-locked',
		state: () => open,
		go: async (stage) => {
			await look(stage, locked);
			await stage.field('popup_import_password').fill('wrong');
			await stage.press('popup_import_open');
			await stage.problem();
		},
	},
	{
		name: 'import-opened',
		state: () => open,
		go: async (stage) => {
			await look(stage, locked);
			await stage.field('popup_import_password').fill(otherPassphrase);
			await stage.press('popup_import_open');
			await stage.button('popup_import_add').waitFor();
		},
	},
	{
		name: 'import-working',
		state: () => open,
		go: async (stage) => {
			await importPage(stage);
			await stage.page.locator('textarea').fill(locked);
			const worker = await stage.browser.worker();
			await worker.evaluate(() => {
				(self as unknown as { work: { fraction: number } }).work.fraction = 0.42;
			});
			await stage.press('popup_import_look');
			await stage.page.locator('progress').waitFor();
		},
	},
	{
		name: 'import-backup',
		state: () => open,
		go: async (stage) => {
			await look(stage, '{"format":"bauta-backup"}');
			await stage.button('popup_import_backup').waitFor();
		},
	},
	{
		name: 'import-no-camera',
		state: () => open,
		go: async (stage) => {
			await importPage(stage);
			await stage.press('popup_read_camera');
			await stage.problem();
		},
	},
	{
		name: 'identities',
		state: several,
		go: async (stage) => {
			await toTab('identity')(stage);
			await stage.page.getByText(stage.say('popup_asides')).waitFor();
		},
	},
	{
		name: 'identity-rename',
		state: several,
		go: async (stage) => {
			await toTab('identity')(stage);
			await stage.page.getByText(stage.say('popup_identity_rename'), { exact: true }).nth(1).click();
		},
	},
	{
		name: 'identity-remove',
		state: several,
		go: async (stage) => {
			await toTab('identity')(stage);
			await stage.page.getByText(stage.say('popup_identity_remove'), { exact: true }).nth(1).click();
		},
	},
	{
		name: 'identity-new',
		state: () => open,
		go: async (stage) => {
			await toTab('identity')(stage);
			await stage.press('popup_new_identity');
		},
	},
	{
		name: 'aside-open',
		state: several,
		go: async (stage) => {
			await toTab('identity')(stage);
			await stage.press('popup_aside_open');
			await stage.field('popup_aside_passphrase').fill('wrong');
			await stage.press('popup_aside_open');
			await stage.problem();
			await stage.field('popup_aside_passphrase').fill(otherPassphrase);
			await stage.press('popup_aside_open');
			await stage.page.locator('.line.on', { hasText: stage.say('popup_aside_messages', '3') }).waitFor();
		},
	},
	{
		name: 'aside-forget',
		state: several,
		go: async (stage) => {
			await toTab('identity')(stage);
			await stage.press('popup_aside_forget');
		},
	},
	{ name: 'backup', state: () => open, go: backup },
	{
		name: 'backup-done',
		state: () => open,
		go: async (stage) => {
			await backup(stage);
			await stage.field('popup_backup_own_again').fill(otherPassphrase);
			await stage.press('popup_backup_do');
			await stage.button('popup_done').waitFor();
		},
	},
	{
		name: 'sheet-ask',
		state: several,
		go: async (stage) => {
			await toTab('identity')(stage);
			await stage.press('popup_sheet_make');
		},
	},
	{ name: 'sheet', state: () => open, go: sheet },
	{
		name: 'sheet-hidden',
		state: () => open,
		go: async (stage) => {
			await sheet(stage);
			await stage.page.evaluate(() => dispatchEvent(new Event('blur')));
		},
	},
	{
		name: 'restore-wrong',
		state: () => open,
		go: async (stage) => {
			await restore(stage, 'wrong');
			await stage.problem();
		},
	},
	{
		name: 'restore-found',
		state: several,
		go: async (stage) => {
			await restore(stage, otherPassphrase);
			await stage.page.locator('.found').waitFor();
		},
	},
	{
		name: 'restore-passphrase',
		state: () => open,
		go: async (stage) => {
			await restore(stage, otherPassphrase);
			await stage.press('popup_restore_backup_use');
			await stage.field('popup_passphrase_new').waitFor();
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
				hosts: [],
				reload: false,
				rooms: [{ ...room('lagoon', { on: true }), identity: 'b' }],
			},
		}),
		go: async (stage) => {
			await stage.page.locator('.room summary').click();
		},
	},
];
