import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFacts } from '../../test/servers/tls-front.ts';

export type BrowserName = 'chromium' | 'firefox';
export type NetworkName = 'xmpp' | 'nostr';

/** Whose connection it is: the page's, in which the account is logged in; Bauta's; or Bauta's to where linked devices sync. */
export type Owner = 'page' | 'bauta' | 'sync';

/** A step of the scenario, from when to when (unix ms). */
export interface Step {
	name: string;
	began: number;
	ended: number;
}

/** One TCP connection to the chat's server or to the relay for syncing; all that left the browser on it. */
export interface WireConnection {
	server: 'chat' | 'sync';
	owner: Owner;
	id: number;
	sourcePort: number;
	tls: TlsFacts | null;
	opened: number;
	closed: number | null;
	requests: { method: string; path: string; headers: [string, string][]; body: string; at: number; status: number }[];
	frames: { direction: 'out' | 'in'; text: string; at: number }[];
}

/** One message between a content script and the background, or a page of Bauta's and the background. */
export interface ExtensionMessage {
	at: number;
	/** who asked: a script in a page, or a page of Bauta's; `told`: the background told a tab */
	kind: 'content' | 'own' | 'told';
	/** the request, its answer or the message, as JSON; empty for what Bauta's own pages say */
	body: string;
	answer: string;
}

/** What was posted, as the scenario knows it. */
export interface Post {
	text: string;
	mode: 'one-time' | 'persona' | 'no-trace' | 'keyless';
	/** seconds that the delay was set to */
	delay: [least: number, most: number];
	/** when Enter was pressed */
	entered: number;
	isReply: boolean;
	/** the label on it on the author's page */
	label: string | null;
	/** does the page show it as the account's own? */
	isShownAsOwn: boolean;
}

/** A secret or a text by a name to report it by. */
export interface Canary {
	name: string;
	/** `key`: nowhere at all; `unsent`: nowhere at all; `own`: not in Bauta's own stores; `control`: is there, or the scan sees nothing */
	kind: 'key' | 'unsent' | 'own' | 'control';
	/** utf-8 */
	text?: string;
	/** hex */
	bytes?: string;
}

/** A canary that lies in the profile directory. */
export interface ProfileHit {
	canary: string;
	encoding: string;
	/** path below the profile */
	file: string;
	/** in a store that is Bauta's own */
	isOwn: boolean;
}

export interface Recording {
	meta: {
		browser: BrowserName;
		network: NetworkName;
		/** of the browser */
		version: string;
		at: string;
		commit: string;
		/** host in the extension's own addresses */
		extensionId: string;
		/** origin of the page, and the chat server's host as the page names it, with its port */
		pageOrigin: string;
		serverHost: string;
		syncHost: string;
		room: string;
		/** everything that names the account */
		account: string[];
		/** the browser was ended and started again with its profile */
		wasRestarted: boolean;
	};
	steps: Step[];
	connections: WireConnection[];
	posts: Post[];
	/** stanzas (XMPP) or events (Nostr) of the anonymous messages, as somebody in the room heard them */
	heard: string[];
	/** what the room's archive gives to a guest afterwards */
	archive: string[];
	messages: ExtensionMessage[];
	canaries: Canary[];
	/** files of the profile that were read */
	profileFiles: number;
	/** files of it that could not be unpacked, each with why */
	profileUnread: string[];
	profile: ProfileHit[];
	/** canaries in the memory of Bauta's contexts, as `where: name`, while the vault was open and a second after it was locked */
	heap: { open: string[]; locked: string[] };
	/** titles of tabs and of the toolbar's button, and its badge, while a draft stood in the composer and while a message waited */
	surfaces: string[];
	/** cookies that the browser had when the scenario ended, by name */
	cookies: string[];
	/** what a page that listens to everything learned; `traces`: what names an extension in its document and in its list of loads */
	spied: { events: string[]; nodes: string[]; ports: number; stored: string[]; windows: string[]; traces: string[] };
	/** what a page that shows voices saw of them: digests of their looks, by text, while locked and while unlocked */
	voices: {
		mine: string[];
		foreign: string[];
		/** by keys that have spoken more than once, so that each has its name in it: one's own and others' */
		named: string[];
		locked: Record<string, string>;
		unlocked: Record<string, string>;
		log: string[];
		marks: string[];
	};
	/**
	 * A private window: how many closed roots of Bauta's stand in a chat there and elsewhere (Chromium: 1 each, as the switch was used); the
	 * vault's state as it opened; the names of what it put into the memory that all windows share; texts that waited there before and after one
	 * was written, and elsewhere then.
	 */
	privately: {
		hosts: { privately: number; elsewhere: number };
		vault: string;
		strays: string[];
		before: string[];
		after: string[];
		elsewhere: string[];
	};
	/** requests of the whole browser, by who asked: scheme, host and path, with servers' ports named */
	requests: { by: string; url: string }[];
}

const parts = [
	'meta',
	'steps',
	'connections',
	'posts',
	'heard',
	'archive',
	'messages',
	'canaries',
	'profileFiles',
	'profileUnread',
	'profile',
	'heap',
	'surfaces',
	'cookies',
	'spied',
	'voices',
	'privately',
	'requests',
] as const;

/** The folder of one scenario's recording. */
export const recordingFolder = (root: string, browser: BrowserName, network: NetworkName): string =>
	join(root, '.cache/leaks', `${browser}-${network}`);

/** Writes a recording: lists as lines of JSON, the rest as JSON. */
export function writeRecording(folder: string, recording: Recording): void {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const part of parts) {
		const value = recording[part];
		if (Array.isArray(value)) writeFileSync(join(folder, `${part}.jsonl`), value.map((line) => `${JSON.stringify(line)}\n`).join(''));
		else writeFileSync(join(folder, `${part}.json`), `${JSON.stringify(value, null, '\t')}\n`);
	}
}

/** Reads what `writeRecording` wrote. Throws where a part is missing. */
export function readRecording(folder: string): Recording {
	const whole: Record<string, unknown> = {};
	for (const part of parts) {
		const lines = join(folder, `${part}.jsonl`);
		const text = readIfThere(lines);
		whole[part] =
			text === null
				? JSON.parse(readFileSync(join(folder, `${part}.json`), 'utf8'))
				: text
						.split('\n')
						.filter(Boolean)
						.map((line) => JSON.parse(line));
	}
	return whole as unknown as Recording;
}

function readIfThere(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}
