import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ComposerEvent } from '../../src/messages/composer.ts';
import { launchBrowser, type TestBrowser } from '../browser.ts';
import { openComposer, requestsOf, voice } from '../content/composer-window.ts';
import { buildTestExtension } from '../content/extension.ts';
import { onBoard } from '../content/page.ts';
import { say } from '../popup/keyboard.ts';

const room = { network: 'xmpp', address: 'lobby@muc.chat.test' } as const;
let browser: TestBrowser;

beforeAll(async () => {
	browser = await launchBrowser({ extension: await buildTestExtension() });
});
afterAll(async () => {
	await browser?.close();
});
beforeEach(async () => {
	await onBoard(
		browser,
		(board, address) =>
			void Object.assign(board, { said: [], on: [address], vault: 'unlocked', mode: 'one-time', label: '', refuse: null }),
		room.address,
	);
});

test('a voice that speaks more than once is chosen, says which it is, and is sent with; a name that none can have is refused in words', async () => {
	await onBoard(browser, (board, given) => Object.assign(board, { voices: given }), [voice('', 'maple river'), voice('organiser', '')]);
	const page = await openComposer(browser, room);
	await page.locator('.mode').click();
	await page.getByRole('radio', { name: /A voice for this room/ }).check();
	await expect.poll(() => requestsOf(browser, 'mode')).toEqual([{ kind: 'mode', mode: 'persona', label: '' }]);
	await page.locator('.sheet .end').click();
	await page.getByRole('button', { name: /A voice for this room, maple river/ }).click();
	await page.getByRole('radio', { name: /^organiser/ }).check();
	await page.locator('.named input').fill('treasurer');
	await page.locator('.named input').press('Enter');
	await expect.poll(async () => (await requestsOf(browser, 'mode')).at(-1)).toEqual({ kind: 'mode', mode: 'persona', label: 'treasurer' });
	await page.locator('.sheet .end').click();
	await page.locator('textarea').fill('hello');
	await page.locator('textarea').press('Enter');
	await expect.poll(() => requestsOf(browser, 'send')).toMatchObject([{ mode: 'persona', label: 'treasurer', n: null, text: 'hello' }]);
	await onBoard(browser, (board) => board.say({ kind: 'unchosen', fault: { code: 'voice-name-marks', detail: '' } }));
	await page.getByText(say('error_voice_name_marks')).waitFor();
});

test('a voice is renewed after a question, and one that has ended says so before anything is sent', async () => {
	await onBoard(browser, (board, given) => Object.assign(board, { mode: 'persona', voices: given }), [voice('', 'maple river')]);
	const page = await openComposer(browser, room);
	await page.locator('.mode').click();
	await page.getByRole('button', { name: say('composer_voice_renew') }).click();
	expect(await requestsOf(browser, 'renew')).toEqual([]);
	await page.getByRole('button', { name: say('composer_voice_renew_yes') }).click();
	await expect.poll(() => requestsOf(browser, 'renew')).toEqual([{ kind: 'renew', label: '', from: 7 }]);
	await page.locator('.sheet .end').click();
	const ended = [voice('', '', { pattern: '', n: null, ended: true })];
	await onBoard(browser, (board, given) => void Object.assign(board, { voices: given }).pushAll(), ended);
	await page.getByText(say('composer_voice_over')).waitFor();
	const refused: ComposerEvent = { kind: 'refused', serial: 0, fault: { code: 'voice-ended', detail: '' } };
	await onBoard(browser, (board, refuse) => Object.assign(board, { refuse }), refused);
	await page.locator('textarea').fill('kept');
	await page.locator('textarea').press('Enter');
	await page.getByText(say('error_voice_ended')).waitFor();
	expect(await page.locator('textarea').inputValue()).toBe('kept');
	await page.getByRole('button', { name: say('composer_voice_renew_yes') }).click();
	await expect.poll(async () => (await requestsOf(browser, 'renew')).at(-1)).toEqual({ kind: 'renew', label: '', from: null });
	await onBoard(browser, (board, given) => void Object.assign(board, { voices: given }).pushAll(), [voice('', 'olive canyon')]);
	await expect.poll(() => page.getByText(say('error_voice_ended')).count()).toBe(0);
	expect(await page.locator('textarea').inputValue()).toBe('kept');
});
