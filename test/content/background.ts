/**
 * A background for tests of what runs in the page: it speaks src/messages/messages.ts and nothing else. It posts nothing; it answers as a test
 * sets it, and writes down what it was asked.
 */

import type { ComposerEvent, ComposerRequest, ComposerState, OwnVoice, WaitingEntry } from '../../src/messages/composer.ts';
import type { ContentEvents } from '../../src/messages/content.ts';
import { pageWords } from '../../src/messages/page-words.ts';
import type { LabelledMessage, Mode, ReplyTarget, RoomAccess, RoomRef, RoomState, Tampering, Theme } from '../../src/messages/rooms.ts';
import { answerMessages } from '../../src/platform/api/answer-messages.ts';
import { browser, type Runtime } from '../../src/platform/api/browser.ts';
import { drawingsIn } from '../../src/platform/drawing/drawings.ts';
import { noticeRules } from '../../src/platform/drawing/notice-style.ts';

const surfaces = {
	drawings: drawingsIn(browser.i18n.getMessage('content_mine_drawn')),
	words: Object.fromEntries(pageWords.map((key) => [key, browser.i18n.getMessage(key)])),
};
const modes: Mode[] = ['one-time', 'persona', 'no-trace', 'keyless'];
const neutral: Theme = {
	dark: false,
	background: 'rgb(255, 255, 255)',
	color: 'rgb(40, 40, 40)',
	accent: 'rgb(90, 60, 140)',
	fontSize: '16px',
};

const board = {
	/** everything that content scripts asked, in order */
	asked: [] as { to: string; body: unknown }[],
	/** everything that composers said */
	said: [] as ComposerRequest[],
	vault: 'unlocked' as ComposerState['vault'],
	access: { state: 'open', modes } as RoomAccess,
	accesses: {} as Record<string, RoomAccess>,
	on: [] as string[],
	beside: [] as string[],
	hidden: [] as string[],
	/** what the site was caught at */
	caught: null as Tampering | null,
	gone: false,
	/** Anonymous was left on here, and the room came back closed */
	held: false,
	/** this site shows notifications, and the user was not asked about that yet */
	offersRings: false,
	labels: {} as Record<string, LabelledMessage[]>,
	replies: {} as Record<string, ReplyTarget | null>,
	/** the archive's copy of whatever is answered */
	quote: null as ReplyTarget['quote'],
	drafts: {} as Record<string, string>,
	waiting: [] as (WaitingEntry & { room: RoomRef })[],
	/** how much was asked when a composer last got the focus */
	focusAt: 0,
	/** while locked: how many wait */
	waitingCount: 0 as number | null,
	mode: 'one-time' as Mode,
	label: '',
	voices: [{ label: '', name: '', pattern: '', n: null, ended: false, met: false }] as OwnVoice[],
	nick: 'alice',
	crowd: 12 as number | null,
	maxPoints: 4096,
	/** ms until an entry is posted */
	delay: 7000,
	refuse: null as ComposerEvent | null,
	/** how many of the next requests of a kind are refused */
	refusals: {} as Record<string, number>,
	tab: 0,
	state,
	tell,
	pushAll,
	say: sayToAll,
	disconnect,
	ticket,
	setTheme,
	composerCount: () => composers.size,
};
export type Board = typeof board;
Object.assign(globalThis, { board });

/** `ticket`: by which it was opened, where the name is a session's */
const tickets = new Map<string, { room: RoomRef; theme: Theme; ticket?: string }>();
const composers = new Set<{ port: Runtime.Port; room: RoomRef; theme: Theme; session: string }>();

function state(room: RoomRef): RoomState {
	const access = accessTo(room);
	return {
		room,
		on: board.on.includes(room.address),
		beside: board.on.includes(room.address) && board.beside.includes(room.address),
		fault: access.state === 'closed' ? access.fault : null,
		hidden: board.hidden.includes(room.address),
		caught: board.caught,
	};
}

const accessTo = (room: RoomRef): RoomAccess => board.accesses[room.address] ?? board.access;

async function tell<E extends keyof ContentEvents>(event: E, body: ContentEvents[E]): Promise<void> {
	await browser.tabs.sendMessage(board.tab, { event, body }).catch(() => null);
}

function composerState(room: RoomRef, theme: Theme): ComposerState {
	return {
		room,
		name: room.address.split('@')[0] ?? '',
		site: 'https://chat.test',
		tab: board.tab,
		gone: board.gone,
		...(board.held ? { held: true } : {}),
		...(board.offersRings ? { offersRings: true } : {}),
		theme,
		on: state(room).on,
		access: accessTo(room),
		vault: board.vault,
		mode: board.mode,
		label: board.label,
		voices: board.vault === 'unlocked' ? board.voices : [],
		maxPoints: board.maxPoints,
		reply: board.replies[room.address] ?? null,
		waiting: board.waiting.filter((entry) => entry.room.address === room.address),
		...(board.vault === 'locked' ? { waitingCount: board.waitingCount } : {}),
		nick: board.nick,
		crowd: board.crowd,
		tampered: board.caught !== null,
		draft: board.drafts[room.address] ?? '',
	};
}

async function pushAll(room?: RoomRef): Promise<void> {
	for (const one of composers) one.port.postMessage({ kind: 'state', state: composerState(one.room, one.theme), session: one.session });
	if (room) await tell('room', { room: state(room) });
}

