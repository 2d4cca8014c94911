import { authorityKey, randomKey, storedKey } from '../../devices/device-key.ts';
import type { Group, SharedState } from '../../devices/group.ts';
import { ownPosts } from '../../devices/own-list.ts';
import { devicesOf, type Holds, introduce, newGroup, ownId } from '../../devices/registry.ts';
import { noteRooms, roomsOf } from '../../devices/room-entries.ts';
import { putEntries } from '../../devices/shared-entries.ts';
import { joinVoices, noteVoices, voicesOf } from '../../devices/voice-entries.ts';
import { isWild, strayAfter } from '../../devices/wild-generations.ts';
import type { LinkedDevice } from '../../messages/devices.ts';
import { BautaError } from '../../messages/errors.ts';
import { toHex } from '../../protocol/bytes.ts';
import { withNode } from '../../protocol/node.ts';
import type { StoredGeneration, StoredIdentity, VaultDocument } from '../../vault/document.ts';
import { madeElsewhere, writableGeneration } from '../identities/generations.ts';
import { replacedVoices, tellReplacements } from '../identities/voices.ts';
import { refreshRooms } from '../pages/refresh-rooms.ts';
import { changeDocument, readDocument } from '../state/document.ts';
import { deviceBrowser, deviceName } from './this-device.ts';

// The groups of src/devices/ as they are stored with the vault's identities. All times are unix ms.

const daySeconds = 86_400;

/** What this device has of an identity beside generations: the phrase, the root alone, or neither. */
export function holdsOf({ phrase, root }: StoredIdentity): Holds {
	if (phrase) return 'phrase';
	return root ? 'root' : 'nothing';
}

/** Every device as the popup lists it: days, no finer. */
export function deviceList(group: Group): LinkedDevice[] {
	return devicesOf(group).map((device) => ({ ...device, linked: device.linked * daySeconds, seen: device.seen * daySeconds }));
}

/** The identity of this id in a document. @throws BautaError `not-allowed` where there is none */
export function identityIn({ identities }: VaultDocument, id: string): StoredIdentity {
	const identity = identities.find((one) => one.id === id);
	if (!identity) throw new BautaError('not-allowed', 'identity');
	return identity;
}

/** The group of an identity; a group of this device alone where none was linked yet. `name`: what this device is called. */
export function groupOf(identity: StoredIdentity, name: string, now: number): Group {
	if (identity.devices) return identity.devices;
	const key = randomKey();
	// A backup may have neither the root nor a list of devices: then nobody here knows whose authority counts. A random one stands in, of which
	// nobody has the key. So nobody can hand this device keys before it is linked anew (`takeAnswer` in devices/linking/linking.ts).
	const authority = identity.root ? withNode(identity.root, authorityKey) : randomKey();
	const alone = newGroup(toHex(key.privateKey), toHex(authority.publicKey));
	const group: Group = madeElsewhere(identity) ? { ...alone, apart: true } : alone;
	return introduce(group, { key: key.publicKey, name, browser: deviceBrowser, holds: holdsOf(identity) }, now);
}

/** What is shared, with the room settings and voices as they are here now. */
export function sharedStateOf(document: VaultDocument, identity: StoredIdentity, name: string, now: number): SharedState {
	const group = withThisDevice(groupOf(identity, name, now), identity, name, now);
	const withVoices = noteVoices(noteRooms(group, document.rooms, now), identity.voices ?? [], now);
	return { generations: identity.generations, group: withHoldings(withVoices, identity, now) };
}

/** Whether an identity came from a phrase or a backup, and this device is in no list of it yet. */
export function isUnlisted(identity: StoredIdentity): boolean {
	return identity.devices ? !devicesOf(identity.devices).some(({ here }) => here) : madeElsewhere(identity);
}

/** The group with this device in it. After a restore it is not in the list yet, as its key was drawn anew. */
function withThisDevice(group: Group, identity: StoredIdentity, name: string, now: number): Group {
	const devices = devicesOf(group);
	if (devices.some(({ here }) => here)) return group;
	const { publicKey } = storedKey(group.key);
	// without the root it has no keys to give; its place in the list reaches the others by sync
	const restored: Group = identity.root && devices.length > 0 ? { ...group, apart: true } : group;
	return introduce(restored, { key: publicKey, name, browser: deviceBrowser, holds: holdsOf(identity) }, now);
}

/** Says what this device holds beside generations, where that changed (a phrase was imported). */
function withHoldings(group: Group, identity: StoredIdentity, now: number): Group {
	const entry = group.writes.find((write) => write.entry === `device/${ownId(group)}` && write.device === ownId(group))?.value;
	if (!entry) return group;
	const value = JSON.stringify({ ...JSON.parse(entry), holds: holdsOf(identity) });
	return putEntries(group, ownId(group), [[`device/${ownId(group)}`, value]], now);
}

/** Puts what is shared back into the document: generations, group, voices, and the rooms' settings. */
export function storeSharedState(document: VaultDocument, identity: StoredIdentity, { generations, group }: SharedState): void {
	const voices = joinVoices(identity.voices ?? [], voicesOf(group));
	if (voices.length > 0) identity.voices = voices;
	const now = Math.floor(Date.now() / 1000);
	const isGone = (one: StoredGeneration) => isWild(one, now) && !generations.some(({ generation }) => generation === one.generation);
	const gone = identity.generations.filter(isGone);
	if (group.erased > (identity.devices?.erased ?? 0)) delete identity.stray;
	else if (gone.length > 0) identity.stray = strayAfter(identity.stray ?? [], gone, now);
	identity.generations = generations;
	identity.devices = group;
	for (const [room, settings] of roomsOf(group)) document.rooms[room] = { identity: null, ...document.rooms[room], ...settings };
}

/** Changes what an identity shares, in the vault. Labels and switches follow where keys or rooms changed. */
export async function changeSharedState<R>(
	id: string,
	change: (state: SharedState, identity: StoredIdentity) => { state: SharedState; result: R },
): Promise<R> {
	const name = await deviceName();
	const now = Date.now();
	const before = JSON.stringify(labelBasis(await readDocument(), id));
	const { result, replacements } = await changeDocument((document) => {
		const identity = identityIn(document, id);
		const voices = structuredClone(identity.voices ?? []);
		const changed = change(sharedStateOf(document, identity, name, now), identity);
		storeSharedState(document, identity, changed.state);
		return { result: changed.result, replacements: replacedVoices(voices, identity) };
	});
	tellReplacements(replacements);
	if (JSON.stringify(labelBasis(await readDocument(), id)) !== before) await refreshRooms();
	return result;
}

/** Everything but messages that labels and switches depend on, to see whether a change touches it. */
function labelBasis(document: VaultDocument, id: string): unknown {
	const { generations, devices } = identityIn(document, id);
	return [generations, document.rooms, devices ? [...ownPosts(devices)] : []];
}

/** A restored identity opens its own generation before anything is shared (docs/protocol.md §2). */
export async function requireOwnGeneration(id: string): Promise<void> {
	const identity = identityIn(await readDocument(), id);
	if (!identity.restored && identity.generations.length > 0) return;
	await writableGeneration(identity, Math.floor(Date.now() / 1000));
}
