import { pathOf } from '../../devices/voice-entries.ts';
import type { ComposerRequest } from '../../messages/composer.ts';
import { BautaError, faultOf } from '../../messages/errors.ts';
import { sameRoom } from '../../messages/rooms.ts';
import type { Hints } from '../../networks/network.ts';
import { bringToFront } from '../../platform/bring-to-front.ts';
import { forgetGeneration } from '../../protocol/keyring.ts';
import { roomIdOf } from '../access/adapters.ts';
import { hintsFor } from '../access/hints.ts';
import { writableGeneration } from '../identities/generations.ts';
import { checkedLabel, continueVoice, renewVoice, scopeOf } from '../identities/voices.ts';
import { enqueue, entryOf } from '../outbox/enqueue.ts';
import { cancelEntry, retryEntry } from '../outbox/outbox.ts';
import { roomsChanged } from '../pages/room-state.ts';
import { turnSwitch } from '../pages/switches.ts';
import { isCareful } from '../state/care.ts';
import { caughtAt, noteTheft } from '../state/caught-sites.ts';
import { changeDocument, changeRoom, identityFor } from '../state/document.ts';
import { isUnlocked, noteUse, requireUnlocked } from '../state/lock.ts';
import { changeTab, readTab, showsRoom, tellTab } from '../state/tabs.ts';
import { noteText, noteWriting } from '../state/writing.ts';
import { leaveBeside } from './beside.ts';
import { cutDraft, keepDraft } from './drafts.ts';
import { type OpenComposer, pushState, tellComposer } from './open-composers.ts';
import { answeredMessage } from './replies.ts';
import type { Binding } from './tickets.ts';

type Send = ComposerRequest & { kind: 'send' };

/** The last check before a message is taken in: the mode and room are those that the user sees, and nothing covers them. */
async function checkMaySend({ tab: tabId, site, room, beside }: Binding): Promise<void> {
	const tab = await readTab(tabId);
	if (tab?.origin !== site) throw new BautaError('site-unknown', site);
	if (!tab.on.includes(room.address)) throw new BautaError('not-allowed');
	if (beside ? !(await showsRoom(tabId, room)) : (await caughtAt(site)) || (await isCareful())) throw new BautaError('not-allowed');
}

/** What leads to the server: the page's hints of this moment. A tab that shows another site by now has none. Throws `site-unknown`. */
async function currentHints({ tab, site, room }: Binding): Promise<Hints> {
	if ((await readTab(tab))?.origin !== site) throw new BautaError('site-unknown', site);
	return hintsFor(tab, room);
}

/** Something happened in the tab beside which this composer stands: it may show another page or room. */
async function lookBeside(binding: Binding): Promise<void> {
	const { tab: tabId, site, room } = binding;
	const isShown = await showsRoom(tabId, room);
	await changeTab(tabId, (tab) => {
		if (tab.origin !== site) return;
		tab.rooms = tab.rooms.filter((open) => !sameRoom(open, room));
		if (isShown) tab.rooms.push(room);
	});
	if (!isShown) await leaveBeside(binding);
}

async function takeIn(binding: Binding, { text, replyTo, mode, label, n }: Send, order: string): Promise<string> {
	await checkMaySend(binding);
	await requireUnlocked();
	const tab = await readTab(binding.tab);
	const original = answeredMessage(tab?.origin === binding.site ? tab : undefined, binding.room, replyTo);
	// what leaves is what the user saw in the composer
	if (original === 'changed') throw new BautaError('reply-changed');
	return enqueue(binding.room, await currentHints(binding), text, original, mode, order, { label, n });
}

async function send(composer: OpenComposer, message: Send): Promise<void> {
	const { binding, session } = composer;
	const { serial } = message;
	try {
		const order = orderOf(session, serial);
		const id = (await entryOf(order)) ?? (await takeIn(binding, message, order));
		tellComposer(composer, { kind: 'accepted', serial, id });
		if (composer.handOver?.serial === serial) await composer.handOver.kept.then(() => cutDraft(binding, message.text));
		// it was taken in: no later fault may be told as a refusal
		await clearReply(binding).catch(() => {});
	} catch (thrown) {
		tellComposer(composer, { kind: 'refused', serial, fault: faultOf(thrown) });
	}
}

const orderOf = (session: string, serial: number): string => `${session} ${serial}`;

/** Keeps what a composer hands over before the lock; without the text of a send that was taken in. */
function takeOver(composer: OpenComposer, { text, rest, serial }: ComposerRequest & { kind: 'hand-over' }): Promise<void> {
	const { binding, session } = composer;
	const keep = async () => keepDraft(binding, serial && (await entryOf(orderOf(session, serial))) ? rest : text);
	const kept = keep();
	composer.handOver = { serial, kept };
	return kept;
}

