import { splitText, type TextParts } from '../../devices/codes/qr-parts.ts';
import type { Group } from '../../devices/group.ts';
import { takeHandover } from '../../devices/handover.ts';
import { eraseGenerations, unlinkDevices, unlinkRefusal } from '../../devices/next-generation.ts';
import { forgetOwnPost, forgetOwnPosts, ownListOn, ownPosts, setOwnList } from '../../devices/own-list.ts';
import { devicesOf, renameDevice } from '../../devices/registry.ts';
import type { DeviceGroup, DeviceRequests } from '../../messages/devices.ts';
import { BautaError } from '../../messages/errors.ts';
import { newDocument, type StoredIdentity, type VaultDocument } from '../../vault/document.ts';
import { devicesOnlyIdentity } from '../../vault/identity.ts';
import { changeSharedState, deviceList, identityIn, requireOwnGeneration, sharedStateOf, storeSharedState } from '../devices/groups.ts';
import { currentOffer, gatherParts, linkAnswers, partsState } from '../devices/linking.ts';
import { listRestored, rejoinAnswers, rejoinOtherDevices } from '../devices/rejoining.ts';
import { schedule } from '../devices/schedule.ts';
import { syncFault, syncRound } from '../devices/sync-round.ts';
import { deviceName } from '../devices/this-device.ts';
import { refreshRooms } from '../pages/refresh-rooms.ts';
import { vaultState } from '../pages/room-state.ts';
import type { Handlers } from '../router/router.ts';
import { changeDocument, readDocument } from '../state/document.ts';
import { checkPassphrase, isUnlocked, noteUse, requireUnlocked, setUnlocked } from '../state/lock.ts';
import { UntilLock } from '../state/session-value.ts';
import { vault } from '../state/vault.ts';

/** parts of a text with keys of a new generation, until it is whole */
const keyParts = new UntilLock<TextParts | null>('device-keys', null);

async function groupState(document: VaultDocument, identity: StoredIdentity, name: string): Promise<DeviceGroup> {
	const state = sharedStateOf(structuredClone(document), structuredClone(identity), name, Date.now());
	const { group } = state;
	const refusal = unlinkRefusal(state, identity.root);
	const canErase = identity.kind === 'devices-only' && identity.root !== null;
	const devices = deviceList(group);
	const nameOf = (id: string) => devices.find((one) => one.id === id)?.name ?? '';
	return {
		id: identity.id,
		name: identity.name,
		kind: identity.kind,
		devices,
		apart: group.apart === true,
		unlink: refusal ? { code: refusal, detail: '' } : null,
		erase: canErase ? null : { code: 'erase-has-phrase', detail: '' },
		keys: group.behind.map(({ device, text }) => ({ device: nameOf(device), text, pictures: splitText(text) })),
		sync: { carrier: group.sync.way, relay: group.sync.relay, last: group.sync.last, fault: await syncFault(identity.id) },
		ownList: {
			on: ownListOn(group),
			posts: [...ownPosts(group)].map(([entry, { room }]) => ({ name: entry, room })),
		},
	};
}

async function groupsOf(name: string): Promise<DeviceGroup[]> {
	const document = await readDocument();
	return Promise.all(document.identities.map((identity) => groupState(document, identity, name)));
}

const changeGroup = (id: string, change: (group: Group) => Group): Promise<null> =>
	changeSharedState(id, (state) => ({ state: { ...state, group: change(state.group) }, result: null }));

/** Syncs at once, because the user asked for it. A fault is kept, and shown with the sync settings. */
async function syncByHand(id: string): Promise<void> {
	const { devices } = (await readDocument()).identities.find((one) => one.id === id) ?? {};
	if (devices && devices.sync.way !== 'off') await syncRound(id, true).catch(() => {});
	await schedule();
}

