import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import type { FirefoxPage } from './firefox-page.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// preloaded are sheets, for a rule that is off, and sound, which no screen has
const options = { resultTypes: ['violations'], preload: false };

const linesOf = ({ violations }: AxeResults): string[] =>
	violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));

/** What axe finds in a page as it stands, a line each. `rules`: only these. */
export async function axeFindings(page: Page, rules: string[] = []): Promise<string[]> {
	if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
	const wanted = JSON.stringify({ ...options, ...(rules.length > 0 ? { runOnly: rules } : {}) });
	return linesOf((await page.evaluate(`axe.run(${wanted})`)) as AxeResults);
}

/** The same in Firefox. */
export const firefoxAxeFindings = async (page: FirefoxPage): Promise<string[]> =>
	linesOf(await page.run<AxeResults>(`if (!('axe' in window)) {${source}}`, `axe.run(${JSON.stringify(options)})`));
