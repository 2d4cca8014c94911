import type { WaitingEntry } from '../messages/composer.ts';
import { faultText } from '../messages/fault-text.ts';
import { isSeen } from './sight.ts';
import { faultInStatus } from './status.tsx';
import { act, now, state } from './store.ts';
import { text } from './words.ts';

function progress(entry: WaitingEntry): string {
	const seconds = Math.max(0, Math.ceil((entry.due - now.value) / 1000));
	switch (entry.state) {
		case 'waiting':
			return entry.due > 0 && seconds > 0 ? text('composer_posting_in', String(seconds)) : text('composer_posting');
		case 'sending':
			// the work may take longer than the average: it is never said to be over before it is
			return entry.workFraction === undefined
				? text('composer_posting')
				: text('composer_working', `${Math.min(99, Math.floor(entry.workFraction * 100))}%`);
		case 'retrying':
			return seconds > 0 ? text('composer_retrying_in', String(seconds)) : text('composer_retrying');
		case 'unsure':
			return entry.fault && entry.fault.code !== 'outbox-unsure' ? faultText(entry.fault) : text('composer_unsure');
		case 'failed':
			return failureOf(entry);
	}
}

/** Why it was not posted; where the line below the text says the same, that is not said twice. */
function failureOf({ fault }: WaitingEntry): string {
	const words = fault ? faultText(fault) : '';
	return words && !faultInStatus().includes(words) ? words : text('composer_failed');
}

function Entry({ entry }: { entry: WaitingEntry }) {
	const hasStopped = entry.state === 'failed' || entry.state === 'unsure';
	const noReply = entry.fault?.code === 'reply-not-shown';
	const giveBack = () => act({ kind: hasStopped ? 'discard' : 'cancel', id: entry.id });
	const retry = () => {
		if (isSeen()) act({ kind: 'retry', id: entry.id, withoutReply: noReply });
	};
	return (
		<li class={hasStopped ? 'stopped' : ''}>
			<span class="excerpt" dir="auto">
				{entry.text}
			</span>
			{!hasStopped && <span class="progress">{progress(entry)}</span>}
			{hasStopped && (
				<button type="button" class="plain" onClick={retry}>
					{text(noReply ? 'composer_without_reply' : 'composer_retry')}
				</button>
			)}
			{/* also while it is posted: a server may hang, and what has left already says so */}
			<button type="button" class="plain" onClick={giveBack}>
				{text(hasStopped ? 'composer_take_back' : 'composer_cancel')}
			</button>
			{hasStopped && <span class="progress">{progress(entry)}</span>}
		</li>
	);
}

/** While the vault is locked nothing but the number of them can be told. */
function countWords(count: number | null): string {
	if (count === null) return text('composer_held_some');
	return count === 1 ? text('composer_held_one') : text('composer_held', String(count));
}

/** What is on its way: each can be called back while it has not left. */
export function WaitingList() {
	const { waiting = [], waitingCount = 0 } = state.value ?? {};
	if (waitingCount !== 0)
		return (
			<p class="held" role="status">
				{countWords(waitingCount)}
			</p>
		);
	if (waiting.length === 0) return null;
	return (
		<ul class="waiting" aria-label={text('composer_waiting')}>
			{waiting.map((entry) => (
				<Entry key={entry.id} entry={entry} />
			))}
		</ul>
	);
}
