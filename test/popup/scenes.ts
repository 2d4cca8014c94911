import type { PopupRoom, PopupState } from '../../src/messages/popup.ts';
import type { Stage } from './stage.ts';

/** A phrase of the standard's own test vectors (BIP-39, all zero bits). */
export const phrase = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
export const passphrase = 'copper lagoon umbrella thistle seven';
const origin = 'https://chat.example';

export const room = (name: string, rest: Partial<PopupRoom> = {}): PopupRoom => ({
	room: { network: 'xmpp', address: `${name}@rooms.chat.example` },
	on: false,
	access: { state: 'open', modes: ['one-time', 'no-trace', 'keyless'] },
	vault: 'unlocked',
	hidden: false,
	waiting: 0,
	...rest,
});
const lagoon = room('lagoon').room;
export const identity = { id: 'a', name: '', kind: 'phrase', confirmed: true, created: 1_790_000_000 };

export const fresh: Partial<PopupState> = {
	vault: 'none',
	identities: [],
	waiting: [],
	notices: [],
	sites: [],
	site: { state: 'unsupported' },
};
export const found: PopupState['site'] = { state: 'found', origin, frontend: 'converse', hosts: [] };
export const open: Partial<PopupState> = { ...fresh, vault: 'unlocked', identities: [identity], site: { state: 'none', origin } };
export const busy = (): Partial<PopupState> => ({
	...open,
	identities: [{ ...identity, confirmed: false }],
	notices: [{ code: 'vault-repaired', detail: 'local' }],
	sites: [{ origin, frontend: 'converse' }],
	site: {
		state: 'enabled',
		origin,
		frontend: 'converse',
		hosts: ['wss://xmpp.example:5443'],
		reload: true,
		rooms: [
			room('lagoon', { on: true, waiting: 1 }),
			room('ridotto', { access: { state: 'closed', fault: { code: 'room-members-only', detail: '' } } }),
			room('campo', { stopped: true }),
		],
	},
	waiting: [
		{
			id: '1',
			text: 'The workshop is empty in the evening.',
			mode: 'one-time',
			state: 'waiting',
			due: Date.now() + 60_000,
			fault: null,
			room: lagoon,
		},
		{
			id: '2',
			text: 'Who has the key?',
			mode: 'one-time',
			state: 'failed',
			due: 0,
			fault: { code: 'server-down', detail: 'chat.example' },
			room: lagoon,
		},
		{ id: '3', text: 'Nobody knows.', mode: 'keyless', state: 'unsure', due: 0, fault: null, room: lagoon },
	],
});

/** A channel on Nostr, which has relays of its own. */
const nostrSite = (): Partial<PopupState> => ({
	...open,
	sites: [{ origin, frontend: 'nostrchat' }],
	site: {
		state: 'enabled',
		origin,
		frontend: 'nostrchat',
		hosts: [],
		reload: false,
		rooms: [room('agora', { room: { network: 'nostr', address: `28:${'5a'.repeat(32)}` }, name: 'agora', relays: [] })],
	},
});

export interface Scene {
	name: string;
	state: () => Partial<PopupState>;
	/** from the freshly opened popup to what is to be seen */
	go?: (stage: Stage) => Promise<void>;
}

export const toTab = (name: string) => (stage: Stage) => stage.page.locator(`#tab-${name}`).click();
const words = async (stage: Stage) => {
	await stage.press('popup_welcome_new');
	await stage.page.locator('.words li').first().waitFor();
};

