import * as v from 'valibot';
import browser, { type Runtime } from 'webextension-polyfill';
import type { ComposerEvent, ComposerRequest, ComposerState } from '../../messages/composer.ts';
import { BautaError, errorRecord } from '../../messages/errors.ts';
import type { Mode, RoomRef, Theme } from '../../messages/rooms.ts';
import { prepareChannel } from '../../networks/channel/open.ts';
import type { Hints } from '../../networks/network.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { networkOf, roomIdOf } from '../access/adapters.ts';
import { accessTo, hintsFor, wayInto } from '../access/room-access.ts';
import { onOutboxChange } from '../outbox/changes.ts';
import { enqueue, entryOf } from '../outbox/enqueue.ts';
import { cancelEntry, listWaiting, retryEntry } from '../outbox/outbox.ts';
import { countWaiting } from '../outbox/store.ts';
import { onRoomChange, roomChanged, sameRoom, vaultState } from '../pages/room-state.ts';
import { crowd } from '../recognition/recogniser.ts';
import { isOwnPage } from '../router/router.ts';
import { composerSchema } from '../router/schemas.ts';
import { changeRoom, readRoom } from '../state/document.ts';
import { beforeLock, onUnlock, used, vaultKey } from '../state/lock.ts';
import { SessionValue } from '../state/session-value.ts';
import { changeTab, readTab, tellTab } from '../state/tabs.ts';
import { openValue, sealValue } from '../state/vault.ts';

/** What a composer may speak for. The name is secret: only the frame that was given it can use it. */
interface Bond {
	tab: number;
	room: RoomRef;
	theme: Theme;
	/** a ticket opens once; what it opens goes on under a session name */
	once: boolean;
	/** in Bauta's own window instead of a frame of the tab: the hints of its page, which may be gone by then */
	window: Hints | null;
}

const bonds = new SessionValue<Record<string, Bond>>('bonds', {});
const prefix = 'composer:';
const defaultPoints = 4096;
const secretName = (): string => crypto.randomUUID();

interface Open {
	port: Runtime.Port;
	bond: Bond;
	session: string;
}
const open = new Set<Open>();
type Send = ComposerRequest & { kind: 'send' };

/**
 * What is being written, for a page that rebuilds its room meanwhile: in memory alone. At lock it is sealed with the vault's key,
 * and what is kept in memory is ciphertext.
 */
const drafts = new SessionValue<Record<string, string>>('drafts', {});
const sealedDrafts = new SessionValue<string | null>('sealed-drafts', null);
/** what a composer without a port needs to open one and hand its text over, ms */
const handOver = 200;
const draftName = ({ tab, room }: Bond): string => `${tab} ${room.address}`;

async function keepDraft(bond: Bond, text: string): Promise<void> {
	await drafts.update((all) => {
		if (text) all[draftName(bond)] = text;
		else delete all[draftName(bond)];
	});
}

beforeLock(async (key) => {
	if (Object.keys(await bonds.get()).length === 0) return;
	orderComposers('lock');
	await new Promise((resolve) => setTimeout(resolve, handOver));
	const plain = await drafts.get();
	if (Object.keys(plain).length > 0) await sealedDrafts.set(sealValue(key, 'drafts', plain));
	await drafts.set({});
});
onUnlock(async () => {
	const [key, sealed] = [await vaultKey(), await sealedDrafts.get()];
	if (!key || !sealed) return;
	// what a slow composer handed over after the lock is the newer
	await drafts.set({ ...(openValue(key, 'drafts', sealed) as Record<string, string>), ...(await drafts.get()) });
	await sealedDrafts.set(null);
});

/** A one-time ticket for a composer bound to this tab and room, in a frame of the tab or in Bauta's own window. */
export async function issueTicket(tab: number, room: RoomRef, theme: Theme, place: 'frame' | 'window'): Promise<string> {
	const window = place === 'window' ? await hintsFor(tab, room) : null;
	const ticket = secretName();
	await bonds.update((all) => {
		all[ticket] = { tab, room, theme, once: true, window };
	});
	return ticket;
}

