import { clipPath, maskPath } from './mask.ts';

/**
 * The style rules of the switch, its menu and the composer's place. Everything inherited from the page ends at the host, its fonts first: which
 * characters are shown must not be told by a font file.
 */
export const panelRules = `
:host { all: initial !important; display: block !important; position: relative !important; flex: none !important; width: 100% !important;
	box-sizing: border-box !important; contain: layout style !important }
* { box-sizing: border-box }
[hidden] { display: none !important }
.panel { font: 14px/1.4 system-ui, sans-serif; font-size: var(--size); color: var(--fg); background: var(--bg); padding: 4px 8px; container-type: inline-size }
.bar { display: flex; align-items: center; gap: 8px; height: 32px; white-space: nowrap }
button { font: inherit; color: inherit; background: none; border: 0; margin: 0; cursor: pointer; border-radius: 999px }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.switch { display: inline-flex; align-items: center; gap: 8px; min-height: 28px; min-width: 44px; overflow: hidden; padding: 2px 10px 2px 4px }
.switch:hover, .more:hover { background: color-mix(in srgb, var(--fg) 10%, transparent) }
.track { position: relative; flex: none; width: 40px; height: 24px; border-radius: 12px; border: 2px solid currentColor; opacity: .75; transition: background .15s }
.knob { position: absolute; inset-block-start: 0; inset-inline-start: 0; width: 20px; height: 20px; transition: inset-inline-start .15s }
.knob::before { content: ''; display: block; width: 20px; height: 20px; background: currentColor; clip-path: ${clipPath(maskPath, 20)} }
[aria-pressed='true'] .track { background: var(--accent); border-color: var(--accent); color: var(--bg); opacity: 1 }
[aria-pressed='true'] .knob { inset-inline-start: 16px }
.name { font-weight: 600 }
.state { opacity: .85; overflow: hidden; text-overflow: ellipsis }
[aria-pressed='true'] .state { color: var(--accent); font-weight: 600; opacity: 1 }
[aria-disabled='true'] { cursor: help }
[aria-disabled='true'] .track { border-style: dashed; opacity: .5 }
[aria-disabled='true'] .state { text-decoration: underline dotted; text-underline-offset: 3px }
.more { margin-inline-start: auto; flex: none; min-width: 28px; min-height: 28px; padding: 0; font-weight: 700; letter-spacing: 1px }
.note { position: fixed; inset: auto; margin: 0; padding: 6px 10px; border: 1px solid color-mix(in srgb, var(--fg) 30%, transparent);
	border-radius: 6px; border-inline-start: 3px solid var(--accent); background: var(--bg); color: var(--fg); font: 14px/1.4 system-ui, sans-serif;
	font-size: var(--size); box-shadow: 0 4px 16px rgb(0 0 0 / .25); overflow-wrap: anywhere; pointer-events: none }
::backdrop { display: none }
.note.warning { border-color: #c0392b }
.menu { position: fixed; inset: auto; margin: 0; padding: 4px; min-width: 200px; max-width: min(340px, 96vw); border: 1px solid color-mix(in srgb, var(--fg) 30%, transparent);
	border-radius: 8px; background: var(--bg); color: var(--fg); box-shadow: 0 4px 16px rgb(0 0 0 / .25); font: 14px/1.4 system-ui, sans-serif; font-size: var(--size) }
.menu button { display: flex; gap: 8px; width: 100%; min-height: 32px; padding: 6px 10px; text-align: start; border-radius: 5px }
.menu button:hover, .menu button:focus-visible { background: color-mix(in srgb, var(--fg) 10%, transparent); outline-offset: -2px }
.menu button::before { content: ''; flex: none; width: 1em }
.menu [aria-checked='true']::before { content: '✓' }
.legend { margin: 4px 0 0; padding: 8px 10px 6px; border-block-start: 1px solid color-mix(in srgb, var(--fg) 20%, transparent); list-style: none; font-size: .9em }
.legend li { display: flex; gap: 2px; align-items: center; padding: 2px 0 }
.area { position: relative; height: 196px; margin-block-end: 4px }
/* as high for every text, mode and state: its size must tell the page nothing (THREATS.md P8) */
@container (max-width: 340px) { .area { height: 264px } }
.placard { position: absolute; inset: 0; margin: 0; padding: 12px 16px; display: grid; place-content: center; gap: 8px; justify-items: center; text-align: center;
	overflow-y: auto; border: 1px dashed color-mix(in srgb, var(--fg) 35%, transparent); border-radius: 8px; overflow-wrap: anywhere }
.placard p { margin: 0 }
.beside { padding: 4px 14px; min-height: 32px; border: 1px solid var(--accent); color: var(--accent); font-weight: 600 }
.beside:hover { background: color-mix(in srgb, var(--fg) 10%, transparent) }
@media (prefers-reduced-motion: reduce) { .track, .knob { transition: none } }
@media (forced-colors: active) {
	.knob::before { background: ButtonText; forced-color-adjust: none }
	[aria-pressed='true'] .track { background: Highlight; forced-color-adjust: none }
	[aria-pressed='true'] .knob::before { background: HighlightText }
	.note, .menu { border: 1px solid CanvasText }
}`;
