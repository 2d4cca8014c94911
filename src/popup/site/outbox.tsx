import type { WaitingEntry } from '../../messages/composer.ts';
import { request } from '../../messages/request.ts';
import { useAction } from '../state/actions.ts';
import { state } from '../state/store.ts';
import { Button, ConfirmButton, Problem } from '../ui/controls.tsx';
import { text, waitingText } from '../ui/text.ts';

/** One message, and the one thing that can be done about it. */
function Entry(props: { entry: WaitingEntry }) {
	const { entry } = props;
	const action = useAction();
	const discard = () => action.run(() => request('outbox.discard', { id: entry.id }));
	const withoutReply = entry.fault?.code === 'reply-not-shown';
	const hasFailed = entry.state === 'failed' || entry.state === 'unsure';
	return (
		<li class="card entry">
			{entry.room && (
				<p class="label" dir="auto">
					{entry.room.address}
				</p>
			)}
			<p class="quote" dir="auto">
				{entry.text}
			</p>
			<p class="line">{waitingText(entry.state, entry.due)}</p>
			<Problem fault={action.fault ?? entry.fault} />
			<div class="row">
				{hasFailed && (
					<Button
						kind={entry.state === 'unsure' ? 'plain' : 'main'}
						action={action}
						onPress={() => action.run(() => request('outbox.retry', { id: entry.id, withoutReply }))}
					>
						{text(withoutReply ? 'composer_without_reply' : entry.state === 'unsure' ? 'popup_outbox_send_again' : 'popup_outbox_retry')}
					</Button>
				)}
				{entry.state !== 'sending' && (
					<ConfirmButton ask={text('popup_outbox_discard_ask')} action={action} onYes={discard}>
						{text(hasFailed ? 'popup_outbox_discard' : 'popup_outbox_cancel')}
					</ConfirmButton>
				)}
			</div>
		</li>
	);
}

/** Messages that wait to leave, with the one thing that can be done about each. */
export function Outbox() {
	const waiting = state.value?.waiting ?? [];
	if (waiting.length === 0) return null;
	return (
		<div class="group">
			<h2>{text('popup_outbox')}</h2>
			<ul class="plain-list">
				{waiting.map((entry) => (
					<Entry key={entry.id} entry={entry} />
				))}
			</ul>
		</div>
	);
}
