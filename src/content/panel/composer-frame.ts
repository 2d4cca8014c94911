import type { RoomRef, Tampering, Theme } from '../../messages/rooms.ts';
import { browser } from '../../platform/api/browser.ts';
import { tooOften } from '../../platform/too-often.ts';
import { ask } from '../bridge/ask.ts';
import { showNotice } from '../page/notice.ts';
import { element } from '../page/shadow-hosts.ts';
import { endTyping, type GuardedComposer, guardTyping, permitTyping } from '../page/typing.ts';
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
	/** whether the page shows the room at all */
	isShown(): boolean;
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
	/**
	 * The document that this ticket opened is there: only now is the frame shown, as in Firefox a page can lead it elsewhere. Where that document is
	 * gone and the frame is not, the page has put another one into it; a frame that the page took out of its place has lost its document by that.
	 */
	noteDocument(ticket: string, there: boolean): void;
	/** what to tell the user in its place; '' where the page did nothing to it */
	tamperingText(): string;
	/** gives it the focus; false where there is no frame */
	focus(): boolean;
	/** takes it away */
	close(): void;
	/** takes it away as the user is done with it: who wrote in it writes in the page from now on */
	leave(): void;
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

/** px around the composer within which somebody may take something of the page's for it */
const nearness = 100;

/** Whether two boxes meet, or lie at most so many px beside each other. */
function isOver(a: DOMRect, b: DOMRect, distance = 0): boolean {
	return a.left < b.right + distance && b.left < a.right + distance && a.top < b.bottom + distance && b.top < a.bottom + distance;
}

/**
 * Whether a root holds the frame and nothing else that could be taken for it. In Firefox the events of the mouse lead the page into the root.
 * A sheet of another extension's may be there.
 */
const isAlone = (root: ShadowRoot, frame: Element): boolean =>
	frame.parentNode === root && [...root.children].every((one) => one === frame || one.localName === 'style');

/** A frame that is in the page. */
interface OpenFrame {
	at: FrameHost;
	iframe: HTMLIFrameElement;
	watch: FrameWatch;
	/** by which its document is opened */
	ticket: string;
	/** shows it, with the focus where it was wanted */
	show(): void;
	/** when it came, ms of `performance.now` */
	since: number;
}

