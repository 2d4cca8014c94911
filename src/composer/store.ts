import { computed, effect, signal, untracked } from '@preact/signals';
import type { ComposerEvent, ComposerRequest, ComposerState, OwnVoice } from '../messages/composer.ts';
import type { Fault, Mode } from '../messages/rooms.ts';
import { openPanelInTurn } from '../platform/beside.ts';
import { onPageClock } from '../platform/steady-clock.ts';
import { isVisible } from '../platform/visible.ts';
import { followTab, followTickets, isBeside } from './beside.ts';
import { commandIn } from './commands.ts';
import { connectComposer } from './connection.ts';
import { pointsOf } from './text-checks.ts';

/** What the background last said, null before it said anything. */
export const state = signal<ComposerState | null>(null);
/** beside a page in which no switch is on: there is no room to write to */
const isUnbound = isBeside && location.hash.length < 2;
/** what is being written; stays through every fault */
export const draft = signal('');
/** why the last send was refused */
export const fault = signal<Fault | null>(null);
/** this composer can do nothing any more */
export const over = signal<Fault | null>(null);
/** the last message went to some of the room's servers only; until the next one is written */
export const partialDelivery = signal<{ reached: number; all: number } | null>(null);
/**
 * Why no letters are taken until the user clicks in here: `left`, the focus went elsewhere; `stolen`, the page took it from somebody who
 * wrote. A focus that comes back by itself changes nothing: a page that takes it for one key gives it back (THREATS.md P3).
 */
export const interruption = signal<'left' | 'stolen' | null>(null);
/** the send that waits for its answer */
export const sending = signal<(ComposerRequest & { kind: 'send' }) | null>(null);
/** the mode that was chosen here and whose voice, until the background has it */
const choice = signal<{ mode: Mode; label: string } | null>(null);
/** the clock of `performance`, by which entries are due here too; it ticks only while something waits */
export const now = signal(performance.now());

/** how the next message will be signed: as chosen, as far as the room allows it */
export const mode = computed<Mode>(() => {
	const modes = state.value?.access.state === 'open' ? state.value.access.modes : [];
	const wanted = choice.value?.mode ?? state.value?.mode ?? 'one-time';
	return modes.length === 0 || modes.includes(wanted) ? wanted : (modes[0] ?? 'one-time');
});

/** in mode persona, whose voice speaks: its label, '' for the room's own */
export const label = computed<string>(() => (mode.value === 'persona' ? (choice.value?.label ?? state.value?.label ?? '') : ''));
/** the voice that speaks next; null in modes without one, and until the background has told of it */
export const voice = computed<OwnVoice | null>(() => {
	const voices = mode.value === 'persona' ? (state.value?.voices ?? []) : [];
	return voices.find((one) => one.label === label.value) ?? null;
});

/** Why nothing can be sent right now, or null. */
export const obstacle = computed<
	'unbound' | 'over' | 'looking' | 'gone' | 'off' | 'tampered' | 'held' | 'locked' | 'none' | 'closed' | null
>(() => {
	const room = state.value;
	if (isUnbound) return 'unbound';
	if (over.value) return 'over';
	if (!room) return 'looking';
	if (room.gone) return 'gone';
	if (!room.on) return 'off';
	if (room.tampered) return 'tampered';
	if (room.held) return 'held';
	if (room.vault !== 'unlocked') return room.vault;
	if (room.access.state === 'closed') return 'closed';
	return null;
});

/** code points of what would be sent */
export const length = computed(() => pointsOf(draft.value));

/** whether anything would be seen of what would be sent */
export const hasText = computed(() => isVisible(draft.value));
/** what was to be sent begins as commands of the chat do: the user is asked before it leaves as text */
export const question = signal<'command' | 'like-command' | null>(null);

const emptyText: Fault = { code: 'text-empty', detail: '' };
/** Takes the hint away that there is nothing to send. */
export function forgetEmptyText(): void {
	if (fault.value === emptyText) fault.value = null;
}
// the text also changes when the background gives one back
effect(() => {
	if (hasText.value) untracked(forgetEmptyText);
});

let serial = 0;
/** the port was lost before the send was answered */
let isUnanswered = false;

/** What was typed while the answer to this send was on its way: it is not lost. */
const restAfter = (sent: string): string => (draft.value.startsWith(sent) ? draft.value.slice(sent.length).trimStart() : draft.value);

function clearSent(text: string): void {
	sending.value = null;
	fault.value = null;
	draft.value = restAfter(text);
	keepDraft();
}