/** Tells every composer something. */
function sayToAll(event: ComposerEvent): void {
	for (const { port } of composers) port.postMessage(event);
}

/** Ends all composers' ports, as when the worker dies. */
function disconnect(): void {
	for (const { port } of composers) port.disconnect();
	composers.clear();
}

function ticket(room: RoomRef, theme: Theme = neutral): string {
	const name = crypto.randomUUID();
	tickets.set(name, { room, theme });
	return name;
}

/** The page around the composers looks like this from now on. */
function setTheme(theme: Theme): Promise<void> {
	for (const composer of composers) composer.theme = theme;
	return pushAll();
}

const without = (list: string[], item: string) => list.filter((one) => one !== item);

function answer(
	to: string,
	body: { how: Tampering; room: RoomRef; rooms: RoomRef[]; on: boolean; hidden: boolean; theme: Theme; reply: { id: string } | null },
): unknown {
	const address = body.room?.address;
	switch (to) {
		case 'content.start':
			return {
				notice: noticeRules,
				isWriting:
					board.said.filter(({ kind }) => kind === 'focus').length > 0 &&
					board.asked.findLastIndex(({ to }) => to === 'content.left') < board.focusAt,
			};
		case 'content.hello':
			return { rooms: board.on.map((one) => state({ network: 'xmpp', address: one })), closeAll: false, rings: false, ...surfaces };
		case 'content.rooms':
			return { rooms: body.rooms.map(state) };
		case 'content.switch':
			board.on = body.on ? [...without(board.on, address), address] : without(board.on, address);
			return { room: state(body.room) };
		case 'content.hide':
			board.hidden = body.hidden ? [...board.hidden, address] : without(board.hidden, address);
			return null;
		case 'content.composer':
			return { ticket: ticket(body.room, body.theme) };
		case 'content.reply':
			board.replies[address] = body.reply && { id: body.reply.id, quote: board.quote };
			void pushAll();
			return null;
		case 'content.tampered':
			board.caught = body.how;
			void pushAll(body.room);
			return null;
		case 'content.stolen':
			for (const { port } of composers) port.postMessage({ kind: 'stolen' });
			return null;
		case 'content.unlabelled':
			return { labels: board.labels[address] ?? [] };
		default:
			return null;
	}
}

answerMessages((message, sender) => {
	const { to, body } = message as { to: string; body: never };
	board.tab = sender.tab?.id ?? board.tab;
	board.asked.push({ to, body });
	const refusals = board.refusals[to] ?? 0;
	board.refusals[to] = Math.max(0, refusals - 1);
	if (refusals > 0) return Promise.resolve({ ok: false, fault: { code: 'not-allowed' } });
	return Promise.resolve({ ok: true, value: answer(to, body) });
});

let entries = 0;
function hear(composer: { port: Runtime.Port; room: RoomRef }, request: ComposerRequest): void {
	board.said.push(request);
	const post = (event: ComposerEvent) => composer.port.postMessage(event);
	if (request.kind === 'focus') board.focusAt = board.asked.length;
	if (request.kind === 'blur') void tell('blur', { by: request.by });
	if (request.kind === 'draft') board.drafts[composer.room.address] = request.text;
	else if (request.kind === 'mode') Object.assign(board, { mode: request.mode, label: request.label });
	else if (request.kind === 'clear-reply') board.replies[composer.room.address] = null;
	else if (request.kind === 'send') {
		if (board.refuse) {
			post({ ...board.refuse, serial: request.serial } as ComposerEvent);
			return;
		}
		const id = `entry-${++entries}`;
		board.waiting.push({
			id,
			text: request.text,
			mode: request.mode,
			state: 'waiting',
			due: Date.now() + board.delay,
			fault: null,
			room: composer.room,
		});
		board.replies[composer.room.address] = null;
		post({ kind: 'accepted', serial: request.serial, id });
		setTimeout(() => {
			if (!board.waiting.some((entry) => entry.id === id)) return;
			board.waiting = board.waiting.filter((entry) => entry.id !== id);
			post({ kind: 'delivered', id });
			void pushAll();
		}, board.delay);
	} else if (request.kind === 'cancel' || request.kind === 'discard') {
		const entry = board.waiting.find(({ id }) => id === request.id);
		board.waiting = board.waiting.filter(({ id }) => id !== request.id);
		if (entry) post({ kind: 'returned', id: entry.id, text: entry.text });
	} else return;
	if (request.kind !== 'draft') void pushAll();
}

browser.runtime.onConnect.addListener((port) => {
	const name = port.name.replace('composer:', '');
	const bond = tickets.get(name);
	if (!bond) {
		port.postMessage({ kind: 'closed', fault: { code: 'ticket-used', detail: '' } });
		port.disconnect();
		return;
	}
	tickets.delete(name);
	const session = crypto.randomUUID();
	const opened = bond.ticket ?? name;
	tickets.set(session, { ...bond, ticket: opened });
	const composer = { port, ...bond, session };
	composers.add(composer);
	void tell('composer', { ticket: opened, there: true });
	port.onDisconnect.addListener(() => {
		composers.delete(composer);
		void tell('composer', { ticket: opened, there: false });
	});
	port.onMessage.addListener((message) => hear(composer, message as ComposerRequest));
	port.postMessage({ kind: 'state', state: composerState(bond.room, bond.theme), session });
});
