import type { Drawings } from '../../messages/content.ts';
import type { Theme } from '../../messages/rooms.ts';
import { closedHost, element, panelTag, styleSheet } from '../page/shadow-hosts.ts';
import { direction, word } from '../page/words.ts';
import { type MenuActions, panelMenu } from './menu.ts';
import type { PanelState } from './state.ts';

/** What can be pressed. */
export interface PanelActions extends MenuActions {
	press(): void;
	/** gives the focus to the composer; false where there is none */
	enter(): boolean;
}

/** The switch with its menu, and room for the composer. */
export interface Panel {
	/** what the page sees of it */
	host: HTMLElement;
	/** the composer's place: as large whether its frame lies over it or words stand in it */
	area: HTMLElement;
	/** what the frame comes after in the order of the Tab key */
	menuButton: HTMLElement;
	show(state: PanelState): void;
	/** makes it look like the page around it */
	setTheme(theme: Theme): void;
}

const phaseWords = {
	looking: 'content_looking',
	off: 'content_off',
	on: 'content_on',
	closed: 'content_closed',
	dead: 'content_dead_short',
} as const;

const panelSheet = styleSheet('');
/** Takes over how every switch is drawn. To be called before the first one is shown. */
export const setPanelRules = ({ panel }: Drawings): void => panelSheet.replaceSync(panel);

/** Puts the note above the bar where there is room, else below the composer's place: it never lies over the composer. */
function placeAbove(bar: Element, area: Element, note: HTMLElement): void {
	const [above, below] = [bar.getBoundingClientRect(), area.getBoundingClientRect()];
	note.style.left = `${above.left}px`;
	note.style.width = `${above.width}px`;
	const top = above.top - note.offsetHeight - 4;
	note.style.top = `${top > 0 ? top : Math.max(above.bottom, below.bottom) + 4}px`;
}

/** The switch and its menu, for one room, and the place that the composer's frame lies over. */
export function makePanel(actions: PanelActions): Panel {
	const { host, root } = closedHost(panelTag, panelSheet);
	const phaseLine = element('span', { class: 'state', 'aria-hidden': 'true' });
	const track = element('span', { class: 'track', 'aria-hidden': 'true' }, element('span', { class: 'knob' }));
	const button = element('button', { class: 'switch', type: 'button', 'aria-pressed': 'false', 'aria-describedby': 'note' });
	button.append(track, element('span', { class: 'name' }, word('content_switch')), phaseLine);
	const menu = panelMenu(actions);
	const note = element('p', { class: 'note', id: 'note', role: 'status', popover: 'manual', hidden: '' });
	const bar = element('div', { class: 'bar' }, button, menu.button);
	const words = element('p', { role: 'status' });
	const besideButton = element('button', { class: 'beside', type: 'button' }, word('content_write_beside'));
	const placard = element('div', { class: 'placard' }, words, besideButton);
	const area = element('div', { class: 'area', hidden: '' }, placard);
	const body = element('div', { class: 'panel', dir: direction }, bar, area, note, menu.popover);
	root.append(body);
	let state: PanelState = { phase: 'looking', reason: '', warning: '', areaWords: '', hidden: false };
	/** a grey switch was pressed: the reason is shown */
	let showsReason = false;

	function render(): void {
		const { phase, reason, warning, areaWords, hidden } = state;
		const grey = phase === 'looking' || phase === 'closed' || phase === 'dead';
		button.setAttribute('aria-pressed', String(phase === 'on'));
		if (grey) button.setAttribute('aria-disabled', 'true');
		else button.removeAttribute('aria-disabled');
		phaseLine.textContent = word(phaseWords[phase]);
		// read out by aria-describedby even while it is not shown
		note.textContent = warning || (grey ? reason : '');
		note.hidden = !(warning || (showsReason && grey && reason));
		note.classList.toggle('warning', warning !== '');
		// over the page, and through to the pointer: what is said here must not change the panel's size (THREATS.md P8)
		if (note.isConnected) note.togglePopover(!note.hidden);
		if (!note.hidden) placeAbove(bar, area, note);
		area.hidden = phase !== 'on' && phase !== 'dead';
		words.textContent = areaWords;
		placard.hidden = areaWords === '';
		besideButton.hidden = phase === 'dead';
		menu.show(hidden, !grey);
	}

	button.addEventListener('click', (event) => {
		if (!event.isTrusted) return;
		if (button.hasAttribute('aria-disabled')) {
			showsReason = !showsReason;
			render();
		} else actions.press();
	});
	besideButton.addEventListener('click', (event) => {
		if (event.isTrusted) actions.writeBeside();
	});
	menu.button.addEventListener('keydown', (event) => {
		if (event.isTrusted && event.key === 'Tab' && !event.shiftKey && actions.enter()) event.preventDefault();
	});
	// shortcuts of the page must not hear what is pressed here
	for (const type of ['keydown', 'keypress', 'keyup'] as const) root.addEventListener(type, (event) => event.stopPropagation());
	render();
	return {
		host,
		area,
		menuButton: menu.button,
		show(next) {
			// the page is looked at with each of its changes: text that is set anew has the browser lay the panel out
			if (note.hidden && JSON.stringify(next) === JSON.stringify(state)) return;
			if (next.phase !== state.phase) showsReason = false;
			state = next;
			render();
		},
		setTheme(theme) {
			const { style } = body;
			style.setProperty('--bg', theme.background);
			style.setProperty('--fg', theme.color);
			style.setProperty('--accent', theme.accent);
			style.setProperty('--size', `clamp(12px, ${theme.fontSize}, 18px)`);
			style.colorScheme = theme.dark ? 'dark' : 'light';
		},
	};
}
