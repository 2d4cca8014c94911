import { computed, effect, signal, untracked } from '@preact/signals';
import type { ComposerEvent, ComposerRequest, ComposerState } from '../messages/composer.ts';
import type { Fault, Mode } from '../messages/rooms.ts';
import { connectComposer } from './connection.ts';
import { pointsOf } from './hints.ts';

/** What the background last said, null before it said anything. */
export const state = signal<ComposerState | null>(null);
/** what is being written; stays through every fault */
export const draft = signal('');
export const fault = signal<Fault | null>(null);
/** this composer can do nothing any more */
export const over = signal<Fault | null>(null);
/** the last message went to some of the room's servers only; until the next one is written */
export const partly = signal<{ reached: number; all: number } | null>(null);
/** the send that waits for its answer */
export const sending = signal<(ComposerRequest & { kind: 'send' }) | null>(null);
export const chosen = signal<Mode | null>(null);
/** seconds tick only while something waits */
export const now = signal(Date.now());
/** read out by screen readers */
export const announcement = signal('');

export const mode = computed<Mode>(() => {
	const modes = state.value?.access.state === 'open' ? state.value.access.modes : [];
	const wanted = chosen.value ?? state.value?.mode ?? 'one-time';
	return modes.length === 0 || modes.includes(wanted) ? wanted : (modes[0] ?? 'one-time');
});

/** Why nothing can be sent right now, or null. */
export const obstacle = computed<'over' | 'looking' | 'off' | 'tampered' | 'locked' | 'none' | 'closed' | null>(() => {
	const known = state.value;
	if (over.value) return 'over';
	if (!known) return 'looking';
	if (!known.on) return 'off';
	if (known.tampered) return 'tampered';
	if (known.vault !== 'unlocked') return known.vault;
	if (known.access.state === 'closed') return 'closed';
	return null;
});

export const length = computed(() => pointsOf(draft.value));

const nothing: Fault = { code: 'text-empty', detail: '' };
/** Nobody need be told any longer that there is nothing to send. */
export function forgetNothing(): void {
	if (fault.value === nothing) fault.value = null;
}
// a text may also be given back
effect(() => {
	if (length.value > 0) untracked(forgetNothing);
});

let serial = 0;
/** the port was lost before the send was answered */
let lost = false;

function answered(text: string): void {
	sending.value = null;
	fault.value = null;
	// what was typed while the answer was on its way is not lost
	draft.value = draft.value.startsWith(text) ? draft.value.slice(text.length).trimStart() : draft.value;
	keepDraft();
}

function hear(event: ComposerEvent | null): void {
	if (event?.kind === 'state') {
		const before = state.value;
		state.value = event.state;
		// given back at the start and after an unlock only: a state that crossed a send on its way must not bring the text again
		if (before?.vault !== 'unlocked' && event.state.draft && !draft.value) draft.value = event.state.draft;
		if (chosen.value === event.state.mode) chosen.value = null;
		// the port died between a send and its answer: the background knows the send by its serial, and takes it in once
		if (lost && sending.value) connection.send(sending.value);
		lost = false;
	} else if (event?.kind === 'delivered') partly.value = event.relays && event.relays.reached < event.relays.all ? event.relays : null;
	else if (event?.kind === 'accepted' && event.serial === sending.value?.serial) answered(sending.value.text);
	else if (event?.kind === 'refused' && event.serial === sending.value?.serial) {
		sending.value = null;
		fault.value = event.fault;
	} else if (event?.kind === 'returned') draft.value = [event.text, draft.value].filter(Boolean).join('\n');
	else if (event?.kind === 'closed') over.value = event.fault;
	else if (event === null) lost = sending.value !== null;
}

const pending = () => sending.value !== null || (state.value?.waiting ?? []).some(({ state }) => state !== 'failed' && state !== 'unsure');
/** At lock the text leaves this page; the background keeps it encrypted and gives it back after the unlock (THREATS.md S3). */
function locking(): void {
	keepDraft();
	draft.value = '';
}
const connection = connectComposer(location.hash.slice(1), hear, pending, locking);
// a used ticket opens nothing; it need not stand in the address any longer
history.replaceState(null, '', location.pathname);

let drafting: ReturnType<typeof setTimeout> | undefined;
const keepDraft = () => {
	clearTimeout(drafting);
	drafting = undefined;
	connection.send({ kind: 'draft', text: draft.value });
};

/** Takes what was typed. The background keeps it in memory, for a page that rebuilds the room while somebody writes. */
export function write(text: string): void {
	draft.value = text;
	if (fault.value) fault.value = null;
	partly.value = null;
	drafting ??= setTimeout(keepDraft, 500);
}
addEventListener('pagehide', () => {
	if (drafting !== undefined) keepDraft();
});

export function send(): void {
	const known = state.value;
	const text = draft.value;
	if (!known || sending.value) return;
	if (length.value === 0) {
		if (!obstacle.value) fault.value = nothing;
		return;
	}
	if (obstacle.value || length.value > known.maxPoints) {
		if (length.value > known.maxPoints) fault.value = { code: 'text-long', detail: String(known.maxPoints) };
		connection.wake();
		return;
	}
	clearTimeout(drafting);
	drafting = undefined;
	fault.value = null;
	sending.value = { kind: 'send', text, mode: mode.value, replyTo: known.reply?.id ?? '', serial: ++serial };
	connection.send(sending.value);
}

export function choose(wanted: Mode): void {
	chosen.value = wanted;
	connection.send({ kind: 'mode', mode: wanted });
}
export const act = connection.send;
export const wake = connection.wake;

setInterval(() => {
	if (state.value?.waiting.length) now.value = Date.now();
}, 250);
