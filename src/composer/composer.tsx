import { effect } from '@preact/signals';
import { render } from 'preact';
import { readable } from '../platform/contrast.ts';
import { App } from './app.tsx';
import { isBeside } from './beside.ts';
import { watchFocus } from './focus.ts';
import { keepScrolls } from './scrolling.ts';
import { watchCorner, watchSight } from './sight.ts';
import { state } from './store.ts';
import { watchWayBack } from './way-back.ts';
import { rightToLeft, text } from './words.ts';

// No listener for window messages anywhere: an answer would tell the page which installation this is.
const page = document.documentElement;
page.lang = text('popup_language') || 'en';
page.dir = rightToLeft ? 'rtl' : 'ltr';
document.title = text('composer_title');
page.classList.toggle('beside', isBeside);

/** Looks like the page that the frame stands in: its values, as custom properties set through CSSOM. */
effect(() => {
	const theme = state.value?.theme;
	if (!theme) return;
	const { style } = page;
	style.setProperty('--bg', theme.background);
	style.setProperty('--fg', theme.color);
	style.setProperty('--accent', theme.accent);
	style.setProperty('--size', theme.fontSize);
	style.setProperty('--warn', readable(theme.dark ? '#ffb4a9' : '#9c1c1c', theme.background));
	page.dataset.look = theme.dark ? 'dark' : 'light';
	style.colorScheme = page.dataset.look;
});

// a hand that slips would let the page have it: what is being written, what waits, what is answered
addEventListener('dragstart', (event) => event.preventDefault());

const container = document.getElementById('composer');
if (container) {
	watchFocus();
	render(<App />, container);
	watchSight(container);
	watchCorner();
	watchWayBack();
	keepScrolls();
}
