import type { Drawings } from '../../messages/content.ts';
import { markBox } from '../../platform/drawing/marks.ts';
import { badgeHost, closedHost, element, hasSheets, labelTag, styleSheet } from './shadow-hosts.ts';
import { direction, word } from './words.ts';

/**
 * In Firefox a click, a drag or the caret on a host can hand its closed root to the page, by the selection. A root's own `!important` is
 * stronger than every rule of the page, inline styles as well.
 */
const hostRule = 'all: initial !important; pointer-events: none !important; user-select: none !important';
const { width, height } = markBox;

/** A page can have elements that stand in a canvas painted into it, closed roots as well, and read the picture: no mark is drawn in there. */
const badgeSheet = styleSheet(`
:host { ${hostRule}; display: inline-block !important; flex: none !important; width: ${width}px !important; height: ${height}px !important;
	vertical-align: -4px !important; margin-inline-end: 6px !important; color: inherit !important }
i { display: grid }
b { grid-area: 1 / 1; width: ${width}px; height: ${height}px; background: currentColor }
:host-context(canvas) i { display: none }
@media (forced-colors: active) { b { background: CanvasText; forced-color-adjust: none } }`);

/** How strongly the picture that counts is drawn, and the other one. Two of each that look alike: the page is drawn anew where one takes the place of the other. */
const strengths = [
	[0.99, 0.01],
	[0.98, 0.012],
];
/** What is cut out of the two elements of a mark. */
let shapeSheet: CSSStyleSheet | undefined;
/**
 * A page can have a mark painted many hundred times and measure how long that takes. So both pictures are always painted, one over the other, and
 * both let something through: that one is too weak to be seen takes no less work (THREATS.md P9).
 */
const pictureSheets = [false, true].map((mine) =>
	strengths.map(([strong, weak]) => styleSheet(`b { opacity: ${mine ? weak : strong} } b + b { opacity: ${mine ? strong : weak} }`)),
);
/** Takes over how the marks are drawn. To be called before the first one is made. */
export function setMarks({ mine, foreign }: Drawings): void {
	shapeSheet = styleSheet(`b { clip-path: path(evenodd, "${foreign}") } b + b { clip-path: path(evenodd, "${mine}") }`);
}

// as large as the page writes names, but never nothing: some hide a name by its size
const labelSheet = styleSheet(`
:host { ${hostRule}; display: inline !important; color: inherit !important; font-size: inherit !important; line-height: inherit !important }
span { font-family: system-ui, sans-serif; font-weight: 600; font-size: clamp(13px, .9em, 24px) }`);

const lineSheet = styleSheet(`
:host { ${hostRule}; display: inline !important; color: inherit !important; font-style: inherit !important }
span { font-family: system-ui, sans-serif; white-space: pre-line; line-height: 1.3 }`);

/** An element of Bauta's with a mark in it. */
export interface Marked {
	host: HTMLElement;
	/** Shows whose message it is, as often as it is called by the same steps, whatever was shown before (THREATS.md P9). */
	show(mine: boolean): void;
	/** whether it still is as it was made: the page may have taken its sheets away */
	isWhole(): boolean;
}

/** The mark that stands before an author's label, and in the menu's legend: both pictures in one size for every message. */
export function makeBadge(): Marked {
	const { host, root } = badgeHost(badgeSheet);
	const icon = element('i', { role: 'img' }, element('b'), element('b'));
	root.append(icon);
	let turn = 0;
	return {
		host,
		show(mine) {
			root.adoptedStyleSheets = [badgeSheet, shapeSheet, pictureSheets[Number(mine)]?.[turn++ % 2]] as CSSStyleSheet[];
			icon.setAttribute('aria-label', word(mine ? 'content_mine' : 'content_foreign'));
		},
		isWhole: () => hasSheets(host, root),
	};
}

/** What stands in place of name, face and colour: the same words for every author, whoever reads. */
export function makeLabel(kind: 'anonymous' | 'keyless'): Marked {
	const { host, root } = closedHost(labelTag, labelSheet);
	const badge = makeBadge();
	root.append(element('span', { dir: direction }, badge.host, word(kind === 'keyless' ? 'content_keyless' : 'content_anonymous')));
	return { host, show: badge.show, isWhole: () => hasSheets(host, root) && badge.isWhole() };
}

/** What is left of a page's own line, in its own size. */
export function drawLine(text: string, size: string): HTMLElement {
	const { host, root } = closedHost(labelTag, lineSheet);
	const line = element('span', {}, text);
	line.style.fontSize = `calc(${size} * .85)`;
	root.append(line);
	return host;
}
