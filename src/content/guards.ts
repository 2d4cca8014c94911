import type { Frontend, OpenRoom } from '../frontends/frontend.ts';

/** Everything by which a person, or a script that plays one, could write or send in a page's composer. */
const events = [
	'keydown',
	'keypress',
	'keyup',
	'beforeinput',
	'input',
	'change',
	'compositionstart',
	'compositionupdate',
	'compositionend',
	'paste',
	'drop',
	'dragover',
	'submit',
	'click',
	'pointerdown',
	'mousedown',
	'focusin',
	'focus',
	'focusout',
	'blur',
];

export interface GuardActions {
	frontend(): Frontend | null;
	/** the open room around an element whose page composer is closed, or null */
	closedAround(element: Element): OpenRoom | null;
	reply(open: OpenRoom, button: Element): void;
	/** something that would act in the account's name was stopped */
	stopped(open: OpenRoom): void;
}

/**
 * Stands before every listener of the page, from the document's start. In rooms where nobody is anonymous it does nothing.
 * `document.open()` can take it away; the gate on the wire stays.
 */
export function installGuards({ frontend, closedAround, reply, stopped }: GuardActions): void {
	function guard(event: Event): void {
		const target = event.composedPath()[0] ?? event.target;
		const known = frontend();
		if (!known || !(target instanceof Element)) return;
		const open = closedAround(target);
		if (!open) return;
		const button = event.type === 'click' ? target.closest(known.reply) : null;
		if (button) reply(open, button);
		const acts = event.type === 'click' && target.closest(known.actions);
		if (acts) stopped(open);
		const files = (event.type === 'drop' || event.type === 'dragover') && open.view.contains(target);
		if (!button && !acts && !files && !target.closest(known.composer)) return;
		event.stopImmediatePropagation();
		event.preventDefault();
		if (event.type === 'focusin' && target instanceof HTMLElement) target.blur();
	}
	for (const type of events) window.addEventListener(type, guard, { capture: true });
}
