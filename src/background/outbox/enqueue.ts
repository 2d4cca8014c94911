import { BautaError } from '../../messages/errors.ts';
import type { Mode, RoomRef } from '../../messages/rooms.ts';
import type { AnsweredMessage } from '../../networks/answered.ts';
import type { Hints } from '../../networks/network.ts';
import { unlessAborted } from '../../platform/time-limit.ts';
import { isVisible, withoutUnseen } from '../../platform/visible.ts';
import { canonicalText } from '../../protocol/text.ts';
import { roomIdOf } from '../access/adapters.ts';
import { requireAccess } from '../access/room-access.ts';
import { requireVoice, scopeOf } from '../identities/voices.ts';
import { identityFor } from '../state/document.ts';
import { isUnlocked, lockSignal, requireUnlocked } from '../state/lock.ts';
import { announceChange } from './changes.ts';
import { freshDelay } from './delay.ts';
import type { Entry } from './entry.ts';
import { withOurCode } from './fault-code.ts';
import { scheduleNext } from './outbox.ts';
import { checkLimits } from './rate-limits.ts';
import { noteSend, recentSend } from './recent-sends.ts';
import { changeOutbox, readOutbox } from './store.ts';

function checkedText(text: string): string {
	if (!isVisible(text)) throw new BautaError('text-empty');
	try {
		return canonicalText(withoutUnseen(text));
	} catch (thrown) {
		throw withOurCode(thrown);
	}
}

/** What a promise gives, or `vault-locked` as soon as the lock comes: then the text is kept by nobody who still waits. */
async function untilLock<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	try {
		return await unlessAborted(promise, signal);
	} catch (thrown) {
		throw signal.aborted ? new BautaError('vault-locked') : thrown;
	}
}

async function checkRate(room: string): Promise<void> {
	const entries = (await readOutbox()).filter((entry) => roomIdOf(entry.room) === room && entry.state !== 'failed');
	await checkLimits(room, entries.length);
}

/**
 * Takes a message in: checks, draws the delay, writes the encrypted entry before anything else happens. Returns its id.
 * `order` names the user's wish to send, by which `entryOf` finds the entry again. `label`, `n`: in mode persona, of the voice
 * that the user saw: '' for the room's own; null where it had no key yet.
 * Throws `vault-locked`, the text codes, `mode-unavailable`, `voice-ended`, `voice-met`, those of a voice's name, `rate-minute`, `rate-day`, and every reason for a closed room.
 */
export async function enqueue(
	room: RoomRef,
	hints: Hints,
	text: string,
	original: AnsweredMessage | null,
	mode: Mode,
	order: string,
	{ label, n }: { label: string; n: number | null } = { label: '', n: null },
): Promise<string> {
	const canonical = checkedText(text);
	const signal = lockSignal();
	await requireUnlocked();
	const access = await untilLock(requireAccess(room, hints), signal);
	if (!access.modes.includes(mode)) throw new BautaError('mode-unavailable', mode);
	const scope = mode === 'persona' ? scopeOf(roomIdOf(room), label) : null;
	// said before the message is taken in, while the user looks
	if (scope !== null) requireVoice(await identityFor(roomIdOf(room)), scope);
	if ([...canonical].length > access.maxPoints) throw new BautaError('text-long', String(access.maxPoints));
	const { now, delay } = await freshDelay();
	const due = now + delay;
	const message = {
		order,
		hints,
		room,
		text: canonical,
		replyTo: original?.id ?? '',
		...(original ? { original } : {}),
		mode,
		...(scope !== null && { scope, n }),
	};
	const fresh: Entry = { id: crypto.randomUUID(), ...message, access, due, tries: 0, state: 'waiting', sealed: null, fault: null };
	await checkRate(roomIdOf(room));
	const id = await changeOutbox((entries) => {
		const same = entries.find((entry) => entry.order === order);
		if (!same) entries.push(fresh);
		return same?.id ?? fresh.id;
	});
	// the entry is written: what fails from here on must not be told as a refusal, or the user would send the message twice
	await noteSend({ order, id });
	announceChange({ site: hints.origin, room });
	void scheduleNext();
	return id;
}

/** The id of the entry that an order became, also while locked: who asks again, as the answer was lost, must not send twice. */
export async function entryOf(order: string): Promise<string | undefined> {
	const recent = await recentSend(order);
	if (recent || !(await isUnlocked())) return recent;
	return (await readOutbox()).find((entry) => entry.order === order)?.id;
}
