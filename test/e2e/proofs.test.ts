/** "This was me", and "prove that you are this voice": an author and a verifier with a browser each, and a page that watches everything. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isProven, readReveal } from '../../src/protocol/proofs/reveal.ts';
import { launchBauta, type ReadyBauta, testPhrase } from '../bauta.ts';
import { labelSpyHead } from '../pages/label-spy.ts';
import { say } from '../popup/keyboard.ts';
import { serveVoices, type VoicesServer } from '../servers/voices.ts';
import { until } from '../until.ts';

const verifierPhrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
interface Spy {
	take(): Promise<{ log: string[] }>;
	hosts(): string[];
}
declare const spy: Spy;
declare const chrome: { tabs: { query(filter: object): Promise<{ id?: number; url?: string }[]> } };

let author: ReadyBauta;
let verifier: ReadyBauta;
beforeAll(async () => {
	[author, verifier] = await Promise.all([launchBauta({ phrase: testPhrase }), launchBauta({ phrase: verifierPhrase })]);
});
afterAll(async () => {
	await author?.close();
	await verifier?.close();
});

/** Opens the chat, and the popup's page about it in a tab of its own. */
async function openBoth(bauta: ReadyBauta, site: VoicesServer): Promise<{ chat: Page; popup: (page: string) => Promise<Page> }> {
	await bauta.enable(site.origin, site.frontend);
	const chat = await bauta.open(site.origin);
	await chat.bringToFront();
	await until(async () => (await chat.evaluate(() => spy.hosts())).length === site.texts.length, 'the labels');
	const id = await bauta.popup.evaluate(
		async (origin) => (await chrome.tabs.query({})).find(({ url }) => url?.startsWith(origin))?.id,
		site.origin,
	);
	return { chat, popup: (page) => bauta.openExtensionPage(`popup.html?tab=${id}#${page}`) };
}

const press = (page: Page, key: string) => page.getByRole('button', { name: say(key), exact: true }).click();
const pressFirst = (page: Page, key: string) =>
	page
		.getByRole('button', { name: new RegExp(`^${say(key)}: `) })
		.first()
		.click();
const field = (page: Page, key: string) => page.getByLabel(say(key), { exact: true });
const madeText = (page: Page) => page.locator('.code-text').inputValue();
const problem = (page: Page) => page.locator('.problem:not([hidden])').first().textContent();

