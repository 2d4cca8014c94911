/** What the scripts in a page and the background say to each other. */
import type { BlurCause } from './composer.ts';
import type { PageWord } from './page-words.ts';
import type { LabelledMessage, Network, RoomRef, RoomState, Tampering, Theme } from './rooms.ts';

/** A disc with the mask cut out of it, as values of `clip-path`, by its width in px: one for each size of face that web chats have. */
export type Discs = Record<24 | 28 | 32 | 40, string>;

/** How Bauta's surfaces in a page are drawn. */
export interface Drawings {
	/** what stands for a face */
	discs: Discs;
	/** the mark of the user's own messages, as a path to be filled by the even-odd rule (platform/drawing/marks.ts) */
	mine: string;
	/** that of other people's */
	foreign: string;
	/** the style rules of the switch (platform/drawing/panel-style.ts) */
	panel: string;
	/** those of a mark, of the label around it and of a line that stands for the page's own (platform/drawing/label-style.ts) */
	badge: string;
	label: string;
	line: string;
}

/** Content script → background, by `runtime.sendMessage`. The sender's tab is part of the meaning. */
export interface ContentRequests {
	/**
	 * the first request of a page: which web chat this is, by its frontend's id. Answered by the rooms that are closed to the account.
	 * `closeAll`: Anonymous was left on in some room of the site, and any room may be the one: each is closed at first sight.
	 * `drawings`, `words`: what is the same on every page, and so need not lie in each of its scripts. `rings`: Bauta shows notifications
	 */
	'content.hello': {
		in: { frontend: string; network: Network };
		out: { rooms: RoomState[]; closeAll: boolean; drawings: Drawings; words: Record<PageWord, string>; rings: boolean };
	};
	/**
	 * before anything of the page runs: was somebody writing in the composer when the page before this one went? `notice`: the style rules of
	 * what is told over the page (platform/drawing/notice-style.ts)
	 */
	'content.start': { in: Record<string, never>; out: { isWriting: boolean; notice: string } };
	/** the user left the composer for the page */
	'content.left': { in: Record<string, never>; out: null };
	/**
	 * raw frames from the tap, hostile. `direction` as the page saw it; `byUser`: it left soon after a key or a click of the user's; `rings`: the
	 * page would have shown a notification of what is in it
	 */
	'content.frames': {
		in: { network: Network; frames: { direction: 'in' | 'out'; url: string; data: string; byUser?: true; rings?: true }[] };
		out: null;
	};
	/** rooms now open on the page; answers with the state of each */
	'content.rooms': { in: { rooms: RoomRef[] }; out: { rooms: RoomState[] } };
	/** `beside`: the user wants to write beside the page */
	'content.switch': { in: { room: RoomRef; on: boolean; theme: Theme; beside: boolean }; out: { room: RoomState } };
	/** one-time ticket for a composer frame bound to this tab and room */
	'content.composer': { in: { room: RoomRef; theme: Theme }; out: { ticket: string } };
	/** "Write beside the page", in a room whose switch is on */
	'content.beside': { in: { room: RoomRef; theme: Theme }; out: null };
	/** the page looks otherwise now */
	'content.theme': { in: { room: RoomRef; theme: Theme }; out: null };
	/** the user wants to answer this message. `text`: the beginning of what the page shows of it; hostile, and compared only */
	'content.reply': { in: { room: RoomRef; reply: { id: string; text: string; author: string } | null }; out: null };
	/**
	 * the page shows these messages; which of them are anonymous? What it does not show of a message is '', of an author it may show the
	 * beginning alone
	 */
	'content.unlabelled': { in: { room: RoomRef; messages: { id: string; author: string }[] }; out: { labels: LabelledMessage[] } };
	/**
	 * Which of these messages are the user's own now? `handles`: one after the other. `mine`: for each in turn 1 or 0, the same length whatever it
	 * holds, and more digits than any text that a browser keeps one copy of: a page would see by its memory whether it has the same
	 */
	'content.verdicts': { in: { room: RoomRef; handles: string }; out: { mine: string } };
	'content.hide': { in: { room: RoomRef; hidden: boolean }; out: null };
	/** the page did this to the composer: there is none in this site's pages until the user says otherwise */
	'content.tampered': { in: { room: RoomRef; how: Tampering }; out: null };
	/** the page took the keyboard from somebody who wrote; who does so again and again is caught */
	'content.stolen': { in: { room: RoomRef }; out: null };
	/** the last gate held back something of the page's own */
	'content.blocked': { in: { room: RoomRef }; out: null };
}

/** Background → content, by `tabs.sendMessage`. */
export interface ContentEvents {
	labels: { room: RoomRef; labels: LabelledMessage[] };
	/** keys or lists changed: labels on the page are to be asked for anew; `anew`: and whatever has none, as the worker died that would have told of it */
	verdicts: { anew?: true };
	room: { room: RoomState };
	/** the user hides all anonymous messages of a room, or shows them again */
	hide: { room: RoomRef; hidden: boolean };
	/** the keyboard shortcut was pressed */
	toggle: Record<string, never>;
	/** the keyboard shortcut was pressed: write beside the page */
	beside: Record<string, never>;
	/** whether the page shows this room now: answered by true */
	shown: { room: RoomRef };
	/** the composer lost the focus */
	blur: { by: BlurCause };
	/** the composer's document that this ticket opened is there, or gone again: what its frame shows then is something else */
	composer: { ticket: string; there: boolean };
	/** the user went back out of this room's composer by the keyboard */
	back: { room: RoomRef };
	/** Bauta may show notifications no longer: those of the page are left to it */
	unring: Record<string, never>;
	/** the site was disabled: take everything away, but a room whose switch is on stays closed until reload */
	stop: Record<string, never>;
}
