import type { PopupRoom, PopupState } from '../../src/messages/popup.ts';
import { until } from '../until.ts';
import type { PopupBrowser } from './popup-browser.ts';

/** A phrase of the standard's own test vectors (BIP-39, all zero bits). */
export const phrase = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
export const passphrase = 'copper lagoon umbrella thistle seven';
const origin = 'https://chat.example';

const nostrSettings = (value: string) => [{ name: 'relays', label: 'popup_room_relays', hint: 'popup_room_relays_hint', value }];

export const room = (name: string, rest: Partial<PopupRoom> = {}): PopupRoom => ({
	room: { network: 'xmpp', address: `${name}@rooms.chat.example` },
	on: false,
	access: { state: 'open', modes: ['one-time', 'no-trace', 'keyless'] },
	hidden: false,
	waiting: 0,
	settings: [{ name: 'anonymousHost', label: 'popup_room_host', hint: 'popup_room_host_hint', value: '' }],
	...rest,
});
const lagoon = room('lagoon').room;

/** Waits until the popup has told the background to set exactly this of a room, in this order. Throws what it has told otherwise. */
async function toldOfRoom(popup: PopupBrowser, part: 'setting' | 'answer', ...wanted: object[]): Promise<void> {
	const told = async () => (await popup.messages()).filter(({ to }) => to === 'room.set').map(({ body }) => JSON.stringify(body[part]));
	await until(async () => (await told()).length >= wanted.length, 'room.set');
	if ((await told()).join() !== wanted.map((one) => JSON.stringify(one)).join()) throw new Error(`room.set ${await told()}`);
}
export const identity = { id: 'a', name: '', kind: 'phrase', confirmed: true, created: 1_790_000_000 };

