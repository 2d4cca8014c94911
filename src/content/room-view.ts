import type { Frontend, OpenRoom } from '../frontends/frontend.ts';
import type { Theme } from '../messages/rooms.ts';
import { tooOften } from '../platform/too-often.ts';
import { ask } from './bridge/ask.ts';
import { setRules } from './page/page-style.ts';
import { word } from './page/words.ts';
import { type ComposerFrame, composerFrame } from './panel/composer-frame.ts';
import { makePanel } from './panel/panel.ts';
import { type InForce, panelState } from './panel/state.ts';

/** What a view asks of the page's rooms as a whole. */
export interface RoomViewActions {
	press(view: RoomView): void;
	hide(view: RoomView, hidden: boolean): void;
	writeBeside(view: RoomView): void;
}

/**
 * A page that builds its view anew takes the panel away with it. A page that does so this often within this many ms wants to be rid of the
 * composer.
 */
const maxAttaches = 6;
const attachPeriod = 10_000;
/** ms for which a line about what happened is shown */
const warningTime = 12_000;

/** The switch and composer of one view of one room. */
export interface RoomView {
	open: OpenRoom;
	composer: ComposerFrame;
	/** shows what is in force now, and opens or closes the composer by it */
	show(inForce: InForce): void;
	/** a line for what just happened; '' takes it away */
	warn(text: string): void;
	/** gives the focus to what comes before the composer */
	focusMenu(): void;
	/** looks whether the page has another look now, and takes it over with the composer */
	followTheme(): void;
	remove(): void;
}

/** Makes the switch for a view that has none. Nothing is in the page before the first `show`. */
export function makeRoomView(open: OpenRoom, frontend: Frontend, actions: RoomViewActions): RoomView {
	let inForce: InForce = { state: undefined, isDead: false, isClosed: false, isTurning: false, hidden: false };
	let warning = '';
	let warningTimer: ReturnType<typeof setTimeout> | undefined;
	let shownTheme: Theme | undefined;
	const isRidOfIt = tooOften(maxAttaches, attachPeriod);
	const room = () => view.open.room;
	const theme = () => frontend.theme(view.open);

	const panel = makePanel({
		press: () => actions.press(view),
		hide: (hidden) => actions.hide(view, hidden),
		writeBeside: () => actions.writeBeside(view),
		enter: () => composer.focus(),
	});
	const composer = composerFrame(panel, {
		room,
		theme,
		isOn: () => inForce.state?.on === true && !inForce.state.beside && !inForce.isDead,
		caught: () => inForce.state?.caught ?? null,
		isShown: () => view.open.view.checkVisibility(),
		warn: (text) => view.warn(text),
	});
	const areaWords = () => (inForce.state?.beside ? word('content_beside') : composer.tamperingText());
	const render = () => panel.show(panelState(inForce, view.open.direct, warning, areaWords()));

	/** Puts the panel where the frontend wants it, again after the page has rebuilt its view. */
	function attach(): void {
		const parent = view.open.panelParent;
		if (!parent || panel.host.parentNode === parent) return;
		if (isRidOfIt()) {
			composer.tamper('removed');
			return;
		}
		setRules('switch', frontend.switchRule ?? '');
		parent.append(panel.host);
		shownTheme = theme();
		panel.setTheme(shownTheme);
	}

	const view: RoomView = {
		open,
		composer,
		show(next) {
			inForce = next;
			attach();
			render();
			if (inForce.isDead) composer.close();
			else if (!inForce.state?.on || inForce.state.beside) composer.leave();
			else void composer.open();
		},
		warn(text) {
			warning = text;
			clearTimeout(warningTimer);
			if (text) warningTimer = setTimeout(view.warn, warningTime, '');
			render();
		},
		focusMenu: () => panel.menuButton.focus(),
		followTheme() {
			const next = theme();
			if (!shownTheme || JSON.stringify(next) === JSON.stringify(shownTheme)) return;
			shownTheme = next;
			panel.setTheme(next);
			if (inForce.state?.on) ask('content.theme', { room: room(), theme: next }).catch(() => null);
		},
		remove() {
			clearTimeout(warningTimer);
			composer.remove();
			panel.host.remove();
		},
	};
	return view;
}
