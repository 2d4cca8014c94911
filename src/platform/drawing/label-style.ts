import { markBox } from './marks.ts';

/*
 * The style rules of what stands among a page's messages. In Firefox a click, a drag or the caret on a host can hand its closed root to the page,
 * by the selection, and any event of the pointer by where it came from. So no host is there for the pointer, with what is in it. A root's own
 * `!important` is stronger than every rule of the page, inline styles as well.
 */
const hostRule = 'all: initial !important; pointer-events: none !important; user-select: none !important';
const { width, height } = markBox;

/** The mark. A page can have elements that stand in a canvas painted into it, closed roots as well, and read the picture: no mark is drawn in there. */
export const badgeRules = `
:host { ${hostRule}; display: inline-block !important; flex: none !important; width: ${width}px !important; height: ${height}px !important;
	vertical-align: -4px !important; margin-inline-end: 6px !important; color: inherit !important }
i { display: grid }
b { grid-area: 1 / 1; width: ${width}px; height: ${height}px; background: currentColor }
:host-context(canvas) i { display: none }
@media (forced-colors: active) { b { background: CanvasText; forced-color-adjust: none } }`;

/**
 * The label: as large as the page writes names, but never nothing, as some hide a name by its size. `u` is its voice, with the pattern of its
 * key, `lit` while another message of it is pointed at; `small` is what is said of it then, over everything; `em` says whose it is.
 */
export const labelRules = `
:host { ${hostRule}; display: inline !important; color: inherit !important; font-size: inherit !important; line-height: inherit !important }
span { font-family: system-ui, sans-serif; font-weight: 600; font-size: clamp(13px, .9em, 24px) }
u { display: inline-block; max-width: 100%; margin-inline-start: 7px; padding-inline: 4px; border-radius: 4px; font-weight: 400; text-decoration: none }
u b { display: inline-block; width: 15px; height: 15px; margin-inline-end: 5px; vertical-align: -3px; background: currentColor }
.lit { background: color-mix(in srgb, currentColor 14%, transparent); box-shadow: 0 0 0 1.5px currentColor }
em { display: inline-block; box-sizing: border-box; max-width: 100%; margin-inline-start: 6px; padding-inline: 6px; border-radius: 8px;
	background: color-mix(in srgb, currentColor 12%, transparent); font-size: 12px; font-style: normal; font-weight: 400; line-height: 1.5 }
em:empty { display: none }
small { position: fixed; inset: auto; margin: 0; padding: 3px 8px; border: 1px solid #777; border-radius: 5px; background: #1d1d1f; color: #fff;
	font: 13px/1.4 system-ui, sans-serif; white-space: nowrap; pointer-events: none }
@media (forced-colors: active) { u b { background: CanvasText; forced-color-adjust: none } em { border: 1px solid } .lit { outline: 2px solid Highlight } }`;

/** What is left of a page's own line. */
export const lineRules = `
:host { ${hostRule}; display: inline !important; color: inherit !important; font-style: inherit !important }
span { font-family: system-ui, sans-serif; white-space: pre-line; line-height: 1.3 }`;
