const letters = 'bcdfghjklmnpqrstvwxyz';

/** So many random bytes. */
export const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** A tag name that says nothing and is another one on every page, so that nothing of a page can wait for it. */
export function randomTag(): string {
	return [...randomBytes(9)].map((byte, at) => (at === 5 ? '-' : '') + letters[byte % letters.length]).join('');
}

/** The element that holds the switch, and a place for the composer's frame. */
export const panelTag = randomTag();
/** The element that holds the composer's frame. */
export const frameTag = randomTag();
/** The element that tells something over the whole page. */
export const noticeTag = randomTag();
/** The element that stands for an author. */
export const labelTag = randomTag();
/** The element that stands beside an account's name. */
export const noteTag = randomTag();
const badgeTag = randomTag();

let workshop: Document | null = null;

/**
 * An element of Bauta's with a closed root: the page sees that it is there, and nothing in it. It gets its root in a document that no window
 * shows, in which nobody defines elements: one whose tag the page has defined would hand the root to the page (`ElementInternals.shadowRoot`).
 */
export function closedHost(tag: string, sheet: CSSStyleSheet): { host: HTMLElement; root: ShadowRoot } {
	workshop ??= document.implementation.createHTMLDocument('');
	const made = workshop.createElement(tag);
	const root = made.attachShadow({ mode: 'closed' });
	const host = document.adoptNode(made);
	// here, as the browser drops the sheets of another document
	root.adoptedStyleSheets = [sheet];
	return { host, root };
}

/**
 * Whether a host of this document still has its sheets. A page that adopts it into another document, and back, has the browser drop them, and
 * with them what keeps the root from the page.
 */
export const hasSheets = (host: HTMLElement, root: ShadowRoot): boolean =>
	host.ownerDocument === document && root.adoptedStyleSheets.length > 0;

/** A closed root inside a closed root. In Firefox a page can reach the outer one through its text, but not this one. */
export const badgeHost = (sheet: CSSStyleSheet) => closedHost(badgeTag, sheet);

/** A style sheet of these rules, to be adopted by a root. */
export function styleSheet(css: string): CSSStyleSheet {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(css);
	return sheet;
}

/** Makes an element with attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	attributes: Record<string, string> = {},
	...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
	made.append(...children);
	return made;
}