/** Ends every composer of a tab: its page is gone. Composers in windows of their own stay. */
export async function forgetComposers(tab: number): Promise<void> {
	await bonds.update((all) => {
		for (const [name, bond] of Object.entries(all)) if (bond.tab === tab && !bond.window) delete all[name];
	});
}

async function redeem(name: string, port: Runtime.Port): Promise<{ bond: Bond; session: string }> {
	const sender = port.sender;
	const bond = await bonds.update((all) => {
		const found = all[name];
		if (found?.once) delete all[name];
		return found;
	});
	if (!bond) throw new BautaError('ticket-used');
	// a frame speaks only for the tab that it is in
	if (!bond.window && sender?.tab?.id !== bond.tab) throw new BautaError('not-allowed');
	if (!bond.once) return { bond, session: name };
	const session = secretName();
	await bonds.update((all) => {
		all[session] = { ...bond, once: false };
	});
	return { bond: { ...bond, once: false }, session };
}

/** What people call a room: as its network says it, else the part before the host. */
const nameOf = ({ network, address }: RoomRef): string => networkOf(network).name?.(address) ?? address.split('@')[0] ?? address;

async function stateOf(bond: Bond): Promise<ComposerState> {
	const id = roomIdOf(bond.room);
	const access = await accessTo(bond.tab, bond.room, () => void roomChanged(bond.tab, bond.room));
	const stored = (await readRoom(id)).mode;
	const modes: Mode[] = access.state === 'open' ? access.modes : [];
	const [vault, queued, others, texts] = [await vaultState(), await listWaiting(), await crowd(id), await drafts.get()];
	// last, as it is what may change while all else is read: an older answer must not say more than is so
	const tab = await readTab(bond.tab);
	return {
		room: bond.room,
		name: (access.state === 'open' && access.name) || nameOf(bond.room),
		theme: bond.theme,
		on: bond.window !== null || tab?.on.includes(bond.room.address) === true,
		access,
		vault,
		mode: modes.includes(stored) ? stored : 'one-time',
		maxPoints: defaultPoints,
		reply: tab?.replies[bond.room.address] ?? null,
		waiting: queued.filter((entry) => sameRoom(entry.room, bond.room)),
		...(vault === 'locked' ? { held: await countWaiting(bond.room) } : {}),
		nick: tab?.nicks[id] ?? '',
		crowd: others,
		draft: texts[draftName(bond)] ?? '',
		tampered: !bond.window && tab?.tampered.includes(bond.room.address) === true,
	};
}

function post(composer: Open, event: ComposerEvent): void {
	try {
		composer.port.postMessage(event);
	} catch {
		open.delete(composer);
	}
}

async function pushState(composer: Open): Promise<void> {
	post(composer, { kind: 'state', state: await stateOf(composer.bond), session: composer.session });
}

/** The last check before a message is taken in: the mode and room are those that the user sees, and nothing covers them. */
async function checkMaySend({ bond }: Open): Promise<void> {
	const tab = await readTab(bond.tab);
	if (bond.window) return;
	if (!tab) throw new BautaError('site-unknown');
	if (!tab.on.includes(bond.room.address) || tab.tampered.includes(bond.room.address)) throw new BautaError('not-allowed');
}

/** What leads to the server: the page's hints of this moment, else those that the window was opened with. */
async function bondHints({ tab, room, window }: Bond): Promise<Hints> {
	return window && !(await readTab(tab)) ? window : hintsFor(tab, room);
}

async function take(composer: Open, { text, replyTo, mode }: Send, order: string): Promise<string> {
	await checkMaySend(composer);
	if (!(await vaultKey())) throw new BautaError('vault-locked');
	const { bond } = composer;
	return enqueue(bond.room, await bondHints(bond), text, replyTo, mode, order);
}

