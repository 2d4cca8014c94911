import { clipPath, discPath, ringPath } from '../../frontends/mask.ts';
import type { Label } from '../../messages/rooms.ts';
import { badgeHost, closedHost, element, labelTag, styleSheet } from './shadow-hosts.ts';
import { direction, word } from './words.ts';

const size = 16;
const hostRule = `all: initial !important; user-select: none !important; -webkit-user-select: none !important`;

/** One empty element of one size for mine and foreign alike; only what is cut out of it differs (THREATS.md P9). */
const badgeSheet = styleSheet(`
:host { ${hostRule}; display: inline-block !important; flex: none !important; width: ${size}px !important; height: ${size}px !important;
	vertical-align: -3px !important; margin-inline-end: 6px !important; pointer-events: none !important; color: inherit !important }
i { display: block; width: ${size}px; height: ${size}px; background: currentColor; clip-path: ${clipPath(ringPath, size)}; opacity: .8 }
i.mine { clip-path: ${clipPath(discPath, size)}; opacity: 1 }
@media (forced-colors: active) { i { background: CanvasText; forced-color-adjust: none } i.mine { background: Highlight } }`);

// as large as the page writes names, but never nothing: some hide a name by its size
const labelSheet = styleSheet(`
:host { ${hostRule}; display: inline !important; color: inherit !important; font-size: inherit !important; line-height: inherit !important }
span { font-family: system-ui, sans-serif; font-weight: 600; font-size: clamp(13px, .9em, 24px) }`);

const lineSheet = styleSheet(`
:host { ${hostRule}; display: inline !important; color: inherit !important; font-style: inherit !important }
span { font-family: system-ui, sans-serif; white-space: pre-line; line-height: 1.3 }`);

/** The mark that stands before an author's label, and in the menu's legend. */
export function drawBadge({ mine }: Label): HTMLElement {
	const { host, root } = badgeHost(badgeSheet);
	root.append(
		element('i', { role: 'img', 'aria-label': word(mine ? 'content_mine' : 'content_foreign'), ...(mine ? { class: 'mine' } : {}) }),
	);
	return host;
}

/** What stands in place of name, face and colour: the same words for every author, whoever reads. */
export function drawLabel(label: Label): HTMLElement {
	const { host, root } = closedHost(labelTag, labelSheet);
	const words = word(label.kind === 'keyless' ? 'content_keyless' : 'content_anonymous');
	root.append(element('span', { dir: direction }, drawBadge(label), words));
	return host;
}

/** What is left of a page's own line, in its own size. */
export function drawLine(text: string, size: string): HTMLElement {
	const { host, root } = closedHost(labelTag, lineSheet);
	const line = element('span', {}, text);
	line.style.fontSize = `calc(${size} * .85)`;
	root.append(line);
	return host;
}