const settings = { delayMin: 2, delayMax: 12, lockMinutes: 15, perMinute: 6, perDay: 100, killSwitch: false };
export const freshState: Partial<PopupState> = {
	settings,
	vault: 'none',
	identities: [],
	waiting: [],
	notices: [],
	sites: [],
	site: { state: 'unsupported' },
};
export const foundSite: PopupState['site'] = { state: 'found', origin, frontend: 'converse', name: 'Converse.js', hosts: [] };
export const unlockedState: Partial<PopupState> = {
	...freshState,
	vault: 'unlocked',
	settings: { ...settings, care: 'everyday' },
	identities: [identity],
	site: { state: 'none', origin },
};
export const busyState = (): Partial<PopupState> => ({
	...unlockedState,
	identities: [{ ...identity, confirmed: false }],
	notices: [{ code: 'vault-repaired', detail: 'local' }],
	sites: [{ origin, name: 'Converse.js' }],
	site: {
		state: 'enabled',
		origin,
		frontend: 'converse',
		name: 'Converse.js',
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
	...unlockedState,
	sites: [{ origin, name: 'NostrChat' }],
	site: {
		state: 'enabled',
		origin,
		frontend: 'nostrchat',
		name: 'NostrChat',
		hosts: [],
		reload: false,
		rooms: [room('agora', { room: { network: 'nostr', address: `28:${'5a'.repeat(32)}` }, name: 'agora', settings: nostrSettings('') })],
	},
});

export interface ScreenCase {
	name: string;
	state: () => Partial<PopupState>;
	/** from the freshly opened popup to what is to be seen */
	go?: (popup: PopupBrowser) => Promise<void>;
	/** the popup is not as it was once its tabs are turned: nothing else is shown in it */
	isEnd?: boolean;
}

export const toTab = (name: string) => (popup: PopupBrowser) => popup.page.locator(`#tab-${name}`).click();
/** First run up to the vault, with a phrase that is written down later. */
const makeVault = async (popup: PopupBrowser) => {
	await words(popup);
	await popup.press('popup_words_later');
	await popup.field('popup_passphrase_new').fill(passphrase);
	await popup.field('popup_passphrase_again').fill(passphrase);
	await popup.press('popup_passphrase_create');
};
const words = async (popup: PopupBrowser) => {
	await popup.press('popup_welcome_new');
	await popup.page.locator('.words li').first().waitFor();
};

/** Every state that the popup can show, each a picture and a run of axe. */
export const screens: ScreenCase[] = [
	{ name: 'welcome', state: () => freshState },
	{ name: 'words', state: () => freshState, go: words },
	{
		name: 'words-hidden',
		state: () => freshState,
		go: async (popup) => {
			await words(popup);
			await popup.page.evaluate(() => dispatchEvent(new Event('blur')));
		},
	},
	{
		name: 'ask-wrong',
		state: () => freshState,
		go: async (popup) => {
			await words(popup);
			await popup.press('popup_words_written');
			await popup.press('popup_ask_check');
			await popup.problem();
		},
	},
	{
		name: 'import-found',
		state: () => freshState,
		go: async (popup) => {
			await popup.press('popup_welcome_import');
			await popup.page.locator('textarea').fill(phrase);
			await popup.press('popup_import_look');
			await popup.page.locator('.found').waitFor();
		},
	},
	{
		name: 'import-wrong',
		state: () => freshState,
		go: async (popup) => {
			await popup.press('popup_welcome_import');
			await popup.page.locator('textarea').fill(phrase.replace('about', 'abuot'));
			await popup.press('popup_import_look');
			await popup.problem();
		},
	},
	{
		name: 'passphrase',
		state: () => freshState,
		go: async (popup) => {
			await words(popup);
			await popup.press('popup_words_later');
			await popup.field('popup_passphrase_new').fill('lagoon lantern');
			await popup.field('popup_passphrase_again').fill('lagoon');
			await popup.press('popup_passphrase_create');
			await popup.problem();
		},
	},
	{
		name: 'site-step',
		state: () => ({ ...freshState, site: foundSite }),
		go: async (popup) => {
			await makeVault(popup);
			await popup.page.locator('.care input').first().check();
			await popup.press('popup_care_go_on');
			await popup.page.locator('.card.site').waitFor();
		},
	},
	{ name: 'locked', state: () => ({ ...unlockedState, vault: 'locked' }) },
	{
		name: 'locked-wrong',
		state: () => ({ ...unlockedState, vault: 'locked' }),
		go: async (popup) => {
			await popup.field('popup_passphrase').fill('wrong');
			await popup.press('popup_unlock');
			await popup.problem();
			await popup.page.locator('summary').click();
			await popup.press('popup_forgotten_start');
		},
	},
	{ name: 'site-unsupported', state: () => ({ ...unlockedState, site: { state: 'unsupported' } }) },
	{ name: 'site-none', state: () => unlockedState },
	{ name: 'site-found', state: () => ({ ...unlockedState, site: foundSite }) },
	{
		name: 'site-enabled',
		state: busyState,
		go: async (popup) => {
			await popup.page.locator('.room summary').first().click();
		},
	},
	{ name: 'identity', state: busyState, go: toTab('identity') },
	{
		name: 'identity-phrase',
		state: () => unlockedState,
		go: async (popup) => {
			await toTab('identity')(popup);
			await popup.press('popup_phrase_show');
			await popup.field('popup_passphrase').fill(passphrase);
			await popup.press('popup_phrase_show');
			await popup.page.locator('.words').waitFor();
		},
	},
	{ name: 'devices', state: () => unlockedState, go: toTab('devices') },
	{ name: 'settings', state: () => ({ ...busyState(), proxy: { address: null, isAllowed: false } }), go: toTab('settings') },
	{
		name: 'settings-careful',
		state: () => ({
			...unlockedState,
			settings: { ...settings, care: 'careful' },
			proxy: { address: '127.0.0.1:9050', isAllowed: false },
		}),
		go: toTab('settings'),
	},
	{ name: 'care-asked-once', state: () => ({ ...unlockedState, settings }) },
	{
		name: 'care-step',
		state: () => freshState,
		go: async (popup) => {
			await makeVault(popup);
			await popup.page.getByRole('heading', { name: popup.say('popup_care_title') }).waitFor();
		},
	},
	{
		name: 'settings-wrong',
		state: () => ({
			...unlockedState,
			settings: { ...settings, care: 'everyday', killSwitch: true },
		}),
		go: async (popup) => {
			await toTab('settings')(popup);
			await popup.field('popup_settings_delayMin').fill('99');
			await popup.page.keyboard.press('Enter');
			await popup.problem();
		},
	},
	{
		name: 'settings-passphrase',
		state: () => unlockedState,
		go: async (popup) => {
			await toTab('settings')(popup);
			await popup.press('popup_settings_passphrase');
			await popup.page.locator('h1').waitFor();
		},
	},
	{
		name: 'room-relays',
		state: nostrSite,
		go: async (popup) => {
			await popup.page.locator('.room summary').click();
			const field = popup.field('popup_room_relays');
			await field.fill('relay.example, ws://localhost:4869');
			await field.press('Enter');
			await popup.page.waitForFunction(() =>
				[...document.querySelectorAll('input')].some(({ value }) => value === 'wss://relay.example/ ws://localhost:4869/'),
			);
			await field.fill('wss://ann:secret@relay.example https://relay.example');
			await field.press('Enter');
			const problem = await popup.problem();
			if (problem !== popup.say('error_relay_login', 'relay.example')) throw new Error(problem);
			const asWritten = ['relay.example, ws://localhost:4869', 'wss://ann:secret@relay.example https://relay.example'];
			await toldOfRoom(popup, 'setting', ...asWritten.map((written) => ({ name: 'relays', written })));
		},
	},
	{
		name: 'room-question',
		state() {
			const asked = nostrSite();
			const fault = { code: 'route-unasked' as const, detail: '' };
			if (asked.site?.state === 'enabled')
				for (const each of asked.site.rooms)
					Object.assign(each, {
						access: { state: 'closed', fault },
						ask: ['wss://relay.chat.example', 'wss://relay-of-a-long-name.chat.example:4869'],
					});
			return asked;
		},
		go: async (popup) => {
			await popup.press('popup_room_asks_no');
			const hosts = ['relay.chat.example', 'relay-of-a-long-name.chat.example:4869'];
			await toldOfRoom(popup, 'answer', { site: origin, hosts, use: false });
		},
	},
	{
		name: 'room-join',
		state() {
			const asked = nostrSite();
			const setting = { name: 'join', label: 'popup_room_join', hint: 'popup_room_join_hint', value: '', isChoice: true };
			const access = { state: 'closed', fault: { code: 'group-join-unasked', detail: 'relay.chat.example' } };
			const address = "29:relay.chat.example'lab";
			if (asked.site?.state === 'enabled')
				for (const each of asked.site.rooms)
					Object.assign(each, { access, room: { network: 'nostr', address }, name: 'Lab', settings: [setting] });
			return asked;
		},
		go: async (popup) => {
			await popup.page.getByRole('switch', { name: popup.say('popup_room_join') }).click();
			await toldOfRoom(popup, 'setting', { name: 'join', written: 'yes' });
		},
	},
	{
		name: 'notifications-off',
		state: () => unlockedState,
		go: async (popup) => {
			await toTab('settings')(popup);
			await popup.press('popup_rings_open');
			await popup.button('popup_rings_turn_on').waitFor();
		},
	},
	{
		name: 'notifications-on',
		state: () => ({ ...unlockedState, mayNotify: true }),
		go: async (popup) => {
			await toTab('settings')(popup);
			await popup.press('popup_rings_open');
			await popup.button('popup_rings_turn_off').waitFor();
		},
	},
	{
		name: 'limits',
		state: () => unlockedState,
		go: async (popup) => {
			await toTab('settings')(popup);
			await popup.press('popup_limits_read');
			await popup.page.locator('.prose').waitFor();
		},
	},
];
