import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import browser from 'webextension-polyfill';
import { errorRecord } from '../../messages/errors.ts';
import type { PopupState } from '../../messages/popup.ts';
import { request } from '../../messages/request.ts';
import type { Fault } from '../../messages/rooms.ts';
import { findPlace, type Place } from './popup-or-tab.ts';

/** What the background last said. No secret ever stands in it. */
export const state = signal<PopupState | null>(null);
export const place = signal<Place>({ inTab: false, site: null });
/** the background did not answer */
export const silent = signal(false);
/** what screen readers read out; set by `announce` */
export const announcement = signal('');

/** Has this said by screen readers, also when it is the same as before. */
export function announce(words: string): void {
	announcement.value = '';
	setTimeout(() => {
		announcement.value = words;
	}, 50);
}

export type View = 'site' | 'identity' | 'devices' | 'settings';
export const views: View[] = ['site', 'identity', 'devices', 'settings'];
export const view = signal<View>('site');
/** the page of a view that a popup asked for when it opened this tab */
export const asked = signal('');
/** The walk through first run. `replace`: over a vault that is there, which is set aside; `backup`: from a backup file. */
export interface Walk {
	on: boolean;
	replace: boolean;
	backup?: boolean;
	/** the backup's text, where it is at hand; encrypted */
	text?: string;
}
export const firstRun = signal<Walk>({ on: false, replace: false });

/**
 * Questions are numbered: an answer that comes after that of a later question on the same matter is out of date. What the page is, is a
 * matter of its own: most questions are not about it, and they must not outdate one that is.
 */
let questions = 0;
const lastShown = { all: 0, site: 0 };
function inTime(matter: keyof typeof lastShown, question: number): boolean {
	if (question < lastShown[matter]) return false;
	lastShown[matter] = question;
	return true;
}

/** Asks the background how things stand. `look`: at the tab's page too, where Bauta is not enabled. `quiet`: not a person's doing. */
export async function refresh(look = true, quiet = false): Promise<void> {
	const question = ++questions;
	const tab = look || state.value?.site.state === 'enabled' ? place.value.site : null;
	try {
		const next = await request('popup.state', quiet ? { tab, quiet } : { tab });
		const before = state.value;
		const newest = inTime('all', question);
		const aboutPage = tab !== null && inTime('site', question);
		// else what is known by now, which may be more than when this was asked
		state.value = before ? { ...(newest ? next : before), site: (aboutPage ? next : before).site } : next;
		if (!newest) return;
		silent.value = false;
		if (next.vault === 'none') firstRun.value = { on: true, replace: false };
	} catch {
		if (inTime('all', question)) silent.value = true;
	}
}

/** Looks at the tab's page again. */
export async function lookAgain(): Promise<void> {
	const { site } = place.value;
	if (site === null || !state.value) return;
	const question = ++questions;
	const found = await request('site.probe', { tab: site });
	if (inTime('site', question)) state.value = { ...state.value, site: found };
}

export async function lockNow(): Promise<void> {
	await request('vault.lock', {}).catch(() => {});
	await refresh();
}

/** How long after a key or a move of the pointer a person counts as being here, in milliseconds. */
const attention = 20_000;

/**
 * What a person does here counts as use and puts the automatic lock off; that a popup is open does not. So it asks while somebody is at it,
 * quietly where nothing was done since the last time, when they come back, and when the vault's key leaves `storage.session`.
 * Countdowns go on by themselves.
 */
function keepCurrent(): void {
	let lastSign = Date.now();
	let lastAsked = 0;
	const sign = () => {
		const away = Date.now() - lastSign > attention;
		lastSign = Date.now();
		if (away) refresh();
	};
	for (const kind of ['pointermove', 'pointerdown', 'keydown', 'focus']) addEventListener(kind, sign, { passive: true });
	browser.storage.session.onChanged.addListener((changes) => {
		if (Object.values(changes).some(({ newValue }) => newValue === undefined)) refresh();
	});
	setInterval(() => {
		if (document.visibilityState !== 'visible') return;
		if (Date.now() - lastSign < attention) {
			refresh(false, lastSign < lastAsked);
			lastAsked = Date.now();
		} else if (state.value && (state.value.wait > 0 || state.value.waiting.length > 0))
			state.value = { ...state.value, wait: Math.max(0, state.value.wait - 1000) };
	}, 1000);
}

/** How long a person looks at an empty page before it says that nothing answers, in milliseconds. */
const patience = 4000;

/** Resolves when it is known where this page stands; what the background says may come later, or never. */
export async function start(): Promise<{ answered: Promise<void> }> {
	place.value = await findPlace();
	setTimeout(() => {
		if (!state.value) silent.value = true;
	}, patience);
	const answered = refresh();
	answered.then(keepCurrent);
	return { answered };
}

export interface Action {
	busy: boolean;
	fault: Fault | null;
	run(work: () => Promise<unknown>): Promise<boolean>;
	forget(): void;
}

/** One thing that a person can set going: is it under way, and what went wrong. Afterwards the state is read anew. */
export function useAction(): Action {
	const now = useMemo(() => signal<{ busy: boolean; fault: Fault | null }>({ busy: false, fault: null }), []);
	return {
		busy: now.value.busy,
		fault: now.value.fault,
		forget: () => {
			now.value = { busy: false, fault: null };
		},
		run: async (work) => {
			if (now.peek().busy) return false;
			now.value = { busy: true, fault: null };
			try {
				await work();
				await refresh();
				now.value = { busy: false, fault: null };
				return true;
			} catch (thrown) {
				await refresh();
				now.value = { busy: false, fault: errorRecord(thrown) };
				return false;
			}
		},
	};
}

/** Calls `work` when the window loses focus, is hidden or closed: the moment to put secrets away. */
export function useAway(work: () => void): void {
	useEffect(() => {
		const away = () => work();
		const hidden = () => document.visibilityState === 'hidden' && work();
		addEventListener('blur', away);
		addEventListener('pagehide', away);
		document.addEventListener('visibilitychange', hidden);
		return () => {
			removeEventListener('blur', away);
			removeEventListener('pagehide', away);
			document.removeEventListener('visibilitychange', hidden);
		};
	}, [work]);
}
