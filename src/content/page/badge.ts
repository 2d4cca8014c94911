import type { Discs, Drawings } from '../../messages/content.ts';
import type { Label, VoiceLook } from '../../messages/rooms.ts';
import { badgeHost, closedHost, element, hasSheets, labelTag, noteTag, styleSheet } from './shadow-hosts.ts';
import { direction, word } from './words.ts';

const [badgeSheet, labelSheet, lineSheet] = ['', '', ''].map(styleSheet) as [CSSStyleSheet, CSSStyleSheet, CSSStyleSheet];

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
/** What an author's face becomes. */
export let discs: Discs;
/** Takes over how marks, labels, lines and faces are drawn. To be called before the first one is made. */
export function setMarks({ mine, foreign, badge, label, line, ...more }: Drawings): void {
	discs = more.discs;
	badgeSheet.replaceSync(badge);
	labelSheet.replaceSync(label);
	lineSheet.replaceSync(line);
	shapeSheet = styleSheet(`b { clip-path: path(evenodd, "${foreign}") } b + b { clip-path: path(evenodd, "${mine}") }`);
}

/** An element of Bauta's with a mark in it. */
export interface Marked {
	host: HTMLElement;
	/** Shows whose message it is, as often as it is called by the same steps, whatever was shown before (THREATS.md P9). */
	show(mine: Label['mine']): void;
	/** whether it still is as it was made: the page may have taken its sheets away */
	isWhole(): boolean;
}

/** What stands for an author. */
export interface AuthorLabel extends Marked {
	/** Draws the voice, and whose it is, in the element that is there. */
	name(look: VoiceLook): void;
	/** `lit`: another message of this voice is pointed at; `told`: this one is, and it is said how often the voice has spoken; '': neither */
	mark(how: '' | 'lit' | 'told'): void;
	/** whether a point of the window is over the voice: nothing of a label is there for the pointer */
	isUnder(x: number, y: number): boolean;
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
			root.adoptedStyleSheets = [badgeSheet, shapeSheet, pictureSheets[mine]?.[turn++ % 2]] as CSSStyleSheet[];
			icon.setAttribute('aria-label', word(mine ? 'content_mine' : 'content_foreign'));
		},
		isWhole: () => hasSheets(host, root),
	};
}

/** What stands in place of name, face and colour: the same words for every author, whoever reads. A reveal's stands beside them. */
export function makeLabel(kind: Label['kind']): AuthorLabel {
	const { host, root } = closedHost(kind === 'reveal' ? noteTag : labelTag, labelSheet);
	const badge = makeBadge();
	const pattern = element('b');
	const name = element('bdi');
	const tip = element('small', { popover: 'manual', dir: direction });
	const voice = element('u', {}, pattern, name, tip);
	const proof = element('em');
	const label = element('span', { dir: direction });
	if (kind !== 'reveal') label.append(badge.host, word(kind === 'keyless' ? 'content_keyless' : 'content_anonymous'));
	root.append(label);
	return {
		host,
		show: badge.show,
		isWhole: () => hasSheets(host, root) && badge.isWhole(),
		name(look) {
			pattern.style.clipPath = `path("${look.pattern}")`;
			name.textContent = look.name;
			tip.textContent = voice.title = look.title;
			proof.textContent = look.proof;
			if (look.name) label.append(voice);
			label.append(proof);
		},
		mark(how) {
			voice.classList.toggle('lit', how !== '');
			if (tip.isConnected) tip.togglePopover(how === 'told');
			if (how !== 'told') return;
			const { left, top, bottom } = voice.getBoundingClientRect();
			const above = top - tip.offsetHeight - 4;
			tip.style.left = `${Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4))}px`;
			tip.style.top = `${above > 0 ? above : bottom + 4}px`;
		},
		isUnder(x, y) {
			const { left, right, top, bottom } = voice.getBoundingClientRect();
			return x >= left && x < right && y >= top && y < bottom;
		},
	};
}

/** What is left of a page's own line, in its own size. */
export function drawLine(text: string, size: string): HTMLElement {
	const { host, root } = closedHost(labelTag, lineSheet);
	const line = element('span', {}, text);
	line.style.fontSize = `calc(${size} * .85)`;
	root.append(line);
	return host;
}
