import type { Theme } from '../../messages/rooms.ts';
import { closedHost, element, panelTag } from '../page/shadow-hosts.ts';
import { direction, word } from '../page/words.ts';
import { type MenuActions, panelMenu } from './menu.ts';
import type { PanelState } from './state.ts';
import { panelSheet } from './style.ts';

/** What can be pressed. */
export interface PanelActions extends MenuActions {
	press(): void;
}

/** The switch with its menu, and room for the composer. */
export interface Panel {
	/** what the page sees of it */
	host: HTMLElement;
	/** where the composer's frame goes, as the last child */
	body: HTMLElement;
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

/** The switch and its menu, for one room. The composer's frame stands in it, too. */
export function makePanel(actions: PanelActions): Panel {
	const { host, root } = closedHost(panelTag, panelSheet);
	const phaseLine = element('span', { class: 'state', 'aria-hidden': 'true' });
	const track = element('span', { class: 'track', 'aria-hidden': 'true' }, element('span', { class: 'knob' }));
	const button = element('button', { class: 'switch', type: 'button', 'aria-pressed': 'false', 'aria-describedby': 'note' });
	button.append(track, element('span', { class: 'name' }, word('content_switch')), phaseLine);
	const menu = panelMenu(actions);
	const note = element('p', { class: 'note', id: 'note', role: 'status', hidden: '' });
	const bar = element('div', { class: 'bar' }, button, menu.button, note);
	const body = element('div', { class: 'panel', dir: direction }, bar, menu.popover);
	root.append(body);
	let state: PanelState = { phase: 'looking', reason: '', warning: '', hidden: false };
	/** a grey switch was pressed: the reason is shown */
	let showsReason = false;

	function render(): void {
		const { phase, reason, warning, hidden } = state;
		const grey = phase === 'looking' || phase === 'closed' || phase === 'dead';
		button.setAttribute('aria-pressed', String(phase === 'on'));
		if (grey) button.setAttribute('aria-disabled', 'true');
		else button.removeAttribute('aria-disabled');
		phaseLine.textContent = word(phaseWords[phase]);
		// read out by aria-describedby even while it is not shown
		note.textContent = warning || (grey ? reason : '');
		note.hidden = !(warning || (showsReason && grey && reason) || phase === 'dead');
		note.classList.toggle('warning', warning !== '' || phase === 'dead');
		menu.show(hidden, !grey);
	}

	button.addEventListener('click', (event) => {
		if (!event.isTrusted) return;
		if (button.hasAttribute('aria-disabled')) {
			showsReason = !showsReason;
			render();
		} else actions.press();
	});
	// shortcuts of the page must not hear what is pressed here
	for (const type of ['keydown', 'keypress', 'keyup'] as const) root.addEventListener(type, (event) => event.stopPropagation());
	render();
	return {
		host,
		body,
		show(next) {
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
