import type { Theme } from '../messages/rooms.ts';
import { drawBadge } from './badge.ts';
import type { PanelState } from './panel-state.ts';
import { panelSheet } from './panel-style.ts';
import { closedHost, element, panelTag } from './shadow-hosts.ts';
import { direction, word } from './words.ts';

export interface PanelActions {
	press(): void;
	openWindow(): void;
	hide(hidden: boolean): void;
	/** the frame went to another page than the composer */
	navigated(): void;
}

export interface Panel {
	host: HTMLElement;
	show(state: PanelState): void;
	theme(theme: Theme): void;
	/** puts the composer of this ticket in place, instead of one that is there */
	openFrame(address: string, focus: boolean): void;
	closeFrame(): void;
	frame(): HTMLIFrameElement | null;
	focusFrame(): void;
}

function menuItem(role: string, text: string, act: () => void): HTMLButtonElement {
	const item = element('button', { role, type: 'button', tabindex: '-1' }, text);
	item.addEventListener('click', (event) => event.isTrusted && act());
	return item;
}

function legend(): HTMLElement {
	const line = (mine: boolean, text: string) => element('li', {}, drawBadge({ kind: 'anonymous', mine }), text);
	return element(
		'ul',
		{ class: 'legend', role: 'presentation' },
		line(true, word('content_legend_mine')),
		line(false, word('content_legend_foreign')),
	);
}

/** The switch, its menu and the place of the composer's frame, for one room. */
export function makePanel(actions: PanelActions): Panel {
	const { host, root } = closedHost(panelTag, panelSheet);
	const state = element('span', { class: 'state', 'aria-hidden': 'true' });
	const track = element('span', { class: 'track', 'aria-hidden': 'true' }, element('span', { class: 'knob' }));
	const button = element('button', { class: 'switch', type: 'button', 'aria-pressed': 'false', 'aria-describedby': 'note' });
	button.append(track, element('span', { class: 'name' }, word('content_switch')), state);
	const more = element(
		'button',
		{ class: 'more', type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': word('content_more') },
		'···',
	);
	const note = element('p', { class: 'note', id: 'note', role: 'status', hidden: '' });
	const hide = menuItem('menuitemcheckbox', word('content_hide'), () => {
		menu.hidePopover();
		actions.hide(hide.getAttribute('aria-checked') !== 'true');
	});
	const window = menuItem('menuitem', word('content_window'), () => {
		menu.hidePopover();
		actions.openWindow();
	});
	const items = element('div', { role: 'menu', 'aria-label': word('content_more') }, window, hide);
	const menu = element('div', { class: 'menu', popover: 'auto', dir: direction }, items, legend());
	const panel = element('div', { class: 'panel', dir: direction }, element('div', { class: 'bar' }, button, more, note), menu);
	root.append(panel);
	let frame: HTMLIFrameElement | null = null;
	let shown: PanelState = { phase: 'looking', reason: '', warning: '', hidden: false };
	let explained = false;

	function render(): void {
		const { phase, reason, warning } = shown;
		const grey = phase === 'looking' || phase === 'closed' || phase === 'dead';
		button.setAttribute('aria-pressed', String(phase === 'on'));
		if (grey) button.setAttribute('aria-disabled', 'true');
		else button.removeAttribute('aria-disabled');
		const words = {
			looking: 'content_looking',
			off: 'content_off',
			on: 'content_on',
			closed: 'content_closed',
			dead: 'content_dead_short',
		} as const;
		state.textContent = word(words[phase]);
		// read out by aria-describedby even while it is not shown
		note.textContent = warning || (grey ? reason : '');
		note.hidden = !(warning || (explained && grey && reason) || phase === 'dead');
		note.classList.toggle('warning', warning !== '' || phase === 'dead');
		hide.setAttribute('aria-checked', String(shown.hidden));
		window.hidden = grey;
	}

	button.addEventListener('click', (event) => {
		if (!event.isTrusted) return;
		if (button.hasAttribute('aria-disabled')) {
			explained = !explained;
			render();
		} else actions.press();
	});
	more.addEventListener('click', (event) => {
		if (!event.isTrusted || !menu.togglePopover()) return;
		const at = more.getBoundingClientRect();
		const { width, height } = menu.getBoundingClientRect();
		const left = direction === 'rtl' ? at.left : at.right - width;
		menu.style.left = `${Math.max(4, Math.min(left, innerWidth - width - 4))}px`;
		menu.style.top = `${at.top - height - 4 > 0 ? at.top - height - 4 : at.bottom + 4}px`;
		(window.hidden ? hide : window).focus();
	});
	menu.addEventListener('toggle', (event) => more.setAttribute('aria-expanded', String((event as ToggleEvent).newState === 'open')));
	menu.addEventListener('keydown', (event) => {
		const choices = [window, hide].filter((item) => !item.hidden);
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (event.key === 'Tab' || event.key === 'Escape') {
			menu.hidePopover();
			more.focus();
		} else if (step) choices[(choices.indexOf(root.activeElement as HTMLButtonElement) + step + choices.length) % choices.length]?.focus();
		else return;
		event.preventDefault();
	});
	// shortcuts of the page must not hear what is pressed here
	for (const type of ['keydown', 'keypress', 'keyup'] as const) root.addEventListener(type, (event) => event.stopPropagation());

	function closeFrame(): void {
		frame?.remove();
		frame = null;
	}
	render();
	return {
		host,
		show(state) {
			if (state.phase !== shown.phase) explained = false;
			shown = state;
			render();
		},
		theme(theme) {
			const { style } = panel;
			style.setProperty('--bg', theme.background);
			style.setProperty('--fg', theme.color);
			style.setProperty('--accent', theme.accent);
			style.setProperty('--size', `clamp(12px, ${theme.fontSize}, 18px)`);
			style.colorScheme = theme.dark ? 'dark' : 'light';
		},
		openFrame(address, focus) {
			closeFrame();
			const made = element('iframe', { title: word('content_frame'), referrerpolicy: 'no-referrer' });
			(made as HTMLIFrameElement & { credentialless: boolean }).credentialless = true;
			panel.append(made);
			frame = made;
			// no `src`: in Firefox a page can reach in here and would read the address of this installation
			made.contentWindow?.location.replace(address);
			let loads = 0;
			made.addEventListener('load', () => {
				loads += 1;
				if (frame !== made) return;
				if (loads > 1) actions.navigated();
				else if (focus) made.focus();
			});
		},
		closeFrame,
		frame: () => frame,
		focusFrame: () => frame?.focus(),
	};
}
