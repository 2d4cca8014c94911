import type { FirefoxPage } from './firefox-page.ts';
import { pressUntil, until } from './until.ts';

/** The Anonymous switch as a person sees it. */
export interface ShownSwitch {
	/** its middle, CSS px in the window */
	x: number;
	y: number;
	on: boolean;
	/** it cannot be pressed */
	grey: boolean;
	/** all that stands around it in Bauta's own root */
	words: string;
}

/** The switch that a page shows now, if it shows one. */
export async function switchOf(page: FirefoxPage): Promise<ShownSwitch | undefined> {
	const switches = await page.pierce((root: ShadowRoot) => {
		const button = root.querySelector('button[aria-pressed]');
		const box = button?.getBoundingClientRect();
		if (!button || !box?.width) return null;
		return {
			x: box.x + box.width / 2,
			y: box.y + box.height / 2,
			on: button.getAttribute('aria-pressed') === 'true',
			grey: button.hasAttribute('aria-disabled'),
			words: root.textContent ?? '',
		};
	});
	return switches.find((one) => one !== null) ?? undefined;
}

/** The switch that can be pressed, if a page shows one. */
export async function openSwitch(page: FirefoxPage): Promise<ShownSwitch | null> {
	const button = await switchOf(page);
	return button && !button.grey ? button : null;
}

/** The composer in a page whose switch is on, once it can be typed into. `uuid`: that of the extension here. */
export async function composerOf(page: FirefoxPage, uuid: string): Promise<FirefoxPage> {
	const frame = await page.frame(`moz-extension://${uuid}/composer.html`);
	await frame.until(() => document.querySelector('textarea') !== null);
	return frame;
}

/** Presses a page's switch, once it can be pressed, until it has turned. Returns whether it is on then. */
export async function pressSwitch(page: FirefoxPage): Promise<boolean> {
	const { on: before } = await until(() => openSwitch(page), 'a switch that can be pressed');
	const press = async () => {
		const { x, y, on } = await until(() => openSwitch(page), 'the switch');
		// one that turns late is not turned back
		if (on === before) await page.clickAt(x, y);
	};
	await pressUntil(press, async () => (await openSwitch(page))?.on === !before, 'the switch to turn');
	return !before;
}

/** Turns a page's switch on where it is off, and returns the composer. `uuid`: that of the extension here. */
export async function turnOn(page: FirefoxPage, uuid: string): Promise<FirefoxPage> {
	if (!(await until(() => openSwitch(page), 'a switch that can be pressed')).on) await pressSwitch(page);
	return composerOf(page, uuid);
}
