import type { Theme } from '../../src/messages/rooms.ts';
import { drawingsIn } from '../../src/platform/drawing/drawings.ts';

// The switch as it is, but in open roots, so that axe can look into it.
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
	return attach.call(this, { ...options, mode: 'open' });
};
const { makePanel, setPanelRules } = await import('../../src/content/panel/panel.ts');
const { makeLabel, setMarks } = await import('../../src/content/page/badge.ts');
const { word } = await import('../../src/content/page/words.ts');
const { faultText } = await import('../../src/messages/fault-text.ts');
const drawings = drawingsIn('M21.5 5H23.6V13H21.5Z');
setPanelRules(drawings);
setMarks(drawings);

const dark = new URLSearchParams(location.search).has('dark');
const theme: Theme = {
	dark,
	background: dark ? 'rgb(40, 42, 54)' : 'rgb(240, 239, 238)',
	color: dark ? 'rgb(235, 235, 240)' : 'rgb(70, 70, 70)',
	accent: dark ? 'rgb(255, 170, 140)' : 'rgb(150, 60, 30)',
	fontSize: '15px',
};
document.body.style.background = theme.background;
document.body.style.color = theme.color;
const states = [
	{ phase: 'looking', reason: word('content_looking'), warning: '' },
	{ phase: 'off', reason: '', warning: '' },
	{ phase: 'on', reason: '', warning: '' },
	{ phase: 'on', reason: '', warning: word('content_blocked') },
	{ phase: 'closed', reason: faultText({ code: 'room-members-only', detail: '' }), warning: '' },
	{ phase: 'dead', reason: word('content_dead'), warning: '', areaWords: word('content_dead') },
] as const;
const main = document.querySelector('main');
for (const state of states) {
	const panel = makePanel({ press() {}, enter: () => false, writeBeside() {}, hide() {} });
	panel.setTheme(theme);
	main?.append(panel.host);
	panel.show({ areaWords: '', ...state, hidden: false });
}
for (const kind of ['anonymous', 'keyless'] as const)
	for (const mine of [1, 0] as const) {
		const label = makeLabel(kind);
		label.show(mine);
		main?.append(label.host);
		if (kind === 'keyless') continue;
		label.name({
			name: 'maple river',
			pattern: 'M0 0h3v3h-3zM12 0h3v3h-3zM6 3h3v6h-3zM3 12h9v3h-9z',
			title: '7 messages since Monday',
			proof: 'Proven: this voice is bob',
		});
		label.mark(mine ? 'lit' : 'told');
	}

// the composer as it stands in a page, put here when a test asks for the first time, for what a page can do to it
const { findTampering } = await import('../../src/content/panel/tamper-watch.ts');
const host = document.createElement('div');
const frame = document.createElement('iframe');
frame.style.cssText = 'display: block; width: 100%; height: 196px';
const area = document.createElement('div');
area.className = 'chat-area';
function tampering(): string | null {
	if (!area.isConnected) {
		host.attachShadow({ mode: 'closed' }).append(frame);
		area.append(host);
		document.body.prepend(area);
	}
	return findTampering(host, frame);
}
Object.assign(globalThis, { tampering });
document.documentElement.dataset.ready = 'yes';
