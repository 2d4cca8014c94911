import type { ComposerEvent, ComposerRequest } from '../messages/composer.ts';
import { browser, type Runtime } from '../platform/api/browser.ts';

/** The composer's connection to the background. */
export interface Connection {
	/** sends, on a new port if the last one is gone */
	send(request: ComposerRequest): void;
	/** opens a port again if none is open: the user is back */
	wake(): void;
}

/**
 * The port to the background. The ticket opens once; what it opens goes on under the session's name, also after the worker died.
 * A composer in which nothing is pending does not wake the worker; one in which something is tries for as long as that takes.
 * @param hear gets every event; null means that the port is gone
 * @param isPending whether something is under way that the user waits for
 * @param onLock the vault is about to lock: the text must be handed over now
 */
export function connectComposer(
	ticket: string,
	hear: (event: ComposerEvent | null) => void,
	isPending: () => boolean,
	onLock: () => void,
): Connection {
	/** under which the background knows this composer: its ticket, then its session */
	let name = ticket;
	let port: Runtime.Port | null = null;
	let isOver = false;
	let tries = 0;

	function open(): Runtime.Port | null {
		if (port || isOver) return port;
		try {
			const newPort = browser.runtime.connect({ name: `composer:${name}` });
			port = newPort;
			newPort.onMessage.addListener((message: unknown) => {
				const event = message as ComposerEvent;
				if (event.kind === 'state') {
					name = event.session;
					tries = 0;
				}
				if (event.kind === 'closed') isOver = true;
				hear(event);
			});
			newPort.onDisconnect.addListener(() => {
				if (port === newPort) port = null;
				if (isOver) return;
				hear(null);
				if (isPending()) setTimeout(open, Math.min(5000, 200 * 2 ** ++tries));
			});
		} catch {
			// Bauta was updated or removed: this page belongs to nobody any more
			isOver = true;
			hear({ kind: 'closed', fault: { code: 'internal', detail: '' } });
		}
		return port;
	}
	open();
	browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
		const order = (message as { composers?: unknown } | null)?.composers;
		if (sender.id !== browser.runtime.id || sender.tab || isOver) return undefined;
		if (order === 'lock') onLock();
		if (order === 'lock' || order === 'wake') open();
		return undefined;
	});
	// in Firefox a port keeps the background alive only while something is said on it
	setInterval(() => {
		if (port && isPending()) port.postMessage({ kind: 'alive' } satisfies ComposerRequest);
	}, 20_000);
	return {
		send: (request) => open()?.postMessage(request),
		wake: () => void open(),
	};
}
