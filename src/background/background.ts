import { browser } from '../platform/api/browser.ts';
import { openPanelInTurn, openSidebarInTurn } from '../platform/beside.ts';
import { closeStorage } from '../platform/local-area.ts';
import { contentAnswers } from './answers/content.ts';
import { popupAnswers } from './answers/popup.ts';
import { careChanged, followSwitches, forgetBeside, moveBeside, openInTurn } from './composers/beside.ts';
import { moveDrafts, noteClosedTab } from './composers/drafts.ts';
import { orderComposers } from './composers/orders.ts';
import { listenToComposers } from './composers/port.ts';
import { forgetComposers, moveComposers } from './composers/tickets.ts';
import './devices/schedule.ts';
import './notifier/schedule.ts';
import { onOutboxChange } from './outbox/changes.ts';
import { isOutboxAlarm, postDue, resumeOutbox } from './outbox/outbox.ts';
import { admit } from './pages/admission.ts';
import { registerScripts } from './pages/content-scripts.ts';
import { permissionsAdded, permissionsRemoved } from './pages/enabling.ts';
import { showIcon } from './pages/icon.ts';
import { refreshRooms } from './pages/refresh-rooms.ts';
import { isRenewalAlarm, renewDue } from './pages/renewal-alarm.ts';
import { lookAtRooms, roomsChanged } from './pages/room-state.ts';
import { payOwed } from './recognition/owed-labels.ts';
import { answerRequests } from './router/router.ts';
import { followClicks } from './state/desktop.ts';
import { readSettings } from './state/document.ts';
import { afterLockTurn, isLockAlarm, lock, lockIfIdle, onUnlock } from './state/lock.ts';
import { steadyNow } from './state/steady-now.ts';
import { forgetTab, replaceTab, tellTab } from './state/tabs.ts';

// before anything else: a content script is a stranger (THREATS.md S7)
closeStorage();

// Every listener is registered in the worker's first turn: a later one would miss the event that woke it.

/** What every wake-up begins with: the idle time may be over, and the worker before may have left pages untold, and the outbox in any state. */
async function wake(): Promise<void> {
	// from here on this worker hears of it when the clock is put right
	await steadyNow();
	await lockIfIdle((await readSettings()).lockMinutes);
	await payOwed();
	await resumeOutbox();
}
const ready = wake().catch(() => {});

answerRequests(
	{ handlers: { ...contentAnswers, ...popupAnswers }, loadOthers: async () => (await import('./answers/rare.ts')).rareAnswers, admit },
	ready,
	openInTurn,
);
listenToComposers(ready);
followSwitches();

/** The vault was locked or unlocked. Own messages are marked only while it is open: composers, labels and switches are shown anew, and no server is asked. */
async function vaultChanged(): Promise<void> {
	orderComposers('wake');
	await refreshRooms();
}
afterLockTurn(vaultChanged);
onUnlock(careChanged);
onOutboxChange(({ site, room }) => void roomsChanged(room, site));

browser.alarms.onAlarm.addListener(({ name }) => {
	if (isLockAlarm(name)) void readSettings().then(({ lockMinutes }) => lockIfIdle(lockMinutes));
	if (isOutboxAlarm(name)) void ready.then(resumeOutbox).then(postDue);
	if (isRenewalAlarm(name)) void ready.then(renewDue);
});

browser.commands.onCommand.addListener((command, tab) => {
	if (command === 'lock-now') void lock();
	if (tab?.id === undefined) return;
	if (command === 'toggle-anonymous') {
		openPanelInTurn(tab.id, false);
		void tellTab(tab.id, 'toggle', {});
	}
	if (command === 'write-beside') {
		openPanelInTurn(tab.id, true);
		openSidebarInTurn();
		void tellTab(tab.id, 'beside', {});
	}
});

browser.tabs.onRemoved.addListener((id) => {
	void noteClosedTab(id);
	void forgetBeside(id);
	void forgetTab(id).then(() => forgetComposers(id));
});

/** Chromium gives a tab another id when it puts the tab to sleep. Whatever hangs on the id goes along. */
async function tabReplaced(id: number, before: number): Promise<void> {
	await replaceTab(id, before);
	await moveComposers(id, before);
	await moveDrafts(id, before);
	await moveBeside(id, before);
	await showIcon(id);
}
browser.tabs.onReplaced.addListener((id, before) => void tabReplaced(id, before));

followClicks();
browser.permissions.onAdded.addListener(() => {
	followClicks();
	void permissionsAdded()
		.then(() => roomsChanged())
		.then(() => lookAtRooms());
});
browser.permissions.onRemoved.addListener(() => void permissionsRemoved());
browser.runtime.onInstalled.addListener(() => void registerScripts());
browser.runtime.onStartup.addListener(() => void registerScripts());
