import { listen } from './window-listeners.ts';

/** How long after a key or a click what the page sends may be the account's own word, ms. */
const actMs = 3000;
let lastAct = Number.NEGATIVE_INFINITY;

/** Notes the user's own keys and clicks in the page from now on. Called before the page's first script, so that the page can stop none. */
export function watchUserActs(): void {
	for (const kind of ['keydown', 'pointerdown'])
		listen(
			kind,
			({ isTrusted }) => {
				if (isTrusted) lastAct = performance.now();
			},
			{ capture: true, passive: true },
		);
}

/** Whether the user has just typed or clicked in the page. What the page sends without that is no word of the user's (THREATS.md T1). */
export const hasJustActed = (): boolean => performance.now() - lastAct < actMs;
