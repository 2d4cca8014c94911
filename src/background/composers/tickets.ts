import { BautaError } from '../../messages/errors.ts';
import type { RoomRef, Theme } from '../../messages/rooms.ts';
import { SessionValue } from '../state/session-value.ts';
import { readTab } from '../state/tabs.ts';

/** What a composer may speak for. The name it is kept under is secret: only the page that was given it can use it. */
export interface Binding {
	tab: number;
	/** origin of the page that it was made for; the tab may show another one by now */
	site: string;
	room: RoomRef;
	theme: Theme;
	/** a ticket opens once; what it opens goes on under a session name */
	once: boolean;
	/** the composer stands beside the page and not in a frame of it */
	beside: boolean;
	/** the ticket that opened it, used up */
	ticket?: string;
}

/** By ticket or session name. */
const bindings = new SessionValue<Record<string, Binding>>('bonds', {});
const secretName = (): string => crypto.randomUUID();

/**
 * A ticket for a composer bound to this tab and room, in a frame of the tab or beside it. It opens once, but for the sidebar, whose page
 * Firefox loads anew each time. Throws `site-unknown`.
 */
export async function issueTicket(
	{ tab, origin: site }: { tab: number; origin: string },
	room: RoomRef,
	theme: Theme,
	container: 'frame' | 'beside' | 'sidebar',
): Promise<string> {
	if (!(await readTab(tab))) throw new BautaError('site-unknown', site);
	const ticket = secretName();
	await bindings.update((all) => {
		all[ticket] = { tab, site, room, theme, once: container !== 'sidebar', beside: container !== 'frame' };
	});
	return ticket;
}

/**
 * What a composer may speak for, by its ticket, which is used up, or by the session name that it got for one. Returns the session name to
 * come back with. Throws `ticket-used`, and `not-allowed` where a frame speaks for another tab, or for a composer that is to stand beside.
 * @param senderTab the tab that the composer's page is in; undefined where it is in none
 */
export async function redeem(name: string, senderTab: number | undefined): Promise<{ binding: Binding; session: string }> {
	const binding = await bindings.update((all) => {
		const named = all[name];
		if (named?.once) delete all[name];
		return named;
	});
	if (!binding) throw new BautaError('ticket-used');
	// a frame in its own tab, and what stands beside the page in any but that
	if (binding.beside === (senderTab === binding.tab)) throw new BautaError('not-allowed');
	if (!binding.once) return { binding, session: name };
	const session = secretName();
	const lasting = { ...binding, once: false, ticket: name };
	await bindings.update((all) => {
		all[session] = lasting;
	});
	return { binding: lasting, session };
}

/** Whether any composer is open or may be opened by a ticket. */
export async function hasComposers(): Promise<boolean> {
	return Object.keys(await bindings.get()).length > 0;
}

/** Ends every composer in a page: it is gone, or none may be there. Composers beside the page stay and see what comes. */
export async function forgetComposers(tab: number): Promise<void> {
	await bindings.update((all) => {
		for (const [name, binding] of Object.entries(all)) if (binding.tab === tab && !binding.beside) delete all[name];
	});
}

/** The page of a room looks otherwise: so do its composers. */
export async function changeTheme(tab: number, { address }: RoomRef, theme: Theme): Promise<void> {
	await bindings.update((all) => {
		// in place, as the composers that are open hold these very objects
		for (const binding of Object.values(all)) if (binding.tab === tab && binding.room.address === address) binding.theme = theme;
	});
}

/** A tab has another id: its composers, also those beside it, speak for it under that one. */
export async function moveComposers(id: number, before: number): Promise<void> {
	await bindings.update((all) => {
		// changed in place, as the composers that are open hold these very objects
		for (const binding of Object.values(all)) if (binding.tab === before) binding.tab = id;
	});
}
