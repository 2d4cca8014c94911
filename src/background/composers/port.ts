import * as v from 'valibot';
import type { ComposerEvent } from '../../messages/composer.ts';
import { faultOf } from '../../messages/errors.ts';
import { browser, type Runtime } from '../../platform/api/browser.ts';
import { SerialQueue } from '../../platform/serial-queue.ts';
import { isOwnPage } from '../router/router.ts';
import { composerSchema } from '../router/schemas.ts';
import { addComposer, followChanges, type OpenComposer, pushState } from './open-composers.ts';
import { redeem } from './tickets.ts';

/** What a composer calls its port: this, and its ticket or session name. */
const prefix = 'composer:';

async function openComposer(port: Runtime.Port, end: Promise<void>): Promise<OpenComposer | null> {
	try {
		const composer = { port, ...(await redeem(port.name.slice(prefix.length), port.sender?.tab?.id)) };
		addComposer(composer, end);
		await pushState(composer);
		return composer;
	} catch (thrown) {
		try {
			port.postMessage({ kind: 'closed', fault: faultOf(thrown) } satisfies ComposerEvent);
			port.disconnect();
		} catch {
			// it closed while the worker woke
		}
		return null;
	}
}

function connect(port: Runtime.Port, ready: Promise<void>): void {
	const [requests, drafts] = [new SerialQueue(), new SerialQueue()];
	// it may close while the worker wakes, and whoever listens later hears nothing of that
	const end = new Promise<void>((over) => port.onDisconnect.addListener(() => over()));
	const opening = ready.then(() => openComposer(port, end));
	// requests come before that, together with what woke the worker: nobody else would keep them
	port.onMessage.addListener((raw: unknown) => {
		const request = v.safeParse(composerSchema, raw);
		if (!request.success) return;
		const answer = async () => {
			const composer = await opening;
			if (!composer) return;
			// what writing and sending need is loaded when somebody writes
			const { answerComposer } = await import('./requests.ts');
			await answerComposer(composer, request.output).catch(() => pushState(composer));
		};
		// what is handed over before the lock does not wait for a message that is being taken in, and comes after earlier drafts
		const isText = request.output.kind === 'draft' || request.output.kind === 'hand-over';
		void (isText ? drafts : requests).run(answer);
	});
}

/** Takes the ports of composers. Only pages of the extension can open one: a content script shares its process with a hostile page. */
export function listenToComposers(ready: Promise<void>): void {
	browser.runtime.onConnect.addListener((port) => {
		if (!port.name.startsWith(prefix) || !port.sender || !isOwnPage(port.sender)) return;
		connect(port, ready);
	});
	followChanges();
}
