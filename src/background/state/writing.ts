import { SessionValue } from './session-value.ts';
import { steadyNow } from './steady-now.ts';

/*
 * Who writes in a composer right now. A page that is loaded anew in the middle of a word gets none of the letters that follow (THREATS.md P3).
 */

/** Somebody writes in the composer of a page. */
interface Writing {
	origin: string;
	/** when the composer last told of it, by `steadyNow` */
	at: number;
}
/** by tab, also while the page is loaded anew under their fingers */
const writing = new SessionValue<Record<number, Writing>>('writing', {});
/**
 * ms for which somebody counts as writing after the last that the composer told: as long as a busy computer takes to open the page that takes
 * the keyboard
 */
const writingPeriod = 15_000;

/** Notes that somebody begins to write in the composer of a tab, in a page of this origin. */
export async function noteWriting(id: number, origin: string): Promise<void> {
	const at = await steadyNow();
	await writing.update((all) => {
		all[id] = { origin, at };
	});
}

/** Notes that a text was changed. Whoever has left the composer by now writes no more: what was typed last may come after that. */
export async function noteText(id: number): Promise<void> {
	const at = await steadyNow();
	await writing.update((all) => {
		if (all[id]) all[id].at = at;
	});
}

/** Notes that nobody writes in the composer of a tab any more. */
export async function endWriting(id: number): Promise<void> {
	if (!(id in (await writing.get()))) return;
	await writing.update((all) => {
		delete all[id];
	});
}

/**
 * Whether somebody was writing just now in the composer of a page of this origin, in whatever tab: a page may open another one of its site, which
 * takes the keyboard.
 */
export async function isWritingAt(origin: string): Promise<boolean> {
	const now = await steadyNow();
	return Object.values(await writing.get()).some((last) => last.origin === origin && now - last.at < writingPeriod);
}
