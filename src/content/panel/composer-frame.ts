import type { RoomRef, Theme } from '../../messages/rooms.ts';
import { browser } from '../../platform/api/browser.ts';
import { ask } from '../bridge/ask.ts';
import { element } from '../page/shadow-hosts.ts';
import { word } from '../page/words.ts';
import { watchFrame } from './tamper-watch.ts';

/** The room view that a composer belongs to. */
export interface FrameOwner {
	room(): RoomRef;
	theme(): Theme;
	/** whether the switch is on, in a Bauta that still runs */
	isOn(): boolean;
	warn(text: string): void;
}

/**
 * The composer's frame. It is opened by a one-time ticket and watched while it is there. When the page tampers with it, it is taken away and
 * does not come back before the switch was off.
 */
export interface ComposerFrame {
	/** whether it gets the focus when it comes, as the user is turning the switch */
	wantsFocus: boolean;
	/** the page covered, moved, removed or replaced it, so that it is not what the user sees */
	tampered: boolean;
	/** opens it, unless it is there, on its way, or was tampered with */
	open(): Promise<void>;
	/** takes it away for good, tells the user, and has the background refuse what it sends */
	tamper(): void;
	focus(): void;
	close(): void;
	/** the page builds its view anew: the keys that are on their way belong to the next composer, and not to the page */
	closeForRebuild(): void;
	/** the view is gone */
	remove(): void;
}

/** `host`: the element that the page sees; `parent`: where in its closed root the frame stands, as the last child. */
export function composerFrame(host: HTMLElement, parent: Element, owner: FrameOwner): ComposerFrame {
	let iframe: HTMLIFrameElement | null = null;
	let endWatch: (() => void) | null = null;
	let opening = false;
	/** somebody is writing in it; stays true where something other than a person takes the focus out of the frame */
	let writing = false;
	const noteBlur = () => {
		writing = document.activeElement === host;
	};
	const noteFocus = (event: Event) => {
		writing &&= event.target === host;
	};
	addEventListener('blur', noteBlur);
	addEventListener('focusin', noteFocus, true);
	addEventListener('pointerdown', noteFocus, true);

	function insert(address: string): void {
		const focus = frame.wantsFocus;
		frame.wantsFocus = false;
		const newFrame = element('iframe', { title: word('content_frame'), referrerpolicy: 'no-referrer' });
		(newFrame as HTMLIFrameElement & { credentialless: boolean }).credentialless = true;
		parent.append(newFrame);
		iframe = newFrame;
		// no `src`: in Firefox a page can reach in here and would read the address of this installation
		newFrame.contentWindow?.location.replace(address);
		let loads = 0;
		newFrame.addEventListener('load', () => {
			loads += 1;
			if (iframe !== newFrame) return;
			if (loads > 1) frame.tamper();
			else if (focus) newFrame.focus();
		});
		endWatch = watchFrame(host, newFrame, frame.tamper);
	}

	const frame: ComposerFrame = {
		wantsFocus: false,
		tampered: false,
		async open() {
			if (opening || frame.tampered || iframe || !host.isConnected) return;
			opening = true;
			try {
				const { ticket } = await ask('content.composer', { room: owner.room(), theme: owner.theme() });
				if (owner.isOn() && host.isConnected) insert(`${browser.runtime.getURL('composer.html')}#${ticket}`);
			} catch {
				owner.warn(word('content_failed'));
			}
			opening = false;
		},
		tamper() {
			if (frame.tampered) return;
			frame.tampered = true;
			frame.close();
			owner.warn('');
			ask('content.tampered', { room: owner.room() }).catch(() => null);
		},
		focus: () => iframe?.focus(),
		close() {
			endWatch?.();
			endWatch = null;
			iframe?.remove();
			iframe = null;
		},
		closeForRebuild() {
			frame.close();
			frame.wantsFocus ||= writing;
		},
		remove() {
			frame.close();
			removeEventListener('blur', noteBlur);
			removeEventListener('focusin', noteFocus, true);
			removeEventListener('pointerdown', noteFocus, true);
		},
	};
	return frame;
}
