import { BautaError } from '../../messages/errors.ts';
import { type Network, networks } from '../../messages/rooms.ts';
import type { AccountForms } from '../../networks/network.ts';
import { plainLine } from '../../networks/plain-line.ts';
import { networkOf } from '../access/adapters.ts';
import type { Tab } from '../state/tabs.ts';

// Accounts as statements name them (docs/protocol.md §8): the network, a colon, and what each network's folder knows.

const longestShown = 200;
const formsOf = async (network: Network): Promise<AccountForms> => (await networkOf(network).traffic()).accounts;

/** The account that somebody wrote, as statements name it. Throws `proof-account` where it is none of this network. */
export async function readAccount(text: string, network: Network): Promise<string> {
	const { read } = await formsOf(network);
	try {
		return `${network}:${read(text.trim().replace(new RegExp(`^${network}:(//)?`, 'i'), ''))}`;
	} catch {
		throw new BautaError('proof-account');
	}
}

/** The account in a room as the page's traffic names it, as people write it; '' where it does not. `room`: canonical id. */
export async function accountOnPage({ network, nicks }: Tab, room: string): Promise<string> {
	const nick = nicks[room];
	return nick ? plainLine((await formsOf(network)).inRoom(room, nick), longestShown) : '';
}

/** An account of a statement as people know it. A stranger may have written it. */
export async function shownAccount(account: string): Promise<string> {
	const network = networks.find((name) => account.startsWith(`${name}:`));
	const shown = network ? (await formsOf(network)).shown(account.slice(network.length + 1)) : account;
	return plainLine(shown, longestShown);
}
