import { browser } from './api/browser.ts';
import { type Table, tableIn } from './database.ts';
import { isPrivateWindow } from './private-window.ts';

/** Where Bauta keeps values on disk, by name. */
export interface LocalArea {
	/** null: all of them */
	get(name: string | null): Promise<Record<string, unknown>>;
	set(items: Record<string, unknown>): Promise<void>;
	remove(names: string | string[]): Promise<void>;
}

/** Says that what an earlier version kept in `storage.local` was taken over. */
const takeOverMark = 'taken-over';

/** Copies everything into the table, once. From then on whatever lies in `storage.local` was put there by a stranger, and is not read. */
async function takeOver(table: Table, from: LocalArea): Promise<void> {
	const items = Object.entries(await from.get(null));
	if (!(await table.get(takeOverMark))) {
		for (const [name, value] of items) await table.put(name, value);
		await table.put(takeOverMark, true);
	}
	if (items.length > 0) await from.remove(items.map(([name]) => name));
}

/** The values of a table as an area. `ready`: resolves when the table may be read. */
const areaOver = (table: Table, ready: () => Promise<void> = async () => {}): LocalArea => ({
	async get(name) {
		await ready();
		const names = name === null ? (await table.keys()).filter((key) => key !== takeOverMark) : [name];
		const items = await Promise.all(names.map(async (key) => [key, await table.get(key)] as const));
		return Object.fromEntries(items.filter(([, value]) => value !== undefined));
	},
	async set(items) {
		await ready();
		for (const [name, value] of Object.entries(items)) await table.put(name, value);
	},
	async remove(names) {
		await ready();
		for (const name of [names].flat()) await table.delete(name);
	},
});

/**
 * An area in a database of its own. Throws what IndexedDB throws; then what an earlier version kept still lies where it was.
 * @param from where an earlier version kept it
 */
export function areaInDatabase(databaseName: string, from: LocalArea): LocalArea {
	const table = tableIn(databaseName);
	let start: Promise<void> | null = null;
	return areaOver(table, async () => {
		start ??= takeOver(table, from).catch((thrown) => {
			start = null;
			throw thrown;
		});
		await start;
	});
}

let areaOfFirefox: LocalArea | undefined;
/**
 * This browser's area: `storage.local` in Chromium, where it is closed to content scripts. Firefox opens `storage.local` to every content
 * script, and those share a process with a hostile page (THREATS.md S7): there it is a database.
 */
export function localArea(): LocalArea {
	if (__TARGET__ === 'chrome') return browser.storage.local;
	areaOfFirefox ??= areaInDatabase('bauta-local', browser.storage.local);
	return areaOfFirefox;
}

/** On which a private window is told that something left its memory. */
const removalsName = 'bauta-session';
function privateArea(): LocalArea {
	const area = areaOver(tableIn('bauta-session'));
	const removals = new BroadcastChannel(removalsName);
	return {
		...area,
		async remove(names) {
			await area.remove(names);
			removals.postMessage(null);
		},
	};
}

let areaOfPrivate: LocalArea | undefined;
/**
 * Where values are kept in memory until the browser closes: `storage.session`. A private window of Chromium has a worker of its own, but the
 * same `storage.session` as all others. Its IndexedDB begins empty, lies in memory and is thrown away with the last private window: there the
 * values are in a table of it, so that nothing crosses or stays (THREATS.md S6).
 */
export function sessionArea(): LocalArea {
	if (__TARGET__ === 'firefox' || !isPrivateWindow()) return browser.storage.session;
	areaOfPrivate ??= privateArea();
	return areaOfPrivate;
}

/** Calls the listener, in a page of the extension, whenever the background has removed something from `sessionArea`. */
export function onSessionRemoval(listener: () => void): void {
	if (__TARGET__ === 'chrome' && isPrivateWindow()) new BroadcastChannel(removalsName).onmessage = listener;
	else
		browser.storage.session.onChanged.addListener((changes) => {
			if (Object.values(changes).some(({ newValue }) => newValue === undefined)) listener();
		});
}

/** Chromium: closes all storage to content scripts, also for the browser's next start. Firefox has no such call. */
export function closeStorage(): void {
	const { local, session, sync } = browser.storage;
	for (const area of [local, session, sync] as { setAccessLevel?(level: object): Promise<void> }[])
		area.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' }).catch(() => {});
}
