import { browser } from '../../platform/api/browser.ts';

type Inside = Document | ShadowRoot;
type WithRoots = { dom: { openOrClosedShadowRoot(element: HTMLElement): ShadowRoot | null } };

/** The root in an element, also a closed one: only content scripts are let in. */
function rootIn(element: Element): ShadowRoot | null {
	if (__TARGET__ === 'firefox') return (element as Element & { openOrClosedShadowRoot: ShadowRoot | null }).openOrClosedShadowRoot;
	return element instanceof HTMLElement ? (browser as unknown as WithRoots).dom.openOrClosedShadowRoot(element) : null;
}

/** What `look` sees in the document, and in each root that is in what it saw: from outside of a closed root only its host is met. */
function innermost(look: (inside: Inside) => Element | null | undefined): Element | null {
	let last: Element | null = null;
	for (let inside: Inside | null = document; inside; inside = last && rootIn(last)) {
		const next = look(inside);
		if (!next) break;
		last = next;
	}
	return last;
}

/** The element that has the focus. */
export const focusedElement = (): Element | null => innermost((inside) => inside.activeElement);
/** The element under the pointer. */
export const hoveredElement = (): Element | null => innermost((inside) => [...inside.querySelectorAll(':hover')].at(-1));
