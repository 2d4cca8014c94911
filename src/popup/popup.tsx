import { render } from 'preact';
import { App } from './app.tsx';
import { replaceVault, requestedPage, type View, view, views } from './state/navigation.ts';
import { start } from './state/polling.ts';
import { surface } from './state/popup-or-tab.ts';
import { state } from './state/store.ts';
import { text } from './ui/text.ts';

// language and direction come from the strings, so that the two always agree
const root = document.documentElement;
root.lang = text('popup_language');
root.dir = text('popup_direction') === 'rtl' ? 'rtl' : 'ltr';

const { firstAnswer } = await start();
root.classList.toggle('tab', surface.value.inTab);
// what a popup asked for when it opened this tab (popup-or-tab.ts)
const page = location.hash.slice(1);
if (views.includes(page as View)) view.value = page as View;
if (['import', 'backup', 'sheet', 'restore-backup'].includes(page)) {
	view.value = 'identity';
	requestedPage.value = page;
}
if (page === 'notifications') view.value = 'settings';
if (['notifications', 'own', 'ask', 'answer', 'check'].includes(page)) requestedPage.value = page;
firstAnswer.then(() => {
	if (state.value?.vault !== 'locked') return;
	if (page === 'restore') replaceVault();
	if (page === 'restore-backup') replaceVault({ backup: true });
});
const container = document.getElementById('popup');
if (container) render(<App />, container);