/** What is done about letters that go to the page instead. */
function guardedComposer(
	panel: Panel,
	owner: FrameOwner,
	frame: { open(): OpenFrame | null; seenBox(): DOMRect | null; caught(): Tampering | null; tamper(how: Tampering): void },
): GuardedComposer {
	return {
		isHost: (element) => element !== null && frame.open()?.at.host === element,
		isAt(box) {
			const seat = panel.area.getBoundingClientRect();
			return seat.width > 0 && isOver(box, seat);
		},
		isTakenFor(box) {
			// a page that hides the switch of a room that it shows may have put something in its place
			if (!owner.isOn() || (panel.host.getBoundingClientRect().width === 0 && !owner.isShown())) return false;
			const open = frame.open();
			const isClear = !frame.caught() && (!open || performance.now() - open.since < openingTime || open.watch.isClear());
			const [seat, before] = [panel.area.getBoundingClientRect(), frame.seenBox()];
			if (!isClear && seat.width > 0 && isOver(box, seat, nearness)) return true;
			// the page has moved it from where the user last saw it
			return before !== null && !(isClear && isOver(seat, before)) && isOver(box, before, nearness);
		},
		onTheft() {
			owner.warn(word('content_stolen'));
			ask('content.stolen', { room: owner.room() }).catch(() => null);
		},
		onLookAlike(field, box) {
			const open = frame.open();
			// a dialog that the user opened may well have fields there
			if (open?.at.isWhole() && isOver(box, open.iframe.getBoundingClientRect()) && !open.watch.givesWay()) frame.tamper('lid');
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

/** Puts a frame into its root, and leads it to the composer that the ticket opens. */
function lead(frame: HTMLIFrameElement, root: ShadowRoot, ticket: string): void {
	root.append(frame);
	// no `src`: in Firefox a page can reach in here and would read the address of this installation
	frame.contentWindow?.location.replace(`${browser.runtime.getURL('composer.html')}#${ticket}`);
}

/** Tells when a frame shows another document than its first, or something else stands in its root. */
function watchRoot(root: ShadowRoot, frame: HTMLIFrameElement, onReplacement: () => unknown): void {
	let loads = 0;
	// on the root, and before any of the page's: there the page could have one on the frame hear nothing
	root.addEventListener(
		'load',
		({ target }) => {
			if (target === frame) loads += 1;
			if (loads > 1) onReplacement();
		},
		true,
	);
	new MutationObserver(() => {
		if (!isAlone(root, frame)) onReplacement();
	}).observe(root, { childList: true });
}

/** What the page was caught at. */
function pageFaults(owner: FrameOwner): { caught(): Tampering | null; catchAt(how: Tampering): void } {
	/** until the background has it */
	let last: Tampering | null = null;
	const forget = () => {
		last = null;
	};
	return {
		caught: () => last ?? owner.caught(),
		catchAt(how) {
			last = how;
			ask('content.tampered', { room: owner.room(), how }).then(forget, () => null);
		},
	};
}

/** The composer's frame over the place that a panel keeps for it. */
export function composerFrame(panel: Panel, owner: FrameOwner): ComposerFrame {
	let open: OpenFrame | null = null;
	let isOpening = false;
	const { caught, catchAt } = pageFaults(owner);
	/** where the last frame was seen as a whole */
	let lastBox: DOMRect | null = null;
	const isRidOfIt = tooOften(maxLosses, lossPeriod);

	/** The page took the frame out of its place. What is typed meanwhile reaches nobody; another frame comes, without the focus. */
	function noteLoss(): void {
		frame.close();
		if (isRidOfIt()) frame.tamper('removed');
		else if (owner.isOn()) void frame.open();
	}

	function insert(ticket: string): void {
		let focus = frame.wantsFocus;
		frame.wantsFocus = false;
		const iframe = emptyFrame(owner.theme());
		const at = frameHost(panel.area, noteLoss);
		lead(iframe, at.root, ticket);
		watchRoot(at.root, iframe, () => open?.iframe === iframe && frame.tamper('replaced'));
		const show = () => {
			at.show();
			if (focus) iframe.focus();
			focus = false;
		};
		open = { at, iframe, watch: watchFrame(at, iframe, frame.tamper), ticket, show, since: performance.now() };
	}

	const seenBox = () => open?.at.lastBox() ?? lastBox;
	const inPage = guardedComposer(panel, owner, { open: () => open, seenBox, caught, tamper: (how) => frame.tamper(how) });
	const endGuard = guardTyping(inPage);
	const frame: ComposerFrame = {
		wantsFocus: false,
		async open() {
			if (isOpening || open || caught() || !panel.host.isConnected) return;
			isOpening = true;
			try {
				const { ticket } = await ask('content.composer', { room: owner.room(), theme: owner.theme() });
				if (owner.isOn() && !caught() && panel.host.isConnected) insert(ticket);
			} catch {
				owner.warn(word('content_failed'));
			}
			isOpening = false;
		},
		tamper(how) {
			frame.close();
			if (caught()) return;
			catchAt(how);
			owner.warn('');
		},
		noteDocument(ticket, there) {
			if (open?.ticket !== ticket) return;
			if (there) open.show();
			else if (open.at.isInPlace()) frame.tamper('replaced');
			else noteLoss();
		},
		tamperingText: () => textOf(caught()),
		focus() {
			open?.iframe.focus();
			return open !== null;
		},
		close() {
			lastBox = seenBox();
			open?.watch.end();
			open?.at.remove();
			open = null;
		},
		leave() {
			endTyping(inPage);
			frame.close();
		},
		remove() {
			endGuard();
			frame.close();
		},
	};
	return frame;
}
