import { addPart, joinParts, splitText, type TextParts } from '../../devices/codes/qr-parts.ts';
import { kindOfText } from '../../devices/codes/text-form.ts';
import { type Answered, answerOnce, codeSeconds, readLinkCode } from '../../devices/linking/code.ts';
import { answer as answerOffer, offer as makeOffer, type Offer, receive as openAnswer, takeAnswer } from '../../devices/linking/linking.ts';
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
import { checkPassphrase, noteUse, requireUnlocked, setUnlocked } from '../state/lock.ts';
import { SessionValue, UntilLock } from '../state/session-value.ts';
import { onWallClock, steadyNow } from '../state/steady-now.ts';
import { vault } from '../state/vault.ts';
import { changeSharedState, holdsOf, identityIn, requireOwnGeneration, sharedStateOf, storeSharedState } from './groups.ts';
import { deviceBrowser, deviceName } from './this-device.ts';

/** A code that this device shows, with what came back so far: parts of the answer, then the answer. */
interface Link {
	offer: Offer;
	answer: string | null;
	parts: TextParts | null;
	/** since when it is shown, by `steadyNow` */
	since: number;
}
/** In memory: the code's private key is gone after ten minutes, or with the lock. */
const currentLink = new UntilLock<Link | null>('link', null);
/** on the other side: codes that this device answered */
const answeredCodes = new SessionValue<Answered>('link-answered', []);
const seconds = (): number => Math.floor(Date.now() / 1000);

/** Unix seconds by the clock that dated the code: its time goes on where that clock is put right meanwhile. */
const offerTime = async ({ offer, since }: Link): Promise<number> => offer.made + Math.floor(((await steadyNow()) - since) / 1000);
/** The same for codes that were answered here. */
const steadySeconds = async (): Promise<number> => Math.floor((await steadyNow()) / 1000);

async function linkOfferOf({ offer: { text, words }, since }: Link): Promise<LinkOffer> {
	return { text, words, until: await onWallClock(since + codeSeconds * 1000) };
}

/** Throws `link-none` where no code is shown, or its time is over. */
async function requireLink(): Promise<Link> {
	const link = await currentLink.get();
	if (!link) throw new BautaError('link-none');
	if ((await offerTime(link)) - link.offer.made <= codeSeconds) return link;
	await currentLink.set(null);
	throw new BautaError('link-none');
}

/** The code that this device shows, or null. */
export async function currentOffer(): Promise<LinkOffer | null> {
	return requireLink().then(linkOfferOf, () => null);
}

/** The whole text, if this or earlier parts make it whole. `parts`: those there are so far. */
export function gatherParts(text: string, parts: TextParts | null): { text: string } | { parts: TextParts } {
	if (kindOfText(text) !== 'part') return { text };
	const allParts = addPart(parts, text);
	const whole = joinParts(allParts);
	return whole === null ? { parts: allParts } : { text: whole };
}

/** How many parts of a text are there, as the popup is told. */
export const partsState = ({ have, count }: TextParts) => ({ state: 'parts' as const, have: Object.keys(have).length, of: count });

/** Takes the answer to this device's code, or a part of it. Nothing is saved yet. */
async function takeAnswerText(text: string): Promise<DeviceRequests['link.answer']['out']> {
	await noteUse();
	const link = await requireLink();
	const whole = gatherParts(text, link.parts);
	if ('parts' in whole) {
		await currentLink.set({ ...link, parts: whole.parts });
		return partsState(whole.parts);
	}
	const { bundle, words } = openAnswer(link.offer, whole.text, await offerTime(link));
	await currentLink.set({ ...link, answer: whole.text, parts: null });
	const group = mergeWrites(newGroup(link.offer.device, bundle.authority), bundle.writes, Date.now());
	const devices = devicesOf(group).filter(({ here }) => !here);
	return { state: 'whole', words, name: bundle.name, devices: devices.map(({ name }) => name) };
}

/** Puts the identity of a bundle into `document`, or adds to one that is there what the bundle brings. */
function takeBundle(document: VaultDocument, link: { offer: Offer; answer: string }, name: string, offerSeconds: number): void {
	const now = Date.now();
	const { bundle } = openAnswer(link.offer, link.answer, offerSeconds);
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
	const known = twin ? sharedStateOf(document, twin, name, now) : null;
	// the keys come from a device that is in the list already, so this one need not open a generation of its own
	identity.restored = false;
	storeSharedState(document, identity, takeAnswer(link.offer, bundle, now, known, holdsOf(identity)));
	if (!twin) document.identities.push(identity);
}

/** Saves what was linked, after the user compared the words. Makes a vault where there is none. */
async function acceptLink(passphrase: string | undefined): Promise<null> {
	const link = await requireLink();
	const { offer, answer } = link;
	const time = await offerTime(link);
	if (answer === null) throw new BautaError('link-none');
	const name = await deviceName();
	if ((await vaultState()) === 'none') {
		const document = newDocument();
		takeBundle(document, { offer, answer }, name, time);
		const key = await vault.create(passphrase ?? '', document);
		await currentLink.set(null);
		await setUnlocked(key);
		return null;
	}
	await requireUnlocked();
	await changeDocument((document) => takeBundle(document, { offer, answer }, name, time));
	await currentLink.set(null);
	await refreshRooms();
	return null;
}

/** Answers another device's code: hands out the keys of an identity. */
async function replyToCode({
	identity: id,
	text,
	passphrase,
}: DeviceRequests['link.reply']['in']): Promise<DeviceRequests['link.reply']['out']> {
	const code = readLinkCode(text, seconds());
	const codes = answerOnce(await answeredCodes.get(), toHex(code.hash), await steadySeconds());
	// the passphrase is asked although the vault is open: keys that were handed out cannot be taken back
	await checkPassphrase(passphrase);
	await requireOwnGeneration(id);
	const { name, kind, created } = identityIn(await readDocument(), id);
	const handover = await changeSharedState(id, (state) => {
		const result = answerOffer(state, code, { name, devicesOnly: kind === 'devices-only', created }, Date.now());
		return { state: { ...state, group: result.group }, result };
	});
	await answeredCodes.set(codes);
	return { text: handover.text, words: handover.words, pictures: splitText(handover.text) };
}

/** What the popup asks of linking, on either side. */
export const linkAnswers = {
	async 'link.offer'({ name }: { name: string }) {
		await noteUse();
		if ((await vaultState()) === 'locked') throw new BautaError('vault-locked');
		const offer = makeOffer(name || (await deviceName()), deviceBrowser, seconds());
		const link: Link = { offer, answer: null, parts: null, since: await steadyNow() };
		await currentLink.set(link);
		return linkOfferOf(link);
	},
	async 'link.cancel'() {
		await currentLink.set(null);
		return null;
	},
	'link.answer': ({ text }: { text: string }) => takeAnswerText(text),
	'link.accept': ({ passphrase }: { passphrase?: string }) => acceptLink(passphrase),
	async 'link.look'({ text }: { text: string }) {
		await requireUnlocked();
		const { name, browser, words, hash } = readLinkCode(text, seconds());
		answerOnce(await answeredCodes.get(), toHex(hash), await steadySeconds());
		const link = await currentLink.get();
		if (link?.offer.hash === toHex(hash)) throw new BautaError('link-own');
		return { name, browser, words };
	},
	'link.reply': replyToCode,
};
