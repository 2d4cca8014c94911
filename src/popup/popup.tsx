import { render } from 'preact';
import { App } from './app.tsx';
import { asked, firstRun, place, start, state, type View, view, views } from './state/store.ts';
import { text } from './ui/text.ts';

// The strings decide language and direction, so that the two always agree.
const page = document.documentElement;
page.lang = text('popup_language');
page.dir = text('popup_direction') === 'rtl' ? 'rtl' : 'ltr';

const { answered } = await start();
page.classList.toggle('tab', place.value.inTab);
const part = location.hash.slice(1);
if (views.includes(part as View)) view.value = part as View;
if (['import', 'backup', 'sheet', 'restore-backup'].includes(part)) {
	view.value = 'identity';
	asked.value = part;
}
answered.then(() => {
	if (state.value?.vault !== 'locked') return;
	if (part === 'restore') firstRun.value = { on: true, replace: true };
	if (part === 'restore-backup') firstRun.value = { on: true, replace: true, backup: true };
});
const container = document.getElementById('popup');
if (container) render(<App />, container);
