import { surface } from '../state/popup-or-tab.ts';
import { state } from '../state/store.ts';

/** What people call a room that the tab shows; else its address, with ids of 64 digits shortened. `room`: canonical id, or an address. */
export function roomName(room: string): string {
	const site = state.value?.site;
	const shown = site?.state === 'enabled' ? site.rooms : [];
	const known = shown.find(({ room: { network, address } }) => room === address || room === `${network}:${address}`);
	const address = room.replace(/^(xmpp|nostr):/, '');
	return known?.name || address.replace(/[0-9a-f]{64}/g, (id) => `${id.slice(0, 8)}…${id.slice(-4)}`);
}

/** The id of the tab that "This site" is about; where there is none, an id that no tab has, so that no room is on show. */
export const siteTab = (): number => surface.value.siteTab ?? -1;
