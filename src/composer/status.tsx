import { signal } from '@preact/signals';
import { fewVoices, type OwnVoice } from '../messages/composer.ts';
import { faultText } from '../messages/fault-text.ts';
import { browser } from '../platform/api/browser.ts';
import { isBeside } from './beside.ts';
import { callsSomebody, namesEmoji } from './commands.ts';
import { noteOwnWindow } from './focus.ts';
import { canSee, hasWaited, isMoved, isSeen, sight } from './sight.ts';
import {
	act,
	draft,
	fault,
	interruption,
	label,
	length,
	obstacle,
	over,
	partialDelivery,
	question,
	send,
	state,
	voice,
	write,
	writeBeside,
} from './store.ts';
import { namesNick, withoutTracking } from './text-checks.ts';
import { text } from './words.ts';

const crowdSeen = signal(false);
const blindnessSeen = signal(false);

/** How few others there are to have written it. */
function crowdWords(count: number): string {
	if (count === 0) return text('composer_hint_crowd_none');
	return count === 1 ? text('composer_hint_crowd_one') : text('composer_hint_crowd', String(count));
}

/** Why a room came back closed, and what can be done about it. */
function heldText(): string {
	const room = state.value;
	if (room?.vault !== 'unlocked') return text('composer_left_on_locked');
	return room.access.state === 'closed' ? `${text('composer_left_on')} ${faultText(room.access.fault)}` : text('composer_left_on');
}

/** The choice in a room that came back closed. Nothing is sent there, by nobody, until the user has made it. */
function HeldChoice() {
	const room = state.value;
	const turn = (on: boolean) => (event: MouseEvent) => {
		if (event.isTrusted && isSeen()) act({ kind: 'turn', on });
	};
	return (
		<p class="hint choice">
			{room?.vault === 'locked' && (
				<button type="button" class="plain" onClick={openPopup}>
					{text('composer_unlock')}
				</button>
			)}
			{room?.vault === 'unlocked' && room.access.state === 'open' && (
				<button type="button" class="plain" onClick={turn(true)}>
					{text('composer_left_on_go')}
				</button>
			)}{' '}
			<button type="button" class="plain" onClick={turn(false)}>
				{text('composer_left_on_stop')}
			</button>
		</p>
	);
}

/** What stands in the way of sending, as words. */
export function obstacleText(): string {
	switch (obstacle.value) {
		case null:
			return '';
		case 'over':
			return over.value?.code === 'ticket-used' || !over.value ? text('composer_over') : faultText(over.value);
		case 'looking':
			return text('composer_looking');
		case 'unbound':
			return text('composer_unbound');
		case 'gone':
			return text('composer_gone');
		case 'off':
			return text('composer_off');
		case 'tampered':
			return text('composer_tampered');
		case 'held':
			return heldText();
		case 'locked':
			return text('composer_locked');
		case 'none':
			return text('composer_no_vault');
		case 'closed':
			return state.value?.access.state === 'closed' ? faultText(state.value.access.fault) : '';
	}
}

/** Asks back before a command of the chat leaves as text. */
function Question() {
	if (!question.value) return null;
	const sendAsText = (event: MouseEvent) => {
		if (event.isTrusted && !interruption.value && isSeen()) send(true);
	};
	return (
		<p class="hint" role="alert">
			{text(question.value === 'command' ? 'composer_command' : 'composer_like_command')}{' '}
			<button type="button" class="plain" onClick={sendAsText}>
				{text('composer_command_send')}
			</button>
		</p>
	);
}

/** Another device's voice was met here: the user goes on with it, or begins a new one. */
function MetVoice({ own }: { own: OwnVoice }) {
	const say = (kind: 'continue' | 'renew') => () => {
		if (!isSeen() || own.n === null) return;
		act(kind === 'continue' ? { kind, label: own.label, n: own.n } : { kind, label: own.label, from: own.n });
	};
	return (
		<p class="hint">
			{text('composer_voice_met', `\u2068${own.name}\u2069`)}{' '}
			<button type="button" class="plain" onClick={say('continue')}>
				{text('composer_voice_continue')}
			</button>{' '}
			<button type="button" class="plain" onClick={say('renew')}>
				{text('composer_voice_renew_yes')}
			</button>
		</p>
	);
}

/** A new key for the voice that ended with its generation. */
function renewVoice(): void {
	if (isSeen()) act({ kind: 'renew', label: label.value, from: null });
}

function goBeside(): void {
	noteOwnWindow();
	writeBeside();
}

const popupSize = { width: 420, height: 620 };

/** Opens Bauta's popup; where the browser does not let it, the popup's page in a window of its own. */
async function openPopup(): Promise<void> {
	noteOwnWindow();
	try {
		await browser.action.openPopup();
	} catch {
		await browser.windows.create({ url: 'popup.html', type: 'popup', ...popupSize });
	}
}

