/**
 * Bauta's rules for the page's own elements, in one sheet that the document adopts: no element, no attribute, no inline style.
 * A page can take the sheet away; `reattachStylesheet` puts it back, and the gate in the tap does not depend on it.
 */
const sheet = new CSSStyleSheet();
const rules = new Map<string, string>();

/** Puts the sheet back where the page took it away. */
export function reattachStylesheet(): void {
	if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Sets the rules that stand under `key`; '' takes them away. */
export function setRules(key: string, css: string): void {
	if ((rules.get(key) ?? '') === css) return;
	if (css) rules.set(key, css);
	else rules.delete(key);
	sheet.replaceSync([...rules.values()].join('\n'));
	reattachStylesheet();
}
