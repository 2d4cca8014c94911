import { BautaError } from '../../messages/errors.ts';
import { fromHex, toHex } from '../../protocol/bytes.ts';
import { deviceId, randomKey, storedKey } from '../device-key.ts';
import { type Group, newestOf, preferToldClosings, type SharedState, unionOf, withoutWild } from '../group.ts';
import { type BrowserKind, cleanName, introduce, newGroup, ownId } from '../registry.ts';
import { adoptEntries, mergeWrites, withoutDevices } from '../shared-entries.ts';
import { type LinkedBundle, openAnswer, sealAnswer } from './answer.ts';
import { codeSeconds, type ReadCode, writeLinkCode } from './code.ts';

/** A link under way on the new device. It is in memory for ten minutes at most, and is gone with its answer. */
export interface Offer {
	/** private keys, 32 bytes as hex */
	once: string;
	device: string;
	name: string;
	browser: BrowserKind;
	/** unix seconds */
	made: number;
	text: string;
	/** hex of the code's hash */
	hash: string;
	words: string[];
}

/** A new code, on the device that wants to be linked. `now`: unix seconds. */
export function offer(name: string, browser: BrowserKind, now: number): Offer {
	const once = randomKey();
	const device = randomKey();
	const clean = cleanName(name);
	const code = writeLinkCode({ once: once.publicKey, device: device.publicKey, name: clean, browser, made: now });
	return {
		once: toHex(once.privateKey),
		device: toHex(device.privateKey),
		name: clean,
		browser,
		made: now,
		text: code.text,
		hash: toHex(code.hash),
		words: code.words,
	};
}

/** The answer to a code. */
export interface Answer {
	text: string;
	words: string[];
	/** with the new device in the list */
	group: Group;
}

/**
 * Answers a code, on a device that is linked already.
 * @param about the identity's name, whether it has no phrase, and when it was made (unix seconds); @param now unix ms
 * @throws BautaError `link-own` where the code is this device's own, `sync-full`
 */
export function answer(
	{ generations, group }: SharedState,
	code: ReadCode,
	about: { name: string; devicesOnly: boolean; created: number },
	now: number,
): Answer {
	const id = deviceId(code.device);
	if (id === ownId(group)) throw new BautaError('link-own');
	const groupWithDevice = introduce(group, { key: code.device, name: code.name, browser: code.browser, holds: 'nothing' }, now);
	const { authority, removed, writes } = groupWithDevice;
	const bundle: LinkedBundle = { ...about, from: ownId(group), authority, removed, writes, generations };
	return { ...sealAnswer(bundle, code), group: groupWithDevice };
}

/** What an answer holds, looked at but not saved: the user compares the words first. */
export interface Received {
	bundle: LinkedBundle;
	words: string[];
}

/**
 * Opens the answer to this device's code.
 * @param now unix seconds
 * @throws BautaError `link-stale`, and as `openAnswer`
 */
export function receive({ once, hash, made }: Offer, text: string, now: number): Received {
	if (Math.abs(now - made) > codeSeconds) throw new BautaError('link-stale');
	return openAnswer(text, storedKey(once), fromHex(hash));
}

/**
 * What the new device keeps: the generations, and a group with the key of its code.
 * @param known what this device holds of the same self already, if anything; its generations stay
 * @param holds what it holds of that self beside generations; @param now unix ms
 */
export function takeAnswer(
	offer: Pick<Offer, 'device' | 'name' | 'browser'>,
	bundle: LinkedBundle,
	now: number,
	earlier: SharedState | null = null,
	holds: 'phrase' | 'root' | 'nothing' = 'nothing',
): SharedState {
	// a device that is linked again counts as a new one: its old entry, which may have been unlinked, is left behind
	const ownGroup = earlier
		? adoptEntries({ ...earlier.group, key: offer.device, authority: bundle.authority, behind: [] }, [ownId(earlier.group)], now)
		: newGroup(offer.device, bundle.authority);
	const mergedGroup = mergeWrites(withoutDevices(ownGroup, bundle.removed), bundle.writes, now);
	const { publicKey } = storedKey(offer.device);
	const { apart, ...listedGroup } = introduce(mergedGroup, { key: publicKey, name: offer.name, browser: offer.browser, holds }, now);
	// the others still lack a generation that this device opened by itself meanwhile
	const ahead = (newestOf(earlier?.generations ?? [])?.generation ?? -1) > (newestOf(bundle.generations)?.generation ?? -1);
	const group: Group = apart && ahead ? { ...listedGroup, apart } : listedGroup;
	const ownGenerations = earlier ? preferToldClosings(earlier, bundle.generations) : [];
	return { generations: withoutWild(unionOf(ownGenerations, bundle.generations), Math.floor(now / 1000)), group };
}
