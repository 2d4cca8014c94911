import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Fault, PopupState, SiteState } from '../messages.ts';
import { errorRecord } from '../platform/error.ts';
import { request } from '../platform/request.ts';
import { findPlace, type Place } from './where.ts';

/** What the background last said. No secret ever stands in it. */
export const state = signal<PopupState | null>(null);
export const place = signal<Place>({ inTab: false, site: null });
/** the background did not answer */
export const silent = signal(false);
/** read out by screen readers, once */
export const announcement = signal('');

export type View = 'site' | 'identity' | 'devices' | 'settings';
export const views: View[] = ['site', 'identity', 'devices', 'settings'];
export const view = signal<View>('site');
/** the walk through first run; `replace`: over a vault whose passphrase is forgotten */
export const firstRun = signal<{ on: boolean; replace: boolean }>({ on: false, replace: false });

let probed = false;

/** Asks the background how things stand. The page of the tab is looked at once, when the popup opens (DESIGN.md §7). */
export async function refresh(): Promise<void> {
	try {
		const { site } = place.value;
		const next = await request('popup.state', { tab: site });
		if (!probed && site !== null && next.site.state !== 'enabled') {
			probed = true;
			next.site = await probe(site, next.site);
		} else next.site = stillFound(next.site);
		state.value = next;
		silent.value = false;
		if (next.vault === 'none') firstRun.value = { on: true, replace: false };
	} catch {
		silent.value = true;
	}
}

/** What a probe found holds until the background says that the site is enabled, or the tab shows another site. */
function stillFound(next: SiteState): SiteState {
	const before = state.value?.site;
	if (before?.state !== 'found' || next.state === 'found' || next.state === 'enabled') return next;
	return next.state === 'none' && next.origin !== before.origin ? next : before;
}

/** A page that cannot be looked into (a browser page, a store) is told as what is known of it. */
async function probe(tab: number, otherwise: SiteState): Promise<SiteState> {
	try {
		return await request('site.probe', { tab });
	} catch {
		return otherwise;
	}
}

/** Looks at the tab's page again. */
export async function lookAgain(): Promise<void> {
	const { site } = place.value;
	if (site === null || !state.value) return;
	const found = await request('site.probe', { tab: site });
	state.value = { ...state.value, site: found };
}

export async function start(): Promise<void> {
	place.value = await findPlace();
	await refresh();
	setInterval(() => document.visibilityState === 'visible' && refresh(), 1000);
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