describe.each([
	['xmpp', 'lobby@muc.chat.test/ada', 'lobby@muc.chat.test/bob'],
	['nostr', 'ab'.repeat(32), 'cd'.repeat(32)],
] as const)('on %s', (network, ada, bob) => {
	let site: VoicesServer;
	let mine: Awaited<ReturnType<typeof openBoth>>;
	let theirs: Awaited<ReturnType<typeof openBoth>>;
	beforeAll(async () => {
		site = await serveVoices(
			network,
			[
				['stranger', 'words 0'],
				[{ phrase: testPhrase }, 'words 1'],
			],
			labelSpyHead,
		);
		[mine, theirs] = await Promise.all([openBoth(author, site), openBoth(verifier, site)]);
	});
	afterAll(async () => {
		await mine?.chat.close();
		await theirs?.chat.close();
		await site?.close();
	});

	test('own messages are listed without the page noticing, and one is shown to everyone', async () => {
		await mine.chat.evaluate(() => spy.take());
		const popup = await mine.popup('own');
		await popup.locator('#panel .card').first().waitFor();
		expect(await popup.locator('#panel .card').count()).toBe(1);
		await pressFirst(popup, 'popup_reveal');
		await field(popup, 'popup_proof_account').fill(ada);
		await press(popup, 'popup_proof_make');
		await popup.locator('.code-text').waitFor();
		const reveal = readReveal(await madeText(popup));
		const { contentHash, authorKey, claimant } = reveal.statement;
		expect(claimant).toBe(`${network}:${ada}`);
		expect(isProven(reveal, { account: claimant, found: [{ contentHash, authorKey }] })).toBe(true);
		// longer than a redraw takes that something had set going
		await new Promise((resolve) => setTimeout(resolve, 2500));
		expect((await mine.chat.evaluate(() => spy.take())).log).toEqual([]);
		// the verifier's own list has nothing of it
		const other = await theirs.popup('own');
		await other.getByText(say('popup_mine_none')).waitFor();
		await popup.close();
		await other.close();
	});

	test('a proof to one person convinces that person, and nobody else', async () => {
		const [identity] = (await verifier.ask('popup.state', { tab: null })).identities;
		const { text: contact } = await verifier.ask('contact.read', { identity: identity?.id ?? '' });
		const prover = await mine.popup('own');
		await pressFirst(prover, 'popup_prove');
		await field(prover, 'popup_proof_account').fill(ada);
		await field(prover, 'popup_prove_to').fill(contact);
		await press(prover, 'popup_proof_make');
		await prover.locator('.code-picture').waitFor();
		const picture = await prover.locator('.code-picture').screenshot();
		await prover.close();

		const checker = await theirs.popup('check');
		await field(checker, 'popup_check_from').fill(bob);
		await checker.locator('input[type=file]').setInputFiles({ name: 'proof.png', mimeType: 'image/png', buffer: picture });
		await until(async () => (await problem(checker))?.includes(say('error_proof_other_account', '').slice(-40)) === true, 'the refusal');
		await field(checker, 'popup_check_from').fill(ada);
		await press(checker, 'popup_check');
		await checker.getByRole('heading', { name: say('popup_proven_title') }).waitFor();
		await checker.close();

		const stranger = await mine.popup('check');
		await field(stranger, 'popup_check_from').fill(ada);
		await stranger.locator('input[type=file]').setInputFiles({ name: 'proof.png', mimeType: 'image/png', buffer: picture });
		await until(async () => (await problem(stranger)) === say('error_proof_not_mine'), 'the refusal');
		await stranger.close();
	});

	test('a voice that is asked answers by a picture, sees who asks, and its answer counts once', async () => {
		const asking = await theirs.popup('ask');
		const askButtons = asking.getByRole('button', { name: new RegExp(`^${say('popup_ask_this')}: `) });
		await askButtons.first().waitFor();
		expect(await askButtons.count()).toBe(2);
		const questions: { text: string; picture: Buffer }[] = [];
		for (const at of [0, 1]) {
			await askButtons.nth(at).click();
			await field(asking, 'popup_ask_account').fill(bob);
			await press(asking, 'popup_ask_make');
			await asking.locator('.code-picture').waitFor();
			await asking.locator('summary').click();
			questions.push({ text: await madeText(asking), picture: await asking.locator('.code-picture').screenshot() });
			await press(asking, 'popup_close');
			await asking.getByRole('heading', { name: say('popup_voices_here') }).waitFor();
		}
		const answers: string[] = [];
		for (const { text, picture } of questions) {
			const answering = await mine.popup('answer');
			await answering.locator('input[type=file]').setInputFiles({ name: 'question.png', mimeType: 'image/png', buffer: picture });
			const sign = answering.getByRole('button', { name: say('popup_review_sign') });
			const refusal = answering.getByText(say('error_challenge_not_mine'));
			await sign.or(refusal).waitFor();
			if (await sign.isVisible()) {
				expect(await answering.locator('.facts strong').textContent()).toMatch(network === 'xmpp' ? bob : /^npub1/);
				await sign.click();
				await answering.locator('.code-picture').waitFor();
				answers.push(await madeText(answering));
			} else expect(await answering.locator('textarea').inputValue()).toBe(text);
			await answering.close();
		}
		expect(answers).toHaveLength(1);
		await press(asking, 'popup_answer_check');
		await asking.locator('textarea').fill(answers[0] ?? '');
		await press(asking, 'popup_answer_check');
		await asking.getByRole('heading', { name: say('popup_answered_title') }).waitFor();
		expect(await asking.locator('.line.on').textContent()).toMatch(/^The holder of (?:[a-z]+ ){4}answered you at \d/);
		await press(asking, 'popup_close');
		await press(asking, 'popup_answer_check');
		await asking.locator('textarea').fill(answers[0] ?? '');
		await press(asking, 'popup_answer_check');
		await until(async () => (await problem(asking)) === say('error_challenge_used'), 'the refusal');
		await asking.close();
	});
});