async function send(composer: Open, message: Send): Promise<void> {
	const { bond } = composer;
	try {
		const order = `${composer.session} ${message.serial}`;
		const id = (await entryOf(order)) ?? (await take(composer, message, order));
		post(composer, { kind: 'accepted', serial: message.serial, id });
		await clearReply(bond);
	} catch (thrown) {
		post(composer, { kind: 'refused', serial: message.serial, fault: errorRecord(thrown) });
	}
}

async function clearReply(bond: Bond): Promise<void> {
	const had = await changeTab(bond.tab, (tab) => {
		const reply = tab.replies[bond.room.address];
		delete tab.replies[bond.room.address];
		return reply;
	});
	if (had) await tellTab(bond.tab, 'reply-cleared', { room: bond.room });
}

async function giveBack(composer: Open, id: string): Promise<void> {
	post(composer, { kind: 'returned', id, text: await cancelEntry(id) });
}

async function act(composer: Open, message: ComposerRequest): Promise<void> {
	const { bond } = composer;
	// who writes uses Bauta: the automatic lock must not come in the middle of a word
	if (message.kind !== 'alive') await used();
	if (message.kind === 'draft') return keepDraft(bond, message.text);
	if (message.kind === 'focus') {
		if (!(await vaultKey())) return;
		const hints = await bondHints(bond);
		await wayInto(bond.room, hints);
		prepareChannel(hints.origin);
	} else if (message.kind === 'send') await send(composer, message);
	else if (message.kind === 'mode') await changeRoom(roomIdOf(bond.room), { mode: message.mode });
	else if (message.kind === 'cancel' || message.kind === 'discard') await giveBack(composer, message.id);
	else if (message.kind === 'retry') await retryEntry(message.id);
	else if (message.kind === 'clear-reply') await clearReply(bond);
	if (message.kind !== 'alive' && message.kind !== 'focus') await pushState(composer);
}

async function connect(port: Runtime.Port): Promise<void> {
	// messages may come before the ticket is redeemed: they wait for it
	let ready: (composer: Open | null) => void = () => {};
	const opened = new Promise<Open | null>((resolve) => {
		ready = resolve;
	});
	const messages = new SerialQueue();
	port.onMessage.addListener((raw: unknown) => {
		void messages.run(async () => {
			const composer = await opened;
			const message = v.safeParse(composerSchema, raw);
			if (!composer || !message.success) return;
			await act(composer, message.output).catch(() => pushState(composer));
		});
	});
	try {
		const { bond, session } = await redeem(port.name.slice(prefix.length), port);
		const composer: Open = { port, bond, session };
		open.add(composer);
		port.onDisconnect.addListener(() => open.delete(composer));
		await pushState(composer);
		ready(composer);
	} catch (thrown) {
		port.postMessage({ kind: 'closed', fault: errorRecord(thrown) } satisfies ComposerEvent);
		port.disconnect();
		ready(null);
	}
}

/**
 * Reaches composers that lost their port with an earlier worker too. `wake`: look again, the lock or the site changed;
 * `lock`: hand over what is being written.
 */
export function orderComposers(order: 'wake' | 'lock'): void {
	browser.runtime.sendMessage({ composers: order }).catch(() => {});
}

/** Takes the ports of composers. Only pages of the extension can open one: a content script shares its process with a hostile page. */
export function listenToComposers(ready: Promise<void>): void {
	browser.runtime.onConnect.addListener((port) => {
		if (!port.name.startsWith(prefix) || !port.sender || !isOwnPage(port.sender)) return;
		void ready.then(() => connect(port));
	});
	onRoomChange((tab, room) => {
		for (const composer of open) if (composer.bond.tab === tab && sameRoom(composer.bond.room, room)) void pushState(composer);
	});
	onOutboxChange(({ room, delivered, relays }) => {
		for (const composer of open) {
			if (!sameRoom(composer.bond.room, room)) continue;
			if (delivered) post(composer, { kind: 'delivered', id: delivered, ...(relays ? { relays } : {}) });
			void pushState(composer);
		}
	});
}
