/** Own voices in the popup, under Identity. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPopupBrowser, type PopupBrowser } from './popup-browser.ts';
import { identity, toTab, unlockedState } from './screens.ts';

let popup: PopupBrowser;
beforeAll(async () => {
	popup = await openPopupBrowser();
});
afterAll(() => popup?.close());

const bodiesTo = async (to: string) => (await popup.messages()).filter((message) => message.to === to).map(({ body }) => body);
const cardOf = (title: string) => popup.page.locator('.card', { has: popup.page.getByRole('heading', { name: title }) });

it('lists each with what names it here and to everybody; one is begun anew and one forgotten, each after a question', async () => {
	await popup.open(unlockedState);
	await toTab('identity')(popup);
	const room = popup.say('popup_voice_of_room', 'lagoon@rooms.chat.example');
	await cardOf(room).getByText('maple river').waitFor();
	expect(await cardOf('organiser of the gathering').textContent()).toContain(popup.say('popup_voice_unused'));
	const ended = cardOf(popup.say('popup_voice_of_room', 'harbour@rooms.chat.example'));
	expect(await ended.textContent()).toContain(popup.say('popup_voice_ended'));

	const renew = () =>
		cardOf(room)
			.getByRole('button', { name: popup.say('popup_voice_renew'), exact: true })
			.click();
	await renew();
	await cardOf(room).getByText(popup.say('popup_voice_renew_ask')).waitFor();
	expect(await bodiesTo('voices.renew')).toEqual([]);
	await renew();
	await cardOf(room).getByText('violet anchor').waitFor();
	expect(await bodiesTo('voices.renew')).toEqual([{ identity: 'a', path: 'a'.repeat(32), from: 7 }]);

	const forget = () => ended.getByRole('button', { name: popup.say('popup_voice_forget'), exact: true }).click();
	await forget();
	await forget();
	await ended.waitFor({ state: 'detached' });
	expect(await bodiesTo('voices.forget')).toEqual([{ identity: 'a', path: 'c'.repeat(32) }]);
});

it('says what voices are for where there are none, for each identity by its name', async () => {
	await popup.open({
		...unlockedState,
		identities: [
			{ ...identity, id: 'x', name: 'Reading circle' },
			{ ...identity, id: 'y' },
		],
	});
	await toTab('identity')(popup);
	await popup.page.getByRole('heading', { name: 'Reading circle', level: 3 }).waitFor();
	await expect.poll(() => popup.page.getByText(popup.say('popup_voices_none')).count()).toBe(2);
});
