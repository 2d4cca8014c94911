/** Voices and proofs in the popup: what it asks the background, and that nothing is lost where something is wrong. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { keyboardOn } from './keyboard.ts';
import { openPopupBrowser, type PopupBrowser } from './popup-browser.ts';
import { openProofs, paste, pressFirst, quietState } from './proof-screens.ts';
import { toTab, unlockedState } from './screens.ts';

let popup: PopupBrowser;
beforeAll(async () => {
	popup = await openPopupBrowser();
});
afterAll(() => popup?.close());
beforeEach(() => popup.open(quietState()));

const bodiesTo = async (to: string) => (await popup.messages()).filter((message) => message.to === to).map(({ body }) => body);
const lagoon = { network: 'xmpp', address: 'lagoon@rooms.chat.example' };
const author = 'lagoon@rooms.chat.example/Anonymous maple river';

it('claims a message for everyone: the account is filled in and can be mended, the text is one press from the clipboard', async () => {
	await openProofs(popup, 'popup_mine_title');
	await pressFirst(popup, 'popup_reveal');
	const field = popup.field('popup_proof_account');
	expect(await field.inputValue()).toBe('lagoon@rooms.chat.example/bob');
	await popup.page.getByText(popup.say('popup_reveal_warning')).waitFor();
	await field.fill(' ');
	await popup.press('popup_proof_make');
	expect(await popup.problem()).toBe(popup.say('error_proof_account'));
	await field.fill('bob@chat.example');
	await popup.press('popup_proof_make');
	await popup.page.getByText(popup.say('popup_reveal_post', 'bob@chat.example')).waitFor();
	expect(await popup.page.locator('.code-text').inputValue()).toMatch(/^bauta-reveal:1:Q+$/);
	expect(await popup.page.locator('.code-picture').count()).toBe(0);
	const [, made] = await bodiesTo('proof.make');
	expect(made).toMatchObject({ room: lagoon, id: 'a', author, account: 'bob@chat.example', to: null });
	await popup.page.evaluate(() => {
		Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text: string) => void Object.assign(window, { text }) } });
	});
	await popup.press('popup_code_copy');
	expect(await popup.page.evaluate(() => (window as unknown as { text: string }).text)).toMatch(/^bauta-reveal:1:/);
});

it('offers no proof where none is possible, and says why', async () => {
	await openProofs(popup, 'popup_mine_title');
	const cards = popup.page.locator('.card');
	await cards.first().waitFor();
	expect(await cards.count()).toBe(4);
	for (const [at, reason] of [
		[2, 'popup_mine_keyless'],
		[3, 'popup_mine_no_trace'],
	] as const) {
		expect(await cards.nth(at).textContent()).toContain(popup.say(reason));
		expect(await cards.nth(at).getByRole('button').count()).toBe(0);
	}
	await popup.press('popup_back');
	await popup.page.locator('.card.site').waitFor();
});

it('proves it to one person, by their key, as text and picture', async () => {
	await openProofs(popup, 'popup_mine_title');
	await pressFirst(popup, 'popup_prove');
	await popup.press('popup_proof_make');
	expect(await popup.problem()).toBe(popup.say('error_proof_key_unknown'));
	await popup.field('popup_prove_to').fill('bauta-contact:1:An');
	await popup.press('popup_proof_make');
	await popup.page.locator('.code-picture').waitFor();
	expect((await bodiesTo('proof.make')).at(-1)).toMatchObject({ to: 'bauta-contact:1:An', account: 'lagoon@rooms.chat.example/bob' });
});

it('asks a voice, shows how long it counts, and says who answered', async () => {
	await openProofs(popup, 'popup_ask_voice');
	await pressFirst(popup, 'popup_ask_this');
	await popup.press('popup_ask_make');
	expect(await popup.page.getByRole('timer').textContent()).toMatch(/9:5\d|10:00/);
	await popup.press('popup_answer_check');
	await paste(popup, 'bauta-challenge:1:used');
	await popup.press('popup_answer_check');
	expect(await popup.problem()).toBe(popup.say('error_challenge_used'));
	expect(await popup.page.locator('textarea').inputValue()).toBe('bauta-challenge:1:used');
	await paste(popup, 'bauta-challenge:1:right');
	await popup.press('popup_answer_check');
	await popup.page.getByRole('heading', { name: popup.say('popup_answered_title') }).waitFor();
	expect(await popup.page.locator('.line.on').textContent()).toMatch(/maple river orbit candy answered you at \d/);
	expect(await bodiesTo('voice.ask')).toMatchObject([{ room: lagoon, key: `02${'ab'.repeat(32)}` }]);
});

it('signs nothing before it was seen who asks', async () => {
	await openProofs(popup, 'popup_answer_question');
	await paste(popup, 'bauta-ask:1:late');
	await popup.press('popup_question_look');
	await popup.page.getByText('lagoon@rooms.chat.example/ada').waitFor();
	expect(await bodiesTo('question.answer')).toEqual([]);
	await popup.press('popup_review_sign');
	expect(await popup.problem()).toBe(popup.say('error_challenge_late'));
	await popup.press('popup_back');
	await paste(popup, 'bauta-ask:1:right');
	await popup.press('popup_question_look');
	await popup.press('popup_review_sign');
	await popup.page.locator('.code-picture').waitFor();
	expect((await bodiesTo('question.answer')).at(-1)).toEqual({ text: 'bauta-ask:1:right' });
});

it('checks a proof; the archive is read where the user goes on alone, and what was typed stays', async () => {
	await openProofs(popup, 'popup_check_proof');
	await paste(popup, 'bauta-proof:1:gone');
	await popup.press('popup_check');
	expect(await popup.problem()).toBe(popup.say('error_proof_account'));
	const from = popup.field('popup_check_from');
	await from.fill('bob@chat.example');
	await popup.press('popup_check');
	await popup.button('popup_check_archive').waitFor();
	expect(await popup.problem()).toBe(popup.say('error_proof_not_loaded'));
	expect(await popup.page.locator('textarea').inputValue()).toBe('bauta-proof:1:gone');
	await popup.press('popup_check_archive');
	await popup.page.getByRole('heading', { name: popup.say('popup_proven_title') }).waitFor();
	expect((await bodiesTo('proof.check')).map(({ account, look }) => [account, look])).toEqual([
		['', false],
		['bob@chat.example', false],
		['bob@chat.example', true],
	]);
});

it('takes a proof that is dropped as a file, and a secret key that it may need', async () => {
	await openProofs(popup, 'popup_check_proof');
	await popup.field('popup_check_from').fill('bob@chat.example');
	await popup.page.locator('textarea').evaluate((field) => {
		const dataTransfer = new DataTransfer();
		dataTransfer.items.add(new File(['bauta-proof:1:other'], 'proof.txt', { type: 'text/plain' }));
		field.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
	});
	expect(await popup.problem()).toBe(popup.say('error_proof_not_mine'));
	expect(await popup.page.locator('textarea').inputValue()).toBe('bauta-proof:1:other');
	await popup.page.locator('summary').click();
	await popup.field('popup_check_key').fill('11'.repeat(32));
	await popup.press('popup_check');
	await popup.page.getByRole('heading', { name: popup.say('popup_proven_title') }).waitFor();
});

it('shows the contact code, and a new one after asking once more', async () => {
	await popup.open(unlockedState);
	await toTab('identity')(popup);
	await pressFirst(popup, 'popup_contact');
	const code = popup.page.locator('.code-text');
	await expect.poll(() => code.inputValue()).toMatch(/^bauta-contact:1:An/);
	await popup.press('popup_contact_renew');
	expect(await bodiesTo('contact.renew')).toEqual([]);
	await popup.press('popup_contact_renew');
	await expect.poll(() => code.inputValue()).toMatch(/^bauta-contact:1:Ab/);
});

it('opens at the page that a popup asked for, in a tab with camera and files', async () => {
	const { page } = popup;
	await page.goto(`${page.url().split('#')[0]}#check`);
	await page.reload();
	await page.getByRole('heading', { level: 1, name: popup.say('popup_check_proof') }).waitFor();
	expect(await page.locator('input[type=file]').count()).toBe(1);
	await popup.press('popup_back');
	await page.locator('.card.site').waitFor();
});

it('is walked with the keyboard alone: a question is looked at, signed and handed back, and a message is claimed', async () => {
	const keys = keyboardOn(popup.page);
	await keys.press('popup_answer_question');
	await keys.waitForHeading('popup_answer_question');
	await keys.type('popup_question_text', 'bauta-ask:1:right');
	await keys.press('popup_question_look');
	await keys.waitForHeading('popup_review_title');
	await keys.press('popup_review_sign');
	await keys.waitForHeading('popup_answer_made');
	await keys.press('popup_close');
	await keys.press('popup_mine_title');
	await keys.waitForHeading('popup_mine_title');
	const when =
		(await popup.page
			.getByRole('button', { name: /^Prove it to one person: / })
			.first()
			.getAttribute('aria-label')) ?? '';
	await keys.tabTo(when);
	await popup.page.keyboard.press('Enter');
	await keys.waitForHeading('popup_prove');
	await keys.type('popup_prove_to', 'npub1qqq');
	await popup.page.keyboard.press('Enter');
	await popup.page.locator('.code-picture').waitFor();
	await keys.waitForHeading('popup_prove');
	expect(await keys.findings()).toEqual([]);
});