/** Leads to where Bauta's notifications are turned on, or puts the question away; it is asked once. */
function RingOffer({ tab }: { tab: number }) {
	const answer = (isWanted: boolean) => (event: MouseEvent) => {
		if (!event.isTrusted || !isSeen()) return;
		act({ kind: 'rings-read' });
		if (!isWanted) return;
		noteOwnWindow();
		void browser.tabs.create({ url: browser.runtime.getURL(`popup.html?tab=${tab}#notifications`) });
	};
	return (
		<p class="hint">
			{text('composer_rings')}{' '}
			<button type="button" class="plain" onClick={answer(true)}>
				{text('composer_rings_yes')}
			</button>{' '}
			<button type="button" class="plain" onClick={answer(false)}>
				{text('composer_rings_no')}
			</button>
		</p>
	);
}

function Hint() {
	const room = state.value;
	if (!room) return null;
	if (partialDelivery.value)
		return (
			<p class="hint" role="status">
				{text('composer_partial', String(partialDelivery.value.reached), String(partialDelivery.value.all))}
			</p>
		);
	if (voice.value?.ended)
		return (
			<p class="hint">
				{text('composer_voice_over')}{' '}
				<button type="button" class="plain" onClick={renewVoice}>
					{text('composer_voice_renew_yes')}
				</button>
			</p>
		);
	if (voice.value?.met) return <MetVoice own={voice.value} />;
	if (namesNick(draft.value, room.nick)) return <p class="hint">{text('composer_hint_nick', room.nick)}</p>;
	const clean = withoutTracking(draft.value);
	if (clean !== draft.value)
		return (
			<p class="hint">
				{text('composer_hint_tracking')}{' '}
				<button type="button" class="plain" onClick={() => write(clean)}>
					{text('composer_hint_tracking_remove')}
				</button>
			</p>
		);
	if (callsSomebody(draft.value)) return <p class="hint">{text('composer_hint_call')}</p>;
	if (namesEmoji(draft.value)) return <p class="hint">{text('composer_hint_emoji')}</p>;
	if (interruption.value === 'left' && draft.value) return <p class="hint">{text('composer_left')}</p>;
	if (!canSee() && !isBeside && !blindnessSeen.value)
		return (
			<p class="hint">
				{text('composer_blind')} <BesideButton />{' '}
				<button type="button" class="plain" onClick={() => (blindnessSeen.value = true)}>
					{text('composer_hint_understood')}
				</button>
			</p>
		);
	if (room.crowd !== null && room.crowd < fewVoices && !crowdSeen.value)
		return (
			<p class="hint">
				{crowdWords(room.crowd)}{' '}
				<button type="button" class="plain" onClick={() => (crowdSeen.value = true)}>
					{text('composer_hint_understood')}
				</button>
			</p>
		);
	if (room.offersRings) return <RingOffer tab={room.tab} />;
	return null;
}

/** The way out of a page that lies over the composer, or may. */
function BesideButton() {
	return (
		<button type="button" class="plain beside" onClick={goBeside}>
			{text('content_write_beside')}
		</button>
	);
}

/** What the page does to the composer, as words. */
function pageWords(): string {
	if (interruption.value === 'stolen') return text('composer_stolen');
	if (sight.value === 'covered') return text('composer_covered');
	if (isMoved.value) return text('composer_moved');
	return sight.value === 'settling' && hasWaited.value ? text('composer_settling') : '';
}

/** Why something does not work, as the line below the text says it; '' where it says nothing. */
export const faultInStatus = (): string => obstacleText() || (fault.value ? faultText(fault.value) : '');

/** One line below the text: what went wrong, else what stands in the way, else a hint; and the counter. */
export function Status() {
	const obstacleLine = obstacleText();
	const error = obstacleLine ? '' : pageWords() || faultInStatus();
	const most = state.value?.maxPoints ?? 0;
	const near = most > 0 && length.value > most * 0.8;
	return (
		<div class="status">
			<div class="lines">
				<p role="alert" class={error ? 'error' : 'unseen'}>
					{error}
				</p>
				<p role="status" id="obstacle" class={obstacleLine && !error ? 'blocked' : 'unseen'}>
					{obstacleLine}
				</p>
				{(obstacle.value === 'locked' || obstacle.value === 'none') && (
					<button type="button" class="plain" onClick={openPopup}>
						{text(obstacle.value === 'locked' ? 'composer_unlock' : 'composer_set_up')}
					</button>
				)}
				{!obstacleLine && !isBeside && sight.value === 'covered' && <BesideButton />}
				{fault.value?.code === 'voice-ended' && (
					<button type="button" class="plain" onClick={renewVoice}>
						{text('composer_voice_renew_yes')}
					</button>
				)}
				{fault.value?.code === 'voice-met' && voice.value?.met && <MetVoice own={voice.value} />}
				{!error && !obstacleLine && (question.value ? <Question /> : <Hint />)}
				{obstacle.value === 'held' && <HeldChoice />}
			</div>
			<span class={length.value > most ? 'count over' : near ? 'count near' : 'count'} hidden={length.value === 0}>
				<span aria-hidden="true">
					{length.value}/{most}
				</span>
				<span class="unseen">{text('composer_count', String(length.value), String(most))}</span>
			</span>
		</div>
	);
}
