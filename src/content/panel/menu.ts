import { makeBadge } from '../page/badge.ts';
import { element } from '../page/shadow-hosts.ts';
import { direction, word } from '../page/words.ts';

/** What the entries of the menu do. */
export interface MenuActions {
	writeBeside(): void;
	hide(hidden: boolean): void;
}

/** The menu of a switch. */
export interface PanelMenu {
	/** the three dots */
	button: HTMLElement;
	popover: HTMLElement;
	/** `hidden`: whether anonymous messages are hidden; `canWrite`: whether something can be written here at all */
	show(hidden: boolean, canWrite: boolean): void;
}

function legend(): HTMLElement {
	const line = (mine: 0 | 1, text: string) => {
		const badge = makeBadge();
		badge.show(mine);
		return element('li', {}, badge.host, text);
	};
	return element(
		'ul',
		{ class: 'legend', role: 'presentation' },
		line(1, word('content_legend_mine')),
		line(0, word('content_legend_foreign')),
	);
}

function menuItem(role: string, text: string, act: () => void): HTMLButtonElement {
	const item = element('button', { role, type: 'button', tabindex: '-1' }, text);
	item.addEventListener('click', (event) => {
		if (!event.isTrusted) return;
		item.closest<HTMLElement>('[popover]')?.hidePopover();
		act();
	});
	return item;
}

/** Puts the menu above its button where there is room, else below it. */
function placeAt(button: Element, menu: HTMLElement): void {
	const at = button.getBoundingClientRect();
	const { width, height } = menu.getBoundingClientRect();
	const left = direction === 'rtl' ? at.left : at.right - width;
	menu.style.left = `${Math.max(4, Math.min(left, innerWidth - width - 4))}px`;
	menu.style.top = `${at.top - height - 4 > 0 ? at.top - height - 4 : at.bottom + 4}px`;
}

/** The button with three dots and the menu that it opens. */
export function panelMenu(actions: MenuActions): PanelMenu {
	const button = element(
		'button',
		{ class: 'more', type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': word('content_more') },
		'···',
	);
	const hideItem = menuItem('menuitemcheckbox', word('content_hide'), () => actions.hide(hideItem.getAttribute('aria-checked') !== 'true'));
	const besideItem = menuItem('menuitem', word('content_write_beside'), actions.writeBeside);
	const items = element('div', { role: 'menu', 'aria-label': word('content_more') }, besideItem, hideItem);
	const popover = element('div', { class: 'menu', popover: 'auto', dir: direction }, items, legend());
	const choices = () => [besideItem, hideItem].filter((item) => !item.hidden);
	button.addEventListener('click', (event) => {
		if (!event.isTrusted || !popover.togglePopover()) return;
		placeAt(button, popover);
		choices()[0]?.focus();
	});
	popover.addEventListener('toggle', (event) => button.setAttribute('aria-expanded', String((event as ToggleEvent).newState === 'open')));
	popover.addEventListener('keydown', (event) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (event.key === 'Tab' || event.key === 'Escape') {
			popover.hidePopover();
			button.focus();
		} else if (step) {
			const all = choices();
			const focused = (popover.getRootNode() as ShadowRoot).activeElement as HTMLButtonElement;
			all[(all.indexOf(focused) + step + all.length) % all.length]?.focus();
		} else return;
		event.preventDefault();
	});
	return {
		button,
		popover,
		show(hidden, canWrite) {
			hideItem.setAttribute('aria-checked', String(hidden));
			besideItem.hidden = !canWrite;
		},
	};
}