/** Every state that the popup can show, each a picture and a run of axe. */
export const scenes: Scene[] = [
	{ name: 'welcome', state: () => fresh },
	{ name: 'words', state: () => fresh, go: words },
	{
		name: 'words-hidden',
		state: () => fresh,
		go: async (stage) => {
			await words(stage);
			await stage.page.evaluate(() => dispatchEvent(new Event('blur')));
		},
	},
	{
		name: 'ask-wrong',
		state: () => fresh,
		go: async (stage) => {
			await words(stage);
			await stage.press('popup_words_written');
			await stage.press('popup_ask_check');
			await stage.problem();
		},
	},
	{
		name: 'import-found',
		state: () => fresh,
		go: async (stage) => {
			await stage.press('popup_welcome_import');
			await stage.page.locator('textarea').fill(phrase);
			await stage.press('popup_import_look');
			await stage.page.locator('.found').waitFor();
		},
	},
	{
		name: 'import-wrong',
		state: () => fresh,
		go: async (stage) => {
			await stage.press('popup_welcome_import');
			await stage.page.locator('textarea').fill(phrase.replace('about', 'abuot'));
			await stage.press('popup_import_look');
			await stage.problem();
		},
	},
	{
		name: 'passphrase',
		state: () => fresh,
		go: async (stage) => {
			await words(stage);
			await stage.press('popup_words_later');
			await stage.field('popup_passphrase_new').fill('lagoon lantern');
			await stage.field('popup_passphrase_again').fill('lagoon');
			await stage.press('popup_passphrase_create');
			await stage.problem();
		},
	},
	{
		name: 'site-step',
		state: () => ({ ...fresh, site: found }),
		go: async (stage) => {
			await words(stage);
			await stage.press('popup_words_later');
			await stage.field('popup_passphrase_new').fill(passphrase);
			await stage.field('popup_passphrase_again').fill(passphrase);
			await stage.press('popup_passphrase_create');
			await stage.page.locator('.card.site').waitFor();
		},
	},
	{ name: 'locked', state: () => ({ ...open, vault: 'locked' }) },
	{
		name: 'locked-wrong',
		state: () => ({ ...open, vault: 'locked' }),
		go: async (stage) => {
			await stage.field('popup_passphrase').fill('wrong');
			await stage.press('popup_unlock');
			await stage.problem();
			await stage.page.locator('summary').click();
			await stage.press('popup_forgotten_start');
		},
	},
	{ name: 'site-unsupported', state: () => ({ ...open, site: { state: 'unsupported' } }) },
	{ name: 'site-none', state: () => open },
	{ name: 'site-found', state: () => ({ ...open, site: found }) },
	{
		name: 'site-enabled',
		state: busy,
		go: async (stage) => {
			await stage.page.locator('.room summary').first().click();
		},
	},
	{ name: 'identity', state: busy, go: toTab('identity') },
	{
		name: 'identity-phrase',
		state: () => open,
		go: async (stage) => {
			await toTab('identity')(stage);
			await stage.press('popup_phrase_show');
			await stage.field('popup_passphrase').fill(passphrase);
			await stage.press('popup_phrase_show');
			await stage.page.locator('.words').waitFor();
		},
	},
	{ name: 'devices', state: () => open, go: toTab('devices') },
	{ name: 'settings', state: busy, go: toTab('settings') },
	{
		name: 'settings-wrong',
		state: () => ({ ...open, settings: { delayMin: 2, delayMax: 12, lockMinutes: 15, perMinute: 6, perDay: 100, killSwitch: true } }),
		go: async (stage) => {
			await toTab('settings')(stage);
			await stage.field('popup_settings_delayMin').fill('99');
			await stage.page.keyboard.press('Enter');
			await stage.problem();
		},
	},
	{
		name: 'settings-passphrase',
		state: () => open,
		go: async (stage) => {
			await toTab('settings')(stage);
			await stage.press('popup_settings_passphrase');
			await stage.page.locator('h1').waitFor();
		},
	},
	{
		name: 'room-relays',
		state: nostrSite,
		go: async (stage) => {
			await stage.page.locator('.room summary').click();
			const field = stage.field('popup_room_relays');
			await field.fill('relay.example, ws://localhost:4869');
			await field.press('Enter');
			await stage.page.waitForFunction(() => [...document.querySelectorAll('input')].some(({ value }) => value.startsWith('wss://')));
			await field.fill('wss://ann:secret@relay.example https://relay.example');
			await field.press('Enter');
			const problem = await stage.problem();
			if (problem !== stage.say('error_relay_login', 'relay.example')) throw new Error(problem);
			const told = (await stage.asked()).filter(({ to }) => to === 'room.set').map(({ body }) => JSON.stringify(body.relays));
			if (told.join() !== '["wss://relay.example/","ws://localhost:4869/"]') throw new Error(`room.set ${told}`);
		},
	},
	{
		name: 'limits',
		state: () => open,
		go: async (stage) => {
			await toTab('settings')(stage);
			await stage.press('popup_limits_read');
			await stage.page.locator('.prose').waitFor();
		},
	},
];