function hear(event: ComposerEvent | null): void {
	if (event?.kind === 'state') {
		const before = state.value;
		state.value = { ...event.state, waiting: event.state.waiting.map((entry) => ({ ...entry, due: onPageClock(entry.due) })) };
		// taken at the start and after an unlock only: a state that was sent before a message was accepted must not bring its text back
		if (before?.vault !== 'unlocked' && event.state.draft && !draft.value) draft.value = event.state.draft;
		if (choice.value?.mode === event.state.mode && choice.value.label === event.state.label) choice.value = null;
		// the voice that had ended has a new key by now
		if (fault.value?.code === 'voice-ended' && !voice.value?.ended) fault.value = null;
		if (fault.value?.code === 'voice-met' && !voice.value?.met) fault.value = null;
		// the port died between a send and its answer: the background knows the send by its serial, and takes it in once
		if (isUnanswered && sending.value) connection.send(sending.value);
		isUnanswered = false;
	} else if (event?.kind === 'delivered')
		partialDelivery.value = event.relays && event.relays.reached < event.relays.all ? event.relays : null;
	else if (event?.kind === 'unchosen') {
		choice.value = null;
		fault.value = event.fault;
	} else if (event?.kind === 'accepted' && event.serial === sending.value?.serial) clearSent(sending.value.text);
	else if (event?.kind === 'refused' && event.serial === sending.value?.serial) {
		sending.value = null;
		fault.value = event.fault;
	} else if (event?.kind === 'returned') draft.value = [event.text, draft.value].filter(Boolean).join('\n');
	else if (event?.kind === 'closed') over.value = event.fault;
	else if (event?.kind === 'stolen' && interruption.value) interruption.value = 'stolen';
	else if (event === null) isUnanswered = sending.value !== null;
}

const isPending = () =>
	sending.value !== null || (state.value?.waiting ?? []).some(({ state }) => state !== 'failed' && state !== 'unsure');
/**
 * At lock the text leaves this page; the background keeps it encrypted and gives it back after the unlock (THREATS.md S3). So does a text whose
 * sending is not answered yet: the background knows whether it was taken in.
 */
function handOver(): void {
	const { text: sent, serial: unanswered } = sending.value ?? { text: '', serial: 0 };
	dropDraftTimer();
	connection.send({ kind: 'hand-over', text: draft.value, rest: restAfter(sent), serial: unanswered });
	sending.value = null;
	draft.value = '';
}
const connection = isUnbound ? { send: () => {}, wake: () => {} } : connectComposer(location.hash.slice(1), hear, isPending, handOver);
// a used ticket opens nothing; it need not stand in the address any longer
history.replaceState(null, '', location.pathname);

let draftTimer: ReturnType<typeof setTimeout> | undefined;
const dropDraftTimer = () => {
	clearTimeout(draftTimer);
	draftTimer = undefined;
};
const keepDraft = () => {
	dropDraftTimer();
	connection.send({ kind: 'draft', text: draft.value });
};

/** Takes what was typed. The background keeps it in memory, for a page that rebuilds the room while somebody writes. */
export function write(text: string): void {
	draft.value = text;
	if (fault.value) fault.value = null;
	question.value = null;
	partialDelivery.value = null;
	draftTimer ??= setTimeout(keepDraft, 500);
}
/** Goes on beside the page, with the text. To be called in the turn of the user's click. */
export function writeBeside(): void {
	if (state.value) openPanelInTurn(state.value.tab, true);
	keepDraft();
	connection.send({ kind: 'beside' });
}
if (isBeside) {
	followTab(
		() => state.value?.tab,
		() => {
			// handed over first: a panel closes where its room has gone and no text is in it
			if (draftTimer !== undefined) keepDraft();
			connection.send({ kind: 'look' });
		},
	);
	followTickets(() => {
		keepDraft();
		location.reload();
	});
}
// whoever leaves this composer may go on in one beside the page
for (const leaving of ['blur', 'pagehide'])
	addEventListener(leaving, () => {
		if (draftTimer !== undefined) keepDraft();
	});

/**
 * Sends what was typed, or says why that is not possible. The text stays until the background has it.
 * @param asText the user wants it sent though it begins as a command of the chat
 */
export function send(asText = false): void {
	const room = state.value;
	const text = draft.value;
	if (!room || sending.value) return;
	if (!hasText.value) {
		if (!obstacle.value) fault.value = emptyText;
		return;
	}
	if (obstacle.value || length.value > room.maxPoints) {
		if (length.value > room.maxPoints) fault.value = { code: 'text-long', detail: String(room.maxPoints) };
		connection.wake();
		return;
	}
	question.value = asText ? null : commandIn(text, room.frontend ?? '');
	if (question.value) return;
	// a lock may come before the answer
	if (draftTimer !== undefined) keepDraft();
	fault.value = null;
	sending.value = {
		kind: 'send',
		text,
		mode: mode.value,
		label: label.value,
		n: voice.value?.n ?? null,
		replyTo: room.reply?.id ?? '',
		serial: ++serial,
	};
	connection.send(sending.value);
}

/** Chooses who speaks next: the mode and, for a voice that speaks more than once, its label. */
export function choose(wanted: Mode, wantedLabel = ''): void {
	choice.value = { mode: wanted, label: wantedLabel };
	fault.value = null;
	connection.send({ kind: 'mode', mode: wanted, label: wantedLabel });
}
/** Tells the background something else. */
export const act = connection.send;
/** The user is back: opens the port again if it is gone. */
export const wake = connection.wake;

setInterval(() => {
	if (state.value?.waiting.length) now.value = performance.now();
}, 250);
