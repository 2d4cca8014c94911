import { signal } from '@preact/signals';

/** The tabs of the page. */
export type View = 'site' | 'identity' | 'devices' | 'settings';
/** The four tabs of the page, in their order. */
export const views: View[] = ['site', 'identity', 'devices', 'settings'];
/** The tab that is shown. */
export const view = signal<View>('site');

/** The page of a view that a popup named when it opened this tab; '' = none. */
export const requestedPage = signal('');

/** First run: is it on, and how does it begin? */
export interface FirstRunRequest {
	on: boolean;
	/** there is a vault already; it is set aside for the new one */
	replace: boolean;
	/** it begins with a backup file */
	backup?: boolean;
	/** the text of that file, where it is at hand; it is encrypted */
	text?: string;
}
/** Whether first run is shown, and how it begins. */
export const firstRun = signal<FirstRunRequest>({ on: false, replace: false });

/** Leads through first run to a vault that takes the place of the present one. */
export function replaceVault(from: Pick<FirstRunRequest, 'backup' | 'text'> = {}): void {
	firstRun.value = { on: true, replace: true, ...from };
}

/** Leaves first run. */
export function endFirstRun(): void {
	firstRun.value = { on: false, replace: false };
}
