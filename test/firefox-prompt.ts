import type { TestFirefox } from './firefox.ts';

/** Answers the question that Firefox asks now, with the mouse's button on it. Returns its words; null where it asks nothing. */
export const answerPrompt = ({ chrome }: TestFirefox, allow: boolean): Promise<string | null> =>
	chrome((yes: boolean) => {
		const { PopupNotifications } = globalThis as unknown as {
			PopupNotifications: { isPanelOpen: boolean; panel: { firstElementChild: Element & Record<string, HTMLElement> } };
		};
		const prompt = PopupNotifications.isPanelOpen ? PopupNotifications.panel.firstElementChild : null;
		if (!prompt?.button) return null;
		const words = `${prompt.getAttribute('label') ?? ''} ${prompt.getAttribute('name') ?? ''} ${prompt.textContent ?? ''}`;
		prompt[yes ? 'button' : 'secondaryButton']?.click();
		return words;
	}, allow);
