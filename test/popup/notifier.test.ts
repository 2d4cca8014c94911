/** The user's own notifier in the popup: what the background is asked, step by step, and what is never asked without the user. */
import { renderSVG } from 'uqr';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keyboardOn } from './keyboard.ts';
import { connect, openNotifications, roomSwitch, secret, topic, writeNotifier } from './notifier-screens.ts';
import { openPopupBrowser, type PopupBrowser } from './popup-browser.ts';
import { unlockedState } from './screens.ts';

let popup: PopupBrowser;
beforeAll(async () => {
	popup = await openPopupBrowser();
});
afterAll(() => popup?.close());
beforeEach(() => popup.open(unlockedState));

const asked = async () => (await popup.messages()).filter(({ to }) => to.startsWith('notifier.'));
const namesAsked = async () => (await asked()).map(({ to }) => to);
const lagoon = { network: 'xmpp', address: 'lagoon@rooms.chat.example' };

describe('a notifier', () => {
	it('is stored first, then the browser is asked for its host, and only then the notifier', async () => {
		await writeNotifier(popup, 'https://unasked.example');
		await popup.press('popup_save');
		await popup.page.getByText(popup.say('popup_notifier_asks', 'unasked.example')).waitFor();
		expect(await namesAsked()).toEqual(['notifier.state', 'notifier.set']);
		expect((await asked()).at(-1)?.body).toEqual({ address: 'https://unasked.example', secret, kind: 'ntfy', target: topic });
		await popup.press('popup_notifier_allow', 'unasked.example');
		await popup.page.getByText(popup.say('popup_notifier_connected')).waitFor();
		expect(await namesAsked()).toEqual(['notifier.state', 'notifier.set', 'notifier.visit']);
		expect(await popup.page.getByText(popup.say('popup_notifier_seen', '3 hours ago')).count()).toBe(1);
	});

	it('is filled in from the link that it prints, wherever that is pasted', async () => {
		for (const field of ['popup_notifier_address', 'popup_notifier_secret']) {
			await popup.open(unlockedState);
			await openNotifications(popup);
			await popup.press('popup_notifier_set_up');
			await popup.field(field).fill(` https://notify.example/push#${secret}`);
			await expect.poll(() => popup.field('popup_notifier_address').inputValue()).toBe('https://notify.example/push');
			expect(await popup.field('popup_notifier_secret').inputValue()).toBe(secret);
		}
	});

	it('is filled in from the picture of its QR code, and says so where a picture has another code', async () => {
		await openNotifications(popup);
		await popup.press('popup_notifier_set_up');
		const page = await popup.browser.context.newPage();
		const read = async (text: string) => {
			await page.setContent(renderSVG(text, { pixelSize: 6 }));
			const buffer = await page.locator('svg').screenshot();
			await popup.page.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
		};
		await read('https://notify.example');
		expect(await popup.problem()).toBe(popup.say('popup_notifier_code_other'));
		expect(await popup.field('popup_notifier_address').inputValue()).toBe('');
		await read(`https://notify.example#${secret}`);
		await expect.poll(() => popup.field('popup_notifier_address').inputValue()).toBe('https://notify.example');
		expect(await popup.field('popup_notifier_secret').inputValue()).toBe(secret);
		await page.close();
	});

	it('keeps what was written where something is wrong with it, and says at which field', async () => {
		await writeNotifier(popup, 'notify.example', 'my-topic');
		await popup.press('popup_save');
		expect(await popup.problem()).toBe(popup.say('error_notifier_address'));
		expect(await popup.page.locator('[aria-invalid="true"]').inputValue()).toBe('notify.example');
		await popup.field('popup_notifier_address').fill('https://notify.example');
		await popup.press('popup_save');
		expect(await popup.problem()).toBe(popup.say('error_notifier_target'));
		expect(await popup.field('popup_notifier_secret').inputValue()).toBe(secret);
		expect(await popup.page.locator('[aria-invalid="true"]').inputValue()).toBe('my-topic');
		// where the user's own colours stand in place of the page's, it is still told from the others
		await popup.page.emulateMedia({ forcedColors: 'active' });
		const [wrong, right] = await Promise.all(
			[popup.page.locator('[aria-invalid="true"]'), popup.field('popup_notifier_address')].map((field) =>
				field.evaluate((input) => getComputedStyle(input).borderStyle),
			),
		);
		await popup.page.emulateMedia({ forcedColors: 'none' });
		expect([wrong, right]).toEqual(['double', 'solid']);
	});

	it('is changed without its secret, which the popup never had, and told at once', async () => {
		await connect(popup, 'https://notify.example');
		await popup.page.getByText(popup.say('popup_notifier_connected')).waitFor();
		await popup.press('popup_notifier_change');
		expect(await popup.field('popup_notifier_secret').inputValue()).toBe('');
		await popup.field('popup_notifier_target_ntfy').fill(`${topic}-2`);
		await popup.press('popup_save');
		await popup.page.getByText(`${topic}-2`).waitFor();
		expect((await namesAsked()).slice(-2)).toEqual(['notifier.set', 'notifier.visit']);
	});
});

it('does not say that nothing was sent once the notifier was asked', async () => {
	await connect(popup, 'https://strict.example');
	await popup.problem();
	await popup.press('popup_notifier_change');
	await popup.press('popup_save');
	await popup.page.getByText(popup.say('popup_notifier_not_connected_sent')).waitFor();
	expect(await popup.page.getByText(popup.say('popup_notifier_not_connected')).count()).toBe(0);
});