async function clearReply({ tab: tabId, site, room }: Binding): Promise<void> {
	await changeTab(tabId, (tab) => {
		if (tab.origin === site) delete tab.replies[room.address];
	});
}

async function giveBack(composer: OpenComposer, id: string): Promise<void> {
	tellComposer(composer, { kind: 'returned', id, text: await cancelEntry(id) });
}

/** Somebody is about to write: makes a channel ready. No server is asked anything, as that would tell when (THREATS.md N10). */
async function prepare(binding: Binding): Promise<void> {
	if (await isUnlocked()) void import('../../networks/channel/open.ts').then(({ prepareChannel }) => prepareChannel(binding.site));
}

/**
 * The keyboard was taken from somebody who writes. It may have gone to a window that the page opened and in which no script of Bauta's runs:
 * a page without an address (`about:blank`), or a picture in picture. So the page comes to the front again (THREATS.md P3).
 */
async function takeBack({ tab, site }: Binding): Promise<void> {
	const wasBehind = await bringToFront(tab).catch(() => false);
	if (wasBehind && (await noteTheft(site))) await roomsChanged();
}

/** Changes who speaks. What cannot be, as with a name that no voice can have, changes nothing; the composer is told why. */
async function changeVoice(composer: OpenComposer, change: () => Promise<void>): Promise<void> {
	try {
		await change();
	} catch (thrown) {
		tellComposer(composer, { kind: 'unchosen', fault: faultOf(thrown) });
	}
}

/** Who speaks in this room from now on. Throws the codes of `checkedLabel`. */
async function chooseVoice({ room }: Binding, { mode, label }: ComposerRequest & { kind: 'mode' }): Promise<void> {
	await changeRoom(roomIdOf(room), { mode, voice: mode === 'persona' && label !== '' ? checkedLabel(label) : '' });
}

/** Goes on with a voice that another device has begun. */
async function goOn({ room: ref }: Binding, { label, n }: ComposerRequest & { kind: 'continue' }): Promise<void> {
	const room = roomIdOf(ref);
	await continueVoice((await identityFor(room)).id, pathOf(scopeOf(room, label)), n);
}

/** A new key for a voice, under the generation that messages are written under now. */
async function renew({ room: ref }: Binding, { label, from }: ComposerRequest & { kind: 'renew' }): Promise<void> {
	const room = roomIdOf(ref);
	const identity = await identityFor(room);
	const generation = await writableGeneration(identity, Math.floor(Date.now() / 1000));
	try {
		const scope = scopeOf(room, label);
		await renewVoice(identity.id, generation, { path: pathOf(scope), scope, from });
	} finally {
		forgetGeneration(generation.node);
	}
}

/** Turns the switch of a room that came back closed. Where it cannot be turned on, the composer shows why. */
async function turn({ binding: { tab: tabId, site, room } }: OpenComposer, on: boolean): Promise<void> {
	const tab = await readTab(tabId);
	if (tab?.origin === site && tab.held.includes(room.address)) await turnSwitch(tabId, room, on);
}

/** Does what a composer asks, and tells it what it shows from then on. */
export async function answerComposer(composer: OpenComposer, request: ComposerRequest): Promise<void> {
	const { binding } = composer;
	// who writes uses Bauta: the automatic lock must not come in the middle of a word
	if (!['alive', 'look', 'hand-over'].includes(request.kind)) await noteUse();
	switch (request.kind) {
		case 'alive':
			return;
		case 'focus':
			if (!binding.beside) await noteWriting(binding.tab, binding.site);
			return prepare(binding);
		case 'look':
			await lookBeside(binding);
			break;
		case 'blur':
			if (request.by === 'page') await takeBack(binding);
			return tellTab(binding.tab, 'blur', { by: request.by });
		case 'back':
			return tellTab(binding.tab, 'back', { room: binding.room });
		case 'beside':
			return tellTab(binding.tab, 'beside', {});
		case 'draft':
			if (!binding.beside) await noteText(binding.tab);
			return keepDraft(binding, request.text);
		case 'hand-over':
			return takeOver(composer, request);
		case 'send':
			await send(composer, request);
			break;
		case 'mode':
			await changeVoice(composer, () => chooseVoice(binding, request));
			break;
		case 'continue':
			await changeVoice(composer, () => goOn(binding, request));
			break;
		case 'renew':
			await changeVoice(composer, () => renew(binding, request));
			break;
		case 'cancel':
		case 'discard':
			await giveBack(composer, request.id);
			break;
		case 'retry':
			await retryEntry(request.id, request.withoutReply);
			break;
		case 'turn':
			await turn(composer, request.on);
			break;
		case 'clear-reply':
			await clearReply(binding);
			break;
		case 'rings-read':
			await changeDocument(({ settings }) => Object.assign(settings, { ringAsked: true }));
			break;
	}
	await pushState(composer);
}
