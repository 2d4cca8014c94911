import type { Frontend, OpenRoom } from '../frontends/frontend.ts';
import { writingEvents } from './page/typing.ts';
import { listen } from './page/window-listeners.ts';

/** Everything by which a person, or a script that plays one, could write or send in a page's composer. */
const events = [...writingEvents, ...'change drop dragover submit click pointerdown mousedown focusin focus focusout blur'.split(' ')];

/** What the guards ask, and what they report. */
export interface GuardActions {
	frontend(): Frontend | null;
	/** the open room around an element whose page composer is closed, or null */
	closedAround(element: Element): OpenRoom | null;
	reply(open: OpenRoom, button: Element): void;
	/** something that would act in the account's name was stopped */
	onStoppedAction(open: OpenRoom): void;
}

/** Puts guards before every listener of the page: to be called at the document's start. In rooms that are open to the account they do nothing. */
export function installGuards({ frontend: currentFrontend, closedAround, reply, onStoppedAction }: GuardActions): void {
	function guard(event: Event): void {
		const target = event.composedPath()[0] ?? event.target;
		const frontend = currentFrontend();
		if (!frontend || !(target instanceof Element)) return;
		const open = closedAround(target);
		if (!open) return;
		// menus of some chats turn the key into a click of their own, which cannot be told from one that a script made up
		const isKey = event instanceof KeyboardEvent && event.type === 'keydown' && /^( |Enter)$/.test(event.key);
		const button = (event.type === 'click' || isKey) && frontend.replyButtons ? target.closest(frontend.replyButtons) : null;
		// a page can press its own button: only the user answers a message, by mouse or by key
		if (button && event.isTrusted) reply(open, button);
		const acts = event.type === 'click' && frontend.accountActions && target.closest(frontend.accountActions);
		if (acts) onStoppedAction(open);
		const files = (event.type === 'drop' || event.type === 'dragover') && open.view.contains(target);
		if (!button && !acts && !files && !target.closest(frontend.pageComposer)) return;
		event.stopImmediatePropagation();
		event.preventDefault();
		if (event.type === 'focusin' && target instanceof HTMLElement) target.blur();
	}
	for (const type of events) listen(type, guard, { capture: true });
}
