import { browser, type Runtime } from './browser.ts';

/**
 * Answers `runtime.sendMessage` with what a promise resolves to; undefined leaves a message to others. Whoever asked hears undefined
 * where the promise rejects. Chromium 130 takes no promise from a listener, so both browsers are answered by the callback.
 */
export function answerMessages(answer: (message: unknown, sender: Runtime.MessageSender) => Promise<unknown> | undefined): void {
	const listener = (message: unknown, sender: Runtime.MessageSender, respond: (value?: unknown) => void): true | undefined => {
		const answering = answer(message, sender);
		if (!answering) return undefined;
		void answering.then(respond).catch(() => respond());
		return true;
	};
	browser.runtime.onMessage.addListener(listener as Runtime.OnMessageListenerCallback);
}
