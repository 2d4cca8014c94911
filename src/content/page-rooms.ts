/** Every open room of the page: its switch, its composer, its labels. */
import type { Frontend, OpenRoom } from '../frontends/frontend.ts';
import { type LabelledMessage, type RoomRef, type RoomState, sameRoom } from '../messages/rooms.ts';
import { announceRooms, forgetAnnouncement } from './announce.ts';
import { ask } from './bridge/ask.ts';
import { isAlive } from './bridge/is-alive.ts';
import { closeRoom, followShownRooms, isAnyClosed, isClosed, openRoom } from './closed-rooms.ts';
import { addLabels, clearLabels, drawLabels, forgetQuestions, hideMessages, takeUnaskedMessages } from './labels.ts';
import { changeWatch } from './page/changes.ts';
import { reattachStylesheet } from './page/page-style.ts';
import { noteOwnAct } from './page/typing.ts';
import { failureText, word } from './page/words.ts';
import { setReplyTarget } from './replies.ts';
import { makeRoomView, type RoomView } from './room-view.ts';
import { afterQuiet, beforeNextPaint } from './scheduler.ts';
import { takeNotices } from './tap-link.ts';
import { askForVerdicts } from './verdicts.ts';

let frontend: Frontend;
/** what the background last said of each room, by address */
const states = new Map<string, RoomState>();
/** addresses of rooms whose anonymous messages are hidden */
const hiddenRooms = new Set<string>();
/** by the element that the page shows the room in */
const views = new Map<Element, RoomView>();
/** addresses of rooms whose switch is on its way */
const turning = new Set<string>();
/** Bauta was updated, disabled or died, or the site was disabled: nothing comes back before the page is loaded again */
let dead = false;
/** any room is closed until the background says that it need not be */
let closesAtSight = false;
let pulse: ReturnType<typeof setInterval>;

/** The page may show another room or message now: looks at it before the next paint. */
export const look = beforeNextPaint(() => {
	// before it as well: a look that fails is not the last one
	watchPage(frontend.identityAttributes);
	refresh();
	watchPage(frontend.identityAttributes);
});
const watchPage = changeWatch(look);

/** asks about messages on the page once the page is done with drawing them */
const askForLabelsSoon = afterQuiet(() => void askForLabels(), 300, 1000);
/** ms until the background is asked again what it did not answer */
const retryTime = 2000;

/** Looks after all rooms of this web chat from now on. To be called once. `closeAll`: see `content.hello` */
export function startRooms(chat: Frontend, closeAll: boolean): void {
	frontend = chat;
	closesAtSight = closeAll;
	pulse = setInterval(() => {
		if (isAnyClosed() && lives()) reattachStylesheet();
	}, 1000);
	look();
}

/** Whether Bauta still runs; what belongs to it is taken away where it does not. */
function lives(): boolean {
	if (!dead && !isAlive()) stop();
	return !dead;
}

/** Takes over what the background says of a room. */
export function apply(state: RoomState): void {
	if (dead) return;
	const { room } = state;
	// what is hidden when the room is opened stays so until the user decides: an unlock must not show in the page
	if (!states.has(room.address)) setHidden(room, state.hidden);
	states.set(room.address, state);
	if (state.on) void closeRoom(frontend, room);
	else if (!turning.has(room.address)) openRoom(room);
	look();
}

/** The user hides all anonymous messages of a room, or shows them again. */
export function setHidden(room: RoomRef, hidden: boolean): void {
	if (dead) return;
	if (hidden) hiddenRooms.add(room.address);
	else hiddenRooms.delete(room.address);
	hideMessages(frontend, room, hidden);
	look();
}

/** Takes over labels of the background. */
export function label(room: RoomRef, messages: LabelledMessage[]): void {
	if (dead) return;
	addLabels(room, messages);
	look();
}

/** The document is another one, or was away: switches and composers are made anew, and the background hears which rooms there are. */
export function drawAnew(): void {
	for (const view of views.values()) view.remove();
	views.clear();
	forgetAnnouncement();
	if (isAnyClosed()) reattachStylesheet();
	look();
}

/** Closed rooms stay closed until the page is loaded again; everything else of Bauta goes. */
export function stop(): void {
	if (dead) return;
	dead = true;
	takeNotices(null);
	clearInterval(pulse);
	for (const view of views.values()) view.composer.close();
	clearLabels([...views.values()].map(({ open }) => open));
	look();
}

/** The room around an element, if it is closed to the account; else null. */
export function closedRoomAround(element: Element): OpenRoom | null {
	const isAround = ({ room, view }: OpenRoom) => isClosed(room.address) && view.contains(element);
	for (const { open } of views.values()) if (isAround(open)) return open;
	// the view may be newer than the last look at the page
	return frontend.openRooms(document).find(isAround) ?? null;
}

/** The room that a keyboard shortcut means: the one that has the focus, else the first that can be seen. */
function viewInUse(): RoomView | undefined {
	const all = [...views.values()];
	return all.find(({ open }) => open.view.contains(document.activeElement)) ?? all.find(({ open }) => open.view.checkVisibility());
}

/** The keyboard shortcut, an act of the user: presses the switch. */
export function toggle(): void {
	const view = viewInUse();
	noteOwnAct();
	if (view) void press(view);
}

/** The other keyboard shortcut: writes beside the page. */
export function besideInUse(): void {
	const view = viewInUse();
	noteOwnAct();
	if (view) void writeBeside(view);
}

