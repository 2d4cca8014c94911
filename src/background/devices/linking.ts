import { type Answered, answerOnce, codeSeconds, readLinkCode } from '../../devices/codes/link-code.ts';
import { addPart, joinParts, splitText, type TextParts } from '../../devices/codes/qr-parts.ts';
import { kindOfText } from '../../devices/codes/text-form.ts';
import { answer, type Offer, offer, receive, takeAnswer } from '../../devices/linking.ts';
import { devicesOf, newGroup } from '../../devices/registry.ts';
import { mergeWrites } from '../../devices/shared-entries.ts';
import type { DeviceRequests, LinkOffer } from '../../messages/devices.ts';
import { BautaError } from '../../messages/errors.ts';
import { toHex } from '../../protocol/bytes.ts';
import { newDocument, type StoredIdentity, type VaultDocument } from '../../vault/document.ts';
import { isSameSelf } from '../../vault/identity.ts';
import { refreshRooms } from '../pages/refresh-rooms.ts';
import { vaultState } from '../pages/room-state.ts';
import { changeDocument, readDocument } from '../state/document.ts';
import { checkPassphrase, noteUse, requireKey, setUnlocked } from '../state/lock.ts';
import { SessionValue, UntilLock } from '../state/session-value.ts';
import { vault } from '../state/vault.ts';
import { changeShared, holdsOf, identityIn, keep, openedGeneration, sharedOf } from './groups.ts';
import { deviceBrowser, deviceName } from './this-device.ts';

// Linking, both sides of it. What is under way lives in memory: the code's private key is gone with its ten minutes, or with the lock.

const underWay = new UntilLock<{ offer: Offer; answer: string | null; parts: TextParts | null } | null>('link', null);
const answered = new SessionValue<Answered>('link-answered', []);
const seconds = (): number => Math.floor(Date.now() / 1000);

function shown({ text, words, made }: Offer): LinkOffer {
	return { text, words, until: (made + codeSeconds) * 1000 };
}

async function current(): Promise<{ offer: Offer; answer: string | null; parts: TextParts | null }> {
	const link = await underWay.get();
	if (!link) throw new BautaError('link-none');
	if (link.offer.made + codeSeconds >= seconds()) return link;
	await underWay.set(null);
	throw new BautaError('link-none');
}

/** The code that this device shows, or null. */
export async function currentOffer(): Promise<LinkOffer | null> {
	return current().then(
		(link) => shown(link.offer),
		() => null,
	);
}

/** The whole text, if this or earlier parts make it whole. `parts`: those there are so far. */
export function gathered(text: string, parts: TextParts | null): { text: string } | { parts: TextParts } {
	if (kindOfText(text) !== 'part') return { text };
	const have = addPart(parts, text);
	const whole = joinParts(have);
	return whole === null ? { parts: have } : { text: whole };
}

export const partsState = ({ have, count }: TextParts) => ({ state: 'parts' as const, have: Object.keys(have).length, of: count });

async function take(text: string): Promise<DeviceRequests['link.answer']['out']> {
	await noteUse();
	const link = await current();
	const whole = gathered(text, link.parts);
	if ('parts' in whole) {
		await underWay.set({ ...link, parts: whole.parts });
		return partsState(whole.parts);
	}
	const { bundle, words } = receive(link.offer, whole.text, seconds());
	await underWay.set({ ...link, answer: whole.text, parts: null });
	const listed = mergeWrites(newGroup(link.offer.device, bundle.authority), bundle.writes, Date.now());
	const devices = devicesOf(listed).filter(({ here }) => !here);
	return { state: 'whole', words, name: bundle.name, devices: devices.map(({ name }) => name) };
}

/** The identity that a bundle makes, or what it adds to one that is here. Changes `document`. */
function takeIn(document: VaultDocument, link: { offer: Offer; answer: string }, name: string): void {
	const now = Date.now();
	const { bundle } = receive(link.offer, link.answer, seconds());
	const fresh: StoredIdentity = {
		id: toHex(crypto.getRandomValues(new Uint8Array(8))),
		name: bundle.name,
		kind: 'linked',
		root: null,
		phrase: null,
		confirmed: true,
		generations: bundle.generations,
		restored: false,
		created: bundle.created,
	};
	const twin = document.identities.find((one) => isSameSelf(one, fresh));
	const identity = twin ?? fresh;
	const known = twin ? sharedOf(document, twin, name, now) : null;
	// the keys that are handed over come from a device that was there before: there is nothing to open anew
	identity.restored = false;
	keep(document, identity, takeAnswer(link.offer, bundle, now, known, holdsOf(identity)));
	if (!twin) document.identities.push(identity);
}

async function accept(passphrase: string | undefined): Promise<null> {
	const { offer: made, answer: text } = await current();
	if (text === null) throw new BautaError('link-none');
	const name = await deviceName();
	if ((await vaultState()) === 'none') {
		const document = newDocument();
		takeIn(document, { offer: made, answer: text }, name);
		const key = await vault.create(passphrase ?? '', document);
		await underWay.set(null);
		await setUnlocked(key);
		return null;
	}
	await requireKey();
	await changeDocument((document) => takeIn(document, { offer: made, answer: text }, name));
	await underWay.set(null);
	await refreshRooms();
	return null;
}

async function reply({ identity: id, text, passphrase }: DeviceRequests['link.reply']['in']): Promise<DeviceRequests['link.reply']['out']> {
	const code = readLinkCode(text, seconds());
	const once = answerOnce(await answered.get(), toHex(code.hash), seconds());
	// asked again though the vault is open: what is handed out can never be called back
	await checkPassphrase(passphrase);
	await openedGeneration(id);
	const { name, kind, created } = identityIn(await readDocument(), id);
	const made = await changeShared(id, (shared) => {
		const result = answer(shared, code, { name, devicesOnly: kind === 'devices-only', created }, Date.now());
		return { shared: { ...shared, group: result.group }, result };
	});
	await answered.set(once);
	return { text: made.text, words: made.words, pictures: splitText(made.text) };
}

export const linkAnswers = {
	async 'link.offer'({ name }: { name: string }) {
		await noteUse();
		if ((await vaultState()) === 'locked') throw new BautaError('vault-locked');
		const made = offer(name || (await deviceName()), deviceBrowser, seconds());
		await underWay.set({ offer: made, answer: null, parts: null });
		return shown(made);
	},
	async 'link.cancel'() {
		await underWay.set(null);
		return null;
	},
	'link.answer': ({ text }: { text: string }) => take(text),
	'link.accept': ({ passphrase }: { passphrase?: string }) => accept(passphrase),
	async 'link.look'({ text }: { text: string }) {
		await requireKey();
		const { name, browser, words, hash } = readLinkCode(text, seconds());
		answerOnce(await answered.get(), toHex(hash), seconds());
		const own = await underWay.get();
		if (own?.offer.hash === toHex(hash)) throw new BautaError('link-own');
		return { name, browser, words };
	},
	'link.reply': reply,
};
