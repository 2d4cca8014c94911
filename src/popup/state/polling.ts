import { onSessionRemoval } from '../../platform/local-area.ts';
import { findSurface, surface } from './popup-or-tab.ts';
import { refresh, silent, state } from './store.ts';

/** How long after a key or a move of the pointer a person counts as being here, in milliseconds. */
const attention = 20_000;
/** How long a person looks at an empty page before it says that nothing answers, in milliseconds. */
const patience = 4000;

/**
 * Keeps the page current. What a person does here counts as use and puts the automatic lock off; that a popup is open does not count. So
 * it asks the background while somebody is at it, quietly where they did nothing since the last time. It asks when they come back, and when
 * the vault's key leaves the memory of this session. Countdowns go on by themselves.
 */
function keepCurrent(): void {
	let lastSign = performance.now();
	let lastQuestion = 0;
	const noticePerson = () => {
		const wasAway = performance.now() - lastSign > attention;
		lastSign = performance.now();
		if (wasAway) refresh();
	};
	for (const kind of ['pointermove', 'pointerdown', 'keydown', 'focus']) addEventListener(kind, noticePerson, { passive: true });
	onSessionRemoval(() => refresh());
	setInterval(() => {
		if (document.visibilityState !== 'visible') return;
		if (performance.now() - lastSign < attention) {
			refresh(false, lastSign < lastQuestion);
			lastQuestion = performance.now();
		} else if (state.value && (state.value.wait > 0 || state.value.waiting.length > 0))
			state.value = { ...state.value, wait: Math.max(0, state.value.wait - 1000) };
	}, 1000);
}

/**
 * Resolves once it is known where this page is drawn. `firstAnswer` resolves when the background has answered, or could not be reached;
 * it may never do either.
 */
export async function start(): Promise<{ firstAnswer: Promise<void> }> {
	surface.value = await findSurface();
	setTimeout(() => {
		if (!state.value) silent.value = true;
	}, patience);
	const firstAnswer = refresh();
	firstAnswer.then(keepCurrent);
	return { firstAnswer };
}
