import { BautaError } from '../../messages/errors.ts';
import type { IdentitySummary, PopupRequests, RoomSetting, SiteState } from '../../messages/popup.ts';
import { type RoomRef, sameRoom } from '../../messages/rooms.ts';
import { hasRefusals, withAnswer, withoutRefusals } from '../../networks/page-answers.ts';
import { chooseProxy, proxyState, readProxyAddress } from '../../platform/proxy.ts';
import type { VaultDocument } from '../../vault/document.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { forgetAccess, pageWay } from '../access/probe-results.ts';
import { accessTo } from '../access/room-access.ts';
import { careChanged } from '../composers/beside.ts';
import { cancelEntry, listWaiting, retryEntry } from '../outbox/outbox.ts';
import { countWaiting } from '../outbox/store.ts';
import { takesNotices } from '../pages/content-scripts.ts';
import { detectFrontend } from '../pages/detect.ts';
import { disableSite, enableIfGranted, noteRequest } from '../pages/enabling.ts';
import { lookAtRooms, roomsChanged, tellHidden, vaultState } from '../pages/room-state.ts';
import { reloadTabs, siteState } from '../pages/site-state.ts';
import { enabledSites } from '../pages/sites.ts';
import type { Handlers } from '../router/router.ts';
import { forgiveSite } from '../state/caught-sites.ts';
import {
	changeDocument,
	changeRoom,
	hideRoom,
	isRoomHidden,
	readDocument,
	readNotice,
	readRoom,
	readSettings,
	vaultNotices,
} from '../state/document.ts';
import { noteSettings } from '../state/last-settings.ts';
import { lock, noteUse, setUnlocked } from '../state/lock.ts';
import { currentTabId, readTab } from '../state/tabs.ts';
import { vault } from '../state/vault.ts';

type EnabledRooms = (SiteState & { state: 'enabled' })['rooms'];

/** The settings of a room that its network alone understands. */
async function settingsOf(room: RoomRef): Promise<RoomSetting[]> {
	const { settings } = await networkOf(room.network).traffic();
	return settings?.list(room.address, { ...(await readRoom(roomIdOf(room))) }) ?? [];
}

async function popupRooms(tabId: number): Promise<EnabledRooms> {
	const tab = await readTab(tabId);
	return Promise.all(
		(tab?.rooms ?? []).map(async (room) => {
			const { stopped, identity } = await readRoom(roomIdOf(room));
			const access = await accessTo(tabId, room);
			const name = access.state === 'open' ? access.name : undefined;
			const waiting = (await listWaiting()).filter((entry) => entry.site === tab?.origin && sameRoom(entry.room, room)).length;
			const on = tab?.on.includes(room.address) === true;
			const leftOn = tab?.held.includes(room.address) === true;
			const { ask } = await pageWay(tab?.origin ?? '', roomIdOf(room));
			const more = {
				hidden: await isRoomHidden(tab?.origin ?? '', roomIdOf(room)),
				...(name && { name }),
				...(access.state === 'closed' && ask.length > 0 && { ask }),
				settings: await settingsOf(room),
			};
			return { room, on, leftOn, access, waiting, stopped, identity, ...more };
		}),
	);
}

/** `id`: of the tab, or one that it had when the popup was opened. */
async function siteOf(id: number): Promise<SiteState> {
	const tabId = await currentTabId(id);
	return siteState(tabId, await popupRooms(tabId), () => detectFrontend(tabId));
}

async function setRoom({ room, hide, setting, kill, again, identity, answer }: PopupRequests['room.set']['in']): Promise<RoomSetting[]> {
	const id = roomIdOf(room);
	const { settings } = await networkOf(room.network).traffic();
	if ([setting, kill, identity].some((change) => change !== undefined))
		await changeRoom(id, {
			...(setting === undefined ? {} : settings?.parse(setting.name, setting.written)),
			...(kill === undefined ? {} : { stopped: kill }),
			...(identity === undefined ? {} : { identity }),
		});
	if (hide) {
		await hideRoom(hide.site, id, hide.hidden);
		await tellHidden(hide.site, room, hide.hidden);
	}
	const storedRoom = { ...(await readRoom(id)) };
	if (answer) await changeRoom(id, withAnswer(storedRoom, answer.site, answer.hosts, answer.use));
	// who has it looked at again is asked again
	if (again && hasRefusals(storedRoom)) await changeRoom(id, withoutRefusals(storedRoom));
	if (again || setting || answer) await forgetAccess(id);
	await roomsChanged(room);
	await lookAtRooms(room);
	return settingsOf(room);
}

/** What the popup shows of each identity. */
function summaries({ identities }: VaultDocument): IdentitySummary[] {
	return identities.map(({ id, name, kind, confirmed, created }) => ({ id, name, kind, confirmed, created }));
}

/** What is answered without loading more code. */
export type FrequentRequest =
	| 'popup.state'
	| 'notice.read'
	| 'vault.unlock'
	| 'vault.lock'
	| `site.${'detect' | 'wanted' | 'granted' | 'disable' | 'reload' | 'forgive'}`
	| 'settings.set'
	| 'proxy.set'
	| 'room.set'
	| `outbox.${'discard' | 'retry'}`;
/** What the popup asks all the time, or of sites, rooms and messages. */
export const popupAnswers: Pick<Handlers, FrequentRequest> = {
	async 'popup.state'({ tab, quiet }) {
		if (!quiet) await noteUse();
		const state = await vaultState();
		return {
			vault: state,
			wait: await vault.wait(),
			site: tab === null ? { state: 'unsupported' } : await siteOf(tab),
			identities: state === 'unlocked' ? summaries(await readDocument()) : [],
			settings: await readSettings(),
			mayNotify: await takesNotices(),
			waiting: await listWaiting(),
			...(state === 'locked' ? { waitingCount: await countWaiting() } : {}),
			notices: vaultNotices(),
			sites: await enabledSites(),
			...(__TARGET__ === 'chrome' ? {} : { proxy: await proxyState() }),
		};
	},
	async 'notice.read'(fault) {
		readNotice(fault);
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
	'site.detect': ({ tab }) => siteOf(tab),
	async 'site.wanted'({ origin, frontend, name, hosts }) {
		await noteRequest(origin, { id: frontend, name }, hosts);
		return null;
	},
	async 'site.granted'({ origin }) {
		await enableIfGranted(origin);
		await roomsChanged();
		await lookAtRooms();
		return null;
	},
	async 'site.disable'({ origin }) {
		await disableSite(origin);
		return null;
	},
	async 'site.reload'({ origin }) {
		await reloadTabs(origin);
		return null;
	},
	async 'site.forgive'({ origin }) {
		await forgiveSite(origin);
		await roomsChanged();
		return null;
	},
	async 'settings.set'(change) {
		// noted first: a choice that cannot be noted must not be the stored one, as the next lock would fall back to a frame in the page
		if (change.care === 'careful') await noteSettings({ ...(await readSettings()), ...change });
		const settings = await changeDocument((document) => Object.assign(document.settings, change));
		if (change.care) await careChanged();
		await roomsChanged();
		await lookAtRooms();
		return settings;
	},
	async 'proxy.set'({ address }) {
		if (__TARGET__ === 'chrome') throw new BautaError('internal');
		await chooseProxy(address === null ? null : readProxyAddress(address));
		await lookAtRooms();
		return null;
	},
	'room.set': setRoom,
	async 'outbox.discard'({ id }) {
		await cancelEntry(id);
		return null;
	},
	async 'outbox.retry'({ id, withoutReply }) {
		await retryEntry(id, withoutReply);
		return null;
	},
};
