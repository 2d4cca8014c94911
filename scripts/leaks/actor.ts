import type { RequestName, Requests } from '../../src/messages/messages.ts';
import type { Secret } from '../../test/heap.ts';
import type { PageOrFrame } from '../demo/window.ts';
import type { BrowserName, ExtensionMessage, Recording } from './recording.ts';
import type { Stage } from './stage.ts';

/** The private composer in a page. */
export interface Composer {
	/** types key by key, after a click in it */
	type(text: string): Promise<void>;
	/** takes away what was typed, by keys */
	erase(): Promise<void>;
	/** sends, once all of the composer has been in view for long enough */
	enter(): Promise<void>;
	/** chooses the mode that stands in this place of the menu, from 0 */
	choose(place: number): Promise<void>;
	/** waits for an element */
	waitFor(selector: string): Promise<void>;
}

/** A tab with the web chat. */
export interface ChatTab extends PageOrFrame {
	turnOn(): Promise<Composer>;
	/** after a restart: says that one goes on anonymously */
	goOn(): Promise<Composer>;
	labelOn(text: string): Promise<{ verdict: string | null }>;
	/** a real click on the button that answers a message; where a menu holds it, that is opened before */
	reply(selector: string): Promise<void>;
	close(): Promise<void>;
}

/** A tab with anything else in it. */
export interface Tab extends PageOrFrame {
	/** texts of messages that Bauta marks as the author's own, seen by the debugger */
	marked(): Promise<string[]>;
	close(): Promise<void>;
}

/** One person's browser with Bauta in it, and all of it that can be recorded. */
export interface Actor {
	browser: BrowserName;
	version: string;
	/** host in the extension's own addresses */
	id: string;
	profile: string;
	ask<N extends RequestName>(to: N, body: Requests[N]['in']): Promise<Requests[N]['out']>;
	/** `isHeld`: Anonymous was left on in its room, so that the page's own composer is closed */
	openChat(stage: Stage, isHeld?: boolean): Promise<ChatTab>;
	open(url: string): Promise<Tab>;
	/** the key that the open vault has in memory, base64 */
	vaultKey(): Promise<string>;
	/** messages of content scripts since the last call */
	messages(): Promise<ExtensionMessage[]>;
	/** opens a locked vault as a person does, by typing in the popup's own page, which stays open */
	unlockByHand(passphrase: string): Promise<void>;
	/**
	 * The secrets in the memory of Bauta's own contexts, each as `where: name`; the page that `ask` speaks through is the tests', and not looked at.
	 * `isLocked`: none may be there, so that where garbage is collected in steps it is waited for
	 */
	heap(secrets: Secret[], isLocked: boolean): Promise<string[]>;
	/** what the browser shows beside its pages: titles of all tabs and of the toolbar's button, and the badge on it */
	surfaces(): Promise<string[]>;
	/** what a private window has of Bauta, and what one that was written in leaves elsewhere; after the restart */
	privately(stage: Stage): Promise<Recording['privately']>;
	cookies(): Promise<string[]>;
	/** ends the browser as a person does, and starts it again with its profile */
	restart(): Promise<void>;
	/** ends the browser; its profile stays until `discard` */
	quit(): Promise<void>;
	/** after `quit`: all that the browser asked for over the network */
	requests(): Promise<Recording['requests']>;
	discard(): Promise<void>;
}

/** What a browser is started with. */
export interface ActorOptions {
	phrase: string | null;
	/** of the servers' certificate */
	certificate: { cert: string; spki: string };
	/** what it tells of itself is recorded; else it is only there to be linked */
	isWatched: boolean;
}
