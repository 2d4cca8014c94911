import type { FirefoxPage } from './firefox-page.ts';

// The sidebar of Firefox, which WebDriver does not know: it is reached through the popup's page and the browser's own window.

/** Calls a function with the window of the sidebar's page; null while there is none. It is in the same process as the popup's page. */
export const inSidebar = <A extends string[], R>(
	popup: FirefoxPage,
	body: (view: Window, ...values: A) => R,
	...values: A
): Promise<R | null> =>
	popup.evaluate(
		`(...values) => { const view = browser.extension.getViews({ type: 'sidebar' })[0]; return view?.document.body ? (${body})(view, ...values) : null; }` as never,
		...values,
	) as Promise<R | null>;

// These run in the browser's own window.
interface ChromeWindow extends Window {
	SidebarController: { browser: HTMLIFrameElement; hide(): void };
	Cc: Record<string, { createInstance(of: unknown): never }>;
	Ci: Record<string, unknown>;
}

/** Presses Alt, Shift and this key, as far as the browser knows. */
export function pressShortcut(key: string): void {
	const keys = [...document.querySelectorAll<HTMLElement & { doCommand(): void }>('keyset key')];
	keys.find((one) => one.getAttribute('key') === key && one.getAttribute('modifiers') === 'alt,shift')?.doCommand();
}
/** Closes it. */
export function hideSidebar(): void {
	(window as unknown as ChromeWindow).SidebarController.hide();
}
/** Gives it the keyboard, as a click in it does. */
export function focusSidebar(): void {
	(window as unknown as ChromeWindow).SidebarController.browser.contentDocument?.querySelector<HTMLElement>('browser')?.focus();
}
/** Types into whatever has the keyboard in this window. */
export function typeInWindow(text: string): void {
	const { Cc, Ci } = window as unknown as ChromeWindow;
	interface InputProcessor {
		beginInputTransactionForTests(to: Window): void;
		keydown(event: KeyboardEvent): void;
		keyup(event: KeyboardEvent): void;
	}
	const processor: InputProcessor = Cc['@mozilla.org/text-input-processor;1']?.createInstance(Ci.nsITextInputProcessor) as never;
	processor.beginInputTransactionForTests(window);
	for (const letter of text) {
		const event = new KeyboardEvent('keydown', letter === '\n' ? { key: 'Enter', code: 'Enter', keyCode: 13 } : { key: letter });
		processor.keydown(event);
		processor.keyup(event);
	}
}
