import type { BrowserKind } from '../../devices/registry.ts';
import { browser } from '../../platform/api/browser.ts';

/** Which kind of browser this is. It never leaves the device unencrypted. */
export const deviceBrowser: BrowserKind = __TARGET__ === 'firefox' ? 'firefox' : 'chromium';

const systems: Record<string, string> = {
	mac: 'macOS',
	win: 'Windows',
	linux: 'Linux',
	android: 'Android',
	cros: 'ChromeOS',
	openbsd: 'OpenBSD',
};

/** What this device is called until the user says otherwise. It never leaves the device unencrypted. */
export async function deviceName(): Promise<string> {
	const { os } = await browser.runtime.getPlatformInfo();
	return `${deviceBrowser === 'firefox' ? 'Firefox' : 'Chromium'} · ${systems[os] ?? os}`;
}
