import type { RoomRef, Tampering, Theme } from '../../messages/rooms.ts';
import { browser } from '../../platform/api/browser.ts';
import { ask } from '../bridge/ask.ts';
import { showNotice } from '../page/notice.ts';
import { element } from '../page/shadow-hosts.ts';
import { guardTyping, permitTyping, type TypingPlace } from '../page/typing.ts';
import { word } from '../page/words.ts';
import { type FrameHost, frameHost } from './frame-host.ts';
import type { Panel } from './panel.ts';
import { type FrameWatch, watchFrame } from './tamper-watch.ts';

/** The room view that a composer belongs to. */
export interface FrameOwner {
	room(): RoomRef;
	theme(): Theme;
	/** whether the switch is on, in a Bauta that still runs */
	isOn(): boolean;
	/** what this site was caught at, as far as the background knows: there is no composer in its pages */
	caught(): Tampering | null;
	warn(text: string): void;
}

/**
 * The composer's frame. It is opened by a one-time ticket and watched while it is there. When the page tampers with it, it is taken away and
 * does not come back before the user allows it in the popup.
 */
export interface ComposerFrame {
	/** whether it gets the focus when it comes, as the user is turning the switch */
	wantsFocus: boolean;
	/** opens it, unless it is there, on its way, or was tampered with */
	open(): Promise<void>;
	/** the page did something to it: takes it away for good, tells the user, and has the background refuse what it sends */
	tamper(how: Tampering): void;
	/** what to tell the user in its place; '' where the page did nothing to it */
	tamperingText(): string;
	/** gives it the focus; false where there is no frame */
	focus(): boolean;
	/** takes it away */
	close(): void;
	/** the view is gone */
	remove(): void;
}

/** A page that takes the composer away this often within this many ms wants to be rid of it. */
const maxLosses = 3;
const lossPeriod = 10_000;

/** ms that a frame may take to be in full view */
const openingTime = 1500;

/** What to tell the user of a page that was caught at this. */
function textOf(how: Tampering | null): string {
	if (!how) return '';
	if (how === 'keyboard') return word('content_caught_keyboard');
	return word(how === 'lid' ? 'content_caught_lid' : 'content_tampered');
}

/** Whether two elements lie over each other, wholly or in part. */
function isOver(one: Element, other: Element): boolean {
	const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** A frame that is in the page. */
interface OpenFrame {
	at: FrameHost;
	iframe: HTMLIFrameElement;
	watch: FrameWatch;
	/** when it came, ms of `performance.now` */
	since: number;
}

/** What is done about letters that go to the page instead. */
function typingPlace(
	panel: Panel,
	owner: FrameOwner,
	frame: { open(): OpenFrame | null; isCaught(): boolean; tamper(how: Tampering): void },
): TypingPlace {
	return {
		isHost: (element) => element !== null && frame.open()?.at.host === element,
		isClear() {
			if (!owner.isOn() || panel.host.getBoundingClientRect().width === 0) return true;
			const open = frame.open();
			return !frame.isCaught() && (!open || performance.now() - open.since < openingTime || open.watch.isClear());
		},
		onTheft() {
			owner.warn(word('content_stolen'));
			ask('content.stolen', { room: owner.room() }).catch(() => null);
		},
		onLookAlike(field) {
			const open = frame.open();
			if (open && isOver(field, open.iframe)) frame.tamper('lid');
			showNotice(word('content_out_of_sight'), word('content_type_here'), () => permitTyping(field));
		},
	};
}

function emptyFrame(theme: Theme): HTMLIFrameElement {
	const iframe = element('iframe', { title: word('content_frame'), referrerpolicy: 'no-referrer' });
	(iframe as HTMLIFrameElement & { credentialless: boolean }).credentialless = true;
	iframe.style.background = theme.background;
	return iframe;
}

/** The composer's frame over the place that a panel keeps for it. */
export function composerFrame(panel: Panel, owner: FrameOwner): ComposerFrame {
	let open: OpenFrame | null = null;
	let isOpening = false;
	/** what the page was caught at, until the background has it */
	let caughtNow: Tampering | null = null;
	const caught = () => caughtNow ?? owner.caught();
	/** when the page took the frame away lately, unix ms */
	let losses: number[] = [];

	/** The page took the frame out of its place. What is typed meanwhile reaches nobody; another frame comes, without the focus. */
	function noteLoss(): void {
		const time = Date.now();
		losses = [...losses.filter((loss) => time - loss < lossPeriod), time];
		frame.close();
		if (losses.length > maxLosses) frame.tamper('removed');
		else if (owner.isOn()) void frame.open();
	}

	function insert(address: string): void {
		const focus = frame.wantsFocus;
		frame.wantsFocus = false;
		const newFrame = emptyFrame(owner.theme());
		const at = frameHost(panel.area, noteLoss);
		at.root.append(newFrame);
		// no `src`: in Firefox a page can reach in here and would read the address of this installation
		newFrame.contentWindow?.location.replace(address);
		let loads = 0;
		newFrame.addEventListener('load', () => {
			loads += 1;
			if (open?.iframe !== newFrame) return;
			if (loads > 1) frame.tamper('replaced');
			else if (focus) newFrame.focus();
		});
		open = { at, iframe: newFrame, watch: watchFrame(at, newFrame, frame.tamper), since: performance.now() };
	}

	const place = typingPlace(panel, owner, { open: () => open, isCaught: () => caught() !== null, tamper: (how) => frame.tamper(how) });
	const endGuard = guardTyping(place);

	const frame: ComposerFrame = {
		wantsFocus: false,
		async open() {
			if (isOpening || open || caught() || !panel.host.isConnected) return;
			isOpening = true;
			try {
				const { ticket } = await ask('content.composer', { room: owner.room(), theme: owner.theme() });
				if (owner.isOn() && !caught() && panel.host.isConnected) insert(`${browser.runtime.getURL('composer.html')}#${ticket}`);
			} catch {
				owner.warn(word('content_failed'));
			}
			isOpening = false;
		},
		tamper(how) {
			frame.close();
			if (caught()) return;
			caughtNow = how;
			const forget = () => {
				caughtNow = null;
			};
			ask('content.tampered', { room: owner.room(), how }).then(forget, () => null);
			owner.warn('');
		},
		tamperingText: () => textOf(caught()),
		focus() {
			open?.iframe.focus();
			return open !== null;
		},
		close() {
			open?.watch.end();
			open?.at.remove();
			open = null;
		},
		remove() {
			endGuard();
			frame.close();
		},
	};
	return frame;
}
