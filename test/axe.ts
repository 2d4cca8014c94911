import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in a page as it stands, a line each. `rules`: only these. */
export async function axeFindings(page: Page, rules: string[] = []): Promise<string[]> {
	if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
	// preloaded are sheets, for a rule that is off, and sound, which no screen has
	const options = JSON.stringify({ resultTypes: ['violations'], preload: false, ...(rules.length > 0 ? { runOnly: rules } : {}) });
	const { violations } = (await page.evaluate(`axe.run(${options})`)) as AxeResults;
	return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
