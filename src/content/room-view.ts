import browser from 'webextension-polyfill';
import type { Frontend, OpenRoom } from '../frontends/frontend.ts';
import { request } from '../messages/request.ts';
import { ask } from './ask.ts';
import { setRules } from './page-style.ts';
import { makePanel } from './panel.ts';
import { type InForce, panelState } from './panel-state.ts';
import { watchFrame } from './tamper-watch.ts';
import { word } from './words.ts';

export interface PlaceActions {
	press(place: Place): void;
	hide(place: Place, hidden: boolean): void;
}

/** The switch and composer of one view of one room. */
export interface Place {
	open: OpenRoom;
	show(now: InForce): void;
	/** a line for what just happened; '' takes it away */
	warn(text: string): void;
	press(): void;
	/** whether the composer gets the focus when it comes, as the user is turning the switch */
	focusNext(wanted: boolean): void;
	focusComposer(): void;
	closeFrame(): void;
	remove(): void;
}

const patience = { times: 6, within: 10_000 };

export function makePlace(first: OpenRoom, frontend: Frontend, actions: PlaceActions): Place {
	let now: InForce = { state: undefined, dead: false, closed: false, turning: false };
	let warning = '';
	let warningTimer: ReturnType<typeof setTimeout> | undefined;
	let endWatch: (() => void) | null = null;
	let opening = false;
	let wantsFocus = false;
	let tampered = false;
	/** somebody is writing in the composer: what takes the focus out of the frame but them, does not end that */
	let writing = false;
	let attached: number[] = [];

	const panel = makePanel({
		press: () => actions.press(place),
		hide: (hidden) => actions.hide(place, hidden),
		navigated: () => tamper(),
		openWindow() {
			const { room } = place.open;
			request('content.window', { room, theme: frontend.theme(place.open) }).catch(() => place.warn(word('content_failed')));
		},
	});

	function tamper(): void {
		if (tampered) return;
		tampered = true;
		closeFrame();
		place.warn(word('content_tampered'));
		ask('content.tampered', { room: place.open.room }).catch(() => null);
	}

	function closeFrame(): void {
		endWatch?.();
		endWatch = null;
		panel.closeFrame();
	}

	async function openFrame(): Promise<void> {
		if (opening || tampered || panel.frame() || !panel.host.isConnected) return;
		opening = true;
		try {
			const { ticket } = await ask('content.composer', { room: place.open.room, theme: frontend.theme(place.open) });
			if (now.state?.on && !now.dead && panel.host.isConnected) {
				panel.openFrame(`${browser.runtime.getURL('composer.html')}#${ticket}`, wantsFocus);
				const frame = panel.frame();
				if (frame) endWatch = watchFrame(panel.host, frame, tamper);
				wantsFocus = false;
			}
		} catch {
			place.warn(word('content_failed'));
		}
		opening = false;
	}

	/** Puts the panel where the frontend wants it, again after the page has rebuilt its view. */
	function attach(): void {
		const into = place.open.panel;
		if (!into || panel.host.parentNode === into) return;
		const time = Date.now();
		attached = [...attached.filter((at) => time - at < patience.within), time];
		if (attached.length > patience.times) {
			tamper();
			return;
		}
		closeFrame();
		// the keys that are on their way belong to the composer, and not to the page that built its view anew
		wantsFocus ||= writing;
		setRules('switch', frontend.switchRule ?? '');
		into.append(panel.host);
		panel.theme(frontend.theme(place.open));
	}

	const entered = () => {
		writing = document.activeElement === panel.host;
	};
	const left = (event: Event) => {
		writing &&= event.target === panel.host;
	};
	addEventListener('blur', entered);
	addEventListener('focusin', left, true);
	addEventListener('pointerdown', left, true);

	const place: Place = {
		open: first,
		show(next) {
			if (now.state?.on && !next.state?.on) tampered = false;
			now = next;
			attach();
			panel.show(panelState(now, place.open.direct, warning));
			if (now.dead || !now.state?.on) closeFrame();
			else void openFrame();
		},
		warn(text) {
			warning = text;
			clearTimeout(warningTimer);
			if (text && !tampered) warningTimer = setTimeout(() => place.warn(''), 12_000);
			panel.show(panelState(now, place.open.direct, warning));
		},
		press: () => actions.press(place),
		focusNext(wanted) {
			wantsFocus = wanted;
		},
		focusComposer: () => panel.focusFrame(),
		closeFrame,
		remove() {
			closeFrame();
			clearTimeout(warningTimer);
			removeEventListener('blur', entered);
			removeEventListener('focusin', left, true);
			removeEventListener('pointerdown', left, true);
			panel.host.remove();
		},
	};
	return place;
}
