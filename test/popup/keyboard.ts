import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeFindings } from '../axe.ts';
import { patience } from '../until.ts';
import { focusNameHere } from './in-page.ts';

const strings = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../public/_locales/en/messages.json'), 'utf8')) as Record<
	string,
	{ message: string }
>;

/** An English string of the extension with its placeholders filled. */
export function say(key: string, ...parts: string[]): string {
	const text = strings[key];
	if (!text) throw new Error(`no string ${key}`);
	return text.message.replace(/\$\w+\$/g, () => parts.shift() ?? '');
}

/** What a problem of this code says up to its placeholder. */
export function errorWords(code: string): RegExp {
	const [before = '', after] = say(`error_${code.replaceAll('-', '_')}`, '\u0000').split('\u0000');
	const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	return new RegExp(`^${escaped(before)}${after === undefined ? '' : `.*${escaped(after)}`}$`, 's');
}

/** The popup's page in a tab of the real extension, walked with the keyboard alone. */
export function keyboardOn(page: Page) {
	const focusName = () => page.evaluate(focusNameHere);
	return {
		/** presses Tab until the element with this name has the focus; throws when it is never reached, also of what comes a little later */
		async tabTo(name: string): Promise<void> {
			for (const end = Date.now() + patience; Date.now() < end; ) {
				if ((await focusName()) === name) return;
				await page.keyboard.press('Tab');
			}
			throw new Error(`the keyboard never reaches "${name}"`);
		},
		async press(key: string, ...parts: string[]): Promise<void> {
			await this.tabTo(say(key, ...parts));
			await page.keyboard.press('Enter');
		},
		async type(key: string, text: string): Promise<void> {
			await this.tabTo(say(key));
			await page.keyboard.press('Control+A');
			await page.keyboard.type(text);
		},
		/** to another of the four tabs, with the arrow keys */
		async view(name: 'site' | 'identity' | 'devices' | 'settings'): Promise<void> {
			const selected = () => page.locator('[role=tab][aria-selected=true]').getAttribute('id');
			for (let presses = 0; presses < 60 && !(await page.evaluate(() => document.activeElement?.role === 'tab')); presses++)
				await page.keyboard.press('Tab');
			for (let presses = 0; presses < 4 && (await selected()) !== `tab-${name}`; presses++) await page.keyboard.press('ArrowRight');
		},
		/** waits for the heading with this title, which must have taken the focus, as that is what is read out */
		async waitForHeading(key: string, ...parts: string[]): Promise<void> {
			const title = say(key, ...parts);
			await page.getByRole('heading', { level: 1, name: title }).waitFor();
			await expect.poll(focusName).toBe(title);
		},
		/** first run asks how careful to be: takes the first choice */
		async chooseEveryday(): Promise<void> {
			await this.waitForHeading('popup_care_title');
			await page.getByRole('radio').first().check();
			await this.press('popup_care_go_on');
		},
		async problem(): Promise<string> {
			const problem = page.locator('.problem:not([hidden])').first();
			await problem.waitFor();
			return (await problem.textContent()) ?? '';
		},
		/** what axe finds in the page as it stands */
		findings: () => axeFindings(page),
	};
}
