import { signal } from '@preact/signals';
import type { PopupState } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import { onPageClock } from '../../platform/steady-clock.ts';
import { firstRun } from './navigation.ts';
import { surface } from './popup-or-tab.ts';

/** What the background last said; null before its first answer. It never holds a secret. */
export const state = signal<PopupState | null>(null);
/** The background does not answer. */
export const silent = signal(false);

/**
 * Questions are numbered. An answer is out of date when a later question on the same matter was answered before it. The page in the tab is
 * a matter of its own: most questions are not about it, and their answers must not outdate one that is.
 */
let questions = 0;
const newestAnswer = { all: 0, site: 0 };
function isCurrent(matter: keyof typeof newestAnswer, question: number): boolean {
	if (question < newestAnswer[matter]) return false;
	newestAnswer[matter] = question;
	return true;
}

/**
 * Asks the background how things stand. `look`: let it look at the tab's page too. Without it, a page where Bauta is not enabled is left
 * alone. `quiet`: no person did anything; it does not count as use.
 */
export async function refresh(look = true, quiet = false): Promise<void> {
	const question = ++questions;
	const tab = look || state.value?.site.state === 'enabled' ? surface.value.siteTab : null;
	try {
		const { waiting, ...rest } = await request('popup.state', quiet ? { tab, quiet } : { tab });
		const answer = { ...rest, waiting: waiting.map((entry) => ({ ...entry, due: onPageClock(entry.due) })) };
		const before = state.value;
		const isNewest = isCurrent('all', question);
		const isAboutPage = tab !== null && isCurrent('site', question);
		// what is out of date leaves what a later answer has brought since
		state.value = before ? { ...(isNewest ? answer : before), site: (isAboutPage ? answer : before).site } : answer;
		if (!isNewest) return;
		silent.value = false;
		if (answer.vault === 'none') firstRun.value = { on: true, replace: false };
	} catch {
		if (isCurrent('all', question)) silent.value = true;
	}
}

/** Looks at the tab's page again. Throws the BautaError of the background. */
export async function lookAgain(): Promise<void> {
	const { siteTab } = surface.value;
	if (siteTab === null || !state.value) return;
	const question = ++questions;
	const site = await request('site.detect', { tab: siteTab });
	if (isCurrent('site', question)) state.value = { ...state.value, site };
}

/** Locks the vault. What could not be locked shows as it is. */
export async function lockNow(): Promise<void> {
	await request('vault.lock', {}).catch(() => {});
	await refresh();
}