describe('a room', () => {
	beforeEach(() => connect(popup, 'https://notify.example'));
	const rooms = async () => (await asked()).filter(({ to }) => to === 'notifier.room').map(({ body }) => body);

	it('is followed without keys; these are given after a question alone, and taken back by one press', async () => {
		await roomSwitch(popup, 'Lagoon', 'popup_notifier_follow').click();
		const keys = roomSwitch(popup, 'Lagoon', 'popup_notifier_keys');
		await keys.waitFor();
		expect(await rooms()).toEqual([{ room: lagoon, follow: true, keys: false, past: false }]);
		await keys.click();
		await popup.page.getByText(popup.say('popup_notifier_keys_ask')).waitFor();
		await popup.press('popup_no');
		expect(await keys.isChecked()).toBe(false);
		expect(await rooms()).toHaveLength(1);
		await keys.click();
		await popup.page.getByRole('switch', { name: popup.say('popup_notifier_keys_past') }).click();
		await popup.press('popup_notifier_keys_give');
		await expect.poll(async () => (await rooms()).at(-1)).toEqual({ room: lagoon, follow: true, keys: true, past: true });
		await popup.page.getByText(popup.say('popup_notifier_until', 'Jan 3, 2027')).waitFor();
		await keys.click();
		await expect.poll(async () => (await rooms()).at(-1)).toEqual({ room: lagoon, follow: true, keys: false, past: false });
	});

	it('that the notifier does not take says so beside its own switch', async () => {
		await roomSwitch(popup, 'far', 'popup_notifier_follow').click();
		expect(await popup.problem()).toBe(popup.say('error_notifier_topic', 'no such server'));
		expect(await popup.page.locator('.problem:not([hidden])').count()).toBe(1);
	});
});

it('asks anew where another identity writes in a room by now; no takes the keys back for good', async () => {
	await connect(popup, 'https://other.example');
	const line = popup.page.getByText(popup.say('popup_notifier_keys_other'));
	await line.waitFor();
	const keys = roomSwitch(popup, 'Lagoon', 'popup_notifier_keys');
	expect(await keys.isChecked()).toBe(false);
	await popup.press('popup_notifier_keys_give');
	await expect.poll(async () => (await asked()).at(-1)?.body).toEqual({ room: lagoon, follow: true, keys: true, past: false });
	await line.waitFor({ state: 'detached' });
	expect(await keys.isChecked()).toBe(true);
	await popup.open(unlockedState);
	await connect(popup, 'https://other.example');
	await popup.press('popup_no');
	await expect.poll(async () => (await asked()).at(-1)?.body).toEqual({ room: lagoon, follow: true, keys: false, past: false });
	await line.waitFor({ state: 'detached' });
});

describe('leaving it', () => {
	it('has the notifier forget, after a question', async () => {
		await connect(popup, 'https://notify.example');
		await popup.press('popup_notifier_revoke');
		await popup.page.getByText(popup.say('popup_notifier_revoke_ask')).waitFor();
		await popup.press('popup_notifier_revoke');
		await popup.button('popup_notifier_set_up').waitFor();
		expect((await asked()).at(-1)).toEqual({ to: 'notifier.revoke', body: { alone: false } });
	});

	it('loses nothing where the notifier is gone, until the user has it forgotten here alone', async () => {
		await connect(popup, 'https://gone.example');
		expect(await popup.problem()).toBe(popup.say('error_notifier_down'));
		await popup.press('popup_notifier_revoke');
		await popup.press('popup_notifier_revoke');
		await popup.press('popup_notifier_forget');
		await popup.page.getByText(popup.say('popup_notifier_forget_ask')).waitFor();
		expect(await popup.page.getByText('gone.example').count()).toBeGreaterThan(0);
		await popup.press('popup_notifier_forget');
		await popup.button('popup_notifier_set_up').waitFor();
		expect((await asked()).at(-1)).toEqual({ to: 'notifier.revoke', body: { alone: true } });
	});
});

it('is set up, and a room followed with keys, by the keyboard alone', async () => {
	const keys = keyboardOn(popup.page);
	await keys.view('settings');
	await keys.press('popup_rings_open');
	await keys.waitForHeading('popup_rings_title');
	await keys.press('popup_notifier_set_up');
	await keys.type('popup_notifier_address', 'https://notify.example');
	await keys.type('popup_notifier_secret', secret);
	await keys.type('popup_notifier_target_ntfy', topic);
	await popup.page.keyboard.press('Enter');
	await keys.press('popup_notifier_connect');
	const follow = roomSwitch(popup, 'Lagoon', 'popup_notifier_follow');
	await follow.waitFor();
	await keys.tabTo(popup.say('popup_notifier_follow'));
	await popup.page.keyboard.press('Space');
	await roomSwitch(popup, 'Lagoon', 'popup_notifier_keys').waitFor();
	await keys.tabTo(popup.say('popup_notifier_keys'));
	await popup.page.keyboard.press('Space');
	await keys.press('popup_notifier_keys_give');
	await expect.poll(async () => (await asked()).at(-1)?.body).toEqual({ room: lagoon, follow: true, keys: true, past: false });
	expect(await keys.findings()).toEqual([]);
});