/** Gives the keys in a text to the identity that they open for. Throws what `takeHandover` throws. */
async function takeKeys(text: string): Promise<string> {
	const { identities } = await readDocument();
	let fault: unknown = new BautaError('keys-foreign');
	for (const { id, name, devices } of identities) {
		if (!devices) continue;
		try {
			await changeSharedState(id, (state) => ({ state: takeHandover(state, text, Date.now()), result: null }));
			return name;
		} catch (thrown) {
			fault = thrown;
		}
	}
	throw fault;
}

/** What the popup's Devices page asks. */
export const deviceAnswers: Pick<Handlers, keyof DeviceRequests> = {
	...linkAnswers,
	async 'devices.state'() {
		const name = await deviceName();
		if (await isUnlocked()) await listRestored();
		const groups = (await isUnlocked()) ? await groupsOf(name) : [];
		return { groups, offer: await currentOffer(), deviceName: name };
	},
	'device.rename': ({ identity, id, name }) =>
		changeSharedState(identity, (state) => {
			// before the first device is linked there is no group, and this device's id is drawn with it
			const own = devicesOf(state.group).find(({ here }) => here)?.id ?? id;
			const device = devicesOf(state.group).some((one) => one.id === id) ? id : own;
			return { state: { ...state, group: renameDevice(state.group, device, name, Date.now()) }, result: null };
		}),
	async 'device.unlink'({ identity, id, passphrase }) {
		await checkPassphrase(passphrase);
		await requireOwnGeneration(identity);
		await changeSharedState(identity, (state, { root }) => ({ state: unlinkDevices(state, root, [id], Date.now()), result: null }));
		await syncByHand(identity);
		return null;
	},
	async 'device.keys'({ text }) {
		await noteUse();
		await requireUnlocked();
		const whole = gatherParts(text, await keyParts.get());
		if ('parts' in whole) {
			await keyParts.set(whole.parts);
			return partsState(whole.parts);
		}
		await keyParts.set(null);
		return { state: 'taken', name: await takeKeys(whole.text) };
	},
	...rejoinAnswers,
	async 'device.rejoin'(body) {
		await checkPassphrase(body.passphrase);
		await rejoinOtherDevices(body);
		await syncByHand(body.identity);
		return null;
	},
	'device.reached': ({ identity }) => changeGroup(identity, (group) => ({ ...group, behind: [] })),
	async 'sync.set'({ identity, carrier, relay }) {
		await changeGroup(identity, (group) => ({
			...group,
			sync: { ...group.sync, way: carrier, relay: carrier === 'relay' ? relay : '', next: 0 },
		}));
		await syncByHand(identity);
		return null;
	},
	async 'sync.now'({ identity }) {
		await syncRound(identity, true);
		await schedule();
		return null;
	},
	'own.set': ({ identity, on }) => changeGroup(identity, (group) => setOwnList(group, on, Date.now())),
	'own.forget': ({ identity, name }) =>
		changeGroup(identity, (group) => (name === null ? forgetOwnPosts(group, Date.now()) : forgetOwnPost(group, name, Date.now()))),
	async 'identity.devices-only'({ passphrase, name }) {
		const identity = devicesOnlyIdentity(name, Math.floor(Date.now() / 1000));
		if ((await vaultState()) === 'none') {
			await setUnlocked(await vault.create(passphrase, newDocument(identity)));
			return null;
		}
		await checkPassphrase(passphrase);
		await changeDocument(({ identities }) => identities.push(identity));
		await refreshRooms();
		return null;
	},
	async 'identity.erase'({ id, passphrase }) {
		await checkPassphrase(passphrase);
		const name = await deviceName();
		await changeDocument((document) => {
			const identity = identityIn(document, id);
			const state = sharedStateOf(document, identity, name, Date.now());
			const { root, ...fresh } = eraseGenerations(state, identity, crypto.getRandomValues(new Uint8Array(64)), Date.now());
			identity.root = root;
			storeSharedState(document, identity, fresh);
		});
		await refreshRooms();
		await syncByHand(id);
		return null;
	},
};