/** Out of a room's composer by the keyboard, an act of the user: its frame lies in the top layer, and the switch does not come before it there. */
export function goBack(room: RoomRef): void {
	noteOwnAct();
	for (const { open, focusMenu } of views.values()) if (sameRoom(open.room, room)) focusMenu();
}

/** The composer's document that this ticket opened is there, or gone. */
export function noteDocument(ticket: string, there: boolean): void {
	for (const { composer } of views.values()) composer.noteDocument(ticket, there);
}

/** Whether the page shows this room now, with Bauta's switch in it. */
export const isShown = (room: RoomRef): boolean => !dead && [...views.values()].some(({ open }) => sameRoom(open.room, room));

/** The gate held something of the page's back that would have spoken in this room. */
export function reportBlocked(room: RoomRef): void {
	const view = [...views.values()].find(({ open }) => open.room.address === room.address);
	view?.warn(word('content_blocked'));
	if (isClosed(room.address) && lives()) ask('content.blocked', { room }).catch(() => null);
}

/** A guard stopped what would have acted on a message in the account's name. */
export function warnOfAction({ view }: OpenRoom): void {
	views.get(view)?.warn(word('content_actions'));
}

/** The page's own reply button was pressed in a closed room: the message becomes what the composer answers. */
export async function reply(open: OpenRoom, button: Element): Promise<void> {
	const view = views.get(open.view);
	const message = frontend.messageAround(button);
	// the page's menu never heard the click that the guard took; a click beside the menu closes it
	document.body.click();
	if (view && message && lives()) await setReplyTarget(frontend, view, message);
}

function refresh(): void {
	const shownRooms = frontend.openRooms(document);
	followShownRooms(
		frontend,
		shownRooms.map(({ room }) => room),
	);
	const openRooms = shownRooms.filter(({ room }) => !dead || isClosed(room.address));
	for (const [element, view] of views) {
		const open = openRooms.find((open) => open.view === element && open.room.address === view.open.room.address);
		if (open) view.open = open;
		else {
			view.remove();
			views.delete(element);
		}
	}
	for (const open of openRooms) show(open);
	if (dead) return;
	void announce(openRooms.filter(({ direct }) => !direct));
	askForLabelsSoon();
}

function show(open: OpenRoom): void {
	const { address } = open.room;
	if (!views.has(open.view)) forgetQuestions(open.room);
	const view = views.get(open.view) ?? makeRoomView(open, frontend, { press, hide, writeBeside });
	views.set(open.view, view);
	if (closesAtSight && !open.direct && !states.has(address)) void closeRoom(frontend, open.room);
	view.show({
		state: states.get(address),
		isDead: dead,
		isClosed: isClosed(address),
		isTurning: turning.has(address),
		hidden: hiddenRooms.has(address),
	});
	if (!dead) drawLabels(frontend, open);
}

async function announce(openRooms: OpenRoom[]): Promise<void> {
	try {
		for (const state of await announceRooms(frontend, openRooms)) apply(state);
	} catch {
		if (!lives()) return;
		forgetAnnouncement();
		setTimeout(look, retryTime);
	}
}

async function askForLabels(): Promise<void> {
	for (const view of views.values()) view.followTheme();
	for (const { open } of views.values()) {
		// the background says nothing of a room's messages before it knows the room
		if (open.direct || !states.has(open.room.address) || !lives()) continue;
		const messages = takeUnaskedMessages(frontend, open);
		if (messages.length === 0) continue;
		const answer = await ask('content.unlabelled', { room: open.room, messages }).catch(() => null);
		if (answer) label(open.room, answer.labels);
		else {
			forgetQuestions(open.room);
			setTimeout(askForLabelsSoon, retryTime);
		}
	}
}

/** Verdicts may be others now: all are asked about. `anew`: messages without a label are asked about once more, too. */
export function renewVerdicts(anew?: true): Promise<void> {
	if (anew) {
		for (const { open } of views.values()) forgetQuestions(open.room);
		askForLabelsSoon();
	}
	return askForVerdicts(frontend.network, lives);
}

/** Has the user write beside the page; turns the switch on where it is off. */
async function writeBeside(view: RoomView): Promise<void> {
	const { room } = view.open;
	if (states.get(room.address)?.on !== true) return press(view, true);
	if (!lives()) return;
	// before the other one comes: it hands over what is in it
	view.composer.leave();
	await ask('content.beside', { room, theme: frontend.theme(view.open) }).catch((thrown) => view.warn(failureText(thrown)));
}

async function press(view: RoomView, beside = false): Promise<void> {
	const { room } = view.open;
	const on = states.get(room.address)?.on !== true;
	if (turning.has(room.address) || !lives()) return;
	turning.add(room.address);
	view.warn('');
	// set before the request: the composer may open before the answer is here
	view.composer.wantsFocus = on;
	try {
		if (on) await closeRoom(frontend, room);
		states.set(room.address, (await ask('content.switch', { room, on, theme: frontend.theme(view.open), beside })).room);
	} catch (thrown) {
		view.composer.wantsFocus = false;
		if (lives()) view.warn(failureText(thrown));
	}
	turning.delete(room.address);
	const state = states.get(room.address);
	if (state) apply(state);
	else if (!dead) openRoom(room);
	look();
}

async function hide(view: RoomView, hidden: boolean): Promise<void> {
	try {
		await ask('content.hide', { room: view.open.room, hidden });
		setHidden(view.open.room, hidden);
	} catch (thrown) {
		view.warn(failureText(thrown));
	}
}
