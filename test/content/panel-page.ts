import type { Theme } from '../../src/messages/rooms.ts';

// The switch as it is, but in open roots, so that axe can look into it.
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
	return attach.call(this, { ...options, mode: 'open' });
};
const { makePanel } = await import('../../src/content/panel.ts');
const { drawLabel } = await import('../../src/content/badge.ts');
const { word } = await import('../../src/content/words.ts');
const { faultText } = await import('../../src/messages/fault-text.ts');

const dark = new URLSearchParams(location.search).has('dark');
const theme: Theme = {
	dark,
	background: dark ? 'rgb(40, 42, 54)' : 'rgb(240, 239, 238)',
	color: dark ? 'rgb(235, 235, 240)' : 'rgb(70, 70, 70)',
	accent: dark ? 'rgb(255, 170, 140)' : 'rgb(150, 60, 30)',
	fontSize: '15px',
	rtl: false,
};
document.body.style.background = theme.background;
document.body.style.color = theme.color;
const states = [
	{ phase: 'looking', reason: word('content_looking'), warning: '' },
	{ phase: 'off', reason: '', warning: '' },
	{ phase: 'on', reason: '', warning: '' },
	{ phase: 'on', reason: '', warning: word('content_blocked') },
	{ phase: 'closed', reason: faultText({ code: 'room-members-only', detail: '' }), warning: '' },
	{ phase: 'closed', reason: word('content_locked'), warning: '' },
	{ phase: 'dead', reason: word('content_dead'), warning: word('content_dead') },
] as const;
const main = document.querySelector('main');
for (const state of states) {
	const panel = makePanel({ press() {}, openWindow() {}, hide() {}, navigated() {} });
	panel.theme(theme);
	panel.show({ ...state, hidden: false });
	main?.append(panel.host);
}
for (const kind of ['anonymous', 'keyless'] as const) for (const mine of [true, false]) main?.append(drawLabel({ kind, mine }));
document.documentElement.dataset.ready = 'yes';
