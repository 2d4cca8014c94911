/** Voices and proofs: every state of claiming, asking, answering and checking, each a picture and a run of axe. */
import type { PopupBrowser } from './popup-browser.ts';
import { busyState, identity, type ScreenCase, toTab, unlockedState } from './screens.ts';

/** The site of `busyState` with nothing else to look at. */
export const quietState = () => {
	const { site, ...rest } = { ...unlockedState, site: busyState().site };
	return site?.state === 'enabled' ? { ...rest, site: { ...site, hosts: [], reload: false, rooms: site.rooms.slice(0, 1) } } : rest;
};
/** Opens one of the pages from This site. */
export const openProofs = async (popup: PopupBrowser, label: string) => {
	await popup.press(label);
	await popup.page.getByRole('heading', { level: 1, name: popup.say(label) }).waitFor();
};
/** The button that stands with the first message, or voice. */
export const pressFirst = (popup: PopupBrowser, label: string) =>
	popup.page
		.getByRole('button', { name: new RegExp(`^${popup.say(label)}: `) })
		.first()
		.click();
export const paste = (popup: PopupBrowser, text: string) => popup.page.locator('textarea:not([readonly])').fill(text);

const ownMessages = async (popup: PopupBrowser) => {
	await openProofs(popup, 'popup_mine_title');
	await popup.page.locator('.card').first().waitFor();
};
const claim = async (popup: PopupBrowser, label: string) => {
	await ownMessages(popup);
	await pressFirst(popup, label);
	await popup.button('popup_proof_make').waitFor();
};
const ask = async (popup: PopupBrowser) => {
	await openProofs(popup, 'popup_ask_voice');
	await pressFirst(popup, 'popup_ask_this');
	await popup.button('popup_ask_make').waitFor();
};
const answer = async (popup: PopupBrowser, text: string) => {
	await openProofs(popup, 'popup_answer_question');
	await paste(popup, text);
	await popup.press('popup_question_look');
};
const check = async (popup: PopupBrowser, text: string) => {
	await openProofs(popup, 'popup_check_proof');
	await paste(popup, text);
	await popup.field('popup_check_from').fill('lagoon@rooms.chat.example/bob');
	await popup.press('popup_check');
};
const screen = (name: string, go: ScreenCase['go']): ScreenCase => ({ name, state: quietState, ...(go && { go }) });

export const proofScreens: ScreenCase[] = [
	screen('proofs', async () => {}),
	screen('proof-own', ownMessages),
	screen('proof-reveal', (popup) => claim(popup, 'popup_reveal')),
	screen('proof-reveal-text', async (popup) => {
		await claim(popup, 'popup_reveal');
		await popup.press('popup_proof_make');
		await popup.button('popup_code_copy').waitFor();
	}),
	screen('proof-one-wrong', async (popup) => {
		await claim(popup, 'popup_prove');
		await popup.press('popup_proof_make');
		await popup.problem();
	}),
	screen('proof-one-text', async (popup) => {
		await claim(popup, 'popup_prove');
		await popup.field('popup_prove_to').fill('npub1qqq');
		await popup.press('popup_proof_make');
		await popup.page.locator('.code-picture').waitFor();
	}),
	screen('proof-voices', async (popup) => {
		await openProofs(popup, 'popup_ask_voice');
		await popup.page.locator('.card').first().waitFor();
	}),
	screen('proof-ask', ask),
	screen('proof-question', async (popup) => {
		await ask(popup);
		await popup.press('popup_ask_make');
		await popup.page.locator('.code-picture').waitFor();
	}),
	screen('proof-questions', async (popup) => {
		await ask(popup);
		await popup.press('popup_ask_make');
		await popup.press('popup_close');
		await popup.page.getByRole('heading', { name: popup.say('popup_questions') }).waitFor();
	}),
	screen('proof-answered', async (popup) => {
		await ask(popup);
		await popup.press('popup_ask_make');
		await popup.press('popup_answer_check');
		await paste(popup, 'bauta-challenge:1:used');
		await popup.press('popup_answer_check');
		await popup.problem();
		await paste(popup, 'bauta-challenge:1:right');
		await popup.press('popup_answer_check');
		await popup.page.getByRole('heading', { name: popup.say('popup_answered_title') }).waitFor();
	}),
	screen('proof-question-wrong', async (popup) => {
		await answer(popup, 'bauta-ask:2:QQ');
		await popup.problem();
	}),
	screen('proof-review', async (popup) => {
		await answer(popup, 'bauta-ask:1:QQ');
		await popup.button('popup_review_sign').waitFor();
	}),
	screen('proof-answer', async (popup) => {
		await answer(popup, 'bauta-ask:1:QQ');
		await popup.press('popup_review_sign');
		await popup.page.locator('.code-picture').waitFor();
	}),
	screen('proof-check-missing', async (popup) => {
		await check(popup, 'bauta-proof:1:gone');
		await popup.button('popup_check_archive').waitFor();
	}),
	screen('proof-check-key', async (popup) => {
		await check(popup, 'bauta-proof:1:other');
		await popup.problem();
		await popup.page.locator('summary').click();
	}),
	screen('proof-proven', async (popup) => {
		await check(popup, 'bauta-proof:1:right');
		await popup.page.getByRole('heading', { name: popup.say('popup_proven_title') }).waitFor();
	}),
	{
		name: 'contact',
		state: () => unlockedState,
		go: async (popup) => {
			await toTab('identity')(popup);
			await pressFirst(popup, 'popup_contact');
			await popup.page.locator('.code-picture').waitFor();
			await popup.press('popup_contact_renew');
		},
	},
	{
		name: 'contact-none',
		state: () => ({ ...unlockedState, identities: [{ ...identity, id: 'd', name: 'Phone', kind: 'linked' }] }),
		go: async (popup) => {
			await toTab('identity')(popup);
			await pressFirst(popup, 'popup_contact');
			await popup.problem();
		},
	},
];
