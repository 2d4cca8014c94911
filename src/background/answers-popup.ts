import type { PopupRequests, RoomRef, SiteState } from '../messages.ts';
import { lookAgain } from './access.ts';
import { backupAnswers } from './backups.ts';
import { changeDocument, changeRoom, readDocument, readNotice, readRoom, readSettings, vaultNotices } from './document.ts';
import {
	addIdentity,
	askBack,
	createVault,
	generatePhrase,
	phraseOf,
	previewKey,
	removeIdentity,
	renameIdentity,
	summaries,
} from './identities.ts';
import { lock, setUnlocked, used } from './lock.ts';
import { roomIdOf } from './networks.ts';
import { cancel, retry, waiting } from './outbox.ts';
import { lookAt } from './probe.ts';
import { roomState, roomsChanged, vaultState } from './rooms.ts';
import type { Handlers } from './router.ts';
import { disable, enabledSites, granted, reloadTabs, siteState, want } from './sites.ts';
import { slowly } from './slow-work.ts';
import { readTab } from './tabs.ts';
import { checkPassphrase, vault } from './vault.ts';

type EnabledRooms = (SiteState & { state: 'enabled' })['rooms'];

async function popupRooms(tabId: number): Promise<EnabledRooms> {
	const tab = await readTab(tabId);
	return Promise.all(
		(tab?.rooms ?? []).map(async (room) => {
			const { stopped, anonymousHost, relays = [], identity } = await readRoom(roomIdOf(room));
			const known = await roomState(tabId, room);
			const name = (known.access.state === 'open' && known.access.name) || room.address;
			return { ...known, name, stopped, anonymousHost, relays, identity };
		}),
	);
}

async function siteOf(tabId: number): Promise<SiteState> {
	return siteState(tabId, await popupRooms(tabId), () => lookAt(tabId));
}

async function setRoom({ room, hidden, anonymousHost, relays, kill, again, identity }: PopupRequests['room.set']['in']): Promise<null> {
	const id = roomIdOf(room);
	if ([hidden, anonymousHost, relays, kill, identity].some((setting) => setting !== undefined))
		await changeRoom(id, {
			...(hidden === undefined ? {} : { hidden }),
			...(anonymousHost === undefined ? {} : { anonymousHost: anonymousHost.trim().toLowerCase() }),
			...(relays === undefined ? {} : { relays }),
			...(kill === undefined ? {} : { stopped: kill }),
			...(identity === undefined ? {} : { identity }),
		});
	if (again || anonymousHost !== undefined || relays) await lookAgain(id);
	await roomsChanged(room as RoomRef);
	return null;
}

/** What the popup asks. Only pages of the extension get here (router.ts). */
export const popupAnswers: Pick<Handlers, keyof PopupRequests> = {
	async 'popup.state'({ tab, quiet }) {
		if (!quiet) await used();
		const state = await vaultState();
		return {
			vault: state,
			wait: await vault.wait(),
			site: tab === null ? { state: 'unsupported' } : await siteOf(tab),
			identities: state === 'unlocked' ? summaries(await readDocument()) : [],
			settings: await readSettings(),
			waiting: await waiting(),
			notices: vaultNotices(),
			sites: await enabledSites(),
		};
	},
	async 'notice.read'(fault) {
		readNotice(fault);
		return null;
	},
	'identity.generate': async () => ({ phrase: await generatePhrase() }),
	'identity.preview': ({ text, passphrase }) => slowly((watch) => previewKey(text, passphrase ?? '', watch)),
	async 'vault.create'({ passphrase, key, keyPassphrase, confirmed, replace }) {
		await setUnlocked(await createVault(passphrase, key, keyPassphrase, confirmed, replace === true));
		return null;
	},
	async 'vault.unlock'({ passphrase }) {
		await setUnlocked(await vault.unlock(passphrase));
		return null;
	},
	async 'vault.lock'() {
		await lock();
		return null;
	},
	async 'vault.passphrase'({ old, passphrase }) {
		await vault.changePassphrase(old, passphrase);
		return null;
	},
	async 'identity.phrase'({ id, passphrase }) {
		// asked again though the vault is open: a phrase on screen is worth more than an open vault
		await checkPassphrase(passphrase);
		return phraseOf(id);
	},
	async 'identity.confirm'({ id, words }) {
		await askBack(id, words);
		return null;
	},
	async 'identity.import'({ key, keyPassphrase, name }) {
		await addIdentity(key, keyPassphrase, name);
		await roomsChanged();
		return null;
	},
	async 'identity.rename'({ id, name }) {
		await renameIdentity(id, name);
		return null;
	},
	async 'identity.remove'({ id, passphrase }) {
		await checkPassphrase(passphrase);
		await removeIdentity(id);
		await roomsChanged();
		return null;
	},
	...backupAnswers,
	'site.probe': ({ tab }) => siteOf(tab),
	async 'site.wanted'({ origin, frontend, hosts }) {
		await want(origin, frontend, hosts);
		return null;
	},
	async 'site.granted'({ origin }) {
		await granted(origin);
		await roomsChanged();
		return null;
	},
	async 'site.disable'({ origin }) {
		await disable(origin);
		return null;
	},
	async 'site.reload'({ origin }) {
		await reloadTabs(origin);
		return null;
	},
	async 'settings.set'(change) {
		const settings = await changeDocument((document) => Object.assign(document.settings, change));
		await roomsChanged();
		return settings;
	},
	'room.set': setRoom,
	async 'outbox.discard'({ id }) {
		await cancel(id);
		return null;
	},
	async 'outbox.retry'({ id }) {
		await retry(id);
		return null;
	},
};
