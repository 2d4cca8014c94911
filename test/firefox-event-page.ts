import { firefoxAddonId, type TestFirefox } from './firefox.ts';

/** After how many ms without work this Firefox ends an event page from now on. */
export const idleAfter = (firefox: Pick<TestFirefox, 'chrome'>, ms: number) =>
	firefox.chrome((wanted: number) => {
		const { Services } = globalThis as unknown as { Services: { prefs: { setIntPref(name: string, value: number): void } } };
		Services.prefs.setIntPref('extensions.background.idle.timeout', wanted);
	}, ms);

/** Whether it has ended Bauta's. */
export const backgroundEnded = (firefox: Pick<TestFirefox, 'chrome'>) =>
	firefox.chrome((id: string) => {
		const { WebExtensionPolicy } = globalThis as unknown as {
			WebExtensionPolicy: { getByID(id: string): { extension: { backgroundState: string } } | null };
		};
		return WebExtensionPolicy.getByID(id)?.extension.backgroundState === 'stopped';
	}, firefoxAddonId);
