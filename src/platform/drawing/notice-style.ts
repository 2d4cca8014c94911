/** The style rules of what is told at the top of the window, over everything. */
export const noticeRules = `
:host { all: initial !important; display: block !important; position: fixed !important; inset: 12px 0 auto !important; width: min(460px, 94vw) !important;
	height: fit-content !important; margin: 0 auto !important; z-index: 2147483647 !important }
div { color-scheme: light dark; box-sizing: border-box; padding: 12px 14px; border: 1px solid; border-inline-start: 5px solid #c0392b; border-radius: 8px; background: Canvas; color: CanvasText;
	font: 15px/1.4 system-ui, sans-serif; box-shadow: 0 4px 16px rgb(0 0 0 / .3) }
p { margin: 0 0 8px }
button { font: inherit; min-height: 32px; padding: 2px 12px }`;
