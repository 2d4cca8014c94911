import type { FirefoxPage } from './firefox.ts';

/** What a screen reader is told of the message of this text, as far as Bauta says it. */
export const badgeOn = async (where: FirefoxPage, text: string): Promise<string | undefined> => {
	const found = await where.pierce((root: ShadowRoot, wanted: string) => {
		let place: Element = root.host;
		for (let message = null; !message; ) {
			message = place.closest('.chat-msg');
			const around = place.getRootNode();
			if (message) return message.textContent?.includes(wanted) ? root.querySelector('[role=img]')?.getAttribute('aria-label') : null;
			if (!('host' in around)) return null;
			place = (around as ShadowRoot).host;
		}
		return null;
	}, text);
	return found.find((label) => typeof label === 'string') ?? undefined;
};
