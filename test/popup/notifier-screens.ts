/** The user's own notifier in Settings → Notifications: every state of it, each a picture and a run of axe. */
import { deliveryFaults, type NotifierRoom, type NotifierState, type OwnNotifier, roomFaults } from '../../src/messages/notifier.ts';
import type { PopupBrowser } from './popup-browser.ts';
import { type ScreenCase, toTab, unlockedState } from './screens.ts';

/** 43 letters, as `--new-secret` prints them. */
export const secret = 'VGhpcyBpcyBub3QgYSBzZWNyZXQgYXQgYWxsLCBiYWI';
export const topic = 'https://ntfy.example/a-long-random-name';

/** Opens Settings → Notifications, down to the notifier. */
export async function openNotifications(popup: PopupBrowser): Promise<void> {
	await toTab('settings')(popup);
	await popup.press('popup_rings_open');
	await popup.page.getByRole('heading', { name: popup.say('popup_notifier_title') }).waitFor();
}

/** Opens the form and fills it in. */
export async function writeNotifier(popup: PopupBrowser, address: string, target = topic): Promise<void> {
	await openNotifications(popup);
	await popup.press('popup_notifier_set_up');
	await popup.field('popup_notifier_address').fill(address);
	await popup.field('popup_notifier_secret').fill(secret);
	await popup.field('popup_notifier_target_ntfy').fill(target);
}

/** A notifier at this address is stored, and asked for the first time. */
export async function connect(popup: PopupBrowser, address: string): Promise<void> {
	await writeNotifier(popup, address);
	await popup.press('popup_save');
	await popup.press('popup_notifier_connect');
}

/** The switch of this name in the card of a room, by what stands in its heading. */
export const roomSwitch = (popup: PopupBrowser, room: string, key: string) =>
	popup.page
		.getByRole('listitem')
		.filter({ has: popup.page.getByRole('heading', { name: room }) })
		.getByRole('switch', { name: popup.say(key), exact: true });

/** One that has been in use for long. */
const inUse: OwnNotifier = {
	address: 'https://notify.example',
	kind: 'ntfy',
	target: topic,
	isAllowed: true,
	wasAsked: true,
	isRegistered: true,
	seen: 1_790_000_000_000,
	fault: null,
	delivery: null,
};
const followed = (address: string, rest: Partial<NotifierRoom> = {}): NotifierRoom => ({
	room: { network: 'xmpp', address },
	name: '',
	follow: true,
	keys: false,
	asks: false,
	waits: false,
	until: 0,
	fault: null,
	state: null,
	...rest,
});

/** Opens Settings → Notifications where things stand so. */
const openWith =
	(state: NotifierState): NonNullable<ScreenCase['go']> =>
	async (popup) => {
		const worker = await popup.browser.worker();
		await worker.evaluate((next) => (self as unknown as { setNotifierState(next: NotifierState): void }).setNotifierState(next), state);
		await openNotifications(popup);
		await popup.page.getByRole('heading', { name: 'notify.example' }).waitFor();
	};

/** Whoever is asked by the browser from now on says no. Where the browser really asks is tested in test/e2e. */
const refuseAll = (popup: PopupBrowser) =>
	popup.page.evaluate(() => {
		const { permissions } = (globalThis as unknown as { chrome: { permissions: { request(): Promise<boolean> } } }).chrome;
		permissions.request = () => Promise.resolve(false);
	});

const screen = (name: string, go: ScreenCase['go']): ScreenCase => ({ name, state: () => unlockedState, ...(go && { go }) });

export const notifierScreens: ScreenCase[] = [
	screen('notifier-none', openNotifications),
	{
		name: 'notifications-refused',
		state: () => ({ ...unlockedState, mayNotify: false }),
		go: async (popup) => {
			await openNotifications(popup);
			await refuseAll(popup);
			await popup.press('popup_rings_turn_on');
			await popup.page.getByText(popup.say('error_rings_permission')).waitFor();
		},
	},
	screen('notifier-unasked-refused', async (popup) => {
		await writeNotifier(popup, 'https://unasked.example');
		await popup.press('popup_save');
		await refuseAll(popup);
		await popup.press('popup_notifier_allow', 'unasked.example');
		await popup.page.getByText(popup.say('popup_site_refused')).waitFor();
	}),
	screen('notifier-address-wrong', async (popup) => {
		await writeNotifier(popup, `https://notify.example#${secret.slice(1)}`);
		await popup.press('popup_save');
		await popup.problem();
	}),
	screen('notifier-form-wrong', async (popup) => {
		await writeNotifier(popup, 'https://notify.example', 'my-topic');
		await popup.press('popup_save');
		await popup.problem();
	}),
	screen('notifier-unasked', async (popup) => {
		await writeNotifier(popup, 'https://unasked.example');
		await popup.press('popup_save');
		await popup.page.getByText(popup.say('popup_notifier_not_connected')).waitFor();
	}),
	screen('notifier-refused', async (popup) => {
		await connect(popup, 'https://strict.example');
		await popup.problem();
	}),
	screen('notifier-rooms', async (popup) => {
		await connect(popup, 'https://notify.example');
		await roomSwitch(popup, 'far', 'popup_notifier_follow').click();
		await popup.problem();
		await roomSwitch(popup, 'Lagoon', 'popup_notifier_follow').click();
		await roomSwitch(popup, 'Lagoon', 'popup_notifier_keys').click();
		await popup.button('popup_notifier_keys_give').waitFor();
	}),
	screen('notifier-other-identity', async (popup) => {
		await connect(popup, 'https://other.example');
		await popup.page.getByText(popup.say('popup_notifier_keys_other')).waitFor();
	}),
	screen('notifier-gone', async (popup) => {
		await connect(popup, 'https://gone.example');
		await popup.press('popup_notifier_revoke');
		await popup.page.getByText(popup.say('popup_notifier_revoke_ask')).waitFor();
		await popup.press('popup_notifier_revoke');
		await popup.press('popup_notifier_forget');
		await popup.page.getByText(popup.say('popup_notifier_forget_ask')).waitFor();
	}),
	screen(
		'notifier-room-states',
		openWith({
			notifier: inUse,
			rooms: [
				...roomFaults.map((state) => followed(`${state}@rooms.chat.example`, { state })),
				followed('waits@rooms.chat.example', { keys: true, waits: true }),
				followed('given@rooms.chat.example', { keys: true, until: 4_000_000_000 }),
				followed('ended@rooms.chat.example', { keys: true, until: 1_790_000_000 }),
				followed('ab'.repeat(32), { room: { network: 'nostr', address: `28:${'ab'.repeat(32)}` } }),
			],
		}),
	),
	...deliveryFaults.map((delivery) => screen(`notifier-push-${delivery}`, openWith({ notifier: { ...inUse, delivery }, rooms: [] }))),
	screen('notifier-not-allowed-any-more', async (popup) => {
		await openWith({ notifier: { ...inUse, kind: 'hook', isAllowed: false }, rooms: [] })(popup);
		await popup.page.getByText(popup.say('popup_notifier_disallowed')).waitFor();
	}),
];
