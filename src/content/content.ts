/** The isolated script of an enabled site. Registered before the tap, so that the first handshake is the tap's. */

import { frontends } from '../frontends/all.ts';
import type { Frontend } from '../frontends/frontend.ts';
import type { ContentEvents } from '../messages/content.ts';
import { browser, type Runtime } from '../platform/api/browser.ts';
import { ask } from './bridge/ask.ts';
import { closeRoom, tellGate } from './closed-rooms.ts';
import { addFrame, startReporting } from './frame-reporter.ts';
import { installGuards } from './guards.ts';
import { setMessageKeys } from './labels.ts';
import { setMarks } from './page/badge.ts';
import { setNoticeRules, showNotice } from './page/notice.ts';
import { isPrerendered, untilOnShow } from './page/on-show.ts';
import { awaitWriter, noteComposerBlur, noteNewDocument, permitTyping, startTypingGuard } from './page/typing.ts';
import { watchUserActs } from './page/user-acts.ts';
import { listen } from './page/window-listeners.ts';
import { setWords, word } from './page/words.ts';
import {
	apply,
	besideInUse,
	closedRoomAround,
	drawAnew,
	goBack,
	isShown,
	label,
	look,
	noteDocument,
	renewVerdicts,
	reply,
	reportBlocked,
	setHidden,
	startRooms,
	stop,
	toggle,
	warnOfAction,
} from './page-rooms.ts';
import { setPanelRules } from './panel/panel.ts';
import { hearWorkers, linkTap, takeNotices } from './tap-link.ts';
import { markVoices } from './voice-marks.ts';

/** the web chat that this page is, once that is known */
let frontend: Frontend | null = null;
/** the background knows this page: Bauta acts in it */
let isRunning = false;

function notePresences(authors: string[]): void {
	if (!frontend?.onPresences) return;
	frontend.onPresences(authors);
	if (isRunning) look();
}
linkTap(
	addFrame,
	(room) => {
		if (isRunning) reportBlocked(room);
	},
	notePresences,
);
const writeHere = () => showNotice(word('content_stolen'), word('content_type_here'), () => permitTyping());
const wasWriting = () =>
	ask('content.start', {}).then(({ isWriting, notice }) => {
		setNoticeRules(notice);
		return isWriting;
	});
startTypingGuard(isPrerendered() ? Promise.resolve(false) : wasWriting(), () => void ask('content.left', {}).catch(() => null), writeHere);
// a page that Chromium has prepared, or that comes back as it was, takes the keyboard like one that is loaded
listen('prerenderingchange', ({ isTrusted }) => void (isTrusted && awaitWriter(wasWriting())), { capture: true });
listen<PageTransitionEvent>('pageshow', ({ isTrusted, persisted }) => void (isTrusted && persisted && awaitWriter(wasWriting())));
// after the guard: a key that it stops was no act in the page
watchUserActs();
installGuards({
	frontend: () => frontend,
	closedAround: (element) => (isRunning ? closedRoomAround(element) : null),
	reply,
	onStoppedAction: warnOfAction,
});
// observers outlive what takes the listeners away
new MutationObserver(() => {
	if (noteNewDocument() && isRunning) drawAnew();
}).observe(document, { childList: true });

/** Tells the background which page this is. Resolves to what has to be closed in it, once that is closed. */
async function sayHello(chat: Frontend) {
	const answer = await ask('content.hello', { frontend: chat.id, network: chat.network });
	await Promise.all(answer.rooms.filter(({ on }) => on).map(({ room }) => closeRoom(chat, room)));
	return answer;
}

async function start(chat: Frontend): Promise<void> {
	frontend = chat;
	await untilOnShow();
	setMessageKeys(chat);
	if (chat.workerRequests) hearWorkers();
	try {
		// rooms are closed first; only then may frames leave that wait in the tap
		const { rooms, closeAll, drawings, words, rings } = await sayHello(chat);
		setWords(words);
		setMarks(drawings);
		setPanelRules(drawings);
		isRunning = true;
		takeNotices(rings);
		startRooms(chat, closeAll);
		markVoices();
		for (const state of rooms) apply(state);
		startReporting((frames) => {
			if (!chat.onFrame) return;
			for (const { direction, data } of frames) chat.onFrame(direction, data);
			look();
		});
	} catch {
		// the site was disabled meanwhile: Bauta does nothing in it
	}
	void tellGate();
}

const detector = new MutationObserver(() => {
	if (!frontend) {
		const chat = frontends.find((candidate) => candidate.detect(document));
		if (chat) void start(chat);
	}
	if (frontend) detector.disconnect();
});
detector.observe(document, { childList: true, subtree: true });
// in a page that is no web chat after all, frames need not wait in the tap
listen('DOMContentLoaded', ({ isTrusted }) => isTrusted && (frontend ?? setTimeout(tellGate, 2000)));

/** The page was put aside by going back and forth: it was told nothing meanwhile, and its tab has shown another page. */
async function comeBack(chat: Frontend): Promise<void> {
	const { rooms, rings } = await sayHello(chat).catch(() => ({ rooms: [], rings: false }));
	takeNotices(rings);
	for (const state of rooms) apply(state);
	drawAnew();
	await renewVerdicts();
}
listen<PageTransitionEvent>('pageshow', ({ isTrusted, persisted }) => {
	if (isTrusted && persisted && isRunning && frontend) void comeBack(frontend);
});

browser.runtime.onMessage.addListener(((message: unknown, _sender: unknown, respond: (answer: boolean) => void): true | undefined => {
	const { event, body } = (message ?? {}) as { [E in keyof ContentEvents]: { event: E; body: ContentEvents[E] } }[keyof ContentEvents];
	// also before the background has said which rooms there are
	if (event === 'unring') takeNotices(null);
	if (!isRunning) return undefined;
	if (event === 'room') apply(body.room);
	else if (event === 'labels') label(body.room, body.labels);
	else if (event === 'hide') setHidden(body.room, body.hidden);
	else if (event === 'verdicts') void renewVerdicts(body.anew);
	else if (event === 'toggle') toggle();
	else if (event === 'beside') besideInUse();
	else if (event === 'shown') respond(isShown(body.room));
	else if (event === 'back') goBack(body.room);
	else if (event === 'blur') noteComposerBlur(body.by);
	else if (event === 'composer') noteDocument(body.ticket, body.there);
	else if (event === 'stop') stop();
	return undefined;
}) as Runtime.OnMessageListenerCallback);
